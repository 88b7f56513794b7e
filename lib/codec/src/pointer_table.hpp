#pragma once

#include <zflow/model/shared.hpp>

#include <cstdint>
#include <vector>

namespace zflow::codec {

/// The numbers of objects by their identity. Keeps the objects, so that no other one gets the address of one
/// of them.
class PointerTable {
 public:
    static constexpr std::uint32_t nothing = 0xFFFFFFFFU;

    [[nodiscard]] std::uint32_t find(const model::Shared* object) const noexcept {
        if (slots_.empty()) {
            return nothing;
        }
        for (auto place = hash(object);; ++place) {
            const auto& slot = slots_[place & mask_];
            if (slot.object == object) {
                return slot.number;
            }
            if (slot.object == nullptr) {
                return nothing;
            }
        }
    }

    /// Parameters: a number that the object had before is replaced.
    void set(const model::Shared* object, std::uint32_t number) {
        if ((kept_.size() + 1) * 2 > slots_.size()) {
            grow();
        }
        auto& slot = place_for(object);
        if (slot.object == nullptr) {
            kept_.emplace_back(object);
            slot.object = object;
        }
        slot.number = number;
    }

 private:
    struct Slot {
        const model::Shared* object = nullptr;
        std::uint32_t number = 0;
    };

    [[nodiscard]] std::size_t hash(const model::Shared* object) const noexcept {
        return static_cast<std::size_t>((reinterpret_cast<std::uintptr_t>(object) * 0x9E3779B97F4A7C15U) >>
                                        shift_);
    }

    Slot& place_for(const model::Shared* object) noexcept {
        auto place = hash(object);
        while (slots_[place & mask_].object != nullptr && slots_[place & mask_].object != object) {
            ++place;
        }
        return slots_[place & mask_];
    }

    void grow() {
        const auto old = std::move(slots_);
        slots_.assign(old.empty() ? 64 : old.size() * 2, {});
        mask_ = slots_.size() - 1;
        shift_ = 64 - static_cast<unsigned>(__builtin_ctzll(slots_.size()));
        for (const auto& slot : old) {
            if (slot.object != nullptr) {
                place_for(slot.object) = slot;
            }
        }
    }

    std::vector<Slot> slots_;
    std::vector<model::Ref<const model::Shared>> kept_;
    std::size_t mask_ = 0;
    unsigned shift_ = 64;
};

}  // namespace zflow::codec
