#include "event_time.hpp"

#include <gtest/gtest.h>

namespace zflow::engine {
namespace {

using namespace std::chrono_literals;

class SetClock final : public base::Clock {
 public:
    [[nodiscard]] std::chrono::steady_clock::time_point steady_now() const override {
        return std::chrono::steady_clock::time_point(steady);
    }
    [[nodiscard]] std::chrono::system_clock::time_point wall_now() const override {
        return std::chrono::system_clock::time_point(wall);
    }
    std::chrono::seconds steady = 1000s;
    std::chrono::seconds wall = 100s;
};

TEST(EventTime, does_not_go_back_when_the_wall_clock_is_set_back_between_two_looks) {
    SetClock clock;
    const EventTime time(clock);
    EXPECT_EQ(time.now().seconds, 100);
    clock.wall = 50s;
    EXPECT_EQ(time.now().seconds, 100);
    EXPECT_EQ(time.behind(), 50s);
}

TEST(EventTime, goes_on_at_half_speed_until_the_wall_clock_has_caught_up) {
    SetClock clock;
    EventTime time(clock);
    time.saw({200, 0});
    clock.steady += 20s;
    clock.wall += 20s;
    EXPECT_EQ(time.now().seconds, 210);
    EXPECT_EQ(time.last().seconds, 200);
    time.saw({205, 0});
    EXPECT_EQ(time.now().seconds, 210);
    clock.wall = 300s;
    EXPECT_EQ(time.now().seconds, 300);
}

}  // namespace
}  // namespace zflow::engine
