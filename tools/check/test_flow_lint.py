"""The lint of flows finds what compiles and surprises, and nothing else."""

import unittest

import flow_lint


def kinds(source):
    return [kind for _, kind in flow_lint.findings(source)]


class Found(unittest.TestCase):
    def test_try_around_an_await(self):
        self.assertEqual(flow_lint.findings(
            "Flow<Unit> f(Remote<Order> o) {\n    try {\n        co_await charge(o);\n    } catch (const std::exception&) {\n    }\n}\n"),
            [(3, "try-catch")])
        self.assertEqual(kinds("auto g = [&]() -> zflow::Flow<int, Never> { try { if (x) { co_return co_await h(); } } catch (...) {} };"),
                         ["try-catch"])

    def test_awaits_on_both_sides_of_and_or_or(self):
        self.assertEqual(kinds("Flow<bool> f() { co_return co_await a() && co_await b(); }"), ["both-run"])
        self.assertEqual(kinds("Flow<bool> f() { auto x = (co_await a()) || co_await b(1, g(2)); }"), ["both-run"])

    def test_two_awaits_in_one_expression(self):
        self.assertEqual(kinds("Flow<int> f() { co_return g(co_await a(), co_await b()); }"), ["two-awaits"])
        self.assertEqual(kinds("Flow<int> f() { auto x = co_await a()\n + co_await b(); }"), ["two-awaits"])
        self.assertEqual(kinds("Flow<int> f() { auto x = std::tuple{g(co_await a(), co_await b())}; }"), ["two-awaits"])

    def test_in_lambdas_of_flows_and_members(self):
        self.assertEqual(kinds("void f() { when(c, [=](Remote<int> x) -> Flow<std::tuple<int, int>> { co_return g(co_await a(), co_await b()); }); }"),
                         ["two-awaits"])
        self.assertEqual(kinds("struct S { Flow<int> f() const { co_return co_await a() + co_await b(); } };"), ["two-awaits"])
        self.assertEqual(kinds("template <class T>\nauto f(T x) -> Flow<int> { co_return co_await a() + co_await b(); }"), ["two-awaits"])


class NotFound(unittest.TestCase):
    def assert_clean(self, source):
        self.assertEqual(kinds(source), [])

    def test_one_await_a_statement(self):
        self.assert_clean("Flow<int> f() { auto a = co_await g(); auto b = co_await h(a && c); co_await when(a, b); co_return a + b; }")

    def test_awaits_in_braces(self):
        self.assert_clean("Flow<int> f() { const std::tuple<Remote<int>, Remote<int>> x{co_await a(), co_await b()}; }")
        self.assert_clean("Flow<int> f() { auto x = std::tuple{(co_await flows)...}; }")

    def test_an_inner_function_has_its_own_expressions(self):
        self.assert_clean("Flow<int> f() { auto x = co_await when(c, [&]() -> Flow<int> { co_return co_await a(); }, [&]() -> Flow<int> "
                          "{ auto y = co_await b(); co_return y; }); }")

    def test_try_that_is_around_no_flow(self):
        self.assert_clean("Flow<int> f() { try { read(config); } catch (...) {} co_return co_await a(); }")
        self.assert_clean("asio::awaitable<void> f() { try { co_await socket.read(); } catch (...) {} }")
        self.assert_clean("int main() { try { (void)zflow::flow(\"x\", [](Remote<int> x) -> Flow<int> { co_return co_await a(x); }); } catch (...) {} }")

    def test_other_coroutines(self):
        self.assert_clean("asio::awaitable<int> f() { co_return co_await a() + co_await b(); }")

    def test_comments_strings_and_muted_lines(self):
        self.assert_clean("Flow<int> f() { // co_await a() && co_await b();\n /* try { co_await x(); } */ log(\"co_await a, co_await b\"); }")
        self.assert_clean("Flow<int> f() { co_return co_await a() + co_await b(); // NOLINT(flow): the order does not matter\n}")

    def test_control_statements(self):
        self.assert_clean("Flow<int> f() { for (const auto& g : flows) { if constexpr (x) { co_await g; } else { co_await h; } } co_await i; }")
        self.assert_clean("Flow<int> f() { for (int i = 0; i < 3; ++i) co_await g(i); co_await h(); }")


if __name__ == "__main__":
    unittest.main()
