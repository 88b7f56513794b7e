#include <zflow/store_rocksdb/options.hpp>

#include <charconv>
#include <cstdint>

namespace zflow::store_rocksdb {
namespace {

constexpr std::size_t mib = std::size_t{1} << 20;

/// An option that is a number of MiB.
void read_mib(const store::Uri& uri, std::string_view name, std::size_t most, std::size_t& bytes) {
    const auto text = uri.option(name);
    if (!text) {
        return;
    }
    std::size_t number = 0;
    const auto* const end = text->data() + text->size();
    const auto parsed = std::from_chars(text->data(), end, number);
    if (parsed.ec != std::errc{} || parsed.ptr != end || number < 1 || number > most) {
        throw uri.bad_option(name, "a whole number of MiB, 1 to " + std::to_string(most));
    }
    bytes = number * mib;
}

}  // namespace

Options Options::from_uri(const store::Uri& uri) {
    uri.allow_options({"durability", "max_value_mib", "cache_mib"});
    Options options;
    options.path = uri.rest();
    if (const auto durability = uri.option("durability")) {
        if (*durability == "sync") {
            options.durability = Sync::sync;
        } else if (*durability == "process") {
            options.durability = Sync::process;
        } else if (*durability == "none") {
            options.durability = Sync::none;
        } else {
            throw uri.bad_option("durability", "sync, process or none");
        }
    }
    read_mib(uri, "max_value_mib", max_value_limit / mib, options.max_value_bytes);
    read_mib(uri, "cache_mib", 1'048'576, options.cache_bytes);
    return options;
}

}  // namespace zflow::store_rocksdb
