# One static library a folder, made of all its .cc files; the dependency list is the layer table that
# tests/structure checks the includes against.
#
#   rogatoria_library(common/merkle DEPS common/base common/crypto LINK OpenSSL::Crypto)
#   rogatoria_program(rogatoriad services/daemon main.cc DEPS ...)
#   rogatoria_tests(unit/merkle DEPS common/merkle tests/support LABELS unit)
#
# A folder's target is its path with slashes as underscores (common/merkle -> common_merkle).
#
# JOINED: several of the folder's sources are compiled at once, where each includes far more than it
# says (docs/decisions/0031). Names in their unnamed namespaces must differ.

function(_rogatoria_target_names out)
  set(names)
  foreach(folder IN LISTS ARGN)
    string(REPLACE "/" "_" name ${folder})
    list(APPEND names ${name})
  endforeach()
  set(${out} ${names} PARENT_SCOPE)
endfunction()

# Replaces what can be compiled together, in the named list of sources, by files that include it: the
# sources of a folder by the letter they begin with, so that a new one changes no other file's company.
# No path of the checkout is in them, so that ccache shares what they become.
function(_rogatoria_join list target)
  set(left ${${list}})
  set(joined)
  foreach(letters a-b c d-f g-k l-n o p-r s-z)
    set(text)
    foreach(source IN LISTS ${list})
      file(STRINGS ${source} own_paths REGEX "ROGATORIA_(SOURCE|BIN)_DIR" LIMIT_COUNT 1)
      if(source MATCHES "/[${letters}][^/]*$" AND NOT own_paths)
        file(RELATIVE_PATH name ${PROJECT_SOURCE_DIR} ${source})
        string(APPEND text "#include \"${name}\"\n")
        list(REMOVE_ITEM left ${source})
      endif()
    endforeach()
    if(text)
      set(file ${CMAKE_BINARY_DIR}/joined/${target}_${letters}.cc)
      file(CONFIGURE OUTPUT ${file} CONTENT "${text}" @ONLY)
      list(APPEND joined ${file})
    endif()
  endforeach()
  set(${list} ${left} ${joined} PARENT_SCOPE)
endfunction()

function(rogatoria_library folder)
  cmake_parse_arguments(ARG "JOINED" "" "DEPS;LINK;EXCLUDE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cc)
  foreach(pattern IN LISTS ARG_EXCLUDE)
    list(FILTER sources EXCLUDE REGEX ${pattern})
  endforeach()
  _rogatoria_target_names(target ${folder})
  _rogatoria_target_names(deps ${ARG_DEPS})
  if(ARG_JOINED)
    _rogatoria_join(sources ${target})
  endif()
  if(sources)
    add_library(${target} STATIC ${sources})
    target_link_libraries(${target} PUBLIC ${deps} ${ARG_LINK}
                          PRIVATE $<BUILD_INTERFACE:rogatoria_options>)
    target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
    _rogatoria_precompile(${target} ${folder})
    if(folder MATCHES "^tests/")
      _rogatoria_define_paths(${sources})
    elseif(ROGATORIA_FUZZ AND NOT folder MATCHES "^services/(agent|cli|training)")  # no fuzzer's
      # What -fsanitize=fuzzer-no-link says, in words that do not make a language of it: the
      # precompiled header would have to be made with it, and the tests then too.
      target_compile_options(${target} PRIVATE
        -fsanitize-coverage=inline-8bit-counters,pc-table,trace-cmp,indirect-calls)
    endif()
  else()
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE ${deps} ${ARG_LINK})
  endif()
endfunction()

# Precompiled headers, with their templates instantiated, of what is not ours or is generated: they
# take two thirds of the time of a source. Only with clang; with g++ they do not pay.
#   precompiled/common.h  everything but
#   precompiled/cli.h     the command line: its parser too
#   precompiled/tests.h   tests: GoogleTest too
# No path of this checkout is in them (RogatoriaOptions.cmake), so that ccache shares them, and all
# that is compiled with them, between checkouts; so they are made from copies below the working
# folder: Ninja would take a "/proc/self/cwd/.." for "/proc/self".
set(PRECOMPILED_OUT ${CMAKE_BINARY_DIR}/precompiled)
function(_rogatoria_precompiled_header folder)
  set(header ${PRECOMPILED_OUT}/${folder}/precompiled.h)
  configure_file(${PROJECT_SOURCE_DIR}/deploy/cmake/precompiled/${folder}.h ${header} COPYONLY)
  set_source_files_properties(${header} PROPERTIES
    LANGUAGE CXX COMPILE_OPTIONS "-x;c++-header;-fpch-instantiate-templates")
  add_library(precompiled_${folder} OBJECT ${header})
  set_target_properties(precompiled_${folder}
                        PROPERTIES CXX_COMPILER_LAUNCHER "${PRECOMPILED_LAUNCHER}")
  target_link_libraries(precompiled_${folder}
    PRIVATE proto_grpc proto_agent proto_content ${ARGN} rogatoria_options)
endfunction()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  _rogatoria_precompiled_header(common)
  _rogatoria_precompiled_header(cli CLI11::CLI11 nlohmann_json::nlohmann_json)
  if(TARGET GTest::gtest)
    _rogatoria_precompiled_header(tests GTest::gmock GTest::gtest)
  endif()
endif()

# Compiles the target's sources, which lie under `folder`, with the header that is meant for them.
function(_rogatoria_precompile target folder)
  set(header common)
  if(folder MATCHES "^tests/")
    set(header tests)
  elseif(folder STREQUAL "services/cli")
    set(header cli)
  endif()
  if(NOT TARGET precompiled_${header})
    return()
  endif()
  # Where the Ninja generator puts it; a source's dependencies cannot be a generator expression.
  set(precompiled ${CMAKE_BINARY_DIR}/CMakeFiles/precompiled_${header}.dir/precompiled/${header}/precompiled.h.o)
  get_target_property(sources ${target} SOURCES)
  add_dependencies(${target} precompiled_${header})
  # As the header is compiled: CMake compiles programs with -fPIE, and some have no threads.
  target_compile_options(${target} PRIVATE -fPIC -pthread "SHELL:-include-pch ${precompiled}")
  set_property(SOURCE ${sources} APPEND PROPERTY OBJECT_DEPENDS ${precompiled})
  set_target_properties(${target} PROPERTIES ROGATORIA_PRECOMPILED ${precompiled})
endfunction()

# A source that is made in the build, added to a target that is there already.
function(rogatoria_generated_source target source)
  target_sources(${target} PRIVATE ${source})
  get_target_property(precompiled ${target} ROGATORIA_PRECOMPILED)
  if(precompiled)
    set_property(SOURCE ${source} APPEND PROPERTY OBJECT_DEPENDS ${precompiled})
  endif()
endfunction()

function(rogatoria_program name folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LINK" ${ARGN})
  _rogatoria_target_names(deps ${ARG_DEPS})
  list(TRANSFORM ARG_SOURCES PREPEND ${PROJECT_SOURCE_DIR}/${folder}/)
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${deps} ${ARG_LINK} rogatoria_options)
  _rogatoria_precompile(${name} ${folder})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()

# The checkout and the programs' folder, for the few sources that name them: everything else must not
# depend on where it is compiled.
function(_rogatoria_define_paths)
  foreach(source IN LISTS ARGN)
    file(STRINGS ${source} uses REGEX "ROGATORIA_(SOURCE|BIN)_DIR" LIMIT_COUNT 1)
    if(uses)
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
      set_property(SOURCE ${source} PROPERTY COMPILE_DEFINITIONS
                   ROGATORIA_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                   ROGATORIA_BIN_DIR="${CMAKE_BINARY_DIR}/bin")
    endif()
  endforeach()
endfunction()

# One test program a folder under tests/, made of all its .cc files, run by ctest with a time limit.
# OWN_MAIN: no GoogleTest main is linked (the folder has its own). Each program has exactly one of
# the LABELS that tests/run knows; the target labelled_LABEL builds all that have it. ONLY: the files
# that match; the others are in a library.
function(rogatoria_tests folder)
  cmake_parse_arguments(ARG "OWN_MAIN;JOINED" "TIMEOUT;ONLY" "DEPS;LINK;LABELS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${folder}/*.cc)
  if(ARG_ONLY)
    list(FILTER sources INCLUDE REGEX ${ARG_ONLY})
  endif()
  if(NOT sources)
    return()
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
    if(ROGATORIA_SANITIZE)
      set(ARG_TIMEOUT 600)  # unit.exchange alone takes 68 s there, and others run beside it
    endif()
  endif()
  string(REPLACE "/" "_" target ${folder}_test)
  _rogatoria_target_names(deps ${ARG_DEPS})
  if(ARG_JOINED)
    _rogatoria_join(sources ${target})
  endif()
  add_executable(${target} ${sources})
  if(NOT ARG_OWN_MAIN)
    list(APPEND ARG_LINK GTest::gmock_main)
  endif()
  target_link_libraries(${target} PRIVATE ${deps} GTest::gmock GTest::gtest ${ARG_LINK} rogatoria_options)
  _rogatoria_define_paths(${sources})
  _rogatoria_precompile(${target} tests/${folder})
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  # A test names the fields that it is about; only GCC objects to the others, which have values.
  target_compile_options(${target} PRIVATE
                         $<$<CXX_COMPILER_ID:GNU>:-Wno-missing-field-initializers>)
  string(REPLACE "/" "." test_name ${folder})
  add_test(NAME ${test_name} COMMAND ${target})
  foreach(label IN LISTS ARG_LABELS)
    if(NOT TARGET labelled_${label})
      add_custom_target(labelled_${label})
    endif()
    add_dependencies(labelled_${label} ${target})
  endforeach()
  set_tests_properties(${test_name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}")
endfunction()

# One fuzzer a source file of a folder under tests/, with ROGATORIA_FUZZ only. tests/fuzz/run runs
# them; the target fuzzers builds them all.
function(rogatoria_fuzzers folder)
  cmake_parse_arguments(ARG "" "" "DEPS;LINK" ${ARGN})
  if(NOT ROGATORIA_FUZZ)
    return()
  endif()
  if(NOT TARGET fuzzers)
    add_custom_target(fuzzers)
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${folder}/*.cc)
  _rogatoria_define_paths(${sources})
  _rogatoria_target_names(deps ${ARG_DEPS})
  foreach(source IN LISTS sources)
    get_filename_component(name ${source} NAME_WE)
    add_executable(fuzz_${name} ${source})
    target_link_libraries(fuzz_${name} PRIVATE ${deps} ${ARG_LINK} rogatoria_options)
    _rogatoria_precompile(fuzz_${name} tests/${folder})
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    set_target_properties(fuzz_${name} PROPERTIES
                          OUTPUT_NAME ${name} RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzzers)
    add_dependencies(fuzzers fuzz_${name})
  endforeach()
endfunction()
