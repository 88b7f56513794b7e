#include <zflow/model/schema.hpp>
#include <zflow/model/sequence.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace zflow::model {
namespace {

struct Scalar {
    std::string_view name;
    Kind kind;
};

/// The names of zio-schema's standard types.
constexpr std::array<Scalar, 31> scalars{{
    {"unit", Kind::unit},
    {"boolean", Kind::boolean},
    {"byte", Kind::byte},
    {"short", Kind::short_},
    {"int", Kind::int_},
    {"long", Kind::long_},
    {"float", Kind::float_},
    {"double", Kind::double_},
    {"char", Kind::character},
    {"string", Kind::string},
    {"bigInteger", Kind::big_integer},
    {"bigDecimal", Kind::big_decimal},
    {"uuid", Kind::uuid},
    {"binary", Kind::binary},
    {"instant", Kind::instant},
    {"duration", Kind::duration},
    {"dayOfWeek", Kind::day_of_week},
    {"month", Kind::month},
    {"monthDay", Kind::month_day},
    {"period", Kind::period},
    {"year", Kind::year},
    {"yearMonth", Kind::year_month},
    {"zoneId", Kind::zone_id},
    {"zoneOffset", Kind::zone_offset},
    {"localDate", Kind::local_date},
    {"localTime", Kind::local_time},
    {"localDateTime", Kind::local_date_time},
    {"offsetTime", Kind::offset_time},
    {"offsetDateTime", Kind::offset_date_time},
    {"zonedDateTime", Kind::zoned_date_time},
    {"none", Kind::none},
}};

/// A part of a value that must fit a part of a schema.
struct Task {
    const Value* value;
    const Schema* schema;
    std::size_t place;  // in Check::places_
    bool inside_option = false;
};

/// How one comes to a part of a value: from the part around it by a name or an index. Written out only for
/// errors.
struct Place {
    std::size_t around;
    std::string_view name;  // of a field or a case
    std::size_t index;      // in a list, if it has no name
};

class Check {
 public:
    explicit Check(const Schema& root) : root_(root) {}

    std::expected<void, Error> run(const Value& value) {
        places_.push_back({0, {}, 0});
        todo_.push_back({&value, &root_, 0});
        while (!todo_.empty()) {
            const auto task = todo_.back();
            todo_.pop_back();
            if (auto sentence = step(task); !sentence.empty()) {
                return std::unexpected(Error{std::move(sentence), path(task.place)});
            }
        }
        return {};
    }

 private:
    [[nodiscard]] std::string path(std::size_t place) const {
        std::vector<std::string> parts;
        for (; place != 0; place = places_[place].around) {
            const auto& step = places_[place];
            parts.push_back(step.name.empty() ? fmt::format("[{}]", step.index)
                                              : fmt::format(".{}", step.name));
        }
        std::string all;
        for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
            all += *part;
        }
        return all;
    }

    void add(const Task& around, const Value& value, const Ref<const Schema>& schema, std::string_view name,
             std::size_t index = 0) {
        places_.push_back({around.place, name, index});
        todo_.push_back({&value, schema.get(), places_.size() - 1});
    }

    static std::string mismatch(const Task& task) {
        return fmt::format("expected {}, got {}", to_text(*task.schema), to_string(task.value->kind()));
    }

    /// Returns: what is wrong, empty if nothing is.
    std::string step(const Task& task) {
        const auto& schema = *task.schema;
        if (schema.optional && !task.inside_option) {
            if (task.value->is(Kind::none)) {
                return {};
            }
            if (!task.value->is(Kind::some)) {
                return mismatch(task);
            }
            places_.push_back({task.place, "value", 0});
            todo_.push_back({&task.value->inner(), &schema, places_.size() - 1, true});
            return {};
        }
        switch (schema.kind) {
            case Schema::Kind::value: {
                const auto kind = scalar_kind(schema.id);
                return kind && task.value->is(*kind) ? std::string() : mismatch(task);
            }
            case Schema::Kind::known:
            case Schema::Kind::dynamic:
                return {};
            case Schema::Kind::fail:
                return fmt::format("no value fits here: {}", schema.id);
            case Schema::Kind::ref:
                return follow(task);
            default:
                return step_parts(task);
        }
    }

    std::string step_parts(const Task& task) {
        const auto& schema = *task.schema;
        const auto& value = *task.value;
        switch (schema.kind) {
            case Schema::Kind::list:
                return items(task, Kind::sequence);
            case Schema::Kind::set:
                return items(task, Kind::set);
            case Schema::Kind::dictionary:
                return entries(task);
            case Schema::Kind::tuple:
                if (!value.is(Kind::tuple)) {
                    return mismatch(task);
                }
                add(task, value.as_tuple().right, schema.parts[1].schema, "right");
                add(task, value.as_tuple().left, schema.parts[0].schema, "left");
                return {};
            case Schema::Kind::either:
                if (value.is(Kind::left) || value.is(Kind::right)) {
                    const auto& part = schema.parts[value.is(Kind::left) ? 0 : 1];
                    add(task, value.inner(), part.schema, part.name);
                    return {};
                }
                return mismatch(task);
            case Schema::Kind::product:
                return fields(task);
            default:
                return cases(task);
        }
    }

    std::string items(const Task& task, Kind kind) {
        // ZIO Flow describes sets as lists.
        if (!task.value->is(kind) && !task.value->is(Kind::set)) {
            return mismatch(task);
        }
        const auto all = task.value->as_sequence().items();
        for (auto i = all.size(); i-- > 0;) {
            add(task, all[i], task.schema->parts[0].schema, {}, i);
        }
        return {};
    }

    std::string entries(const Task& task) {
        if (!task.value->is(Kind::dictionary)) {
            return mismatch(task);
        }
        const auto all = task.value->as_sequence().items();
        for (auto i = all.size(); i-- > 0;) {
            places_.push_back({task.place, {}, i});
            const Task entry{&all[i], nullptr, places_.size() - 1};
            add(entry, all[i].as_tuple().right, task.schema->parts[1].schema, "value");
            add(entry, all[i].as_tuple().left, task.schema->parts[0].schema, "key");
        }
        return {};
    }

    std::string fields(const Task& task) {
        if (!task.value->is(Kind::record)) {
            return mismatch(task);
        }
        const auto& record = task.value->as_record();
        for (const auto& part : task.schema->parts) {
            const auto* field = record.find(part.name);
            if (field == nullptr) {
                return fmt::format("the field '{}' of {} is missing", part.name, task.schema->id);
            }
            add(task, *field, part.schema, part.name);
        }
        if (record.values.size() != task.schema->parts.size()) {
            return fmt::format("{} has {} fields, got {}", task.schema->id, task.schema->parts.size(),
                               record.values.size());
        }
        return {};
    }

    std::string cases(const Task& task) {
        if (!task.value->is(Kind::enumeration)) {
            return mismatch(task);
        }
        const auto& value = task.value->as_enumeration();
        const auto part = std::ranges::find(task.schema->parts, value.name->name, &Schema::Part::name);
        if (part == task.schema->parts.end()) {
            return fmt::format("{} has no case '{}'", task.schema->id, value.name->name);
        }
        add(task, value.inner, part->schema, part->name);
        return {};
    }

    /// To where a recursive schema refers: a path of names from the root.
    std::string follow(const Task& task) {
        const auto* place = &root_;
        std::string_view rest = task.schema->id;
        while (!rest.empty()) {
            const auto name = rest.substr(0, rest.find('/'));
            rest.remove_prefix(std::min(rest.size(), name.size() + 1));
            const auto part = std::ranges::find(place->parts, name, &Schema::Part::name);
            if (part == place->parts.end()) {
                return fmt::format("the schema refers to '{}', which it does not have", task.schema->id);
            }
            place = part->schema.get();
        }
        if (place->kind == Schema::Kind::ref) {
            return fmt::format("the schema refers to '{}', which is a reference itself", task.schema->id);
        }
        todo_.push_back({task.value, place, task.place});
        return {};
    }

    const Schema& root_;
    std::vector<Task> todo_;
    std::vector<Place> places_;
};

}  // namespace

Schema::Schema(Kind k, std::string i, std::vector<Part> p, bool o)
    : kind(k), optional(o), id(std::move(i)), parts(std::move(p)) {}

Schema::~Schema() = default;

std::expected<void, Error> fits(const Value& value, const Schema& schema) {
    return Check(schema).run(value);
}

std::optional<Kind> scalar_kind(std::string_view name) noexcept {
    const auto* row = std::ranges::find(scalars, name, &Scalar::name);
    return row != scalars.end() ? std::optional(row->kind) : std::nullopt;
}

std::string to_text(const Schema& schema) {
    std::string text;
    switch (schema.kind) {
        case Schema::Kind::list:
            text = "a list";
            break;
        case Schema::Kind::set:
            text = "a set";
            break;
        case Schema::Kind::dictionary:
            text = "a map";
            break;
        case Schema::Kind::tuple:
            text = "a pair";
            break;
        case Schema::Kind::either:
            text = "an either";
            break;
        case Schema::Kind::dynamic:
            text = "any value";
            break;
        default:
            text = schema.id;
    }
    return schema.optional ? "an option of " + text : text;
}

}  // namespace zflow::model
