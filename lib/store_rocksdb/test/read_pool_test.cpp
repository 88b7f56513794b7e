#include "read_pool.hpp"

#include <zflow/store/error.hpp>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>

#include <future>
#include <vector>

namespace zflow::store_rocksdb {
namespace {

/// Reads that wait until they may go on, and what became of each.
class ReadPoolTest : public testing::Test {
 protected:
    void begin(SteadyTime deadline = SteadyTime::max()) {
        const auto place = answers_.size();
        answers_.push_back("none");
        pool_.async_read(
            [goes_on = may_go_on_] {
                goes_on.wait();
                return 7;
            },
            "read", deadline,
            asio::bind_executor(context_, [this, place](const std::exception_ptr& error, int answer) {
                EXPECT_EQ(answers_[place], "none") << "a caller was resumed twice";
                answers_[place] = error ? name_of(error) : std::to_string(answer);
            }));
    }

    static std::string name_of(const std::exception_ptr& error) {
        try {
            std::rethrow_exception(error);
        } catch (const store::Error& caught) {
            return std::string(to_string(caught.kind()));
        }
    }

    asio::io_context context_;
    std::promise<void> go_on_;
    std::shared_future<void> may_go_on_ = go_on_.get_future().share();
    std::vector<std::string> answers_;
    ReadPool pool_{2};
};

TEST_F(ReadPoolTest, reads_beyond_the_bound_end_with_throttled_and_the_others_go_on) {
    begin();
    begin();
    begin();
    context_.run_one();
    EXPECT_THAT(answers_, testing::ElementsAre("none", "none", "throttled"));
    go_on_.set_value();
    context_.run();
    EXPECT_THAT(answers_, testing::ElementsAre("7", "7", "throttled"));
}

TEST_F(ReadPoolTest, a_read_ends_at_its_deadline_and_its_late_answer_goes_nowhere) {
    const SteadyTime now{std::chrono::seconds(10)};
    begin(now);
    begin(now + std::chrono::seconds(1));
    pool_.expire(now);
    pool_.expire(now);
    context_.run_one();
    EXPECT_THAT(answers_, testing::ElementsAre("cancelled", "none"));
    go_on_.set_value();
    context_.run();
    EXPECT_THAT(answers_, testing::ElementsAre("cancelled", "7"));
}

}  // namespace
}  // namespace zflow::store_rocksdb
