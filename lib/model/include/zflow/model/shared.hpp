#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace zflow::model {

/// What values, environments and program nodes are made of: counted, immutable once shared, freed without
/// recursion.
///
/// Thread-safety: the count may be changed from any thread. What an object holds never changes after it was
/// shared. Cost: the last release of a structure frees it in constant stack, whatever its depth.
class Shared {
 public:
    Shared() noexcept = default;
    Shared(const Shared&) = delete;
    Shared& operator=(const Shared&) = delete;
    virtual ~Shared() = default;

    void retain() const noexcept { references_.fetch_add(1, std::memory_order_relaxed); }

    void release() const noexcept {
        if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            reclaim(this);
        }
    }

    /// How many references there are; exact only if no other thread has one. Tells writers that a part is
    /// shared.
    [[nodiscard]] std::uint32_t references() const noexcept {
        return references_.load(std::memory_order_acquire);
    }

 private:
    static void reclaim(const Shared* object) noexcept;

    mutable std::atomic<std::uint32_t> references_{0};
};

/// A reference to a `Shared`; may be empty.
template <class T>
class Ref {
 public:
    Ref() noexcept = default;
    Ref(std::nullptr_t) noexcept {}  // NOLINT: an absent part is written as nullptr

    explicit Ref(T* object) noexcept : object_(object) {
        if (object_ != nullptr) {
            object_->retain();
        }
    }
    Ref(const Ref& other) noexcept : Ref(other.object_) {}
    Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}

    /// From a reference to a derived or a mutable object.
    template <class U>
        requires(std::is_convertible_v<U*, T*> && !std::is_same_v<U, T>)
    Ref(const Ref<U>& other) noexcept : Ref(static_cast<T*>(other.get())) {}

    Ref& operator=(Ref other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    ~Ref() {
        if (object_ != nullptr) {
            object_->release();
        }
    }

    [[nodiscard]] T* get() const noexcept { return object_; }
    T& operator*() const noexcept { return *object_; }
    T* operator->() const noexcept { return object_; }
    explicit operator bool() const noexcept { return object_ != nullptr; }
    friend bool operator==(const Ref& a, const Ref& b) noexcept { return a.object_ == b.object_; }

 private:
    T* object_ = nullptr;
};

/// Make a shared object.
template <class T, class... Args>
[[nodiscard]] Ref<T> make(Args&&... args) {
    return Ref<T>(new T(std::forward<Args>(args)...));
}

}  // namespace zflow::model
