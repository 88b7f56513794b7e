#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace zflow::codec {

/// A few dozen names that do not change, each with a number: a hash table without chains.
class NameTable {
 public:
    struct Row {
        std::string_view name;
        std::uint8_t number;
    };

    explicit NameTable(const std::vector<Row>& rows) : slots_(slot_count) {
        for (const auto& row : rows) {
            auto place = hash(row.name);
            while (!slots_[place].name.empty()) {
                place = (place + 1) % slot_count;
            }
            slots_[place] = row;
        }
    }

    [[nodiscard]] std::optional<std::uint8_t> find(std::string_view name) const noexcept {
        for (auto place = hash(name); !slots_[place].name.empty(); place = (place + 1) % slot_count) {
            if (slots_[place].name == name) {
                return slots_[place].number;
            }
        }
        return std::nullopt;
    }

 private:
    static constexpr std::size_t slot_count = 512;

    static std::size_t hash(std::string_view name) noexcept {
        if (name.empty()) {
            return 0;
        }
        const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(name[i]); };
        return (byte(0) * 31U + byte(name.size() - 1) * 57U + byte(name.size() / 2) * 113U +
                name.size() * 17U) %
               slot_count;
    }

    std::vector<Row> slots_;
};

}  // namespace zflow::codec
