# Copy a program that uses zflow to a clean directory, configure it there, build it, run its tests.
#
# With REFUSED, configuring must fail with that sentence instead. PROGRAM is the program's directory, by default NAME.

if(NOT PROGRAM)
  set(PROGRAM ${NAME})
endif()
set(place ${GROUND}/${NAME})
file(REMOVE_RECURSE ${place})
file(COPY ${CMAKE_CURRENT_LIST_DIR}/${PROGRAM}/ DESTINATION ${place})
if(PROGRAM STREQUAL "subdirectory")
  file(COPY ${CMAKE_CURRENT_LIST_DIR}/use_package/main.cpp DESTINATION ${place})
  list(APPEND OPTIONS -DZFLOW_SOURCE_DIR=${ZFLOW_SOURCE_DIR})
endif()

if(PROGRAM STREQUAL "use_flows")
  file(COPY ${ZFLOW_SOURCE_DIR}/examples/1_first_flow/buy.hpp ${ZFLOW_SOURCE_DIR}/examples/1_first_flow/main.cpp
    DESTINATION ${place})
endif()
if(PROGRAM STREQUAL "use_engine")
  file(COPY ${ZFLOW_SOURCE_DIR}/examples/1_first_flow/buy.hpp ${ZFLOW_SOURCE_DIR}/examples/1_first_flow/durable.cpp
    DESTINATION ${place})
endif()

if(PROGRAM STREQUAL "own_backend")
  file(COPY ${ZFLOW_SOURCE_DIR}/examples/3_own_backend/map_store.hpp
    ${ZFLOW_SOURCE_DIR}/examples/3_own_backend/map_store.cpp
    ${ZFLOW_SOURCE_DIR}/examples/3_own_backend/conformance_test.cpp DESTINATION ${place})
endif()

function(run what) # and a command: its output is shown if it fails
  execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE text ERROR_VARIABLE text RESULT_VARIABLE code)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${what} ${PROGRAM} failed:\n${text}")
  endif()
endfunction()

set(configure ${CMAKE_COMMAND} -G Ninja -S ${place} -B ${place}/build -DCMAKE_PREFIX_PATH=${GROUND}/prefix
  -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER} -DCMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER} ${OPTIONS})
if(REFUSED)
  execute_process(COMMAND ${configure} OUTPUT_VARIABLE text ERROR_VARIABLE text RESULT_VARIABLE code)
  # CMake breaks the lines of its messages where it likes.
  string(REGEX REPLACE "[ \n]+" " " text "${text}")
  string(FIND "${text}" "${REFUSED}" at)
  if(code EQUAL 0 OR at EQUAL -1)
    message(FATAL_ERROR "expected to be refused with: ${REFUSED}\nended with ${code}: ${text}")
  endif()
  return()
endif()
run("configuring" ${configure})
run("building" ${CMAKE_COMMAND} --build ${place}/build)
run("testing" ${CMAKE_CTEST_COMMAND} --test-dir ${place}/build --output-on-failure --no-tests=error)
