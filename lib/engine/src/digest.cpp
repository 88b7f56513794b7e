#include "digest.hpp"

#include "rows.hpp"

#include <zflow/codec/binary.hpp>

#include <xxhash.h>

#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace zflow::engine {

namespace {

using namespace interpreter;

/// Numbers and texts, one after the other, to be hashed at once.
class Words {
 public:
    void add(std::uint64_t number) { words_.push_back(number); }
    void add(std::string_view text) { words_.push_back(XXH3_64bits(text.data(), text.size())); }
    void add(const model::Instant& time) {
        add(static_cast<std::uint64_t>(time.seconds));
        add(static_cast<std::uint64_t>(time.nanos));
    }
    void add(const model::Value& value) {
        // A value that cannot be written is beyond the limit for all alike.
        add(codec::value_to_binary(value).value_or(std::string()));
    }
    void add(std::string text) { add(std::string_view(text)); }

    [[nodiscard]] std::uint32_t hash(std::uint32_t seed) const {
        return static_cast<std::uint32_t>(
            XXH3_64bits_withSeed(words_.data(), words_.size() * sizeof(std::uint64_t), seed));
    }

 private:
    std::vector<std::uint64_t> words_;
};

void add(Words& words, const Call& call) {
    words.add(call.operation);
    words.add(call.attempt);
    words.add(std::string_view(call.name));
    words.add(call.input);
}
void add(Words& words, const Cancel& cancel) {
    words.add(cancel.operation);
}
void add(Words& words, const ArmTimer& arm) {
    words.add(arm.timer);
    words.add(arm.due);
}
void add(Words& words, const DropTimer& drop) {
    words.add(drop.timer);
}
void add(Words& words, const Finished& finished) {
    words.add(encode(finished.outcome).value_or(std::string()));
}
void add(Words& words, const Log& log) {
    words.add(std::string_view(log.text));
}

}  // namespace

std::uint32_t digest(std::uint32_t before, const State& state, std::span<const Action> actions) {
    Words words;
    words.add(state.steps);
    words.add(state.versions);
    words.add(state.operation_counter);
    words.add(state.timer_counter);
    words.add(state.random_counter);
    words.add(state.fiber_counter);
    for (const auto& action : actions) {
        words.add(action.index());
        std::visit([&](const auto& each) { add(words, each); }, action);
    }
    return words.hash(before);
}

}  // namespace zflow::engine
