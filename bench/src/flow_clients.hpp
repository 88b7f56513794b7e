#pragma once

#include "flow_engine.hpp"

namespace zflow::bench {

/// Makes one run and sees that it gives what it must.
using RunMaker = std::function<boost::asio::awaitable<void>()>;

/// Clients in a closed loop on the engine's threads: each starts its next run when it has the result of its
/// last.
///
/// Returns: figures of the time after the warm-up: flows per second, time from start to result, what a flow
/// costs.
[[nodiscard]] std::vector<FlowFigure> run_flow_clients(BenchEngine& engine, const RunMaker& run, int clients,
                                                       double seconds);

}  // namespace zflow::bench
