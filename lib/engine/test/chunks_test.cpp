#include "chunks.hpp"

#include "keys.hpp"
#include "sample_programs.hpp"
#include "world.hpp"

#include <zflow/store/block_on.hpp>

#include <gtest/gtest.h>

// Values in chunks: rule 29 of the protocol (README.md).
namespace zflow::engine::test {
namespace {

using On = store::Operation;

constexpr std::size_t limit = 100;
const store::Namespace ns{"ns"};
const store::Key key{"key"};

class Chunks : public testing::Test {
 protected:
    void put(std::size_t size, store::Timestamp version) {
        world_.run(put_chunks(*stores_.key_value, ns, key, content(size), version));
    }
    std::optional<std::string> get(store::Timestamp version) {
        return world_.run(get_chunks(*stores_.key_value, ns, key, version));
    }
    static std::string content(std::size_t size) {
        std::string out;
        for (std::size_t i = 0; i < size; ++i) {
            out.push_back(static_cast<char>('a' + i % 26));
        }
        return out;
    }

    World world_{limit};
    store::Stores stores_ = world_.run(world_.stores.opener(std::make_shared<Owner>())());
};

// Rule 29.
TEST_F(Chunks, of_any_size_around_the_limit_are_read_as_they_were_put) {
    store::Timestamp version = 0;
    for (const std::size_t size : {0U, 1U, 95U, 96U, 97U, 195U, 196U, 197U, 295U, 296U, 297U, 1'000U}) {
        ++version;
        const auto before = world_.stores.calls(On::put, ns.name).size();
        put(size, version);
        EXPECT_EQ(get(version), content(size)) << size;
        EXPECT_EQ(world_.stores.calls(On::put, ns.name).size() - before, chunks_for(size, limit)) << size;
    }
    EXPECT_EQ(chunks_for(0, limit), 1U);
    EXPECT_EQ(chunks_for(96, limit), 1U);
    EXPECT_EQ(chunks_for(97, limit), 2U);
    EXPECT_EQ(chunks_for(196, limit), 2U);
    EXPECT_EQ(chunks_for(197, limit), 3U);
}

// Rules 9 and 29.
TEST_F(Chunks, the_first_one_is_put_last) {
    put(300, 5);
    const auto puts = world_.stores.calls(On::put, ns.name);
    ASSERT_EQ(puts.size(), 4U);
    EXPECT_EQ(puts.back().key, key.bytes);
}

// Rule 14.
TEST_F(Chunks, only_exactly_their_version_is_read) {
    put(300, 5);
    put(50, 9);
    EXPECT_EQ(get(5), content(300));
    EXPECT_EQ(get(9), content(50));
    EXPECT_EQ(get(4), std::nullopt);
    EXPECT_EQ(get(6), std::nullopt);
    EXPECT_EQ(get(10), std::nullopt);
}

TEST_F(Chunks, of_which_one_is_missing_are_none) {
    put(300, 5);
    store::block_on(world_.stores.key_value().remove(ns, chunk_key(key, 2)));
    EXPECT_EQ(get(5), std::nullopt);
    world_.put(ns, key.bytes, "abc", 6);
    EXPECT_EQ(get(6), std::nullopt);
}

TEST_F(Chunks, a_put_that_fails_leaves_nothing_that_can_be_read) {
    world_.stores.script({On::put, ns.name, Fate::fail, store::errc::unavailable, 2});
    auto failed = world_.spawn(put_chunks(*stores_.key_value, ns, key, content(300), 5));
    EXPECT_THROW(failed.get(), store::Error);
    EXPECT_EQ(get(5), std::nullopt);
}

}  // namespace
}  // namespace zflow::engine::test
