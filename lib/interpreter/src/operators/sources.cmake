# One family of operators is one file; table.cpp joins their rows.
set(zflow_operator_sources
  src/operators/boolean.cpp src/operators/character.cpp src/operators/collections.cpp src/operators/conversion.cpp
  src/operators/decimal.cpp src/operators/fractional.cpp src/operators/integral.cpp src/operators/java_math.cpp
  src/operators/numeric.cpp src/operators/optics.cpp src/operators/options.cpp src/operators/order.cpp
  src/operators/regex.cpp src/operators/regex_reader.cpp src/operators/regex_syntax.cpp src/operators/relational.cpp src/operators/support.cpp src/operators/table.cpp
  src/operators/text.cpp src/operators/time.cpp src/operators/to_string.cpp src/operators/unicode_case.cpp
  src/operators/unicode_data.cpp)
