#pragma once

#include "json_fields.hpp"
#include "json_text.hpp"

#include <zflow/model/value.hpp>

#include <string>
#include <unordered_map>

namespace zflow::codec {

/// Reads values from tapes; records of one type share their shape.
class JsonValueReader {
 public:
    explicit JsonValueReader(const Tape& tape) : tape_(tape) {}

    [[nodiscard]] Read<model::Value> read(Tape::Index token);

 private:
    struct Frame {
        model::Kind kind;
        Tape::Index pending[2];  // parts that are due first; `absent` if not
        Tape::Index next;        // then these, up to `end`
        Tape::Index end;
        std::size_t first;  // where in `done_` the parts begin
        const model::RecordShape* shape = nullptr;
        const model::CaseName* name = nullptr;
    };

    Read<void> enter(Tape::Index token);
    Read<Frame> frame_of(model::Kind kind, Tape::Index payload);
    Read<Frame> list_frame(model::Kind kind, Tape::Index payload, std::string_view field);
    Read<Frame> record_frame(Tape::Index payload);
    Read<Frame> enumeration_frame(Tape::Index payload);
    Read<const model::RecordShape*> shape_of(Tape::Index id, Tape::Index values);
    /// Returns: the token of the part that comes next, `absent` if there is none.
    Read<Tape::Index> next_part(Frame& frame);
    void finish(const Frame& frame);

    const Tape& tape_;
    std::vector<Frame> open_;
    std::vector<model::Value> done_;
    std::unordered_map<std::string, model::Ref<const model::RecordShape>> shapes_;
    std::unordered_map<std::string, model::Ref<const model::CaseName>> cases_;
};

/// A value that is held in place or has no values inside.
///
/// Parameters: `payload` is what `kind`'s tag stands before.
[[nodiscard]] Read<model::Value> read_scalar(const Tape& tape, model::Kind kind, Tape::Index payload);

/// Write a value as ZIO Flow's DynamicValue.
///
/// Returns: what is wrong: too long a text, or a part that lives inside a run only; empty if nothing is.
[[nodiscard]] std::string write_value(JsonText& out, const model::Value& value);

void write_scalar(JsonText& out, const model::Value& value);

/// A scalar without its kind, as `read_scalar` reads it.
void write_payload(JsonText& out, const model::Value& value);

}  // namespace zflow::codec
