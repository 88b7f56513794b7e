#include "bytes.hpp"
#include "crc32c.hpp"

#include <zflow/codec/binary.hpp>
#include <zflow/model/limits.hpp>

namespace zflow::codec {
namespace {

constexpr std::string_view magic = "zf";
constexpr std::size_t sum_size = 4;
static_assert(seal_header_size == magic.size() + 2 + 4);

std::unexpected<model::Error> wrong(std::size_t offset, std::string sentence) {
    return std::unexpected(model::Error{std::move(sentence), {}, offset});
}

}  // namespace

std::string seal(Content content, std::uint8_t version, std::string_view payload) {
    ByteWriter out;
    out.raw(magic);
    out.byte(static_cast<std::uint8_t>(content));
    out.byte(version);
    out.fixed32(static_cast<std::uint32_t>(payload.size()));
    out.raw(payload);
    out.fixed32(crc32c(out.text()));
    return out.take();
}

std::expected<Opened, model::Error> open_sealed(Content content, std::uint8_t newest,
                                                std::string_view bytes) {
    if (bytes.size() < seal_header_size + sum_size) {
        return wrong(bytes.size(), "the bytes end here, in the middle of the envelope");
    }
    if (!bytes.starts_with(magic)) {
        return wrong(0, "these are no bytes of zflow: they do not begin with 'zf'");
    }
    ByteReader header(bytes.substr(magic.size()));
    if (header.byte() != static_cast<std::uint8_t>(content)) {
        return wrong(magic.size(), fmt::format("expected content of kind '{}'", static_cast<char>(content)));
    }
    const auto version = header.byte();
    if (version == 0 || version > newest) {
        return wrong(magic.size() + 1,
                     fmt::format("the format has version {}, this zflow reads 1 to {}", version, newest));
    }
    const auto size = header.fixed32();
    if (size != bytes.size() - seal_header_size - sum_size) {
        return wrong(magic.size() + 2, fmt::format("the envelope says that it holds {} bytes, it has {}",
                                                   size, bytes.size() - seal_header_size - sum_size));
    }
    const auto content_size = bytes.size() - sum_size;
    if (ByteReader(bytes.substr(content_size)).fixed32() != crc32c(bytes.substr(0, content_size))) {
        return wrong(content_size, "the check sum is wrong: the bytes are not those that were written");
    }
    return Opened{version, bytes.substr(seal_header_size, size)};
}

}  // namespace zflow::codec
