#pragma once

#include "data.hpp"

#include <zflow/store/argument_checks.hpp>

namespace zflow::store_memory {

inline constexpr const char* backend_name = "memory";

/// What both stores have in common.
class StoreBase {
 public:
    StoreBase(std::shared_ptr<Data> data, std::size_t max_value_bytes)
        : data_(std::move(data)),
          checks_(backend_name, {.value_bytes = max_value_bytes}, /*empty_keys=*/true) {}

    [[nodiscard]] store::Capabilities capabilities() const {
        return {.durability = store::Durability::volatile_,
                .database_id = data_->database_id,
                .shared = false,
                .expected_append = true,
                .trim = true,
                .remove_through = true,
                .exact_scan = true,
                .clock_ordered = false,
                .empty_keys = true};
    }
    [[nodiscard]] const store::ArgumentChecks& checks() const noexcept { return checks_; }
    [[nodiscard]] Data& data() noexcept { return *data_; }

 private:
    std::shared_ptr<Data> data_;
    store::ArgumentChecks checks_;
};

}  // namespace zflow::store_memory
