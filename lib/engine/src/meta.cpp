#include "meta.hpp"

#include "keys.hpp"

#include <zflow/engine/crash_points.hpp>
#include <zflow/engine/error.hpp>
#include <zflow/store/crash_point.hpp>
#include <zflow/store/error.hpp>

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace zflow::engine {

namespace {

constexpr std::string_view hash_name = "xxh3-64";
constexpr store::Timestamp meta_version = 1;
/// How often the entry that says what a store is is written before the opening fails.
constexpr int most_attempts = 10;
/// What a frame with one event, and a row, need at least.
constexpr std::size_t smallest_value_limit = std::size_t{64} << 10;

Meta decode(std::string_view bytes) {
    auto meta = decode_meta(bytes);
    if (!meta) {
        throw Error(errc::refused, fmt::format("what the store is cannot be read: {}", meta.error().text()));
    }
    if (meta->hash != hash_name) {
        throw Error(errc::refused,
                    fmt::format("the store spreads its runs by '{}', this version only by '{}'", meta->hash,
                                hash_name));
    }
    return std::move(*meta);
}

}  // namespace

void check_capabilities(const store::KeyValueStore& key_value, const store::IndexedStore& indexed) {
    const auto kv = key_value.capabilities();
    const auto log = indexed.capabilities();
    const auto refuse = [](bool wrong, std::string_view what) {
        if (wrong) {
            throw Error(errc::refused, fmt::format("the store cannot carry flows: {}", what));
        }
    };
    refuse(!log.expected_append,
           "its IndexedStore has no append with an expected position, which keeps a second owner "
           "from writing");
    refuse(!log.trim, "its IndexedStore cannot trim, so its logs would grow for ever");
    refuse(!kv.remove_through,
           "its KeyValueStore has no remove_through, without which a removed run may come back");
    refuse(!kv.exact_scan, "a scan of its KeyValueStore may miss a key, and with it a run");
    refuse(key_value.limits().value_bytes < smallest_value_limit ||
               indexed.limits().value_bytes < smallest_value_limit,
           "its values are limited to less than 64 KiB");
    const auto one_fate = !kv.database_id.empty() && kv.database_id == log.database_id;
    const auto rank = [](store::Durability durability) {
        return durability == store::Durability::volatile_ ? 0
               : durability == store::Durability::process ? 1
                                                          : 2;
    };
    refuse(!one_fate && rank(kv.durability) < rank(log.durability),
           "its KeyValueStore is less durable than its IndexedStore: a crash could lose what was trimmed "
           "from the log");
}

asio::awaitable<Meta> read_or_write_meta(std::shared_ptr<store::KeyValueStore> key_value,
                                         std::shared_ptr<store::IndexedStore> indexed, Options options) {
    auto entries = co_await indexed->scan(meta_topic(), 1, 1, 1);
    if (entries.empty()) {
        const Meta fresh{.partitions = options.partitions,
                         .hash = std::string(hash_name),
                         .store_id = {options.entropy->number(), options.entropy->number()}};
        // Somebody else's entry is as good; one that we cannot tell about is read back, or written again.
        const auto bytes = encode(fresh).value();
        for (int attempt = 1; entries.empty(); ++attempt) {
            bool known = true;
            try {
                (void)co_await indexed->append(meta_topic(), bytes, 0);
            } catch (const store::Error& error) {
                if (!store::may_have_happened(error) || attempt == most_attempts) {
                    throw;
                }
                known = false;
            }
            entries = co_await indexed->scan(meta_topic(), 1, 1, 1);
            if (known) {
                break;
            }
        }
    }
    if (entries.empty()) {
        throw Error(errc::refused, "the entry that says what the store is was removed");
    }
    const auto meta = decode(entries.front().value);
    const auto copy = co_await key_value->get_latest(checkpoints_namespace(), meta_key());
    if (!copy) {
        store::crash_point(crash_points::after_meta);
        co_await key_value->put(checkpoints_namespace(), meta_key(), entries.front().value, meta_version);
    } else if (decode(copy->value).store_id != meta.store_id) {
        throw Error(errc::refused,
                    "the key-value store and the log belong to different stores: open those that were "
                    "made together");
    }
    co_return meta;
}

}  // namespace zflow::engine
