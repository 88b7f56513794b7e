#include <zflow/engine/run.hpp>

#include <array>

namespace zflow::engine {
namespace {

constexpr std::array<std::string_view, 6> names = {"running", "paused", "succeeded",
                                                   "failed",  "died",   "parked"};

}  // namespace

std::string_view to_string(Status status) noexcept {
    const auto number = static_cast<std::size_t>(status);
    return number < names.size() ? names[number] : "unknown";
}

std::optional<Status> parse_status(std::string_view name) noexcept {
    for (std::size_t number = 0; number < names.size(); ++number) {
        if (names[number] == name) {
            return static_cast<Status>(number);
        }
    }
    return std::nullopt;
}

}  // namespace zflow::engine
