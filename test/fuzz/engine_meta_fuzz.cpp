#include "engine_format.hpp"

void zflow_fuzz(std::string_view input) {
    zflow::fuzz::engine_format(input, zflow::codec::Content::meta, zflow::engine::decode_meta);
}
