#include <zflow/base/assert.hpp>

#include <cstdio>
#include <cstdlib>

namespace zflow::base {

void assertion_failed(const char* condition, const char* sentence, const char* file, int line) noexcept {
    std::fprintf(stderr, "zflow: broken invariant: %s\n  (%s) at %s:%d\n", sentence, condition, file, line);
    std::abort();
}

}  // namespace zflow::base
