#include <zflow/store/crash_point.hpp>

#include <gmock/gmock.h>

#include <csignal>
#include <cstdlib>

namespace zflow::store {
namespace {

/// Pass by two crash points three times each, in a process that was told to crash at `request`.
void pass_by(const char* request) {
    ::setenv("ZFLOW_CRASH_AT", request, 1);
    for (int i = 0; i < 3; ++i) {
        crash_point("test.one");
        crash_point("test.two");
    }
    std::_Exit(7);
}

TEST(CrashPoint, kills_at_the_named_place_and_nowhere_else) {
    EXPECT_EXIT(pass_by("test.two"), testing::KilledBySignal(SIGKILL), "");
    EXPECT_EXIT(pass_by("test.one:3"), testing::KilledBySignal(SIGKILL), "");
    EXPECT_EXIT(pass_by("test.one:4"), testing::ExitedWithCode(7), "");
    EXPECT_EXIT(pass_by("test"), testing::ExitedWithCode(7), "");
    EXPECT_EXIT(pass_by(""), testing::ExitedWithCode(7), "");
}

}  // namespace
}  // namespace zflow::store
