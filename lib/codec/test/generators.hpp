#pragma once

#include <zflow/model/environment.hpp>
#include <zflow/model/node.hpp>
#include <zflow/model/value.hpp>

#include <rapidcheck.h>

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace zflow::codec::test {

/// A random thing is made from a list of random numbers: each says which way the making goes on, and after
/// the last one everything is the simplest. So RapidCheck finds small counterexamples by making the list
/// shorter.
class Choices {
 public:
    explicit Choices(std::vector<std::uint32_t> numbers) : numbers_(std::move(numbers)) {}

    /// A number below `bound`.
    std::uint32_t below(std::uint32_t bound) { return next() % bound; }
    std::uint32_t next() { return at_ < numbers_.size() ? numbers_[at_++] : 0; }
    [[nodiscard]] bool is_empty() const { return at_ >= numbers_.size(); }

    /// For RapidCheck's reports.
    friend std::ostream& operator<<(std::ostream& out, const Choices& choices) {
        for (const auto number : choices.numbers_) {
            out << number << ", ";
        }
        return out;
    }

 private:
    std::vector<std::uint32_t> numbers_;
    std::size_t at_ = 0;
};

/// A short text with what must be escaped, and with characters of all lengths.
[[nodiscard]] std::string make_text(Choices& choices);

/// Any value of a kind that has no values inside.
[[nodiscard]] model::Value make_scalar(Choices& choices, model::Kind kind);

/// Any value that has JSON, of every kind; parts are shared now and then, also lists that are parts of
/// others.
[[nodiscard]] model::Value make_value(Choices& choices);

/// Any value, code with what it captured included.
[[nodiscard]] model::Value make_state_value(Choices& choices);

/// Many of them in a list, which share parts: until there are no choices left.
[[nodiscard]] model::Value make_big_value(Choices& choices);
[[nodiscard]] model::Value make_state(Choices& choices);

[[nodiscard]] model::Ref<const model::Schema> make_schema(Choices& choices);

/// Any flow whose names are all bound: every kind of node, not well typed. Parts are shared now and then.
[[nodiscard]] model::NodeRef make_program(Choices& choices);

}  // namespace zflow::codec::test

namespace rc {

template <>
struct Arbitrary<zflow::codec::test::Choices> {
    static Gen<zflow::codec::test::Choices> arbitrary() {
        return gen::map(gen::scale(3.0, gen::arbitrary<std::vector<std::uint32_t>>()),
                        [](std::vector<std::uint32_t> numbers) {
                            return zflow::codec::test::Choices(std::move(numbers));
                        });
    }
};

}  // namespace rc
