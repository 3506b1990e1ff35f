# Language level, warnings, sanitizers, ccache: the same for every room.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR "archipelago is built with clang 19 (docs/adr/0001): configure with a preset, e.g. cmake --preset release")
endif()

set(ARCHIPELAGO_SANITIZE "" CACHE STRING "Sanitizers to build with: address,undefined or thread")
option(ARCHIPELAGO_FUZZ "Build the libFuzzer programs" OFF)
option(ARCHIPELAGO_HARDEN "Stack protector, fortified libc and checked iterators" OFF)

add_compile_options(-Wall -Wextra -Werror -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
                    -ffp-contract=off)  # the engine gives the same answer on every machine
add_link_options(-fuse-ld=lld-19)

if(ARCHIPELAGO_SANITIZE)
  add_compile_options(-fsanitize=${ARCHIPELAGO_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -O1)
  add_link_options(-fsanitize=${ARCHIPELAGO_SANITIZE})
  if(ARCHIPELAGO_SANITIZE MATCHES undefined)
    # Beast's composed operations end their own lifetime in a member function, which the vptr check misreads.
    add_compile_options(-fno-sanitize=vptr)
    add_link_options(-fno-sanitize=vptr)
  endif()
endif()
if(ARCHIPELAGO_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(ARCHIPELAGO_HARDEN)
  add_compile_options(-fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -D_GLIBCXX_ASSERTIONS)
  add_link_options(-pie -Wl,-z,relro,-z,now)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()
