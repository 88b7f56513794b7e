#include "operators/families.hpp"

namespace zflow::interpreter {

Rows regex_rows() noexcept {
    return {};
}

}  // namespace zflow::interpreter
