# archipelago_room(<name> [LINKS <targets>…] [TEST_LINKS <targets>…])
#
# Turns the current folder into the library archipelago_<name>, and by file name:
#   x.cpp        into the library            x_test.cpp   into the test program <name>_test
#   x_bench.cpp  into <name>_bench           x_fuzz.cpp   into the fuzzer fuzz_x, or a replayer of its corpus
#   main.cpp     nowhere: the room makes its program of it
# A room sees only what it LINKS: that is how the direction of dependencies is kept.
function(archipelago_room name)
  cmake_parse_arguments(ROOM "" "" "LINKS;TEST_LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  file(GLOB tests CONFIGURE_DEPENDS *_test.cpp)
  file(GLOB benches CONFIGURE_DEPENDS *_bench.cpp)
  file(GLOB fuzzers CONFIGURE_DEPENDS *_fuzz.cpp)
  list(REMOVE_ITEM sources ${tests} ${benches} ${fuzzers} ${CMAKE_CURRENT_SOURCE_DIR}/main.cpp)

  if(NOT PROJECT_IS_TOP_LEVEL)
    set(tests "")
    set(benches "")
    set(fuzzers "")
  endif()

  set(library archipelago_${name})
  if(sources)
    add_library(${library} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(${library} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${library} ${scope}
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src> $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>)
  target_link_libraries(${library} ${scope} ${ROOM_LINKS})

  if(tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE ${library} ${ROOM_TEST_LINKS} ${RAPIDCHECK}
                                               GTest::gmock GTest::gtest_main)
    target_include_directories(${name}_test PRIVATE ${PROJECT_SOURCE_DIR}/tests)
    target_compile_definitions(${name}_test PRIVATE
      ARCHIPELAGO_VECTORS_DEFAULT="${PROJECT_SOURCE_DIR}/tests/vectors")
    target_precompile_headers(${name}_test REUSE_FROM archipelago_test_headers)
    gtest_discover_tests(${name}_test TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60
                         PROPERTIES LABELS unit TIMEOUT 120)
  endif()
  if(benches)
    add_executable(${name}_bench ${benches})
    target_link_libraries(${name}_bench PRIVATE ${library} ${ROOM_TEST_LINKS} benchmark::benchmark benchmark::benchmark_main)
  endif()
  foreach(fuzzer ${fuzzers})
    archipelago_fuzzer(${fuzzer} ${library})
  endforeach()
endfunction()

# What every test includes, compiled once.
if(PROJECT_IS_TOP_LEVEL)
  file(WRITE ${CMAKE_BINARY_DIR}/test_headers.cpp.new "// Carries the precompiled headers of the tests.\n")
  file(COPY_FILE ${CMAKE_BINARY_DIR}/test_headers.cpp.new ${CMAKE_BINARY_DIR}/test_headers.cpp ONLY_IF_DIFFERENT)
  add_library(archipelago_test_headers OBJECT ${CMAKE_BINARY_DIR}/test_headers.cpp)
  target_link_libraries(archipelago_test_headers PRIVATE GTest::gmock)
  target_compile_definitions(archipelago_test_headers PRIVATE
    ARCHIPELAGO_VECTORS_DEFAULT="${PROJECT_SOURCE_DIR}/tests/vectors")
  # As the test programs are compiled: position independent as executables are, not as libraries.
  set_target_properties(archipelago_test_headers PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(archipelago_test_headers PRIVATE -fPIE -Xclang -fno-pch-timestamp)
  target_precompile_headers(archipelago_test_headers PRIVATE
    <algorithm> <functional> <map> <memory> <string> <vector>
    <gmock/gmock.h> <gtest/gtest.h> <rapidcheck/gtest.h>)
endif()

# A fuzzer is built with libFuzzer under the asan preset and elsewhere as a plain program; either replays its corpus
# (tests/corpus/<x>) as an ordinary test.
function(archipelago_fuzzer source library)
  get_filename_component(file ${source} NAME_WE)
  string(REGEX REPLACE "_fuzz$" "" subject ${file})
  set(corpus ${PROJECT_SOURCE_DIR}/tests/corpus/${subject})
  if(ARCHIPELAGO_FUZZ)
    add_executable(fuzz_${subject} ${source})
    target_link_options(fuzz_${subject} PRIVATE -fsanitize=fuzzer)
    add_test(NAME corpus.${subject} COMMAND fuzz_${subject} -runs=0 ${corpus})
  else()
    add_executable(fuzz_${subject} ${source} ${PROJECT_SOURCE_DIR}/tests/support/replay_corpus.cpp)
    add_test(NAME corpus.${subject} COMMAND fuzz_${subject} ${corpus})
  endif()
  set_tests_properties(corpus.${subject} PROPERTIES LABELS unit TIMEOUT 60)
  target_link_libraries(fuzz_${subject} PRIVATE ${library})
endfunction()

include(GoogleTest)
