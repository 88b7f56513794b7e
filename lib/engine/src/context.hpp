#pragma once

#include "metrics.hpp"
#include "operations.hpp"
#include "programs.hpp"
#include "rows.hpp"

#include <zflow/engine/options.hpp>
#include <zflow/store/open.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <atomic>
#include <memory>
#include <string>

namespace zflow::engine {

/// The version of `interpreter::apply`'s behaviour: a log that another one wrote is not replayed.
inline constexpr std::uint32_t interpreter_version = 1;

/// What all partitions of an engine have in common. Outlives them.
struct Context {
    Options options;
    asio::any_io_executor executor;
    std::string owner;  ///< for people: name, host, process
    Meta meta;
    bool shared = false;  ///< several processes may hold the store
    Programs programs;
    Operations operations;
    Metrics metrics;
    std::atomic<bool> abandoned{false};  ///< the engine is gone

    void warn(const std::string& sentence) const;
    /// Whether somebody looks at the steps of runs.
    [[nodiscard]] bool is_watched() const noexcept { return options.on_step != nullptr; }
    void tell(const Step& step) const { options.on_step(step); }
};

}  // namespace zflow::engine
