# Run by `cmake --install`: the library's public headers are those that common/client/client.h
# includes, directly or not. FROM is the checkout, TO the folder that programs get as include path.
function(install_header header)
  get_property(done GLOBAL PROPERTY "installed_${header}")
  if(done)
    return()
  endif()
  set_property(GLOBAL PROPERTY "installed_${header}" TRUE)
  get_filename_component(folder ${header} DIRECTORY)
  file(INSTALL ${FROM}/${header} DESTINATION ${TO}/${folder})
  file(STRINGS ${FROM}/${header} includes REGEX "^#include \"common/")
  foreach(line IN LISTS includes)
    string(REGEX REPLACE "^#include \"([^\"]+)\".*" "\\1" included ${line})
    install_header(${included})
  endforeach()
endfunction()

install_header(common/client/client.h)
file(INSTALL ${FROM}/common/client/client.h DESTINATION ${TO}/rogatoria)
