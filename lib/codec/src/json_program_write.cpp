#include "json_operator.hpp"
#include "json_program.hpp"
#include "json_schema.hpp"
#include "json_shapes.hpp"
#include "json_value.hpp"

#include <zflow/model/uuid.hpp>

#include <fmt/format.h>

#include <vector>

namespace zflow::codec {
namespace {

using model::Attribute;
using model::Node;
using model::NodeKind;

/// Writes programs with a stack of its own: each place on it is a node of which some children are written.
class Writer {
 public:
    explicit Writer(JsonText& out) : out_(out) {}

    std::string run(const Node& root) {
        begin(root);
        while (!open_.empty() && sentence_.empty()) {
            if (out_.is_too_long()) {
                return too_long_sentence();
            }
            step();
        }
        return out_.is_too_long() ? too_long_sentence() : std::move(sentence_);
    }

 private:
    struct Place {
        const Node* node;
        std::uint32_t next = 0;
        bool is_first_field = true;
    };

    void begin(const Node& node) {
        open_.push_back({&node});
        const auto form = shape_of(node.kind).form;
        if (form != Form::function) {
            out_.raw(R"({")");
            out_.raw(model::info(node.kind).name);
            if (form == Form::tuple) {
                out_.raw(fmt::format_int(node.children.size()).c_str());
            }
            out_.raw(R"(":)");
        }
        switch (form) {
            case Form::fields:
            case Form::function:
                out_.raw('{');
                if (!shape_of(node.kind).attributes_last) {
                    attribute(node);
                }
                return;
            case Form::activity:
            case Form::either:
                return out_.raw('{');
            case Form::tuple:
                for (std::size_t i = 1; i < node.children.size(); ++i) {
                    out_.raw('[');
                }
                return;
            case Form::content:
                return content(node);
            case Form::direct:
                return;
        }
    }

    void content(const Node& node) {
        if (node.kind == NodeKind::literal) {
            note(write_value(out_, node.value));
        } else {
            out_.string(node.value.as_string());
        }
    }

    /// The next child of the innermost open node, or its end.
    void step() {
        auto& place = open_.back();
        const auto& node = *place.node;
        const auto form = shape_of(node.kind).form;
        if (place.next == node.children.size()) {
            return end(node, form);
        }
        const auto i = place.next++;
        const auto* child = node.children[i].get();
        if (form == Form::tuple) {
            out_.raw(i == 0 ? "" : i == 1 ? "," : "],");
        } else if (form == Form::activity && i == 1) {
            field("activity");
            out_.raw('{');
            place.is_first_field = true;
            field("name");
            out_.string(node.value.as_tuple().left.as_string());
            field("description");
            out_.string(node.value.as_tuple().right.as_string());
        }
        if (child == nullptr) {
            return;
        }
        if (form != Form::tuple && form != Form::direct) {
            field(model::info(node.kind).fields[i].name);
        }
        begin(*child);
    }

    void end(const Node& node, Form form) {
        switch (form) {
            case Form::fields:
            case Form::function:
                if (shape_of(node.kind).attributes_last) {
                    attribute(node);
                }
                out_.raw(form == Form::fields ? "}}" : "}");
                break;
            case Form::either:
                out_.raw("}}");
                break;
            case Form::activity:
                out_.raw("}}}");
                break;
            case Form::tuple:
                out_.raw("]}");
                break;
            default:
                out_.raw('}');
        }
        open_.pop_back();
    }

    void field(std::string_view name) {
        if (!std::exchange(open_.back().is_first_field, false)) {
            out_.raw(',');
        }
        out_.string(name);
        out_.raw(':');
    }

    void attribute(const Node& node) {
        const auto& names = shape_of(node.kind).attributes;
        switch (model::info(node.kind).attribute) {
            case Attribute::name:
                return name_attribute(node, names);
            case Attribute::debug:
            case Attribute::prism:
                field(names[0]);
                out_.string(node.value.as_tuple().left.as_string());
                field(names[1]);
                return out_.string(node.value.as_tuple().right.as_string());
            case Attribute::new_var:
                field(names[0]);
                out_.string(node.value.as_string());
                field(names[1]);
                return out_.raw(node.flag ? "true" : "false");
            case Attribute::symbol: {
                field(names[0]);
                const auto is_inside = node.kind == NodeKind::function || node.kind == NodeKind::bind;
                out_.raw(is_inside ? R"({"identifier":)" : "");
                out_.string(to_text(node.symbol));
                return out_.raw(is_inside ? "}" : "");
            }
            case Attribute::operator_:
                field(names[0]);
                return note(write_operator(out_, *node.op));
            case Attribute::tuple_access:
                field(names[0]);
                out_.raw(fmt::format_int(static_cast<unsigned>(node.index)).c_str());
                field(names[1]);
                return out_.raw(fmt::format_int(static_cast<unsigned>(node.arity)).c_str());
            case Attribute::custom:
                field(names[0]);
                out_.string(node.value.as_tuple().left.as_string());
                field(names[1]);
                note(write_value(out_, node.value.as_tuple().right));
                schema(names[2], node.schema);
                return schema(names[3], node.result_schema);
            case Attribute::result_schema:
                return schema(names[0], node.schema);
            default:
                return;
        }
    }

    void name_attribute(const Node& node, const std::array<std::string_view, 4>& names) {
        field(names[0]);
        const auto is_inside = node.kind == NodeKind::variable_reference;
        out_.raw(is_inside ? R"({"name":)" : "");
        out_.string(node.value.as_string());
        out_.raw(is_inside ? "}" : "");
        if (node.kind == NodeKind::config) {
            schema(names[1], node.schema);
        }
    }

    void schema(std::string_view name, const model::Ref<const model::Schema>& schema) {
        if (schema) {
            field(name);
            note(write_schema(out_, *schema));
        }
    }

    void note(std::string sentence) {
        if (sentence_.empty()) {
            sentence_ = std::move(sentence);
        }
    }

    JsonText& out_;
    std::vector<Place> open_;
    std::string sentence_;
};

}  // namespace

std::string write_program(JsonText& out, const Node& root) {
    return Writer(out).run(root);
}

}  // namespace zflow::codec
