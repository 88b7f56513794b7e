#include "corpus.hpp"

namespace zflow::interpreter::test {
namespace {

NodeRef act(const std::string& name) {
    return undoable("do " + name);
}

NodeRef pause(const std::string& name) {
    return activity("ok pause " + name, num(1));
}

std::map<std::string, NodeRef> make() {
    std::map<std::string, NodeRef> flows;
    flows["finalizers"] = guarded(
        "outer", all({pause("a"), guarded("inner", all({pause("b"), sleep_until(5)}), pause("in finalizer")),
                      activity("flaky c", num(1)), sleep_until(9)}));
    flows["saga"] = all(
        {new_var("x", 0),
         outermost(all({act("a"), increase("x"), act("b"), guarded("g", act("c")), act("d")})), read("x")});
    flows["saga that fails"] = all(
        {new_var("x", 0), caught(outermost(all({act("a"), increase("x"), act("b"), failing("e")})), give(0)),
         pause("after")});
    flows["nested transactions"] = all(
        {new_var("x", 0),
         outermost(all({act("a"), transaction(all({act("b"), increase("x"), transaction(act("c"))})),
                        caught(transaction(all({act("d"), failing("e")})), pause("caught")), act("f")}))});
    flows["or_try"] = all(
        {new_var("x", 0), outermost(all({act("a"), or_try(all({act("b"), increase("x"), retry()}), act("c")),
                                         or_try(act("d"), give(0)), pause("p")}))});
    flows["nested timeouts"] = timeout(
        guarded(
            "1",
            timeout(guarded("2", all({pause("a"), sleep_until(50)}), all({pause("f"), sleep_until(7)})), 5)),
        100);
    flows["timeout in a transaction"] =
        all({new_var("x", 0),
             outermost(
                 all({act("a"), timeout(all({act("b"), new_var("y", 1), sleep_until(50)}), 5), act("c")}))});
    flows["transaction in a timeout"] =
        all({new_var("x", 0),
             timeout(guarded("g", outermost(all({act("a"), increase("x"), act("b"), sleep_until(50)}))), 5)});
    flows["forks"] = then(
        fork(guarded("child", all({pause("a"), then(fork(guarded("grandchild", sleep_until(20))), await)}))),
        [](const NodeRef& a) {
            return then(fork(guarded("other", pause("b"))), [&](const NodeRef& b) {
                return guarded("main", all({await(b), sleep_until(3), await(a)}), pause("f"));
            });
        });
    flows["interrupts"] =
        then(fork(guarded("child", sleep_until(50), sleep_until(9))), [](const NodeRef& child) {
            return guarded("main", all({sleep_until(2), interrupt(child), pause("after")}));
        });
    flows["conflict"] =
        all({new_var("x", 0), fork(all({sleep_until(1), increase("x"), sleep_until(2), increase("x")})),
             outermost(all({act("a"), guarded("g", read("x")), sleep_until(3), act("b"), increase("x")})),
             read("x")});
    flows["waiting for a variable"] =
        all({new_var("x", 0), fork(all({pause("p"), increase("x"), sleep_until(5), increase("x")})),
             outermost(all({act("a"), transaction(all({act("b"), await_value("x", 2)})), act("c")}))});
    flows["fork in a transaction"] = all(
        {new_var("x", 0),
         caught(outermost(all({act("a"), fork(guarded("child", sleep_until(50))), pause("p"), failing("e")})),
                pause("q"))});
    flows["iterate"] =
        guarded("g", iterate(
                         num(0), [](const NodeRef& n) { return all({pause("p"), give(add(n, num(1)))}); },
                         [](const NodeRef& n) { return at_most(n, num(2)); }));
    flows["death"] = guarded("g",
                             all({fork(guarded("child", sleep_until(50))), pause("p"),
                                  outermost(all({act("a"), guarded("h", act("b")), die()}))}),
                             pause("f"));
    return flows;
}

}  // namespace

const std::map<std::string, NodeRef>& corpus() {
    static const auto flows = make();
    return flows;
}

}  // namespace zflow::interpreter::test
