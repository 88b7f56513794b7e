#pragma once

#include <zflow/codec/json.hpp>
#include <zflow/dsl/dsl.hpp>

#include <string>

namespace zflow::test {

/// The node of a flow or a value that was built.
inline model::NodeRef node_of(const auto& built) {
    return model::NodeRef(static_cast<const model::Node*>(detail::tree_of(built).node.get()));
}

/// Its JSON, for messages.
inline std::string json_of(const auto& flow) {
    return codec::program_to_json(node_of(flow)).value();
}

}  // namespace zflow::test
