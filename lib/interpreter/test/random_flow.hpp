#pragma once

#include "invariants.hpp"

#include <generators.hpp>

#include <string>
#include <vector>

namespace zflow::interpreter::test {

using codec::test::Choices;

/// Makes flows that are well formed and say what they do (`wrong_in`): over the variables x0, x1 and x2,
/// with everything in them that can be under way at once.
class RandomFlow {
 public:
    explicit RandomFlow(Choices& choices) : choices_(choices) {}

    /// A whole program, its variables included.
    [[nodiscard]] NodeRef make();

 private:
    /// What is around a place.
    struct Around {
        bool in_transaction = false;
        bool in_or_try = false;
        bool waits = true;  ///< a finalizer that waits for ever is nobody's fault
        bool writes =
            true;  ///< a child that changes what its parent's transaction has read makes it run for ever
        int depth = 0;
    };

    NodeRef flow(Around around);
    NodeRef simple(const Around& around);
    NodeRef transaction_of(Around around);
    NodeRef forked(Around around);
    std::string variable_name() { return "x" + std::to_string(choices_.below(3)); }
    std::string fresh(const std::string& what) { return what + std::to_string(counter_++); }

    Choices& choices_;
    std::vector<NodeRef> handles_;
    int counter_ = 0;
};

}  // namespace zflow::interpreter::test
