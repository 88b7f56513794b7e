#include <zflow/testing/runner.hpp>

#include <fmt/format.h>

namespace zflow::testing {
namespace {

using model::Kind;
using model::Value;

Value error(std::string failure) {
    return interpreter::activity_error(std::move(failure));
}

}  // namespace

OperationAnswer sample_operation(const interpreter::Call& call) {
    const Value* kind = nullptr;
    const Value* argument = nullptr;
    if (call.description.is(Kind::record)) {
        kind = call.description.as_record().find("kind");
        argument = call.description.as_record().find("arg");
    }
    if (kind == nullptr || !kind->is(Kind::string) || argument == nullptr || !argument->is(Kind::int_) ||
        !call.input.is(Kind::int_)) {
        return std::unexpected(error("oracle.OracleOp takes {kind, arg} and an Int"));
    }
    if (kind->as_string() == "fail") {
        return std::unexpected(error(fmt::format("failed {}", argument->as_integer())));
    }
    const auto sum = static_cast<std::uint32_t>(call.input.as_integer()) +
                     static_cast<std::uint32_t>(argument->as_integer());
    return Value::int_(static_cast<std::int32_t>(sum));
}

}  // namespace zflow::testing
