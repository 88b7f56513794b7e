#include "programs.hpp"

#include "chunks.hpp"
#include "keys.hpp"

#include <zflow/engine/crash_points.hpp>
#include <zflow/store/crash_point.hpp>
#include <zflow/store/error.hpp>

#include <utility>

namespace zflow::engine {

namespace {

/// Programs never change, so they have one version.
constexpr store::Timestamp program_version = 0;

}  // namespace

void Programs::keep(const codec::ProgramId& id, std::shared_ptr<const interpreter::Program> program) {
    const std::lock_guard lock(mutex_);
    auto& place = loaded_[id];
    if (place.lock() == program) {
        return;
    }
    place = program;
    if (kept_.size() < kept_programs) {
        kept_.push_back(std::move(program));
    } else {
        kept_[next_kept_++ % kept_programs] = std::move(program);
        // Who left the ring and is held by nobody else leaves the map, too.
        std::erase_if(loaded_, [](const auto& each) { return each.second.expired(); });
    }
}

bool Programs::is_stored(const codec::ProgramId& id) {
    const std::lock_guard lock(mutex_);
    return stored_.contains(id);
}

std::shared_ptr<const interpreter::Program> Programs::find(const codec::ProgramId& id) {
    const std::lock_guard lock(mutex_);
    const auto found = loaded_.find(id);
    return found == loaded_.end() ? nullptr : found->second.lock();
}

asio::awaitable<void> Programs::ensure_stored(std::shared_ptr<store::KeyValueStore> store,
                                              std::shared_ptr<const interpreter::Program> program) {
    const auto id = program->id();
    if (find(id) == nullptr) {
        keep(id, program);
    }
    if (is_stored(id)) {
        co_return;
    }
    // Also if it is there: what a read sees may be somebody's put that is not acknowledged yet.
    auto bytes = codec::program_to_binary(program->tree());
    if (!bytes) {
        throw store::Error(store::errc::too_large, {"engine", "start", "its program"}, bytes.error().text());
    }
    co_await put_chunks(*store, programs_namespace(), program_key(id), std::move(*bytes), program_version);
    store::crash_point(crash_points::after_program_put);
    const std::lock_guard lock(mutex_);
    stored_.insert(id);
}

asio::awaitable<std::shared_ptr<const interpreter::Program>> Programs::load(
    std::shared_ptr<store::KeyValueStore> store, codec::ProgramId id) {
    if (auto loaded = find(id)) {
        co_return loaded;
    }
    const auto bytes = co_await get_chunks(*store, programs_namespace(), program_key(id), program_version);
    if (!bytes) {
        co_return nullptr;
    }
    auto tree = codec::program_from_binary(*bytes);
    if (!tree) {
        co_return nullptr;
    }
    auto program = interpreter::Program::load(std::move(*tree));
    if (!program || (*program)->id() != id) {
        co_return nullptr;
    }
    keep(id, *program);
    co_return std::move(*program);
}

}  // namespace zflow::engine
