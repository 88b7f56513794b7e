#include "json_schema.hpp"

#include "name_table.hpp"

#include <zflow/model/limits.hpp>

#include <fmt/format.h>

#include <array>
#include <utility>
#include <vector>

namespace zflow::codec {
namespace {

using model::Ref;
using model::Schema;
using Kind = Schema::Kind;

/// How each kind of schema is written. Sets are zflow's: ZIO Flow describes them as lists.
struct Form {
    Kind kind;
    std::string_view name;
    std::string_view id;                    // the field with the id, empty if there is none
    std::array<std::string_view, 2> parts;  // fields that are schemas
    std::string_view named_parts;           // the field that lists parts as ["name", schema]
};

constexpr std::array<Form, 12> forms{{
    {Kind::value, "Value", "valueType", {}, {}},
    {Kind::known, "Known", "typeId", {}, {}},
    {Kind::product, "Product", "id", {}, "fields"},
    {Kind::sum, "Sum", "id", {}, "cases"},
    {Kind::list, "ListNode", {}, {"item"}, {}},
    {Kind::set, "SetNode", {}, {"item"}, {}},
    {Kind::dictionary, "Dictionary", {}, {"keys", "values"}, {}},
    {Kind::tuple, "Tuple", {}, {"left", "right"}, {}},
    {Kind::either, "Either", {}, {"left", "right"}, {}},
    {Kind::dynamic, "Dynamic", {}, {}, {}},
    {Kind::fail, "FailNode", "message", {}, {}},
    {Kind::ref, "Ref", "refPath", {}, {}},
}};

const Form& form_of(Kind kind) {
    return forms[static_cast<std::size_t>(kind)];
}

const NameTable& names() {
    static const NameTable table = [] {
        std::vector<NameTable::Row> rows;
        for (std::size_t i = 0; i < forms.size(); ++i) {
            rows.push_back({forms[i].name, static_cast<std::uint8_t>(i)});
        }
        return NameTable(rows);
    }();
    return table;
}

/// Reads from the root down: a part's place in its parent is filled when its turn comes.
class Reader {
 public:
    explicit Reader(const Tape& tape) : tape_(tape) {}

    Read<Ref<const Schema>> run(Tape::Index token) {
        Ref<const Schema> root;
        todo_.push_back({token, nullptr, 0, 1});
        while (!todo_.empty()) {
            const auto task = todo_.back();
            todo_.pop_back();
            auto made = schema(task);
            if (!made) {
                return std::unexpected(std::move(made.error()));
            }
            auto& place = task.parent == nullptr ? root : task.parent->parts[task.part].schema;
            place = std::move(*made);
        }
        return root;
    }

 private:
    struct Task {
        Tape::Index token;
        Schema* parent;
        std::size_t part;
        std::uint32_t depth;
    };

    Read<Ref<const Schema>> schema(const Task& task) {
        const auto key = one_case(tape_, task.token, "a schema");
        if (!key) {
            return std::unexpected(key.error());
        }
        const auto number = names().find(tape_.string(*key));
        if (!number) {
            return failure(*key, fmt::format("there is no kind of schema '{}'", tape_.string(*key)));
        }
        if (task.depth > model::max_depth) {
            return failure(
                *key, fmt::format("schemas are nested deeper here than max_depth, {}", model::max_depth));
        }
        const auto& form = forms[*number];
        const std::array<std::string_view, 5> wanted{"optional", form.id, form.parts[0], form.parts[1],
                                                     form.named_parts};
        std::array<Tape::Index, 5> found{};
        if (auto right = find_fields(tape_, *key + 1, wanted, found.data()); !right) {
            return std::unexpected(std::move(right.error()));
        }
        for (std::size_t i = 1; i < wanted.size(); ++i) {
            if (found[i] == absent && !wanted[i].empty()) {
                return failure(*key + 1, fmt::format("the field '{}' is missing", wanted[i]));
            }
        }
        auto made = model::make<Schema>(form.kind, std::string(), std::vector<Schema::Part>(), false);
        if (found[0] != absent) {
            const auto optional = read_boolean(tape_, found[0]);
            if (!optional) {
                return std::unexpected(optional.error());
            }
            made->optional = *optional;
        }
        if (!form.id.empty()) {
            auto id = form.kind == Kind::ref ? reference(found[1]) : read_string(tape_, found[1]);
            if (!id) {
                return std::unexpected(std::move(id.error()));
            }
            made->id = std::move(*id);
        }
        if (auto right = parts(task, form, *made, found.data() + 2); !right) {
            return std::unexpected(std::move(right.error()));
        }
        return made;
    }

    /// Parameters: `found` are the tokens of the two fields with a schema, then of the list of parts.
    Read<void> parts(const Task& task, const Form& form, Schema& made, const Tape::Index* found) {
        for (std::size_t i = 0; i < form.parts.size() && !form.parts[i].empty(); ++i) {
            made.parts.push_back({std::string(form.parts[i]), nullptr});
            todo_.push_back({found[i], &made, i, task.depth + 1});
        }
        if (form.named_parts.empty()) {
            return {};
        }
        const auto list = found[2];
        if (auto right = require_array(tape_, list); !right) {
            return right;
        }
        for (auto at = list + 1; at < tape_.after(list); at = tape_.after(at)) {
            const auto pair = read_pair(tape_, at, R"(a part as ["name", schema])");
            if (!pair) {
                return std::unexpected(pair.error());
            }
            auto name = read_string(tape_, pair->first);
            if (!name) {
                return std::unexpected(std::move(name.error()));
            }
            todo_.push_back({pair->second, &made, made.parts.size(), task.depth + 1});
            made.parts.push_back({std::move(*name), nullptr});
        }
        return {};
    }

    Read<std::string> reference(Tape::Index token) {
        if (auto right = require_array(tape_, token); !right) {
            return std::unexpected(std::move(right.error()));
        }
        std::string path;
        for (auto at = token + 1; at < tape_.after(token); at = tape_.after(at)) {
            const auto name = read_string(tape_, at);
            if (!name) {
                return std::unexpected(name.error());
            }
            if (at != token + 1) {
                path += '/';
            }
            path += *name;
        }
        return path;
    }

    const Tape& tape_;
    std::vector<Task> todo_;
};

class Writer {
 public:
    explicit Writer(JsonText& out) : out_(out) {}

    std::string run(const Schema& schema) {
        begin(schema);
        while (!open_.empty()) {
            if (out_.is_too_long()) {
                return too_long_sentence();
            }
            step();
        }
        return out_.is_too_long() ? too_long_sentence() : std::string();
    }

 private:
    struct Place {
        const Schema* schema;
        std::size_t next = 0;
    };

    void begin(const Schema& schema) {
        const auto& form = form_of(schema.kind);
        out_.raw(R"({")");
        out_.raw(form.name);
        out_.raw(R"(":{)");
        open_.push_back({&schema});
        if (schema.kind == Kind::ref) {
            out_.raw(R"("refPath":)");
            reference(schema.id);
            out_.raw(',');
        } else if (!form.id.empty()) {
            name(form.id);
            out_.string(schema.id);
            out_.raw(',');
        } else if (schema.kind == Kind::dynamic) {
            out_.raw(R"("withSchema":false,)");
        }
        out_.raw(R"("path":[)");
        for (std::size_t i = 0; i + 1 < open_.size(); ++i) {
            out_.raw(i == 0 ? "" : ",");
            out_.string(open_[i].schema->parts[open_[i].next - 1].name);
            if (out_.is_too_long()) {
                return;
            }
        }
        out_.raw("],");
        if (!form.named_parts.empty()) {
            name(form.named_parts);
            out_.raw('[');
        }
    }

    void step() {
        auto& place = open_.back();
        const auto& schema = *place.schema;
        const auto is_list = !form_of(schema.kind).named_parts.empty();
        const auto part = place.next++;
        if (part > 0) {
            out_.raw(is_list ? "]" : ",");
        }
        if (part == schema.parts.size()) {
            out_.raw(is_list ? R"(],"optional":)" : R"("optional":)");
            out_.raw(schema.optional ? "true}}" : "false}}");
            open_.pop_back();
            return;
        }
        if (is_list) {
            out_.raw(part > 0 ? ",[" : "[");
            out_.string(schema.parts[part].name);
            out_.raw(',');
        } else {
            name(schema.parts[part].name);
        }
        begin(*schema.parts[part].schema);
    }

    void name(std::string_view text) {
        out_.string(text);
        out_.raw(':');
    }

    void reference(std::string_view path) {
        out_.raw('[');
        while (!path.empty()) {
            const auto end = path.find('/');
            out_.string(path.substr(0, end));
            if (end == std::string_view::npos) {
                break;
            }
            out_.raw(',');
            path.remove_prefix(end + 1);
            if (path.empty()) {
                out_.string("");
            }
        }
        out_.raw(']');
    }

    JsonText& out_;
    std::vector<Place> open_;
};

}  // namespace

Read<Ref<const Schema>> read_schema(const Tape& tape, Tape::Index token) {
    return Reader(tape).run(token);
}

std::string write_schema(JsonText& out, const Schema& schema) {
    return Writer(out).run(schema);
}

}  // namespace zflow::codec
