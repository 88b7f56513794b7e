#include <zflow/base/version.hpp>

namespace zflow::base {

std::string_view version() noexcept {
    return ZFLOW_VERSION;
}

}  // namespace zflow::base
