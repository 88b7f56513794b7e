#include <zflow/store/crash_point.hpp>

#include <unistd.h>

#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <string>

namespace zflow::store {
namespace {

/// What ZFLOW_CRASH_AT asked for when the process first came by a crash point.
struct Request {
    std::string name;
    std::atomic<long> visits_left{1};

    Request() {
        const char* const wanted = std::getenv("ZFLOW_CRASH_AT");
        if (wanted == nullptr) {
            return;
        }
        name = wanted;
        if (const auto colon = name.rfind(':'); colon != std::string::npos) {
            long visits = 0;
            const auto* const end = name.data() + name.size();
            const auto parsed = std::from_chars(name.data() + colon + 1, end, visits);
            if (parsed.ec == std::errc{} && parsed.ptr == end && visits > 0) {
                visits_left = visits;
                name.resize(colon);
            }
        }
    }
};

}  // namespace

void crash_point(std::string_view name) noexcept {
    static Request request;
    if (request.name.empty() || request.name != name) [[likely]] {
        return;
    }
    if (request.visits_left.fetch_sub(1) == 1) {
        ::kill(::getpid(), SIGKILL);
        // The signal is on its way to this very process: nothing after this point may run.
        while (true) {
            ::pause();
        }
    }
}

}  // namespace zflow::store
