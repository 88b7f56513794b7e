import modules
from fixture import CheckTest

BASE = "zflow_library(base SOURCES src/a.cpp)\n"
STORE = "zflow_library(store\n  SOURCES src/a.cpp # zflow::app\n  PUBLIC zflow::base Boost::headers\n  PRIVATE fmt::fmt)\n"
GRAPH = "```modules\nbase:\nstore: base | Boost fmt\n```\n"


class Modules(CheckTest):
    def two_modules(self, graph=GRAPH, **more):
        files = {"ARCHITECTURE_dot_md": graph}
        for name, cmake in (("base", BASE), ("store", STORE)):
            files[f"lib__{name}__CMakeLists_dot_txt"] = cmake
            files[f"lib__{name}__README_dot_md"] = ""
            files[f"lib__{name}__include__zflow__{name}__a_dot_hpp"] = ""
            files[f"lib__{name}__src__a_dot_cpp"] = ""
            files[f"lib__{name}__test__a_test_dot_cpp"] = ""
        return self.tree(**{name: text for name, text in {**files, **more}.items() if text is not None})

    def test_a_graph_that_is_true_passes(self):
        self.assertEqual(modules.check(self.two_modules()), [])

    def test_a_link_that_is_not_in_the_graph_is_found(self):
        tree = self.two_modules(graph=GRAPH.replace("store: base", "store:"))
        self.assert_one(modules.check(tree), "store is said to link", "it links base | Boost fmt")

    def test_a_link_that_is_only_in_the_graph_is_found(self):
        self.assert_one(modules.check(self.two_modules(graph=GRAPH.replace("base:", "base: | fmt"))), "base is said")

    def test_missing_and_made_up_modules_are_found(self):
        problems = modules.check(self.two_modules(graph=GRAPH.replace("base:\n", "engine:\n")))
        self.assertEqual(len(problems), 2, problems)

    def test_without_a_graph_there_is_a_problem(self):
        self.assert_one(modules.check(self.two_modules(graph="text\n")), "no block")

    def test_every_module_has_the_same_inside(self):
        self.assert_one(modules.check(self.two_modules(lib__base__README_dot_md=None)), "no README.md")
        self.assert_one(modules.check(self.two_modules(lib__base__test__a_test_dot_cpp=None)), "_test")
        stray = {"lib__base__include__zflow__other__b_dot_hpp": ""}
        self.assert_one(modules.check(self.two_modules(**stray)), "headers of base belong in")

    def test_headers_are_in_reach_through_public_links_only(self):
        graph = {"a": ("lib/a", {"zflow::b"}, {"zflow::c"}), "b": ("lib/b", set(), set()), "c": ("lib/c", set(), set())}
        self.assertEqual(sorted(modules.public_closure(graph, "a")), ["a", "b"])
