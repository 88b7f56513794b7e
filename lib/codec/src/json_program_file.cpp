#include "json_program.hpp"
#include "json_schema.hpp"

#include <zflow/codec/program_file.hpp>

#include <array>
#include <charconv>
#include <utility>

namespace zflow::codec {
namespace {

/// The value of a field of an object; `absent` if there is none.
Tape::Index field_of(const Tape& tape, Tape::Index object, std::string_view name) {
    if (tape.type(object) != Tape::Type::object) {
        return absent;
    }
    for (auto key = object + 1; key < tape.after(object); key = tape.after(key + 1)) {
        if (tape.is(key, name)) {
            return key + 1;
        }
    }
    return absent;
}

/// The number at the end of a name like "Tuple3" or "_2"; 0 if it is another name.
unsigned number_after(std::string_view prefix, std::string_view name) {
    unsigned number = 0;
    if (name.starts_with(prefix)) {
        (void)std::from_chars(name.data() + prefix.size(), name.data() + name.size(), number);
    }
    return number;
}

/// A place among the tokens of a program that follows the loader's path one step after the other.
class Walker {
 public:
    explicit Walker(const Tape& tape) : tape_(tape) {
        const auto flow = field_of(tape, Tape::root, "flow");
        at_ = flow == absent ? Tape::root : flow;
    }

    void step(std::string_view name) {
        if (name == "Tuple") {
            if (tape_.type(at_) == Tape::Type::object && tape_.after(at_) > at_ + 1) {
                arity_ = number_after("Tuple", tape_.string(at_ + 1));
                at_ += 2;
            }
            return;
        }
        if (const auto part = number_after("_", name); part != 0 && arity_ != 0) {
            part_of_tuple(part);
            return;
        }
        auto found = field_of(tape_, at_, name);
        if (found == absent) {
            // An activity's parts stand together in a field of their own.
            const auto activity = field_of(tape_, at_, "activity");
            found = activity == absent ? absent : field_of(tape_, activity, name);
        }
        // Nodes with one part have it in place of an object with a field: then there is no step to take.
        at_ = found == absent ? at_ : found;
    }

    [[nodiscard]] Tape::Index at() const noexcept { return at_; }

 private:
    /// Tuples are pairs that are nested to the left: [[_1, _2], _3].
    void part_of_tuple(unsigned part) {
        for (auto size = std::exchange(arity_, 0); size >= 2; --size) {
            const auto pair = read_pair(tape_, at_, "a pair");
            if (!pair) {
                return;
            }
            if (part == size) {
                at_ = pair->second;
                return;
            }
            at_ = pair->first;
        }
    }

    const Tape& tape_;
    Tape::Index at_ = Tape::root;
    unsigned arity_ = 0;
};

Read<ProgramFile> read_file(const Tape& tape) {
    ProgramFile file;
    const auto is_file = field_of(tape, Tape::root, "flow") != absent;
    if (!is_file) {
        return mapped(read_program(tape, Tape::root), [&](model::NodeRef flow) {
            file.flow = std::move(flow);
            return std::move(file);
        });
    }
    static constexpr std::array<std::string_view, 2> names{"flow", "inputSchema"};
    std::array<Tape::Index, 2> found{};
    if (auto right = find_fields(tape, Tape::root, names, found.data()); !right) {
        return std::unexpected(std::move(right.error()));
    }
    auto flow = read_program(tape, found[0]);
    if (!flow) {
        return std::unexpected(std::move(flow.error()));
    }
    file.flow = std::move(*flow);
    if (found[1] != absent && tape.type(found[1]) != Tape::Type::null) {
        auto schema = read_schema(tape, found[1]);
        if (!schema) {
            return std::unexpected(std::move(schema.error()));
        }
        file.input_schema = std::move(*schema);
    }
    return file;
}

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

std::expected<ProgramFile, model::Error> program_file_from_json(std::string_view text) {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        return std::unexpected(model::Error{"nothing is here where a program should be", {}, 0});
    }
    if (text.starts_with(byte_order_mark)) {
        return std::unexpected(
            model::Error{"the text begins with a byte order mark, which JSON has not", {}, 0});
    }
    const auto tape = Tape::read(text);
    if (!tape) {
        return std::unexpected(tape.error());
    }
    auto file = read_file(*tape);
    if (!file) {
        return std::unexpected(tape->error(std::move(file.error())));
    }
    return std::move(*file);
}

std::size_t offset_in_program(std::string_view text, std::string_view path) {
    const auto tape = Tape::read(text);
    if (!tape) {
        return tape.error().offset.value_or(0);
    }
    Walker walker(*tape);
    while (!path.empty()) {
        path.remove_prefix(1);  // the dot
        const auto name = path.substr(0, path.find('.'));
        path.remove_prefix(name.size());
        walker.step(name);
    }
    return tape->offset(walker.at());
}

}  // namespace zflow::codec
