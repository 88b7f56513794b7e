#include <zflow/codec/outcome_binary.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace zflow::codec {
namespace {

using model::Death;

/// A field's value is a text, or another death, which follows after the last field.
constexpr std::uint8_t text_field = 0;
constexpr std::uint8_t death_field = 1;

/// Where the death inside of a death belongs.
struct Open {
    Death death;
    std::size_t place = 0;
};

/// Returns: whether another death follows.
bool read_fields(ValueReader& in, Open& open) {
    auto& [death, place] = open;
    auto has_inner = false;
    death.case_name = in.bytes();
    const auto count = in.varint_up_to(in.left(), "a count");
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
        std::string name(in.bytes());
        const auto what = in.byte();
        if (what == text_field) {
            death.fields.emplace_back(std::move(name), std::string(in.bytes()));
        } else if (what != death_field) {
            in.fail("a death's field is a text or a death");
        } else if (has_inner) {
            in.fail("a death has at most one inside");
        } else {
            has_inner = true;
            place = death.fields.size();
            death.fields.emplace_back(std::move(name), std::shared_ptr<const Death>());
        }
    }
    return has_inner;
}

}  // namespace

void write_outcome(ValueWriter& out, const model::Outcome& outcome) {
    out.byte(static_cast<std::uint8_t>(outcome.index()));
    if (const auto* succeeded = std::get_if<model::Succeeded>(&outcome)) {
        out.write(succeeded->value);
    } else if (const auto* failed = std::get_if<model::Failed>(&outcome)) {
        out.write(failed->value);
    } else {
        write_death(out, std::get<model::Died>(outcome).death);
    }
}

model::Outcome read_outcome(ValueReader& in) {
    switch (in.byte()) {
        case 0:
            return model::Succeeded{in.read_value()};
        case 1:
            return model::Failed{in.read_value()};
        case 2:
            return model::Died{read_death(in)};
        default:
            in.fail("an outcome that there is not");
            return model::Succeeded{};
    }
}

void write_death(ValueWriter& out, const Death& death) {
    // A death may hold another one as a field, and so on: the list of their fields from the outside in.
    for (const auto* each = &death; each != nullptr;) {
        const Death* inner = nullptr;
        out.bytes(each->case_name);
        out.varint(each->fields.size());
        for (const auto& [name, field] : each->fields) {
            out.bytes(name);
            if (const auto* text = std::get_if<std::string>(&field)) {
                out.byte(text_field);
                out.bytes(*text);
            } else {
                out.byte(death_field);
                inner = std::get<std::shared_ptr<const Death>>(field).get();
            }
        }
        each = inner;
    }
}

Death read_death(ValueReader& in) {
    // From the outside in; put together from the inside out.
    std::vector<Open> all;
    for (auto has_inner = true; has_inner && in.ok();) {
        has_inner = read_fields(in, all.emplace_back());
    }
    if (!in.ok()) {
        return {};
    }
    while (all.size() > 1) {
        auto inner = std::make_shared<const Death>(std::move(all.back().death));
        all.pop_back();
        auto& [outer, place] = all.back();
        outer.fields[place].second = std::move(inner);
    }
    return std::move(all.front().death);
}

}  // namespace zflow::codec
