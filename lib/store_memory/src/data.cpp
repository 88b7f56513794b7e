#include "data.hpp"

namespace zflow::store_memory {

std::shared_ptr<Data> data_of(const std::string& name, std::string new_id) {
    if (name.empty()) {
        return std::make_shared<Data>(std::move(new_id));
    }
    static std::mutex mutex;
    static std::map<std::string, std::weak_ptr<Data>> named;
    const std::scoped_lock lock(mutex);
    std::erase_if(named, [](const auto& entry) { return entry.second.expired(); });
    auto& known = named[name];
    auto data = known.lock();
    if (!data) {
        data = std::make_shared<Data>(std::move(new_id));
        known = data;
    }
    return data;
}

}  // namespace zflow::store_memory
