#include "operators/families.hpp"

// Options, eithers and tries.
namespace zflow::interpreter {

namespace {

// A case of scala.util.Try, as ZIO Flow writes it.
struct TryCase {
    TryCase(const std::string& name, const std::string& field)
        : name(model::make<const model::CaseName>("scala.util.Try", name)),
          shape(model::make<const model::RecordShape>("scala.util." + name, std::vector{field})) {}

    Value of(const Value& inner) const { return Value::enumeration(name, Value::record(shape, {inner})); }

    model::Ref<const model::CaseName> name;
    model::Ref<const model::RecordShape> shape;
};

Value success(const Value& value) {
    static const TryCase success_case("Success", "value");
    return success_case.of(value);
}

Value failure(const Value& exception) {
    static const TryCase failure_case("Failure", "exception");
    return failure_case.of(exception);
}

constexpr std::array rows{
    row<[](const Value& x) { return Value::left(x); }, Either, Any>("RemoteEither", "Left"),
    row<[](const Value& x) { return Value::right(x); }, Either, Any>("RemoteEither", "Right"),
    row<[](const Value& x) { return Value::some(x); }, Option, Any>("RemoteSome"),
    row<failure, Enum, Any>("Try", "Left"),
    row<success, Enum, Any>("Try", "Right"),
};

}  // namespace

Rows option_rows() noexcept {
    return rows;
}

}  // namespace zflow::interpreter
