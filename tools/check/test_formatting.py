import formatting
from fixture import CheckTest


class Formatting(CheckTest):
    def test_what_clang_format_would_change_is_found(self):
        self.assertEqual(formatting.unformatted(self.tree(x_dot_cpp="int main() {}\n")), [])
        self.assert_one(formatting.unformatted(self.tree(x_dot_cpp="int   main( ) { }\n")), "x.cpp", "not formatted")

    def test_long_files_and_lines_are_found(self):
        self.assertEqual(formatting.too_long(self.tree(x_dot_cpp="int x;\n" * formatting.MOST_LINES)), [])
        self.assert_one(formatting.too_long(self.tree(x_dot_cpp="int x;\n" * (formatting.MOST_LINES + 1))), "501 lines")
        self.assert_one(formatting.too_long(self.tree(x_dot_cpp="// " + "x" * 108)), "x.cpp:1", "111 columns")

    def test_blanks_at_the_end_are_found(self):
        self.assert_one(formatting.too_long(self.tree(x_dot_py="a = 1 \n")), "x.py:1", "blanks")

    def test_recorded_data_is_left_alone(self):
        self.assertEqual(formatting.too_long(self.tree(lib__x__test__golden__a_dot_txt="a \n")), [])
