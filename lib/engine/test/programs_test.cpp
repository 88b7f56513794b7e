#include "programs.hpp"

#include "keys.hpp"
#include "sample_programs.hpp"
#include "world.hpp"

#include <zflow/store/block_on.hpp>

#include <gtest/gtest.h>

// Programs in the store: rule 27 of the protocol (README.md).
namespace zflow::engine::test {
namespace {

using On = store::Operation;

class ProgramsTest : public testing::Test {
 protected:
    std::string key(const ProgramRef& program) { return program_key(program->id()).bytes; }

    World world_;
    std::shared_ptr<store::KeyValueStore> store_ =
        world_.run(world_.stores.opener(std::make_shared<Owner>())()).key_value;
};

// Rule 27.
TEST_F(ProgramsTest, each_is_put_once_and_read_as_what_it_was) {
    Programs programs;
    const auto program = calls("charge");
    EXPECT_EQ(programs.find(program->id()), nullptr);
    world_.run(programs.ensure_stored(store_, program));
    world_.run(programs.ensure_stored(store_, calls("charge")));
    EXPECT_EQ(world_.stores.calls(On::put, programs_namespace().name).size(), 1U);
    EXPECT_EQ(programs.find(program->id()), program);
    Programs others;
    const auto read = world_.run(others.load(store_, program->id()));
    ASSERT_NE(read, nullptr);
    EXPECT_EQ(read->id(), program->id());
    EXPECT_EQ(others.find(program->id()), read);
}

// Rule 27.
TEST_F(ProgramsTest, a_put_that_failed_is_made_again) {
    Programs programs;
    world_.stores.script({On::put, programs_namespace().name, Fate::fail});
    auto failed = world_.spawn(programs.ensure_stored(store_, echoes()));
    EXPECT_THROW(failed.get(), store::Error);
    world_.run(programs.ensure_stored(store_, echoes()));
    EXPECT_EQ(world_.stores.calls(On::put, programs_namespace().name).size(), 2U);
}

// Rule 27.
TEST_F(ProgramsTest, one_that_can_be_read_but_was_not_acknowledged_here_is_put_again) {
    Programs first;
    world_.stores.script({On::put, programs_namespace().name, Fate::made_hold});
    auto under_way = world_.spawn(first.ensure_stored(store_, echoes()));
    world_.settle();
    Programs second;
    world_.run(second.ensure_stored(store_, echoes()));
    EXPECT_EQ(world_.stores.calls(On::put, programs_namespace().name).size(), 2U);
    world_.stores.let_go();
    under_way.get();
}

TEST_F(ProgramsTest, one_that_is_missing_damaged_or_another_one_is_none) {
    Programs programs;
    const auto program = echoes();
    EXPECT_EQ(world_.run(programs.load(store_, program->id())), nullptr);
    Programs others;
    world_.run(others.ensure_stored(store_, program));
    world_.run(others.ensure_stored(store_, calls("charge")));
    const auto right = world_.stored(programs_namespace(), key(program)).value().value;
    auto damaged = right;
    damaged[damaged.size() / 2] ^= 1;
    world_.put(programs_namespace(), key(program), damaged, 0);
    EXPECT_EQ(world_.run(programs.load(store_, program->id())), nullptr);
    world_.put(programs_namespace(), key(program),
               world_.stored(programs_namespace(), key(calls("charge"))).value().value, 0);
    EXPECT_EQ(world_.run(programs.load(store_, program->id())), nullptr);
    world_.put(programs_namespace(), key(program), right, 0);
    EXPECT_NE(world_.run(programs.load(store_, program->id())), nullptr);
}

}  // namespace
}  // namespace zflow::engine::test
