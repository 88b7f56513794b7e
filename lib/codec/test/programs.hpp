#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace zflow::codec::test {

/// A program that ran on ZIO Flow, with what came of it; test/programs/zio_flow.
struct SampleProgram {
    std::string file;
    std::string flow;     ///< JSON
    std::string outcome;  ///< JSON: Succeeded, Failed, Died, or how ZIO Flow itself broke
    std::string raw;  ///< the value's JSON as it was stored, where the outcome has numbers in another form
};

/// All of them, in the order of their names.
[[nodiscard]] std::vector<SampleProgram> sample_programs();

/// The same JSON with the names of each object sorted and stack traces left out: what two texts that say the
/// same have in common.
[[nodiscard]] std::string normal_form(std::string_view json);

}  // namespace zflow::codec::test
