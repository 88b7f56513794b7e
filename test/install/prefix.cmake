# Install to a clean prefix, and look for paths of this machine in what was installed.

set(prefix ${GROUND}/prefix)
file(REMOVE_RECURSE ${prefix})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${ZFLOW_BINARY_DIR} --prefix ${prefix}
  OUTPUT_VARIABLE text ERROR_VARIABLE text RESULT_VARIABLE code)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "cmake --install failed:\n${text}")
endif()

# Whoever moves or packs the prefix must be able to: nothing but debug information may say where it was built.
file(GLOB_RECURSE files ${prefix}/*.cmake ${prefix}/*.hpp ${prefix}/*.md)
list(LENGTH files count)
if(count LESS 30)
  message(FATAL_ERROR "only ${count} files were installed:\n${text}")
endif()
foreach(file IN LISTS files)
  file(READ ${file} content)
  foreach(path ${ZFLOW_SOURCE_DIR} ${ZFLOW_BINARY_DIR})
    string(FIND "${content}" "${path}" at)
    if(NOT at EQUAL -1)
      message(FATAL_ERROR "${file} names the build's directory ${path}")
    endif()
  endforeach()
endforeach()

file(COPY ${prefix}/bin/zflow DESTINATION ${GROUND}/stripped)
execute_process(COMMAND strip ${GROUND}/stripped/zflow COMMAND_ERROR_IS_FATAL ANY)
file(STRINGS ${GROUND}/stripped/zflow places REGEX "${ZFLOW_SOURCE_DIR}/")
if(places)
  message(FATAL_ERROR "bin/zflow names the build's directory:\n${places}")
endif()

# The command works from there.
execute_process(COMMAND ${prefix}/bin/zflow version OUTPUT_VARIABLE version COMMAND_ERROR_IS_FATAL ANY)
if(NOT version MATCHES "^zflow [0-9]+\\.[0-9]+\\.[0-9]+\n$")
  message(FATAL_ERROR "bin/zflow version printed: ${version}")
endif()
