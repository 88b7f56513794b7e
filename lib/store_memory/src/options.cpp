#include <zflow/store_memory/options.hpp>

#include <charconv>

namespace zflow::store_memory {

Options Options::from_uri(const store::Uri& uri) {
    uri.allow_options({"max_value_mib"});
    Options options{.name = uri.rest()};
    if (const auto text = uri.option("max_value_mib")) {
        std::size_t mib = 0;
        const auto* const end = text->data() + text->size();
        const auto parsed = std::from_chars(text->data(), end, mib);
        if (parsed.ec != std::errc{} || parsed.ptr != end || mib < 1 || mib > 1'024) {
            throw uri.bad_option("max_value_mib", "a whole number of MiB, 1 to 1024");
        }
        options.max_value_bytes = mib << 20;
    }
    return options;
}

}  // namespace zflow::store_memory
