#include "allocations.hpp"

#include <cstdlib>
#include <new>

namespace {

thread_local std::uint64_t allocated = 0;

}  // namespace

void* operator new(std::size_t size) {
    allocated += size;
    if (void* const place = std::malloc(size == 0 ? 1 : size)) {
        return place;
    }
    throw std::bad_alloc();
}

void operator delete(void* place) noexcept {
    std::free(place);
}

void operator delete(void* place, std::size_t /*size*/) noexcept {
    std::free(place);
}

namespace zflow::bench {

std::uint64_t bytes_allocated() noexcept {
    return allocated;
}

}  // namespace zflow::bench
