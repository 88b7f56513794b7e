import doc_code
from fixture import CheckTest

SOURCE = "int f() {\n    return 1;\n}\n"


class DocCode(CheckTest):
    def check(self, text):
        return doc_code.check(self.tree(README_dot_md=text, x_dot_cpp=SOURCE))

    def test_a_block_that_is_the_file_passes(self):
        self.assertEqual(self.check(f"<!-- source: x.cpp -->\n```cpp\n{SOURCE}```\n"), [])

    def test_a_block_that_differs_from_the_file_is_found(self):
        changed = SOURCE.replace("1", "2")
        self.assert_one(self.check(f"<!-- source: x.cpp -->\n```cpp\n{changed}```\n"), "README.md:2", "x.cpp")

    def test_a_part_is_whole_lines_with_or_without_their_indentation(self):
        self.assertEqual(self.check("<!-- part of: x.cpp -->\n```cpp\nreturn 1;\n```\n"), [])
        self.assert_one(self.check("<!-- part of: x.cpp -->\n```cpp\nreturn 1\n```\n"), "not a part of x.cpp")

    def test_cpp_without_a_source_is_found(self):
        self.assert_one(self.check("text\n```cpp\nint x;\n```\n"), "README.md:2", "compiled file")

    def test_a_mark_counts_only_right_above_its_block(self):
        self.assert_one(self.check(f"<!-- source: x.cpp -->\ntext\n```cpp\n{SOURCE}```\n"), "compiled file")

    def test_a_source_that_is_gone_is_found(self):
        self.assert_one(self.check("<!-- source: y.cpp -->\n```cpp\nint x;\n```\n"), "y.cpp, which is not there")

    def test_other_languages_need_no_source(self):
        self.assertEqual(self.check("```sh\nls\n```\n"), [])
