#pragma once

#include <zflow/model/node.hpp>

#include <string_view>

namespace zflow::test {

/// The flow of a program that ran on ZIO Flow: test/programs/zio_flow/NNN-name.json.
[[nodiscard]] model::NodeRef sample(std::string_view name);

}  // namespace zflow::test
