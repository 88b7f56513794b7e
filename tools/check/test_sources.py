import sources
from fixture import CheckTest


class Sources(CheckTest):
    def test_a_clock_is_read_only_by_the_clock(self):
        line = "auto now = std::chrono::steady_clock" + "::now();\n"
        self.assertEqual(sources.check(self.tree(lib__base__src__clock_dot_cpp=line)), [])
        self.assertEqual(sources.check(self.tree(bench__row_dot_cpp=line)), [])
        self.assert_one(sources.check(self.tree(lib__store__src__x_dot_cpp=line)), "lib/store/src/x.cpp:1", "clock")

    def test_every_way_to_randomness_is_known(self):
        for line in ("std::random_device d;", "getrandom(p, n, 0);", "int x = rand();", 'open("/dev/urandom");'):
            self.assert_one(sources.check(self.tree(app__x_dot_cpp=line)), "randomness")

    def test_what_only_looks_like_a_clock_is_none(self):
        line = "void f(std::chrono::steady_clock::time_point at, Operand(x));"
        self.assertEqual(sources.check(self.tree(app__x_dot_cpp=line)), [])

    def test_no_file_names_a_directory_of_one_machine(self):
        self.assert_one(sources.check(self.tree(README_dot_md="see " + "/home" + "/me/x")), "README.md:1", "private path")
        self.assertEqual(sources.check(self.tree(README_dot_md="see docs/home/x and https://a.b/home/x")), [])

    def test_nothing_is_left_to_do(self):
        self.assert_one(sources.check(self.tree(x_dot_cpp="// TO" + "DO: more")), "left to do")
        self.assertEqual(sources.check(self.tree(x_dot_cpp='mkdtemp("name-XXXXXX")')), [])

    def test_a_header_is_included_once(self):
        self.assert_one(sources.check(self.tree(x_dot_hpp="int f();\n")), "#pragma once")
        self.assertEqual(sources.check(self.tree(x_dot_hpp="#pragma once\nint f();\n")), [])

    def test_asio_is_never_included_whole(self):
        self.assert_one(sources.check(self.tree(x_dot_cpp="#include <boost/asio.hpp>\n")), "whole library")
        self.assertEqual(sources.check(self.tree(x_dot_cpp="#include <boost/asio/post.hpp>\n")), [])
