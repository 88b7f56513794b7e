#pragma once

#include "json_fields.hpp"
#include "json_text.hpp"

#include <zflow/model/node.hpp>

#include <string>
#include <unordered_map>

namespace zflow::codec {

/// Reads operators, whatever their names: which there are is the interpreter's business. Equal ones are one
/// object.
class OperatorReader {
 public:
    explicit OperatorReader(const Tape& tape) : tape_(tape) {}

    [[nodiscard]] Read<model::Ref<const model::Operator>> read(Tape::Index token);

 private:
    const Tape& tape_;
    std::unordered_map<std::string, model::Ref<const model::Operator>> known_;
};

/// Returns: what is wrong, empty if nothing is.
[[nodiscard]] std::string write_operator(JsonText& out, const model::Operator& op);

}  // namespace zflow::codec
