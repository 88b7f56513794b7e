#pragma once

#include "session.hpp"

#include <zflow/interpreter/program.hpp>
#include <zflow/model/error.hpp>
#include <zflow/model/schema.hpp>
#include <zflow/model/value.hpp>

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// Programs and values from the command line.
namespace zflow::app {

/// Why a program, or a value, was not taken.
struct Refusal {
    std::string where;                          ///< the file, `standard input` or e.g. `--input`
    std::optional<model::LineAndColumn> place;  ///< none if the text as a whole, or no text, was read
    model::Error error;
};

[[nodiscard]] Refusal refusal(std::string where, std::string_view text, model::Error error);

/// `file:line:column: path: sentence` on standard error, or with --json a row on standard output.
Exit refuse(const Settings& settings, const Refusal& refusal);

/// A program that can run, and what its input must be; any if there is no schema.
struct Loaded {
    std::shared_ptr<const interpreter::Program> program;
    model::Ref<const model::Schema> input_schema;
};

/// Parameters: `name` is a file, or `-` for standard input.
[[nodiscard]] std::expected<Loaded, Refusal> load_program(const std::string& name);

/// The value of --input, unit if it was not given, which must be what the program's schema says.
[[nodiscard]] std::expected<model::Value, Refusal> read_input(const std::optional<std::string>& given,
                                                              const Loaded& loaded);

}  // namespace zflow::app
