# One directory = one library target = one namespace = one include prefix.

# zflow_library(NAME SOURCES .. [PUBLIC targets..] [PRIVATE targets..] [COMPONENT name])
#
# Makes the target zflow_NAME with the alias zflow::NAME, public headers below include/zflow/NAME/. What a module may
# include is what it links: PUBLIC for what its headers show, PRIVATE for what only its sources use. COMPONENT is the
# name by which find_package(zflow COMPONENTS ..) knows it, NAME unless said otherwise.
function(zflow_library name)
  cmake_parse_arguments(arg "" "COMPONENT" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  set(target zflow_${name})
  add_library(${target} STATIC ${arg_SOURCES})
  add_library(zflow::${name} ALIAS ${target})
  target_compile_features(${target} PUBLIC cxx_std_23)
  target_include_directories(${target}
    PUBLIC $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:include>
    PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/src)
  target_link_libraries(${target} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE} $<BUILD_INTERFACE:zflow_warnings>)
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON)
  if(NOT arg_COMPONENT)
    set(arg_COMPONENT ${name})
  endif()
  zflow_install_library(${name} ${arg_COMPONENT})
endfunction()

# zflow_test(NAME SOURCES .. [LINK targets..] [LABELS labels..] [PROPERTIES prop value..])
#
# Makes the GoogleTest program zflow_NAME_test and one ctest test for each of its cases. The label `unit` is what
# `./dev test --quick` runs.
function(zflow_test name)
  if(NOT ZFLOW_TESTS)
    return()
  endif()
  cmake_parse_arguments(arg "" "" "SOURCES;LINK;LABELS;PROPERTIES" ${ARGN})
  if(NOT arg_LABELS)
    set(arg_LABELS unit)
  endif()
  find_package(GTest REQUIRED)
  include(GoogleTest)
  set(target zflow_${name}_test)
  add_executable(${target} ${arg_SOURCES})
  add_dependencies(zflow_tests ${target})
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/src)
  target_link_libraries(${target} PRIVATE ${arg_LINK} GTest::gmock_main zflow_warnings)
  gtest_discover_tests(${target} DISCOVERY_MODE PRE_TEST TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS "${arg_LABELS}" TIMEOUT 600 ${arg_PROPERTIES})
endfunction()
