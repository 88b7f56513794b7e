#include <zflow/store/capabilities.hpp>

namespace zflow::store {

std::string_view to_string(Durability durability) noexcept {
    switch (durability) {
        case Durability::volatile_:
            return "volatile";
        case Durability::process:
            return "process";
        case Durability::sync:
            return "sync";
        case Durability::replicated:
            return "replicated";
    }
    return "unknown";
}

}  // namespace zflow::store
