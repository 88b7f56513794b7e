import headers
from fixture import CheckTest

A = {"lib__a__CMakeLists_dot_txt": "zflow_library(a SOURCES x.cpp PRIVATE zflow::b)"}
B = {"lib__b__CMakeLists_dot_txt": "zflow_library(b SOURCES x.cpp)", "lib__b__include__zflow__b__b_dot_hpp": "#pragma once\n"}


class Headers(CheckTest):
    def test_a_header_that_needs_another_first_is_found(self):
        tree = self.tree(**A, lib__a__include__zflow__a__a_dot_hpp="#pragma once\nstd::string name();\n")
        self.assert_one(headers.check(tree), "lib/a/include/zflow/a/a.hpp", "does not compile alone")

    def test_a_header_that_includes_what_it_needs_passes(self):
        text = "#pragma once\n#include <string>\nstd::string name();\n"
        self.assertEqual(headers.check(self.tree(**A, lib__a__include__zflow__a__a_dot_hpp=text)), [])

    def test_a_header_may_not_include_what_its_module_links_privately(self):
        tree = self.tree(**A, **B, lib__a__include__zflow__a__a_dot_hpp="#pragma once\n#include <zflow/b/b.hpp>\n")
        self.assert_one(headers.check(tree), "b.hpp")
