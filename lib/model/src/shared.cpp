#include <zflow/model/shared.hpp>

#include <vector>

namespace zflow::model {
namespace {

/// Objects of this thread whose last reference went while another one was being destroyed.
thread_local std::vector<const Shared*>* reclaiming = nullptr;

}  // namespace

void Shared::reclaim(const Shared* object) noexcept {
    if (reclaiming != nullptr) {
        // Somebody above us on the stack is destroying: it takes this one next, so the stack stays flat.
        reclaiming->push_back(object);
        return;
    }
    std::vector<const Shared*> waiting;
    reclaiming = &waiting;
    delete object;
    while (!waiting.empty()) {
        const auto* next = waiting.back();
        waiting.pop_back();
        delete next;
    }
    reclaiming = nullptr;
}

}  // namespace zflow::model
