#include "session.hpp"

#include <fmt/format.h>

#include <exception>

namespace zflow::app {

store::Stores open_for_writing(const Settings& settings) {
    return store::block_on(store::open(settings.store));
}

store::Stores open_for_reading(const Settings& settings) {
    try {
        return store::block_on(store::open(settings.store, {.create_if_missing = false}));
    } catch (const store::Error& error) {
        if (error.kind() != store::errc::not_open) {
            throw;
        }
        tell(fmt::format("zflow: there is no store at {} yet: it is read as an empty one", settings.store));
    }
    return store::block_on(store::open("memory:"));
}

Exit exit_of(const store::Error& error) noexcept {
    switch (error.kind()) {
        case store::errc::invalid_argument:
        case store::errc::too_large:
            return Exit::usage;
        case store::errc::not_open:
            return Exit::not_found;
        case store::errc::unavailable:
        case store::errc::throttled:
            return Exit::unavailable;
        case store::errc::outcome_unknown:
        case store::errc::cancelled:
            return Exit::outcome_unknown;
        case store::errc::corruption:
        case store::errc::schema_mismatch:
        case store::errc::denied:
        case store::errc::read_only:
            break;
    }
    return Exit::failed;
}

Exit exit_of(const engine::Error& error) noexcept {
    switch (error.kind()) {
        case engine::errc::invalid_argument:
        case engine::errc::too_large:
            return Exit::usage;
        case engine::errc::not_found:
            return Exit::not_found;
        case engine::errc::conflict:
        case engine::errc::exists:
        case engine::errc::not_finished:
            return Exit::conflict;
        case engine::errc::unavailable:
        case engine::errc::throttled:
        case engine::errc::stopped:
            return Exit::unavailable;
        case engine::errc::outcome_unknown:
            return Exit::outcome_unknown;
        case engine::errc::parked:
        case engine::errc::refused:
            break;
    }
    return Exit::failed;
}

int run_command(const Command& command, const Settings& settings) {
    auto code = Exit::failed;
    try {
        code = command(settings);
        finish_output();
    } catch (const store::Error& error) {
        tell(fmt::format("zflow: {}", error.what()));
        code = exit_of(error);
    } catch (const engine::Error& error) {
        tell(fmt::format("zflow: {}", error.what()));
        code = exit_of(error);
    } catch (const std::exception& error) {
        tell(fmt::format("zflow: {}", error.what()));
        code = Exit::failed;
    }
    return static_cast<int>(code);
}

}  // namespace zflow::app
