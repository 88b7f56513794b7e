#include <zflow/dsl/format.hpp>
#include <zflow/dsl/record.hpp>

#include <vector>

namespace zflow {
inline namespace dsl {
namespace detail {
namespace {

/// The text with each of its units changed by an operator.
Tree each_unit(const Tree& text, std::string_view conversion) {
    const auto state = fresh();
    const auto s = tree::symbol(state);
    auto unit = tree::unary(tree::access(s, 1, 2), conversion);
    auto changed = tree::fold_list(tree::text_to_chars(text), tree::empty_list(),
                                   tree::function(state, tree::cons(tree::access(s, 0, 2), std::move(unit))));
    return tree::chars_to_text(tree::reversed(std::move(changed)));
}

Tree nanoseconds_of(const Tree& duration) {
    const auto parts = tree::unary(duration, "Conversion.DurationToTuple");
    auto seconds =
        tree::binary(tree::access(parts, 0, 2), tree::long_(1'000'000'000), "Numeric.Mul", "NumericLong");
    auto rest = tree::unary(tree::access(parts, 1, 2), "Conversion.NumericToLong", "NumericInt");
    return tree::binary(std::move(seconds), std::move(rest), "Numeric.Add", "NumericLong");
}

struct InstantParts {
    Tree seconds;
    Tree nanos;
};
InstantParts parts_of(const Tree& instant) {
    const auto parts = tree::unary(instant, "Conversion.InstantToTuple");
    return {tree::access(parts, 0, 2),
            tree::unary(tree::access(parts, 1, 2), "Conversion.NumericToLong", "NumericInt")};
}
Tree instant_from(Tree seconds, Tree nanos) {
    auto small = tree::unary(std::move(nanos), "Conversion.NumericToInt", "NumericLong");
    return tree::unary(tree::tuple({std::move(seconds), std::move(small)}), "Conversion.TupleToInstant");
}

}  // namespace

namespace tree {

Tree instant_plus(Tree instant, Tree duration) {  // the tree that ZIO Flow's Instant.plus makes
    const auto time = parts_of(instant);
    const auto length = unary(std::move(duration), "Conversion.DurationToTuple");
    const auto nanos = unary(access(length, 1, 2), "Conversion.NumericToLong", "NumericInt");
    const auto billion = long_(1'000'000'000);
    auto seconds =
        binary(binary(time.seconds, access(length, 0, 2), "Integral.AddExact", "NumericLong"),
               binary(nanos, billion, "Numeric.Div", "NumericLong"), "Integral.AddExact", "NumericLong");
    auto rest = binary(time.nanos, binary(nanos, billion, "Numeric.Mod", "NumericLong"), "Numeric.Add",
                       "NumericLong");
    return instant_from(std::move(seconds), std::move(rest));
}
Tree instant_minus(Tree instant, Tree duration) {
    const auto time = parts_of(instant);
    const auto length = unary(std::move(duration), "Conversion.DurationToTuple");
    const auto nanos = unary(access(length, 1, 2), "Conversion.NumericToLong", "NumericInt");
    auto seconds = binary(time.seconds, access(length, 0, 2), "Integral.SubExact", "NumericLong");
    return instant_from(std::move(seconds), binary(time.nanos, nanos, "Numeric.Sub", "NumericLong"));
}
Tree duration_plus(Tree a, Tree b) {
    return duration_from(binary(nanoseconds_of(a), nanoseconds_of(b), "Numeric.Add", "NumericLong"), "NANOS");
}
Tree duration_minus(Tree a, Tree b) {
    return duration_from(binary(nanoseconds_of(a), nanoseconds_of(b), "Numeric.Sub", "NumericLong"), "NANOS");
}
Tree duration_times(Tree length, Tree factor) {
    return duration_from(binary(nanoseconds_of(length), std::move(factor), "Numeric.Mul", "NumericLong"),
                         "NANOS");
}

}  // namespace tree

Tree format(std::string_view pattern, std::span<const Tree> texts) {
    std::vector<Tree> pieces;
    std::string plain;
    const auto end_plain = [&] {
        if (!plain.empty()) {
            pieces.push_back(tree::text(plain));
            plain.clear();
        }
    };
    std::size_t next = 0;
    for (; !pattern.empty(); pattern.remove_prefix(1)) {
        if (pattern.starts_with("{}")) {
            end_plain();
            pieces.push_back(texts[next++]);
            pattern.remove_prefix(1);
        } else {
            plain += pattern.front();
            if (pattern.starts_with("{{") || pattern.starts_with("}}")) {
                pattern.remove_prefix(1);
            }
        }
    }
    end_plain();
    return tree::concat(pieces);
}

using Text = Operators<std::string>;
using Unit16 = Operators<char16_t>;

Remote<std::int32_t> Text::size() const {
    return Remote<std::int32_t>(list_size(tree::text_to_chars(zflow_tree)));
}
Remote<bool> Text::empty() const {
    return Remote<bool>(tree::equal(zflow_tree, tree::text("")));
}
Remote<bool> Text::starts_with(const Remote<std::string>& beginning) const {
    return to_vector().take(beginning.size()) == beginning.to_vector();
}
Remote<bool> Text::ends_with(const Remote<std::string>& end) const {
    return to_vector().reversed().take(end.size()) == end.to_vector().reversed();
}
Remote<std::string> Text::substr(const Remote<std::int32_t>& from, const Remote<std::int32_t>& count) const {
    return to_text(to_vector().drop(from).take(count));
}
Remote<std::string> Text::to_upper() const {
    return Remote<std::string>(each_unit(zflow_tree, "Conversion.CharToChar.ToUpper"));
}
Remote<std::string> Text::to_lower() const {
    return Remote<std::string>(each_unit(zflow_tree, "Conversion.CharToChar.ToLower"));
}
Remote<std::vector<char16_t>> Text::to_vector() const {
    return Remote<std::vector<char16_t>>(tree::text_to_chars(zflow_tree));
}

Remote<char16_t> Unit16::to_upper() const {
    return Remote<char16_t>(tree::unary(zflow_tree, "Conversion.CharToChar.ToUpper"));
}
Remote<char16_t> Unit16::to_lower() const {
    return Remote<char16_t>(tree::unary(zflow_tree, "Conversion.CharToChar.ToLower"));
}
Remote<bool> Unit16::is_digit() const {
    return Remote<bool>(tree::unary(zflow_tree, "CharPredicate.IsDigit"));
}
Remote<bool> Unit16::is_letter() const {
    return Remote<bool>(tree::unary(zflow_tree, "CharPredicate.IsLetter"));
}
Remote<bool> Unit16::is_whitespace() const {
    return Remote<bool>(tree::unary(zflow_tree, "CharPredicate.IsWhitespace"));
}

template <class T>
static Remote<std::string> text_of_scalar(const Tree& tree) {
    return Remote<std::string>(tree::to_text(tree, type_of<T>()));
}
Remote<std::string> Unit16::to_string() const {
    return text_of_scalar<char16_t>(zflow_tree);
}
Remote<std::string> Operators<bool>::to_string() const {
    return text_of_scalar<bool>(zflow_tree);
}
Remote<std::string> Operators<Uuid>::to_string() const {
    return text_of_scalar<Uuid>(zflow_tree);
}
Remote<std::string> Operators<Duration>::to_string() const {
    return text_of_scalar<Duration>(zflow_tree);
}
Remote<std::string> Operators<Instant>::to_string() const {
    return text_of_scalar<Instant>(zflow_tree);
}

}  // namespace detail

Remote<std::string> to_text(const Remote<std::vector<char16_t>>& units) {
    return Remote<std::string>(detail::tree::chars_to_text(detail::tree_of(units)));
}

}  // namespace dsl
}  // namespace zflow
