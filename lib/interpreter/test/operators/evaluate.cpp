#include "operators/evaluate.hpp"

#include <zflow/model/sequence.hpp>
#include <zflow/model/text.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sstream>

namespace zflow::interpreter::test {

namespace {

std::string joined(std::span<const Value> items, std::string_view begin, std::string_view end) {
    std::string text(begin);
    for (std::size_t k = 0; k < items.size(); ++k) {
        text += (k == 0 ? "" : ", ") + show(items[k]);
    }
    return text + std::string(end);
}

std::string show_scalar(const Value& value) {
    const auto row = evaluate("Conversion.ToString", "", {value});
    const std::string text = row ? row->as_string() : "?";
    switch (value.kind()) {
        case Kind::long_:
            return text + "L";
        case Kind::short_:
            return text + "s";
        case Kind::byte:
            return text + "b";
        case Kind::big_integer:
            return text + "n";
        case Kind::big_decimal:
            return text + "m";
        case Kind::float_:
            return text + "f";
        case Kind::character:
            return value.as_character() < 0x7F && value.as_character() >= 0x20
                       ? "'" + text + "'"
                       : fmt::format("'U+{:04X}'", static_cast<int>(value.as_character()));
        case Kind::string:
            return "\"" + text + "\"";
        default:
            return text;
    }
}

model::NodeKind kind_for(std::size_t operands) {
    return operands == 1 ? model::NodeKind::unary : model::NodeKind::binary;
}

Value number(std::string_view text, std::string_view type) {
    if (type == "NumericChar") {
        return Value::character(static_cast<char16_t>(std::stoi(std::string(text))));
    }
    std::string tag(type);
    if (tag.starts_with("Fractional")) {
        tag.replace(0, 10, "Numeric");
    }
    const auto parsed = evaluate("Conversion.StringToNumeric", tag, {s(std::string(text))});
    return parsed && parsed->is(Kind::some) ? parsed->inner() : Value::unit();
}

}  // namespace

std::string show(const Value& value) {
    switch (value.kind()) {
        case Kind::some:
            return "some(" + show(value.inner()) + ")";
        case Kind::left:
            return "left(" + show(value.inner()) + ")";
        case Kind::right:
            return "right(" + show(value.inner()) + ")";
        case Kind::tuple:
            return "(" + show(value.as_tuple().left) + ", " + show(value.as_tuple().right) + ")";
        case Kind::sequence:
            return joined(value.as_sequence().items(), "[", "]");
        case Kind::set:
        case Kind::dictionary:
            return joined(value.as_sequence().items(), "{", "}");
        case Kind::record: {
            std::string text = value.as_record().shape->id + "(";
            for (std::size_t k = 0; k < value.as_record().values.size(); ++k) {
                text += (k == 0 ? "" : ", ") + value.as_record().shape->names[k] + ": " +
                        show(value.as_record().values[k]);
            }
            return text + ")";
        }
        case Kind::enumeration:
            return value.as_enumeration().name->id + "#" + value.as_enumeration().name->name + "(" +
                   show(value.as_enumeration().inner) + ")";
        default:
            return show_scalar(value);
    }
}

Answer evaluate(const model::Node& node, std::vector<Value> operands) {
    const auto* row = find_operator(node);
    if (row == nullptr) {
        ADD_FAILURE() << "no row for "
                      << (node.op ? node.op->path + " " + node.op->type : std::string(info(node.kind).name));
        return Value::unit();
    }
    return row->apply(node, operands.data());
}

Answer evaluate(std::string_view path, std::string_view type, std::vector<Value> operands,
                model::Ref<const model::Schema> schema) {
    model::Node node(kind_for(operands.size()));
    node.op = model::make<const model::Operator>(std::string(path), std::string(type), std::move(schema));
    return evaluate(node, std::move(operands));
}

std::string text_of(const Answer& answer) {
    if (answer) {
        return show(*answer);
    }
    std::string message = answer.error().message();
    static constexpr std::string_view around = "Remote evaluation failed: ";
    const std::size_t at = message.find(around);
    return "! " + (at == std::string::npos ? message : message.substr(at + around.size()));
}

void expect_rows(std::span<const Row> rows) {
    for (const Row& row : rows) {
        std::vector<Value> operands;
        std::istringstream words{std::string(row.operands)};
        for (std::string word; words >> word;) {
            operands.push_back(number(word, row.type));
        }
        const Answer answer = evaluate(row.path, row.type, operands);
        std::string got;
        if (!answer) {
            got = text_of(answer);
        } else if (answer->is(Kind::character)) {
            got = std::to_string(answer->as_integer());
        } else {
            got = evaluate("Conversion.ToString", "", {*answer})->as_string();
        }
        EXPECT_EQ(got, row.answer) << row.path << " " << row.type << " of " << row.operands;
    }
}

Value n(std::string_view text) {
    // NOLINTNEXTLINE(bugprone-unchecked-optional-access): a test that has nothing here fails
    return Value::big_integer(model::parse_big_integer(text).value());
}

Value m(std::string_view text) {
    // NOLINTNEXTLINE(bugprone-unchecked-optional-access): a test that has nothing here fails
    return Value::big_decimal(model::parse_big_decimal(text).value());
}

Value record(std::string id, std::vector<std::pair<std::string, Value>> fields) {
    std::vector<std::string> names;
    std::vector<Value> values;
    for (auto& [name, value] : fields) {
        names.push_back(name);
        values.push_back(value);
    }
    return Value::record(model::make<const model::RecordShape>(std::move(id), std::move(names)),
                         std::move(values));
}

Value enumeration(std::string id, std::string name, Value inner) {
    return Value::enumeration(model::make<const model::CaseName>(std::move(id), std::move(name)),
                              std::move(inner));
}

SchemaRef scalar(std::string name, bool optional) {
    return schema(model::Schema::Kind::value, std::move(name), {}, optional);
}

SchemaRef schema(model::Schema::Kind kind, std::string id, std::vector<model::Schema::Part> parts,
                 bool optional) {
    return model::make<const model::Schema>(kind, std::move(id), std::move(parts), optional);
}

}  // namespace zflow::interpreter::test
