#pragma once

#include <zflow/engine/engine.hpp>
#include <zflow/interpreter/program.hpp>

#include <optional>
#include <string>
#include <vector>

namespace zflow::app {

/// The operations that `run` and `work` have: `oracle.OracleOp` of the sample programs, and those of a file.
class Operations {
 public:
    /// Parameters: `file` is that of --operations, nothing if it was not given.
    explicit Operations(const std::optional<std::string>& file);

    void give_to(engine::Engine& engine) const;

    /// A sentence for each operation of a program that is not among them.
    [[nodiscard]] std::vector<std::string> missing_for(const interpreter::Program& program) const;

 private:
    struct Named {
        std::string name;
        engine::Operation function;
        engine::OperationOptions options;
    };
    [[nodiscard]] bool has(const std::string& name) const;

    std::vector<Named> operations_;
};

}  // namespace zflow::app
