# Which compilers are right for zflow, the warnings that every target is built with, and sanitizers.

include(ZflowCompiler)
zflow_check_compiler(zflow_wrong_compiler)
if(zflow_wrong_compiler)
  message(FATAL_ERROR "${zflow_wrong_compiler}")
endif()

if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
  set(CMAKE_CXX_EXTENSIONS OFF)
  find_program(ZFLOW_CCACHE ccache)
  if(ZFLOW_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${ZFLOW_CCACHE})
  endif()
  find_program(ZFLOW_LLD NAMES ld.lld-19 ld.lld)
  if(ZFLOW_LLD AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    add_link_options(-fuse-ld=lld)
  endif()
  # File names in messages and in what is installed begin at the top of the tree, wherever it was built.
  add_compile_options(-fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=)
endif()

add_library(zflow_warnings INTERFACE)
target_compile_options(zflow_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wunused-result
  $<$<BOOL:${ZFLOW_WERROR}>:-Werror>)

if(ZFLOW_SANITIZE)
  string(REPLACE "," ";" sanitizers "${ZFLOW_SANITIZE}")
  foreach(sanitizer IN LISTS sanitizers)
    add_compile_options(-fsanitize=${sanitizer})
    add_link_options(-fsanitize=${sanitizer})
  endforeach()
  add_compile_options(-fno-omit-frame-pointer -fno-sanitize-recover=all)
endif()
