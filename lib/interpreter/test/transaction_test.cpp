// Transactions: what they read and write, how they run again, wait and are undone.

#include "drive.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zflow::interpreter::test {
namespace {

using ::testing::ElementsAre;

/// Fork the flow, then go on with this one.
NodeRef beside(NodeRef other, NodeRef flow) {
    return then(fork(std::move(other)), std::move(flow));
}

TEST(Transaction, gives_what_its_flow_gives) {
    EXPECT_EQ(outcome_of(transaction(give(1))), "1");
    EXPECT_EQ(outcome_of(transaction(failing("e"))), R"(failed: "e")");
    EXPECT_EQ(outcome_of(transaction(die())), "died: Could not evaluate ZFlow");
}

TEST(Transaction, writes_all_or_nothing) {
    const auto two = [](NodeRef end) {
        return all({new_var("x", 1), new_var("y", 1),
                    caught(transaction(all({set("x", 2), set("y", 2), std::move(end)})), give(0)),
                    then(read("x"), [](const NodeRef& x) {
                        return then(read("y"), [x](const NodeRef& y) { return give(pair(x, y)); });
                    })});
    };
    EXPECT_EQ(outcome_of(two(give(0))), "(2, 2)");
    EXPECT_EQ(outcome_of(two(failing("e"))), "(1, 1)");
    const Drive died = Drive(all({new_var("x", 1), transaction(all({set("x", 2), die()}))})).run();
    EXPECT_EQ(died.variable("x"), "1");
}

TEST(Transaction, reads_its_own_writes_and_nobody_else_does) {
    EXPECT_EQ(outcome_of(all({new_var("x", 1), transaction(all({set("x", 2), increase("x"), read("x")}))})),
              "3");
    EXPECT_EQ(outcome_of(all({new_var("x", 1), fork(transaction(all({set("x", 2), sleep_until(10)}))),
                              sleep_until(5), read("x")})),
              "1");
}

TEST(Transaction, runs_again_when_what_it_has_read_has_changed) {
    const Drive drive =
        Drive(all({new_var("x", 1), new_var("y", 0),
                   beside(all({sleep_until(5), set("x", 2)}),
                          transaction(then(read("x"),
                                           [](const NodeRef& x) {
                                               return all({sleep_until(10), log("run"), set("y", x)});
                                           })))}))
            .run();
    EXPECT_EQ(drive.variable("y"), "2");
    EXPECT_THAT(drive.logged(), ElementsAre("run", "run"));
}

TEST(Transaction, what_changed_and_was_not_read_makes_no_conflict) {
    const Drive drive =
        Drive(all({new_var("x", 1), new_var("y", 0),
                   beside(all({sleep_until(5), set("y", 2)}),
                          transaction(all({set("y", 7), sleep_until(10), log("run"), set("x", 3)})))}))
            .run();
    // Modify reads, so writing is reading: the second run is the last.
    EXPECT_EQ(drive.variable("y"), "7");
    EXPECT_EQ(drive.variable("x"), "3");
    const Drive other = Drive(all({new_var("x", 1), new_var("y", 0),
                                   beside(all({sleep_until(5), set("y", 2)}),
                                          transaction(all({sleep_until(10), log("run"), increase("x")})))}))
                            .run();
    EXPECT_THAT(other.logged(), ElementsAre("run"));
}

TEST(Transaction, a_variable_that_was_not_there_is_something_that_was_read) {
    // The child reads `x` of the main fiber, for want of one of its own; the main fiber makes a nearer one.
    const auto flow = all(
        {new_var("x", 1), new_var("seen", 0),
         timeout(
             all({then(
                 fork(transaction(then(
                     read("x"), [](const NodeRef& x) { return all({sleep_until(10), set("seen", x)}); }))),
                 [](const NodeRef& child) { return all({sleep_until(5), new_var("x", 2), await(child)}); })}),
             100)});
    EXPECT_EQ(Drive(flow).run().variable("seen"), "2");
}

TEST(Transaction, what_failed_or_died_of_a_conflict_runs_again) {
    // x and y change together; whoever reads them apart would see them differ.
    const auto flow = [](const NodeRef& otherwise) {
        return all({new_var("x", 1), new_var("y", 1),
                    beside(all({sleep_until(5), transaction(all({set("x", 2), set("y", 2)}))}),
                           transaction(then(read("x"), [&](const NodeRef& x) {
                               return all({sleep_until(10), then(read("y"), [&](const NodeRef& y) {
                                               return if_(is_equal(x, y), give(x), otherwise);
                                           })});
                           })))});
    };
    EXPECT_EQ(outcome_of(flow(failing("differ"))), "2");
    EXPECT_EQ(outcome_of(flow(die())), "2");
    EXPECT_EQ(outcome_of(flow(give(remote_fail("differ")))), "2");
    EXPECT_EQ(outcome_of(flow(retry())), "2");
}

TEST(Transaction, waits_longer_each_time_it_meets_a_conflict) {
    // Another fiber writes every second, for ten seconds; each try takes two.
    const auto every = [](std::int64_t from) {
        NodeRef flow = give(0);
        for (auto t = from + 9; t >= from; --t) {
            flow = all({sleep_until(t), increase("x"), flow});
        }
        return flow;
    };
    const Drive drive =
        Drive(all({new_var("x", 0),
                   beside(every(1), transaction(then(read("x"),
                                                     [](const NodeRef& x) {
                                                         return all({activity("flaky a", num(1)), give(x)});
                                                     })))}))
            .run();
    EXPECT_EQ(drive.outcome(), "10");
    EXPECT_EQ(drive.left_behind(), "");
}

TEST(Compensation, runs_newest_first_and_once_each_when_a_transaction_fails) {
    const Drive drive =
        Drive(transaction(all({undoable("a"), undoable("b"), undoable("c"), failing("e")}))).run();
    EXPECT_EQ(drive.outcome(), R"(failed: "e")");
    EXPECT_THAT(drive.calls(), ElementsAre("ok a", "ok b", "ok c", "ok undo c", "ok undo b", "ok undo a"));
}

TEST(Compensation, has_the_activity_s_result_as_input_and_what_was_bound) {
    const auto with = activity(
        "ok a", num(5), then(input(), [](const NodeRef& result) { return activity("ok undo", result); }));
    const Drive drive =
        Drive(then(transaction(all({with, caught(failing("x"), failing("e"))})), give(0))).run();
    EXPECT_THAT(drive.actions(), ::testing::Contains("call 2 1 'ok undo' test.Operation () 5"));
    EXPECT_EQ(outcome_of(caught(transaction(all({with, failing("e")})), input()), {.input = Value::int_(9)}),
              "9");
}

TEST(Compensation, does_not_run_after_a_commit_nor_outside_of_a_transaction) {
    EXPECT_THAT(Drive(all({transaction(undoable("a")), failing("e")})).run().calls(), ElementsAre("ok a"));
    EXPECT_THAT(Drive(all({undoable("a"), failing("e")})).run().calls(), ElementsAre("ok a"));
}

TEST(Compensation, of_an_activity_that_failed_there_is_none) {
    const auto fails = activity("bad b", num(1), activity("ok undo b", num(1)));
    EXPECT_THAT(Drive(transaction(all({undoable("a"), fails}))).run().calls(),
                ElementsAre("ok a", "bad b", "ok undo a"));
}

TEST(Compensation, an_inner_transaction_hands_its_own_to_the_outer_one) {
    const auto flow = [](NodeRef end) {
        return transaction(all({undoable("a"), transaction(all({undoable("b"), undoable("c")})),
                                undoable("d"), std::move(end)}));
    };
    EXPECT_THAT(
        Drive(flow(failing("e"))).run().calls(),
        ElementsAre("ok a", "ok b", "ok c", "ok d", "ok undo d", "ok undo c", "ok undo b", "ok undo a"));
    EXPECT_THAT(Drive(flow(die())).run().calls(), ElementsAre("ok a", "ok b", "ok c", "ok d", "ok undo d",
                                                              "ok undo c", "ok undo b", "ok undo a"));
    EXPECT_EQ(Drive(flow(give(1))).run().calls().size(), 4U);
}

TEST(Compensation, an_inner_transaction_that_fails_is_undone_alone) {
    const auto inner = caught(transaction(all({undoable("b"), set("x", 5), failing("e")})), give(0));
    const Drive drive =
        Drive(all({new_var("x", 1), transaction(all({undoable("a"), set("x", 2), inner, undoable("c")}))}))
            .run();
    EXPECT_THAT(drive.calls(), ElementsAre("ok a", "ok b", "ok undo b", "ok c"));
    EXPECT_EQ(drive.variable("x"), "2");
}

TEST(Compensation, that_fails_or_dies_lets_the_others_run) {
    const auto fails = activity("ok b", num(1), activity("bad undo b", num(1)));
    const Drive failed = Drive(transaction(all({undoable("a"), fails, failing("e")}))).run();
    EXPECT_EQ(failed.outcome(), R"(failed: "e")");
    EXPECT_THAT(failed.calls(), ElementsAre("ok a", "ok b", "bad undo b", "ok undo a"));
    const auto dies = activity("ok b", num(1), die());
    const Drive died = Drive(transaction(all({undoable("a"), dies, failing("e")}))).run();
    EXPECT_EQ(died.outcome(), "died: Could not evaluate ZFlow");
    EXPECT_THAT(died.calls(), ElementsAre("ok a", "ok b", "ok undo a"));
    const auto retries = activity("ok b", num(1), retry());
    EXPECT_THAT(Drive(transaction(all({undoable("a"), retries, failing("e")}))).run().calls(),
                ElementsAre("ok a", "ok b", "ok undo a"));
}

TEST(Compensation, may_have_transactions_of_its_own) {
    const auto undo = transaction(all({increase("undone"), undoable("refund"), give(0)}));
    const Drive drive =
        Drive(all({new_var("undone", 0),
                   caught(transaction(all({activity("ok a", num(1), undo), failing("e")})), give(0))}))
            .run();
    EXPECT_THAT(drive.calls(), ElementsAre("ok a", "ok refund"));
    EXPECT_EQ(drive.variable("undone"), "1");
    EXPECT_EQ(drive.left_behind(), "");
    // What a compensation did is not compensated when the transaction around it is undone.
    const auto inner = caught(transaction(all({activity("ok a", num(1), undo), failing("e")})), give(0));
    EXPECT_THAT(Drive(all({new_var("undone", 0), caught(transaction(all({inner, failing("f")})), give(0))}))
                    .run()
                    .calls(),
                ElementsAre("ok a", "ok refund"));
}

TEST(Compensation, runs_for_every_try_that_met_a_conflict) {
    const Drive drive =
        Drive(all({new_var("x", 0),
                   beside(all({sleep_until(5), increase("x")}),
                          transaction(all({read("x"), undoable("a"), sleep_until(10), undoable("b")})))}))
            .run();
    EXPECT_THAT(drive.calls(), ElementsAre("ok a", "ok b", "ok undo b", "ok undo a", "ok a", "ok b"));
}

TEST(RetryUntil, undoes_and_waits_until_what_was_read_changes) {
    const Drive drive =
        Drive(all({new_var("x", 0), new_var("y", 0),
                   beside(all({sleep_until(5), increase("y"), sleep_until(6), increase("x")}),
                          transaction(all({undoable("a"), set("y", 9), await_value("x", 1), log("done")})))}))
            .run();
    EXPECT_THAT(drive.calls(), ElementsAre("ok a", "ok undo a", "ok a", "ok undo a", "ok a"));
    EXPECT_EQ(drive.variable("y"), "9");
    EXPECT_EQ(drive.outcome(), "()");
}

TEST(RetryUntil, loses_no_change_that_came_while_it_was_undone) {
    // The compensation takes until second 10; the variable changes at second 5, once.
    const auto slow = activity("ok a", num(1), sleep_until(10));
    const Drive drive = Drive(all({new_var("x", 0), beside(all({sleep_until(5), set("x", 1)}),
                                                           transaction(all({slow, await_value("x", 1)})))}))
                            .run();
    EXPECT_EQ(drive.outcome(), "1");
}

TEST(RetryUntil, outside_of_a_transaction_fails) {
    EXPECT_THAT(outcome_of(retry()), ::testing::StartsWith("failed: "));
    EXPECT_EQ(outcome_of(caught(retry(), give(1))), "1");
}

TEST(RetryUntil, goes_through_handlers_of_errors) {
    const Drive drive =
        Drive(all({new_var("x", 0), beside(all({sleep_until(5), set("x", 1)}),
                                           transaction(caught(await_value("x", 1), give(7))))}))
            .run();
    EXPECT_EQ(drive.outcome(), "1");
}

TEST(RetryUntil, of_an_inner_transaction_lets_the_outer_one_see_a_change) {
    // What the inner one waits for was read by the outer one: waiting inside alone would never end.
    const auto flow =
        all({new_var("x", 0),
             beside(all({sleep_until(5), set("x", 1)}),
                    transaction(all({undoable("a"), then(read("x"), [](const NodeRef& x) {
                                         return transaction(all(
                                             {undoable("b"), if_(is_equal(x, num(1)), give(x), retry())}));
                                     })})))});
    const Drive drive = Drive(flow, {.most_events = 300}).run();
    EXPECT_EQ(drive.outcome(), "1");
    EXPECT_EQ(drive.left_behind(), "");
    EXPECT_THAT(drive.calls(),
                ElementsAre("ok a", "ok b", "ok undo b", "ok b", "ok undo b", "ok undo a", "ok a", "ok b"));
}

TEST(OrTry, takes_the_right_side_when_the_left_one_retries) {
    EXPECT_EQ(outcome_of(or_try(give(1), give(2))), "1");
    EXPECT_EQ(outcome_of(or_try(retry(), give(2))), "2");
    EXPECT_EQ(outcome_of(transaction(or_try(retry(), give(2)))), "2");
    EXPECT_EQ(outcome_of(or_try(failing("e"), give(2))), R"(failed: "e")");
    EXPECT_EQ(outcome_of(transaction(or_try(or_try(retry(), retry()), give(3)))), "3");
    EXPECT_EQ(outcome_of(or_try(die(), give(2))), "died: Could not evaluate ZFlow");
}

TEST(OrTry, undoes_the_left_side_before_the_right_one_runs) {
    const Drive drive =
        Drive(all({new_var("x", 1),
                   transaction(or_try(all({set("x", 2), undoable("a"), undoable("b"), retry()}),
                                      all({increase("x"), undoable("c"), read("x")})))}))
            .run();
    EXPECT_EQ(drive.outcome(), "2");
    EXPECT_THAT(drive.calls(), ElementsAre("ok a", "ok b", "ok undo b", "ok undo a", "ok c"));
}

TEST(OrTry, keeps_what_was_there_before_it) {
    const Drive drive =
        Drive(all({new_var("x", 1),
                   transaction(all({set("x", 5), undoable("a"),
                                    or_try(all({set("x", 6), undoable("b"), retry()}), read("x"))}))}))
            .run();
    EXPECT_EQ(drive.outcome(), "5");
    EXPECT_THAT(drive.calls(), ElementsAre("ok a", "ok b", "ok undo b"));
}

TEST(OrTry, waits_for_what_either_side_has_read) {
    for (const std::string changed : {"x", "y"}) {
        const Drive drive =
            Drive(all({new_var("x", 0), new_var("y", 0),
                       beside(all({sleep_until(5), set(changed, 1)}),
                              transaction(or_try(await_value("x", 1), await_value("y", 1))))}))
                .run();
        EXPECT_EQ(drive.outcome(), "1") << changed;
    }
}

TEST(OrTry, the_left_side_s_compensations_belong_to_the_transaction) {
    EXPECT_THAT(
        Drive(transaction(all({undoable("a"), or_try(undoable("b"), give(0)), failing("e")}))).run().calls(),
        ElementsAre("ok a", "ok b", "ok undo b", "ok undo a"));
    EXPECT_THAT(Drive(transaction(or_try(all({undoable("a"), failing("e")}), give(0)))).run().calls(),
                ElementsAre("ok a", "ok undo a"));
}

/// The transaction decides by x, changes y, and x changes before it commits: it has to run again.
void expect_decides_again(const NodeRef& decision) {
    const Drive drive =
        Drive(all({new_var("x", 0), new_var("y", 0),
                   beside(all({sleep_until(50), set("x", 1)}),
                          transaction(all({then(decision, [](const NodeRef& d) { return set("y", d); }),
                                           sleep_until(100)})))}))
            .run();
    EXPECT_EQ(drive.variable("y"), "1");
    EXPECT_EQ(drive.left_behind(), "");
}

TEST(Serialisability, what_a_failed_inner_transaction_has_read_counts) {
    expect_decides_again(caught(
        transaction(then(read("x"),
                         [](const NodeRef& x) { return if_(is_equal(x, num(1)), give(x), failing("e")); })),
        give(7)));
}

TEST(Serialisability, what_a_timed_out_inner_transaction_has_read_counts) {
    const auto or_seven = [](NodeRef flow) {
        return then(std::move(flow), [](const NodeRef& option) {
            return give(model::node(NodeKind::fold_option,
                                    {option, num(7), lambda([](const NodeRef& x) { return x; })}));
        });
    };
    // It sleeps long if x is 0.
    expect_decides_again(or_seven(timeout(transaction(then(read("x"),
                                                           [](const NodeRef& x) {
                                                               return if_(is_equal(x, num(1)), give(x),
                                                                          sleep_until(1000));
                                                           })),
                                          5)));
    // It waits for x.
    expect_decides_again(or_seven(timeout(transaction(await_value("x", 1)), 5)));
}

TEST(Serialisability, what_an_undone_left_side_has_read_counts) {
    expect_decides_again(or_try(await_value("x", 1), give(7)));
    expect_decides_again(or_try(await_value("x", 1), or_try(await_value("x", 1), give(7))));
}

TEST(Scope, of_a_timeout_inside_of_a_transaction_leaves_no_variable) {
    const Drive drive =
        Drive(all({transaction(all({timeout(new_var("x", 1), 5), sleep_until(1)})), give(1)})).run();
    EXPECT_EQ(drive.outcome(), "1");
    EXPECT_EQ(drive.left_behind(), "");
}

TEST(Ensuring, a_finalizer_that_retries_does_not_stop_an_interruption) {
    for (const auto& flow : {or_try(ensuring(sleep_until(50), retry()), sleep_until(60)),
                             transaction(or_try(ensuring(sleep_until(50), retry()), sleep_until(60))),
                             transaction(ensuring(sleep_until(50), retry()))}) {
        Drive drive(flow);
        drive.feed(Abort{}).run();
        EXPECT_EQ(drive.outcome(), "died: Flow execution interrupted");
        EXPECT_EQ(drive.left_behind(), "");
        EXPECT_EQ(outcome_of(timeout(flow, 5)), "none");
    }
}

TEST(Ensuring, a_conflict_in_a_finalizer_does_not_undo_the_death_before_it) {
    const auto reads_twice = [](NodeRef end) {
        return transaction(all({read("x"), sleep_until(10), std::move(end)}));
    };
    for (const auto& finalizer :
         {reads_twice(die()), reads_twice(give(1)), timeout(reads_twice(sleep_until(100)), 20)}) {
        const Drive drive = Drive(all({new_var("x", 0), beside(all({sleep_until(5), set("x", 1)}),
                                                               ensuring(die(), finalizer))}))
                                .run();
        EXPECT_EQ(drive.outcome(), "died: Could not evaluate ZFlow");
        EXPECT_EQ(drive.left_behind(), "");
    }
}

TEST(Interrupt, is_not_undone_by_a_conflict_of_the_dying_transaction) {
    // The grandchild dies of what it read together; its parent is interrupted while its finalizer still runs.
    const auto grandchild = transaction(all({read("x"), sleep_until(10), ensuring(die(), sleep_until(20))}));
    const Drive drive =
        Drive(all({new_var("x", 0), fork(all({sleep_until(5), set("x", 1)})),
                   then(fork(then(fork(grandchild), sleep_until(100))),
                        [](const NodeRef& it) { return all({sleep_until(15), interrupt(it)}); })}))
            .run();
    EXPECT_EQ(drive.events().back().time.seconds, 20);
    EXPECT_EQ(drive.left_behind(), "");
}

TEST(Timeout, interrupts_what_a_finalizer_of_its_flow_has_forked) {
    const Drive drive =
        Drive(timeout(ensuring(sleep_until(50),
                               all({fork(ensuring(sleep_until(60), log("child"))), sleep_until(20)})),
                      5))
            .run();
    EXPECT_EQ(drive.outcome(), "none");
    EXPECT_THAT(drive.logged(), ElementsAre("child"));
    EXPECT_EQ(drive.events().back().time.seconds, 20);
    EXPECT_EQ(drive.left_behind(), "");
}

TEST(Fork, inside_of_a_transaction_is_undone_with_it) {
    const Drive drive = Drive(all({caught(transaction(all({fork(ensuring(sleep_until(50), log("child"))),
                                                           sleep_until(5), failing("e")})),
                                          give(0)),
                                   now()}))
                            .run();
    EXPECT_EQ(drive.outcome(), "second 5");
    EXPECT_THAT(drive.logged(), ElementsAre("child"));
    EXPECT_EQ(drive.left_behind(), "");
}

TEST(Modify, is_atomic_however_short_the_turns_are) {
    const auto adds = [](int times) {
        NodeRef flow = give(0);
        for (int i = 0; i < times; ++i) {
            flow = then(increase("x"), flow);
        }
        return flow;
    };
    const auto waits = [](const NodeRef& child) { return await(child); };
    for (std::uint64_t turn = 1; turn < 20; ++turn) {
        const Drive drive =
            Drive(all({new_var("x", 0), then(fork(adds(5)),
                                             [&](const NodeRef& a) {
                                                 return then(fork(adds(5)), [&](const NodeRef& b) {
                                                     return all({adds(5), waits(a), waits(b), read("x")});
                                                 });
                                             })}),
                  {.limits = {.turn = turn}})
                .run();
        EXPECT_EQ(drive.outcome(), "15");
    }
}

TEST(Modify, sees_a_write_that_came_while_its_function_was_evaluated) {
    // The function is evaluated over many turns; the variable is set in between.
    const auto slow_sum =
        modify(reference("x"), lambda([](const NodeRef& was) {
                   return recurse(pair(num(50), was), [](const NodeRef& p, const Body& again) {
                       return branch(at_most(first(p), num(0)), pair(num(0), add(second(p), num(1))),
                                     again(pair(add(first(p), num(-1)), second(p))));
                   });
               }));
    Drive drive(all({new_var("x", 0), slow_sum, read("x")}), {.limits = {.turn = 20}});
    drive.step();
    drive.feed(SetVariable{"x", Value::int_(100)});
    EXPECT_EQ(drive.run().outcome(), "101");
}

}  // namespace
}  // namespace zflow::interpreter::test
