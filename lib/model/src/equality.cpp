#include <zflow/model/environment.hpp>
#include <zflow/model/sequence.hpp>
#include <zflow/model/text.hpp>
#include <zflow/model/value.hpp>

#include <algorithm>
#include <bit>
#include <functional>
#include <map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace zflow::model {
namespace {

/// After so many comparisons those of shared parts are remembered, so that values that share much end soon.
constexpr std::size_t comparisons_before_remembering = 4096;

/// How deep sets whose elements have the same hash may be nested in each other; deeper ones count as
/// different.
constexpr int max_nested_collisions = 200;

struct PairHash {
    std::size_t operator()(const std::pair<const Shared*, const Shared*>& pair) const noexcept {
        return std::hash<const Shared*>{}(pair.first) * 31 + std::hash<const Shared*>{}(pair.second);
    }
};

bool equal_at(const Value& a, const Value& b, bool exactly, int nesting);

/// One comparison of two values: a list of pairs that must all be equal.
class Comparison {
 public:
    Comparison(bool exactly, int nesting) : exactly_(exactly), nesting_(nesting) {}

    bool run(const Value& a, const Value& b) {
        todo_.emplace_back(&a, &b);
        while (!todo_.empty()) {
            const auto [x, y] = todo_.back();
            todo_.pop_back();
            if (!is_known(*x, *y) && !step(*x, *y)) {
                return false;
            }
        }
        return true;
    }

 private:
    bool is_known(const Value& a, const Value& b) {
        if (a.kind() != b.kind() || a.shared() == nullptr) {
            return false;
        }
        // What is the same object is equal, but for the NaNs that it may hold.
        if (a.shared() == b.shared() && exactly_) {
            return true;
        }
        return ++comparisons_ > comparisons_before_remembering &&
               !seen_.emplace(a.shared(), b.shared()).second;
    }

    bool step(const Value& a, const Value& b) {
        if (a.kind() != b.kind()) {
            return false;
        }
        switch (a.kind()) {
            case Kind::unit:
            case Kind::none:
                return true;
            case Kind::boolean:
                return a.as_boolean() == b.as_boolean();
            case Kind::byte:
            case Kind::short_:
            case Kind::int_:
            case Kind::long_:
            case Kind::character:
            case Kind::day_of_week:
            case Kind::month:
            case Kind::year:
                return a.as_integer() == b.as_integer();
            case Kind::float_:
                return exactly_ ? std::bit_cast<std::uint32_t>(a.as_float()) ==
                                      std::bit_cast<std::uint32_t>(b.as_float())
                                : a.as_float() == b.as_float();
            case Kind::double_:
                return exactly_ ? std::bit_cast<std::uint64_t>(a.as_double()) ==
                                      std::bit_cast<std::uint64_t>(b.as_double())
                                : a.as_double() == b.as_double();
            case Kind::string:
            case Kind::zone_id:
                return a.as_string() == b.as_string();
            case Kind::big_integer:
                return a.as_big_integer() == b.as_big_integer();
            case Kind::big_decimal:
                return a.as_big_decimal() == b.as_big_decimal();
            case Kind::uuid:
                return a.as_uuid() == b.as_uuid();
            case Kind::binary:
                return a.as_binary() == b.as_binary();
            default:
                return a.kind() < Kind::none ? step_time(a, b) : step_parts(a, b);
        }
    }

    static bool step_time(const Value& a, const Value& b) {
        switch (a.kind()) {
            case Kind::instant:
                return a.as_instant() == b.as_instant();
            case Kind::duration:
                return a.as_duration() == b.as_duration();
            case Kind::month_day:
                return a.as_month_day() == b.as_month_day();
            case Kind::period:
                return a.as_period() == b.as_period();
            case Kind::year_month:
                return a.as_year_month() == b.as_year_month();
            case Kind::zone_offset:
                return a.as_zone_offset() == b.as_zone_offset();
            case Kind::local_date:
                return a.as_local_date() == b.as_local_date();
            case Kind::local_time:
                return a.as_local_time() == b.as_local_time();
            case Kind::local_date_time:
                return a.as_local_date_time() == b.as_local_date_time();
            case Kind::offset_time:
                return a.as_offset_time() == b.as_offset_time();
            case Kind::offset_date_time:
                return a.as_offset_date_time() == b.as_offset_date_time();
            default:
                return a.as_zoned_date_time() == b.as_zoned_date_time();
        }
    }

    bool step_parts(const Value& a, const Value& b) {
        switch (a.kind()) {
            case Kind::some:
            case Kind::left:
            case Kind::right:
                todo_.emplace_back(&a.inner(), &b.inner());
                return true;
            case Kind::tuple:
                todo_.emplace_back(&a.as_tuple().right, &b.as_tuple().right);
                todo_.emplace_back(&a.as_tuple().left, &b.as_tuple().left);
                return true;
            case Kind::sequence:
                return in_order(a.as_sequence().items(), b.as_sequence().items());
            case Kind::set:
            case Kind::dictionary:
                return exactly_ ? in_order(a.as_sequence().items(), b.as_sequence().items())
                                : in_any_order(a, b);
            case Kind::record: {
                const auto& x = a.as_record();
                const auto& y = b.as_record();
                return (x.shape == y.shape ||
                        (x.shape->id == y.shape->id && x.shape->names == y.shape->names)) &&
                       in_order(x.values, y.values);
            }
            case Kind::enumeration: {
                const auto& x = a.as_enumeration();
                const auto& y = b.as_enumeration();
                todo_.emplace_back(&x.inner, &y.inner);
                return x.name == y.name || (x.name->id == y.name->id && x.name->name == y.name->name);
            }
            default:
                return a.as_code().node == b.as_code().node && same_captured(a.as_code(), b.as_code());
        }
    }

    /// Code is equal if it captured the same; it is written alike if what it captured is.
    bool same_captured(const Code& a, const Code& b) {
        const auto* x = a.captured.get();
        const auto* y = b.captured.get();
        while (exactly_ && x != y && x != nullptr && y != nullptr) {
            if (!seen_.emplace(x, y).second) {
                return true;
            }
            todo_.emplace_back(&x->value(), &y->value());
            x = x->below().get();
            y = y->below().get();
        }
        return x == y;
    }

    bool in_order(std::span<const Value> a, std::span<const Value> b) {
        if (a.size() != b.size()) {
            return false;
        }
        for (auto i = a.size(); i-- > 0;) {
            todo_.emplace_back(&a[i], &b[i]);
        }
        return true;
    }

    /// Each element of `a` has an equal one in `b`. Elements whose hash is theirs alone go on the list as
    /// they are.
    bool in_any_order(const Value& a, const Value& b) {
        const auto left = a.as_sequence().items();
        const auto right = b.as_sequence().items();
        if (left.size() != right.size()) {
            return false;
        }
        const bool is_map = a.is(Kind::dictionary);
        const auto key_of = [&](const Value& item) -> const Value& {
            return is_map ? item.as_tuple().left : item;
        };
        std::multimap<std::uint64_t, const Value*> by_hash;
        for (const auto& item : right) {
            by_hash.emplace(hash(key_of(item)), &item);
        }
        for (const auto& item : left) {
            auto [first, last] = by_hash.equal_range(hash(key_of(item)));
            if (first == last) {
                return false;
            }
            if (std::next(first) != last) {
                first = std::find_if(first, last, [&](const auto& other) {
                    return nesting_ < max_nested_collisions &&
                           equal_at(key_of(item), key_of(*other.second), false, nesting_ + 1);
                });
                if (first == last) {
                    return false;
                }
            }
            todo_.emplace_back(&item, first->second);
        }
        return true;
    }

    bool exactly_;
    int nesting_;
    std::size_t comparisons_ = 0;
    std::vector<std::pair<const Value*, const Value*>> todo_;
    std::unordered_set<std::pair<const Shared*, const Shared*>, PairHash> seen_;
};

bool equal_at(const Value& a, const Value& b, bool exactly, int nesting) {
    return Comparison(exactly, nesting).run(a, b);
}

std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept {
    auto x = a ^ (b + 0x9E3779B97F4A7C15U + (a << 6) + (a >> 2));
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31);
}

std::uint64_t hash_bytes(std::string_view bytes) noexcept {
    std::uint64_t all = 0xCBF29CE484222325U;
    for (const auto byte : bytes) {
        all = (all ^ static_cast<unsigned char>(byte)) * 0x100000001B3U;
    }
    return all;
}

/// Of a value without its parts.
std::uint64_t shallow_hash(const Value& value) {
    const auto kind = static_cast<std::uint64_t>(value.kind());
    switch (value.kind()) {
        case Kind::boolean:
            return mix(kind, value.as_boolean() ? 1 : 0);
        case Kind::byte:
        case Kind::short_:
        case Kind::int_:
        case Kind::long_:
        case Kind::character:
        case Kind::day_of_week:
        case Kind::month:
        case Kind::year:
            return mix(kind, static_cast<std::uint64_t>(value.as_integer()));
        case Kind::float_:
            return mix(kind, value.as_float() == 0 ? 0 : std::bit_cast<std::uint32_t>(value.as_float()));
        case Kind::double_:
            return mix(kind, value.as_double() == 0 ? 0 : std::bit_cast<std::uint64_t>(value.as_double()));
        case Kind::string:
        case Kind::zone_id:
            return mix(kind, hash_bytes(value.as_string()));
        case Kind::binary:
            return mix(kind, hash_bytes(value.as_binary()));
        case Kind::big_integer:
            return mix(kind, static_cast<std::uint64_t>(value.as_big_integer() & 0xFFFFFFFFFFFFFFFFU));
        case Kind::big_decimal:
            return mix(static_cast<std::uint64_t>(value.as_big_decimal().unscaled & 0xFFFFFFFFFFFFFFFFU),
                       static_cast<std::uint64_t>(value.as_big_decimal().scale));
        case Kind::uuid:
            return mix(value.as_uuid().high, value.as_uuid().low);
        case Kind::instant:
            return mix(static_cast<std::uint64_t>(value.as_instant().seconds),
                       static_cast<std::uint64_t>(value.as_instant().nanos));
        case Kind::duration:
            return mix(static_cast<std::uint64_t>(value.as_duration().seconds),
                       static_cast<std::uint64_t>(value.as_duration().nanos));
        case Kind::sequence:
        case Kind::set:
        case Kind::dictionary:
            return mix(kind, value.as_sequence().size());
        case Kind::record:
            return mix(kind, hash_bytes(value.as_record().shape->id));
        case Kind::enumeration:
            return mix(hash_bytes(value.as_enumeration().name->id),
                       hash_bytes(value.as_enumeration().name->name));
        case Kind::local_date:
            return mix(kind, static_cast<std::uint64_t>(to_epoch_day(value.as_local_date())));
        case Kind::local_time:
            return mix(kind, static_cast<std::uint64_t>(value.as_local_time().nanos));
        default:
            return mix(kind, 0);
    }
}

}  // namespace

bool equal(const Value& a, const Value& b) {
    return equal_at(a, b, false, 0);
}

bool identical(const Value& a, const Value& b) {
    return equal_at(a, b, true, 0);
}

std::uint64_t hash(const Value& value) {
    // The first parts are enough, and bound the cost for values that share much.
    constexpr std::size_t max_parts = 256;
    std::vector<const Value*> todo{&value};
    std::uint64_t all = 0;
    for (std::size_t parts = 0; !todo.empty() && parts < max_parts; ++parts) {
        const auto& next = *todo.back();
        todo.pop_back();
        all = mix(all, shallow_hash(next));
        switch (next.kind()) {
            case Kind::some:
            case Kind::left:
            case Kind::right:
                todo.push_back(&next.inner());
                break;
            case Kind::tuple:
                todo.push_back(&next.as_tuple().right);
                todo.push_back(&next.as_tuple().left);
                break;
            case Kind::sequence: {
                const auto items = next.as_sequence().items();
                for (auto i = std::min(items.size(), max_parts); i-- > 0;) {
                    todo.push_back(&items[i]);
                }
                break;
            }
            case Kind::record:
                for (auto i = next.as_record().values.size(); i-- > 0;) {
                    todo.push_back(&next.as_record().values[i]);
                }
                break;
            case Kind::enumeration:
                todo.push_back(&next.as_enumeration().inner);
                break;
            case Kind::set:
            case Kind::dictionary: {
                std::uint64_t sum = 0;
                for (const auto& item : next.as_sequence().items()) {
                    sum += shallow_hash(next.is(Kind::set) ? item : item.as_tuple().left);
                }
                all = mix(all, sum);
                break;
            }
            default:
                break;
        }
    }
    return all;
}

}  // namespace zflow::model
