#pragma once

#include <unistd.h>

#include <utility>

namespace zflow::commands {

/// An open file descriptor, or none.
class Descriptor {
 public:
    Descriptor() noexcept = default;
    explicit Descriptor(int number) noexcept : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Descriptor() { close(); }

    void close() noexcept {
        if (number_ >= 0) {
            (void)::close(std::exchange(number_, -1));
        }
    }
    [[nodiscard]] int release() noexcept { return std::exchange(number_, -1); }
    [[nodiscard]] int number() const noexcept { return number_; }
    explicit operator bool() const noexcept { return number_ >= 0; }

 private:
    int number_ = -1;
};

}  // namespace zflow::commands
