import links
from fixture import CheckTest


class Links(CheckTest):
    def test_a_link_leads_to_a_file_or_a_directory(self):
        tree = self.tree(a_dot_md="[x](docs/b.md) [y](docs) [z](https://example.org)\n", docs__b_dot_md="# B\n[a](../a.md)")
        self.assertEqual(links.check(tree), [])

    def test_a_link_to_nothing_is_found(self):
        self.assert_one(links.check(self.tree(docs__a_dot_md="one\n[x](b.md)\n")), "docs/a.md:2", "b.md leads nowhere")

    def test_an_anchor_is_a_heading(self):
        text = "# What `x` is, and why\n## Same\n## Same\n[1](#what-x-is-and-why) [2](#same-1) [3](b.md#other)\n"
        self.assertEqual(links.check(self.tree(a_dot_md=text, b_dot_md="### Other\n")), [])

    def test_an_anchor_without_a_heading_is_found(self):
        text = "```\n# in a block\n```\n[x](#in-a-block)\n"
        self.assert_one(links.check(self.tree(a_dot_md=text)), "a.md:4", "heading")

    def test_links_in_blocks_are_code(self):
        self.assertEqual(links.check(self.tree(a_dot_md="```cpp\nauto f = [x](y) {};\n```\n")), [])

    def test_a_file_that_a_comment_names_is_there(self):
        text = "/// Example: examples/1/main.cpp.\n"
        self.assert_one(links.check(self.tree(x_dot_hpp=text)), "x.hpp:1", "examples/1/main.cpp")
        self.assertEqual(links.check(self.tree(x_dot_hpp=text, examples__1__main_dot_cpp="")), [])
