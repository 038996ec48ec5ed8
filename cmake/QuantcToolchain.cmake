# Compiler cache and linker, when they are present.
include_guard()

find_program(QUANTC_CCACHE ccache)
if(QUANTC_CCACHE)
  # A precompiled header is cached too once its time stamps don't count.
  set(launcher ${CMAKE_COMMAND} -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${QUANTC_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

find_program(QUANTC_LLD NAMES ld.lld-22 ld.lld HINTS /usr/lib/llvm-22/bin)
if(QUANTC_LLD)
  add_link_options(-fuse-ld=lld $<$<CXX_COMPILER_ID:Clang>:--ld-path=${QUANTC_LLD}>)
endif()

if(QUANTC_SANITIZE)
  add_compile_options(-fsanitize=address,undefined,fuzzer-no-link -fno-sanitize=vptr
    -fno-sanitize-recover=undefined -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=address,undefined)
endif()

if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  add_compile_definitions(NDEBUG)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
