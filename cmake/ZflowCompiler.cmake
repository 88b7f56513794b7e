# Which compilers are right for zflow and for programs that use it: the build and the installed package ask here.

# zflow_check_compiler(OUT): gives a sentence that says what is wrong with the C++ compiler, nothing if it is right.
function(zflow_check_compiler out)
  set(${out} "" PARENT_SCOPE)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    string(CONCAT sentence
      "zflow cannot be built or used with GCC ${CMAKE_CXX_COMPILER_VERSION}: before GCC 13 coroutines that await in a "
      "condition or inside braces are miscompiled without a word. Use Clang 19 (CXX=clang++-19) or GCC 13 and newer.")
    set(${out} "${sentence}" PARENT_SCOPE)
  endif()
endfunction()
