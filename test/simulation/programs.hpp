#pragma once

#include "dice.hpp"

#include <flows.hpp>

#include <string>
#include <vector>

namespace zflow::simulation {

/// A program that runs start.
struct Subject {
    std::string name = {};
    interpreter::test::ProgramRef program = {};
    /// What finalizers and compensations must be like: its history is one for `wrong_in`.
    bool says_what_it_does = false;
    bool waits_for_signal = false;  ///< its variable `signal` is to be set to 7
    /// What is wrong with its result, if it ended by itself.
    std::string (*wrong_with)(const model::Value& result) = nullptr;
};

/// The programs that were thought of, each once per process.
[[nodiscard]] const std::vector<Subject>& subjects();

/// One of them by its name.
[[nodiscard]] const Subject& subject(const std::string& name);

/// A program at random, perhaps one that was thought of.
[[nodiscard]] Subject any_subject(Dice& dice);

}  // namespace zflow::simulation
