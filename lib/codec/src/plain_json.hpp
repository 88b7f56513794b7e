#pragma once

#include "json_fields.hpp"

#include <zflow/model/schema.hpp>
#include <zflow/model/value.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace zflow::codec {

/// The names of what plain JSON wraps.
inline constexpr std::string_view plain_some = "some";
inline constexpr std::string_view plain_left = "left";
inline constexpr std::string_view plain_right = "right";

/// Reads values from tapes as a schema says, with a stack of its own.
class PlainJsonReader {
 public:
    /// Parameters: `root` may be nullptr: any value will do.
    PlainJsonReader(const Tape& tape, const model::Schema* root) : tape_(tape), root_(root) {}

    [[nodiscard]] Read<model::Value> read();

 private:
    /// A place in the text and what belongs there.
    struct Part {
        Tape::Index token;
        const model::Schema* schema;  ///< nullptr: any value
        bool inside_option = false;
    };

    enum class Form : std::uint8_t { one, tuple, items, entries, record };

    /// A value of which some parts are read. What they made is at the end of `done_`.
    struct Frame {
        Form form;
        model::Kind kind;
        std::size_t first;  ///< where in `done_` the parts begin
        /// `one`: the part; `items`, `entries`: the next and where they end.
        Tape::Index next = absent;
        Tape::Index end = absent;
        const model::Schema* schema = nullptr;  ///< of the part, of all items, or of the whole
        bool inside_option = false;
        bool of_pairs = false;           ///< entries are pairs, not the names of an object
        Tape::Index pending = absent;    ///< the value of an entry whose key was read
        Tape::Index place = Tape::root;  ///< of the whole
        std::size_t queue = 0;           ///< `record`, `tuple`: where in `queue_` the parts begin
        std::size_t queue_next = 0;      ///< and the next one
        std::size_t queue_end = 0;
        model::Ref<const model::RecordShape> shape = {};
        model::Ref<const model::CaseName> name = {};
    };

    /// What is known of a product after its first record.
    struct Fields {
        std::unordered_map<std::string_view, std::size_t> places;
        model::Ref<const model::RecordShape> shape;
    };

    Read<void> enter(Part part);
    Read<void> enter_option(Part part, const model::Schema& schema);
    Read<void> enter_by_schema(Tape::Index token, const model::Schema& schema);
    Read<void> enter_any(Tape::Index token);
    Read<void> enter_scalar(Tape::Index token, const model::Schema& schema);
    Read<void> enter_record(Tape::Index token, const model::Schema& schema);
    Read<void> enter_any_record(Tape::Index token);
    Read<void> enter_case(Tape::Index token, const model::Schema& schema);
    Read<void> enter_either(Tape::Index token, const model::Schema& schema);
    Read<void> enter_tuple(Tape::Index token, const model::Schema& schema);
    Read<void> enter_items(Tape::Index token, model::Kind kind, const model::Schema* item);
    Read<void> enter_entries(Tape::Index token, const model::Schema& schema);
    Read<void> open(Tape::Index token, Frame frame);

    Read<std::optional<Part>> next_part(Frame& frame);
    Read<std::optional<Part>> next_entry(Frame& frame);
    Read<void> finish(const Frame& frame);

    /// The place that a reference leads to; other schemas themselves.
    Read<const model::Schema*> resolve(Tape::Index token, const model::Schema& schema);
    Read<const Fields*> fields_of(Tape::Index token, const model::Schema& product);
    Read<bool> is_nullable(Tape::Index token, const model::Schema& schema);

    const Tape& tape_;
    const model::Schema* root_;
    std::vector<Frame> open_;
    std::vector<Part> queue_;
    std::vector<model::Value> done_;
    std::unordered_map<const model::Schema*, Fields> fields_;
    std::unordered_map<const model::Schema*, const model::Schema*> targets_;
};

}  // namespace zflow::codec
