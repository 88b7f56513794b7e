#include <zflow/engine/typed.hpp>

#include <fmt/format.h>

namespace zflow::engine {

RunDied::RunDied(std::string run, model::Death death)
    : std::runtime_error(fmt::format("run '{}' died: {}", run, death.message())),
      run_(std::move(run)),
      death_(std::move(death)) {}

std::shared_ptr<const interpreter::Program> program_of(const AnyDefinition& definition) {
    constexpr auto load = [](const AnyDefinition& of) -> std::shared_ptr<const void> {
        auto loaded = interpreter::Program::load(of.node());
        if (!loaded) {
            throw Error(errc::invalid_argument,
                        fmt::format("the flow '{}' cannot be loaded: {}", of.name(), loaded.error().text()));
        }
        return std::move(*loaded);
    };
    return std::static_pointer_cast<const interpreter::Program>(definition.prepared(load));
}

namespace detail {

void refuse_value(const std::string& what, const std::string& why) {
    throw Error(errc::invalid_argument, fmt::format("{} cannot be carried: {}", what, why));
}

void refuse_outcome(const std::string& run, const std::string& what, const std::string& why) {
    throw Error(errc::invalid_argument,
                fmt::format("the {} of run '{}' is of another type than was asked for: {}", what, run, why),
                run);
}

OperationResult input_does_not_fit(const model::Error& error) {
    return std::unexpected(to_value(ActivityError{"the input does not fit: " + error.text(), {}}));
}

}  // namespace detail
}  // namespace zflow::engine
