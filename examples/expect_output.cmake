# Run PROGRAM with ARGUMENTS and compare what it writes with the file EXPECTED.
execute_process(COMMAND ${PROGRAM} ${ARGUMENTS} OUTPUT_VARIABLE text RESULT_VARIABLE code)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "ended with ${code} and wrote: ${text}")
endif()
file(READ ${EXPECTED} expected)
if(NOT text STREQUAL expected)
  message(FATAL_ERROR "wrote:\n${text}\ninstead of:\n${expected}")
endif()
