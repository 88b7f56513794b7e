#pragma once

#include <zflow/store/types.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace zflow::store_memory {

/// The versions of a key, newest first.
using Versions = std::map<store::Timestamp, store::Bytes, std::greater<>>;

/// The entries of a topic that were not trimmed, and its position.
struct Log {
    std::map<store::Index, store::Bytes> entries;
    store::Position position = 0;
};

/// Everything that is stored under one name.
///
/// Invariant: `mutex` is held while anything else is touched, and never across a suspension: each call is one
/// critical section, which is where it takes effect.
struct Data {
    explicit Data(std::string id) : database_id(std::move(id)) {}

    const std::string database_id;
    std::mutex mutex;
    std::map<std::string, std::map<store::Bytes, Versions>, std::less<>> namespaces;
    std::map<std::string, Log, std::less<>> topics;
};

/// The data of a name; empty names are nobody else's.
///
/// Parameters: `new_id` is the database id if there is no such data yet.
[[nodiscard]] std::shared_ptr<Data> data_of(const std::string& name, std::string new_id);

}  // namespace zflow::store_memory
