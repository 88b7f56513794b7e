#pragma once

#include <zflow/interpreter/program.hpp>

#include <cstdint>
#include <memory>

namespace zflow::bench {

using ProgramRef = std::shared_ptr<const interpreter::Program>;

/// What is measured, as people write it. Each takes a number and gives one, but where it says otherwise.
struct FlowPrograms {
    ProgramRef steps_1;  ///< one operation, which adds 1
    ProgramRef steps_3;  ///< three, one after the other
    ProgramRef steps_9;
    ProgramRef fan;         ///< a list of numbers -> an operation each, all at once -> how many came back
    ProgramRef count;       ///< counts to the number by recursion
    ProgramRef wait_until;  ///< a point in time -> nothing, then
    ProgramRef sleep_a_day;
};

/// The operation that the programs call.
inline constexpr const char* operation_name = "add-one";

[[nodiscard]] FlowPrograms make_flow_programs();

}  // namespace zflow::bench
