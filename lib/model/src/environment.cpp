#include <zflow/model/environment.hpp>

namespace zflow::model {

Environment::Environment(Value value, Ref<const Environment> below)
    : value_(std::move(value)), below_(std::move(below)), jump_(below_.get()), depth_(1) {
    if (jump_ == nullptr) {
        return;
    }
    depth_ = jump_->depth_ + 1;
    // Two jumps of the same length become one of twice the length (and one): skew binary numbers.
    const auto* first = jump_->jump_;
    if (first != nullptr && first->jump_ != nullptr &&
        jump_->depth_ - first->depth_ == first->depth_ - first->jump_->depth_) {
        jump_ = first->jump_;
    }
}

const Environment& Environment::at(std::uint32_t level) const noexcept {
    const auto* place = this;
    const auto wanted = level + 1;
    while (place->depth_ != wanted) {
        place =
            place->jump_ != nullptr && place->jump_->depth_ >= wanted ? place->jump_ : place->below_.get();
    }
    return *place;
}

}  // namespace zflow::model
