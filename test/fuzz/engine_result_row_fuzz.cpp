#include "engine_format.hpp"

void zflow_fuzz(std::string_view input) {
    zflow::fuzz::engine_format(input, zflow::codec::Content::result, zflow::engine::decode_result_row);
}
