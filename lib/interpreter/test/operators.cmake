# The tests of the operators: a program of their own, they are many.
set(zflow_operator_tests
  test/operators/boolean_test.cpp test/operators/character_test.cpp test/operators/collections_test.cpp
  test/operators/conversion_test.cpp test/operators/evaluate.cpp test/operators/fractional_test.cpp
  test/operators/integral_test.cpp test/operators/numeric_test.cpp test/operators/optics_test.cpp
  test/operators/page_test.cpp test/operators/regex_test.cpp test/operators/relational_test.cpp
  test/operators/table_test.cpp test/operators/text_test.cpp test/operators/time_test.cpp
  test/operators/to_string_test.cpp)

zflow_test(operators SOURCES ${zflow_operator_tests} LINK zflow::interpreter fmt::fmt rapidcheck)
if(ZFLOW_TESTS)
  target_include_directories(zflow_operators_test PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/test)
  target_compile_definitions(zflow_operators_test
    PRIVATE ZFLOW_OPERATORS_PAGE="${PROJECT_SOURCE_DIR}/docs/reference/operators.md")
endif()
