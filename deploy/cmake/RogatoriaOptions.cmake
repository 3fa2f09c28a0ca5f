# One place for what every target is compiled with: the language level, warnings, sanitizers,
# hardening, ccache. Targets get it by linking rogatoria_options (RogatoriaTargets.cmake does).

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# Dev: quick to compile, line tables for stack traces. Plain variables: they win over the empty cache
# entries that CMake makes for a build type it does not know.
set(CMAKE_CXX_FLAGS_DEV "-O0 -g1")
set(CMAKE_C_FLAGS_DEV "-O0 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_C_FLAGS_RELEASE "-O2 -g1")

find_program(CCACHE ccache)
if(CCACHE)
  # A second checkout, in another folder, compiles nothing that the first one compiled: paths under
  # the checkout are made relative (BASEDIR), the working folder is not part of the key (NOHASHDIR),
  # and only sources that name ROGATORIA_SOURCE_DIR are given it. Precompiled headers need
  # the sloppiness settings, and a name of the working folder that is the same everywhere (PWD):
  # clang writes it into them. What is compiled with such a header cannot be preprocessed for the key,
  # so its key is made of what it turns out to depend on (DEPEND); but then the compiler is given the
  # paths as they are, and the headers themselves have to be without them.
  set(with_ccache
      ${CMAKE_COMMAND} -E env PWD=/proc/self/cwd CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 CCACHE_MAXSIZE=10G)
  set(PRECOMPILED_LAUNCHER ${with_ccache} ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${with_ccache} CCACHE_DEPEND=1 ${CCACHE})
endif()

set(ROGATORIA_SANITIZE "" CACHE STRING "Sanitizers, e.g. address,undefined or thread")

add_library(rogatoria_options INTERFACE)
target_include_directories(rogatoria_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(rogatoria_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Werror
  -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(rogatoria_options INTERFACE -Wthread-safety)
  add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
  add_link_options(-fuse-ld=lld)
endif()

if(ROGATORIA_SANITIZE)
  # Relative, as a compiler's option that names this checkout would keep ccache from sharing.
  file(RELATIVE_PATH ignored ${CMAKE_BINARY_DIR}
       ${PROJECT_SOURCE_DIR}/deploy/cmake/sanitizers-ignore.txt)
  add_compile_options(-fsanitize=${ROGATORIA_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    add_compile_options(-fsanitize-ignorelist=${ignored})
  endif()
  add_link_options(-fsanitize=${ROGATORIA_SANITIZE})
endif()

# Fuzzers (tests/fuzz) share the libraries of the preset asan: building those a second time would
# cost more than the fuzzing. So what fuzzers look into counts there which code ran.
option(ROGATORIA_FUZZ "Build the fuzzers; needs clang" OFF)
if(ROGATORIA_FUZZ AND NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  message(FATAL_ERROR "libFuzzer comes with clang: use the preset asan")
endif()

if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection
                      -fcf-protection)
  add_link_options(-Wl,-z,relro,-z,now -pie)
endif()
