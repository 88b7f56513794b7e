#include "check.hpp"
#include "nodes.hpp"
#include "show.hpp"

#include <zflow/codec/json.hpp>
#include <zflow/dsl/definition.hpp>

#include <fmt/format.h>

#include <mutex>

namespace zflow {
inline namespace dsl {

struct AnyDefinition::Parts {
    std::string name;
    int version;
    model::NodeRef node;
    model::Ref<const model::Schema> input;
    model::Ref<const model::Schema> result;
    model::Ref<const model::Schema> error;
    mutable std::once_flag prepare_once = {};
    mutable std::shared_ptr<const void> prepared = {};
};

AnyDefinition::AnyDefinition(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

const std::string& AnyDefinition::name() const {
    return parts_->name;
}
int AnyDefinition::version() const {
    return parts_->version;
}
const model::NodeRef& AnyDefinition::node() const {
    return parts_->node;
}
std::string AnyDefinition::json() const {
    auto text = codec::program_to_json(parts_->node);
    if (!text) {
        throw BuildError(fmt::format("flow '{}': {}", parts_->name, text.error().text()));
    }
    return std::move(*text);
}
std::string AnyDefinition::show() const {
    return fmt::format("{}, version {}\n{}", parts_->name, parts_->version, detail::show(parts_->node, 1));
}
const model::Ref<const model::Schema>& AnyDefinition::input_schema() const {
    return parts_->input;
}
const model::Ref<const model::Schema>& AnyDefinition::result_schema() const {
    return parts_->result;
}
const model::Ref<const model::Schema>& AnyDefinition::error_schema() const {
    return parts_->error;
}
std::shared_ptr<const void> AnyDefinition::prepared(Prepare prepare) const {
    std::call_once(parts_->prepare_once, [&] { parts_->prepared = prepare(*this); });
    return parts_->prepared;
}

namespace detail {

std::shared_ptr<const AnyDefinition::Parts> define(std::string name, int version, BuildFlow build,
                                                   const Type& in, const Type& out, const Type& error) {
    const auto checked = [&] {
        auto node = node_of(build.call(build.object));
        check(node, name);
        return node;
    };
    const auto node = checked();
    if (const auto again = checked(); !model::equal(node, again)) {
        const auto place = first_difference(node, again);
        throw BuildError(
            fmt::format("flow '{}': building it twice gave two different programs{}: the function must not "
                        "depend on clocks, random "
                        "numbers or anything that changes",
                        name, place.empty() ? "" : fmt::format(", which differ at {}", place)));
    }
    return std::shared_ptr<const AnyDefinition::Parts>(new AnyDefinition::Parts{
        std::move(name), version, renumbered(node), schema_of(in), schema_of(out), schema_of(error)});
}

}  // namespace detail
}  // namespace dsl
}  // namespace zflow
