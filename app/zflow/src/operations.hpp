#pragma once

#include <zflow/commands/commands.hpp>
#include <zflow/engine/engine.hpp>
#include <zflow/interpreter/program.hpp>

#include <optional>
#include <string>
#include <vector>

namespace zflow::app {

/// Read a file of commands that do operations. What they say on standard error goes to ours, a line at a
/// time.
///
/// Returns: nothing if the file was refused: why was told.
[[nodiscard]] std::optional<commands::Operations> load_commands(const std::string& file);

/// The operations that `run` and `work` have: `oracle.OracleOp` of the sample programs, and those of a file.
class Operations {
 public:
    /// Parameters: `file` is that of --operations, nothing if it was not given.
    /// Returns: nothing if the file was refused: why was told.
    [[nodiscard]] static std::optional<Operations> load(const std::optional<std::string>& file);

    void give_to(engine::Engine& engine) const;

    /// A sentence for each operation of a program that is not among them.
    [[nodiscard]] std::vector<std::string> missing_for(const interpreter::Program& program) const;

 private:
    [[nodiscard]] bool has(const std::string& name) const;

    std::vector<commands::NamedOperation> operations_;
};

}  // namespace zflow::app
