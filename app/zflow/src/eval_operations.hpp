#pragma once

#include <zflow/commands/commands.hpp>
#include <zflow/interpreter/program.hpp>
#include <zflow/testing/runner.hpp>

#include <cstdint>
#include <memory>

namespace zflow::app {

/// How often `eval` tries an operation whose max_attempts is 0, any number.
inline constexpr std::uint32_t eval_attempts = 5;

/// Give a runner operations that block until their command has ended.
///
/// Time is virtual, so failed attempts follow each other at once. An interrupt (SIGINT, SIGTERM, SIGHUP) ends
/// the command first and then this process.
///
/// Parameters: `program` is the one that will run: it has the schemas.
void add_operations(testing::Runner& runner, const commands::Operations& operations,
                    const std::shared_ptr<const interpreter::Program>& program);

}  // namespace zflow::app
