#include "operators/order.hpp"

#include <zflow/model/text.hpp>

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <compare>
#include <unordered_set>

namespace zflow::interpreter {

namespace {

using model::Schema;

int sign(std::strong_ordering order) {
    return order < 0 ? -1 : static_cast<int>(order > 0);
}

template <class T>
int three_way(const T& a, const T& b) {
    return sign(a <=> b);
}

// As Double.compare: bits decide where == would not.
template <class T>
int compare_reals(T a, T b) {
    if (a < b || a > b) {
        return a < b ? -1 : 1;
    }
    const auto rank = [](T x) { return std::isnan(x) ? 1 : std::signbit(x) ? -1 : 0; };
    return three_way(rank(a), rank(b));
}

int compare_uuids(const model::Uuid& a, const model::Uuid& b) {
    // java.util.UUID compares its halves as signed numbers.
    const auto signed_half = [](std::uint64_t half) { return static_cast<std::int64_t>(half); };
    const int high = three_way(signed_half(a.high), signed_half(b.high));
    return high != 0 ? high : three_way(signed_half(a.low), signed_half(b.low));
}

int compare_offset_times(const model::OffsetTime& a, const model::OffsetTime& b) {
    constexpr std::int64_t second = 1'000'000'000;
    const int instant =
        three_way(a.time.nanos - a.offset.seconds * second, b.time.nanos - b.offset.seconds * second);
    return instant != 0 ? instant : three_way(a.time, b.time);
}

template <class Time>
int compare_with_offset(const Time& a, const Time& b) {
    const int instant = three_way(to_instant(a.local, a.offset), to_instant(b.local, b.offset));
    return instant != 0 ? instant : three_way(a.local, b.local);
}

// As zio-schema: by the day that lies the period after 0000-01-01.
int compare_periods(const model::Period& a, const model::Period& b) {
    const auto day = [](const model::Period& period) {
        const std::int64_t months = std::int64_t{period.years} * 12 + period.months;
        const std::int64_t year = months / 12 - static_cast<std::int64_t>(months % 12 < 0);
        // Days before the year, counted in 400 years so that any year fits.
        const std::int64_t era = year / 400 - static_cast<std::int64_t>(year % 400 < 0);
        const auto in_era = static_cast<std::int32_t>(year - era * 400);
        const auto month = static_cast<std::uint8_t>(months - year * 12 + 1);
        return era * 146'097 + model::to_epoch_day({in_era, month, 1}) + period.days;
    };
    return three_way(day(a), day(b));
}

int compare_zoned(const model::ZonedDateTime& a, const model::ZonedDateTime& b) {
    const int order = compare_with_offset(a, b);
    return order != 0 ? order : a.zone.compare(b.zone);
}

int compare_times(const Value& left, const Value& right) {
    switch (left.kind()) {
        case Kind::instant:
            return three_way(left.as_instant(), right.as_instant());
        case Kind::duration:
            return three_way(left.as_duration(), right.as_duration());
        case Kind::month_day:
            return three_way(left.as_month_day(), right.as_month_day());
        case Kind::period:
            return compare_periods(left.as_period(), right.as_period());
        case Kind::year_month:
            return three_way(left.as_year_month(), right.as_year_month());
        case Kind::zone_offset:
            return three_way(left.as_zone_offset(), right.as_zone_offset());
        case Kind::local_date:
            return three_way(left.as_local_date(), right.as_local_date());
        case Kind::local_time:
            return three_way(left.as_local_time(), right.as_local_time());
        case Kind::local_date_time:
            return three_way(left.as_local_date_time(), right.as_local_date_time());
        case Kind::offset_time:
            return compare_offset_times(left.as_offset_time(), right.as_offset_time());
        case Kind::offset_date_time:
            return compare_with_offset(left.as_offset_date_time(), right.as_offset_date_time());
        case Kind::zoned_date_time:
            return compare_zoned(left.as_zoned_date_time(), right.as_zoned_date_time());
        default:
            return 0;
    }
}

struct Task {
    const Value* left;
    const Value* right;
    const Schema* schema;
    bool inside_option = false;
};

class Comparison {
 public:
    explicit Comparison(const Schema& root) : root_(root) {}

    Or<int> run(const Value& left, const Value& right) {
        todo_.push_back({&left, &right, &root_});
        while (!todo_.empty()) {
            const Task task = todo_.back();
            todo_.pop_back();
            if (is_done(task)) {
                continue;
            }
            const auto order = step(task);
            if (!order || *order != 0) {
                return order;
            }
        }
        return 0;
    }

 private:
    // The same part on both sides, or a pair of shared parts that was compared before: what came earlier was
    // equal.
    bool is_done(const Task& task) {
        const auto* left = task.left->shared();
        const auto* right = task.right->shared();
        if (left == nullptr || right == nullptr) {
            return false;
        }
        if (left == right && task.left->kind() == task.right->kind()) {
            return true;
        }
        if (left->references() == 1 || right->references() == 1) {
            return false;
        }
        const auto key = [](const model::Shared* part) { return static_cast<const void*>(part); };
        return !seen_.insert({key(left), key(right), task.schema, task.inside_option}).second;
    }

    std::unexpected<Death> mismatch(const Task& task) const {
        return std::unexpected(
            Death::type_error(fmt::format("LessThanEqual of {} got {} and {}", to_text(*task.schema),
                                          to_string(task.left->kind()), to_string(task.right->kind()))));
    }

    Or<int> step(const Task& task) {
        const Value& left = *task.left;
        const Value& right = *task.right;
        if (task.schema->kind == Schema::Kind::ref) {
            const Schema* target = follow(task.schema->id);
            if (target == nullptr) {
                return mismatch(task);
            }
            // The target's own option is not the reference's.
            const bool option = task.schema->optional && !task.inside_option;
            if (!option) {
                todo_.push_back({&left, &right, target});
                return 0;
            }
        }
        if (task.schema->optional && !task.inside_option) {
            return step_option(task);
        }
        if (left.kind() != right.kind() && !(is_either(left) && is_either(right))) {
            return mismatch(task);
        }
        switch (left.kind()) {
            case Kind::tuple:
                return step_tuple(task);
            case Kind::left:
            case Kind::right:
                return step_either(task);
            case Kind::sequence:
                return step_list(task);
            case Kind::record:
                return step_record(task);
            case Kind::enumeration:
                return step_enumeration(task);
            case Kind::some:
                todo_.push_back({&left.inner(), &right.inner(), task.schema, true});
                return 0;
            default:
                return compare_scalars(left, right);
        }
    }

    static bool is_either(const Value& value) { return value.is(Kind::left) || value.is(Kind::right); }
    static bool is_option(const Value& value) { return value.is(Kind::some) || value.is(Kind::none); }

    Or<int> step_option(const Task& task) {
        if (!is_option(*task.left) || !is_option(*task.right)) {
            return mismatch(task);
        }
        const bool left = task.left->is(Kind::some);
        const bool right = task.right->is(Kind::some);
        if (left && right) {
            todo_.push_back({&task.left->inner(), &task.right->inner(), task.schema, true});
        }
        return left == right ? 0 : left ? 1 : -1;
    }

    // The schema of a part, the value's own shape where the schema says nothing about it.
    const Schema* part(const Task& task, Schema::Kind kind, std::size_t index) const {
        return task.schema->kind == kind ? task.schema->parts[index].schema.get() : &anything();
    }
    static const Schema& anything() {
        static const Schema dynamic(Schema::Kind::dynamic, "", {}, false);
        return dynamic;
    }

    Or<int> step_tuple(const Task& task) {
        const auto& left = task.left->as_tuple();
        const auto& right = task.right->as_tuple();
        todo_.push_back({&left.right, &right.right, part(task, Schema::Kind::tuple, 1)});
        todo_.push_back({&left.left, &right.left, part(task, Schema::Kind::tuple, 0)});
        return 0;
    }

    Or<int> step_either(const Task& task) {
        if (task.left->kind() != task.right->kind()) {
            return task.left->is(Kind::left) ? -1 : 1;
        }
        const std::size_t side = task.left->is(Kind::left) ? 0 : 1;
        todo_.push_back({&task.left->inner(), &task.right->inner(), part(task, Schema::Kind::either, side)});
        return 0;
    }

    Or<int> step_list(const Task& task) {
        const auto left = task.left->as_sequence().items();
        const auto right = task.right->as_sequence().items();
        const std::size_t common = std::min(left.size(), right.size());
        // If all of these are equal, the shorter list comes first: two numbers that say so wait behind them.
        if (left.size() != right.size()) {
            todo_.push_back(left.size() < right.size() ? Task{&zero_, &one_, &anything()}
                                                       : Task{&one_, &zero_, &anything()});
        }
        const Schema* item = part(task, Schema::Kind::list, 0);
        for (std::size_t i = common; i-- > 0;) {
            todo_.push_back({&left[i], &right[i], item});
        }
        return 0;
    }

    Or<int> step_record(const Task& task) {
        const auto& left = task.left->as_record();
        const auto& right = task.right->as_record();
        if (task.schema->kind != Schema::Kind::product) {
            if (left.values.size() != right.values.size()) {
                return mismatch(task);
            }
            for (std::size_t i = left.values.size(); i-- > 0;) {
                todo_.push_back({&left.values[i], &right.values[i], &anything()});
            }
            return 0;
        }
        for (std::size_t i = task.schema->parts.size(); i-- > 0;) {
            const auto& field = task.schema->parts[i];
            const Value* a = left.find(field.name);
            const Value* b = right.find(field.name);
            if (a == nullptr || b == nullptr) {
                return mismatch(task);
            }
            todo_.push_back({a, b, field.schema.get()});
        }
        return 0;
    }

    Or<int> step_enumeration(const Task& task) {
        note(Difference::enumerations_are_ordered);
        const auto& left = task.left->as_enumeration();
        const auto& right = task.right->as_enumeration();
        const auto& cases = task.schema->parts;
        const bool known = task.schema->kind == Schema::Kind::sum;
        const auto a = std::ranges::find(cases, left.name->name, &Schema::Part::name);
        const auto b = std::ranges::find(cases, right.name->name, &Schema::Part::name);
        if (known && (a == cases.end() || b == cases.end())) {
            return mismatch(task);
        }
        if (left.name->name != right.name->name) {
            return known ? (a < b ? -1 : 1) : left.name->name.compare(right.name->name);
        }
        todo_.push_back({&left.inner, &right.inner, known ? a->schema.get() : &anything()});
        return 0;
    }

    // The schema at a path of names from the root; nothing if there is none.
    const Schema* follow(std::string_view path) const {
        const Schema* at = &root_;
        while (!path.empty()) {
            const std::string_view name = path.substr(0, path.find('/'));
            path.remove_prefix(std::min(path.size(), name.size() + 1));
            const auto next = std::ranges::find(at->parts, name, &Schema::Part::name);
            if (next == at->parts.end()) {
                return nullptr;
            }
            at = next->schema.get();
        }
        return at->kind == Schema::Kind::ref ? nullptr : at;
    }

    struct Seen {
        const void* left;
        const void* right;
        const Schema* schema;
        bool inside_option;
        friend bool operator==(const Seen&, const Seen&) = default;
    };
    struct SeenHash {
        std::size_t operator()(const Seen& seen) const noexcept {
            const auto bits = [](const void* p) { return std::bit_cast<std::uintptr_t>(p) >> 4; };
            return (bits(seen.left) * 31 + bits(seen.right)) * 31 + bits(seen.schema);
        }
    };

    const Schema& root_;
    const Value zero_ = Value::int_(0);
    const Value one_ = Value::int_(1);
    std::vector<Task> todo_;
    std::unordered_set<Seen, SeenHash> seen_;
};

}  // namespace

int compare_scalars(const Value& left, const Value& right) {
    switch (left.kind()) {
        case Kind::boolean:
            return three_way(left.as_boolean(), right.as_boolean());
        case Kind::byte:
        case Kind::short_:
        case Kind::int_:
        case Kind::long_:
        case Kind::character:
        case Kind::day_of_week:
        case Kind::month:
        case Kind::year:
            return three_way(left.as_integer(), right.as_integer());
        case Kind::float_:
            return compare_reals(left.as_float(), right.as_float());
        case Kind::double_:
            return compare_reals(left.as_double(), right.as_double());
        case Kind::big_integer:
            return left.as_big_integer().compare(right.as_big_integer());
        case Kind::big_decimal:
            return model::compare(left.as_big_decimal(), right.as_big_decimal());
        case Kind::string:
        case Kind::zone_id:
            return model::compare_utf16(left.as_string(), right.as_string());
        case Kind::uuid:
            return compare_uuids(left.as_uuid(), right.as_uuid());
        case Kind::binary:
            return left.as_binary().compare(right.as_binary());
        default:
            return compare_times(left, right);
    }
}

Or<int> compare(const Schema& schema, const Value& left, const Value& right) {
    return Comparison(schema).run(left, right);
}

}  // namespace zflow::interpreter
