#include <zflow/model/environment.hpp>
#include <zflow/model/sequence.hpp>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <deque>
#include <thread>
#include <vector>

namespace zflow::model {
namespace {

std::vector<std::int64_t> numbers(const Sequence& list) {
    std::vector<std::int64_t> all;
    for (const auto& item : list.items()) {
        all.push_back(item.as_integer());
    }
    return all;
}

TEST(Sequence, random_programs_of_calls_give_what_a_plain_list_gives) {
    EXPECT_TRUE(rc::check("any list that was made stays as it was", [] {
        std::vector<Ref<const Sequence>> lists{Sequence::empty()};
        std::vector<std::deque<std::int64_t>> expected{{}};
        const auto steps = *rc::gen::inRange(1, 200);
        for (int step = 0; step < steps; ++step) {
            // Any list may be extended, not only the newest: they share buffers and must not see each other.
            const auto from = static_cast<std::size_t>(*rc::gen::inRange(0, static_cast<int>(lists.size())));
            const auto list = lists[from];
            auto model = expected[from];
            switch (*rc::gen::inRange(0, 3)) {
                case 0:
                    lists.push_back(list->prepended(Value::int_(step)));
                    model.push_front(step);
                    break;
                case 1:
                    lists.push_back(list->appended(Value::int_(step)));
                    model.push_back(step);
                    break;
                default: {
                    const auto begin = *rc::gen::inRange<std::uint32_t>(0, list->size() + 1);
                    const auto count = *rc::gen::inRange<std::uint32_t>(0, list->size() - begin + 1);
                    lists.push_back(list->part(begin, count));
                    model = {model.begin() + begin, model.begin() + begin + count};
                    break;
                }
            }
            expected.push_back(model);
        }
        for (std::size_t i = 0; i < lists.size(); ++i) {
            RC_ASSERT(numbers(*lists[i]) ==
                      std::vector<std::int64_t>(expected[i].begin(), expected[i].end()));
        }
    }));
}

TEST(Sequence, building_a_list_item_by_item_shares_one_buffer) {
    auto list = Sequence::empty();
    std::size_t buffers = 0;
    const Shared* last = nullptr;
    for (int i = 0; i < 100'000; ++i) {
        list = list->prepended(Value::int_(i));
        buffers += list->buffer() == last ? 0 : 1;
        last = list->buffer();
    }
    EXPECT_EQ(list->size(), 100'000U);
    EXPECT_LT(buffers, 20U);
}

TEST(Sequence, a_list_is_never_put_into_its_own_buffer_however_deep_inside_of_an_item) {
    auto list = Sequence::empty()->appended(Value::int_(1))->appended(Value::int_(2));
    const auto inside = Value::some(Value::tuple(Value::int_(1), Value::sequence(list->part(0, 1))));
    EXPECT_NE(list->appended(inside)->buffer(), list->buffer());
    EXPECT_NE(list->prepended(inside)->buffer(), list->buffer());
    const auto captured =
        Environment::push(Value::int_(0), Environment::push(Value::sequence(list), nullptr));
    EXPECT_NE(list->appended(Value::flow_code(0, captured))->buffer(), list->buffer());
    EXPECT_EQ(list->appended(Value::some(Value::int_(1)))->buffer(), list->buffer());
    // Freed all the same: what would hold itself would be a leak, which a run under LeakSanitizer reports.
    for (int i = 0; i < 100; ++i) {
        list = list->appended(Value::sequence(list));
    }
    EXPECT_EQ(list->size(), 102U);
}

TEST(Sequence, a_small_rest_does_not_keep_a_big_buffer) {
    std::vector<Value> items(10'000, Value::string("an item"));
    const auto list = Sequence::of(std::move(items));
    const auto rest = list->part(9'990, 10);
    EXPECT_NE(rest->buffer(), list->buffer());
    EXPECT_EQ(list->part(10, 9'000)->buffer(), list->buffer());
}

TEST(Sequence, threads_extend_one_list_at_once_and_none_sees_the_others) {
    const auto common = Sequence::empty()->appended(Value::int_(0))->appended(Value::int_(1));
    std::vector<std::thread> threads;
    std::vector<int> wrong(4, 0);
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&, thread] {
            for (int round = 0; round < 1000; ++round) {
                const auto mine = common->appended(Value::int_(thread))->prepended(Value::int_(thread));
                const std::vector<std::int64_t> expected{thread, 0, 1, thread};
                wrong[static_cast<std::size_t>(thread)] += numbers(*mine) == expected ? 0 : 1;
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

}  // namespace
}  // namespace zflow::model
