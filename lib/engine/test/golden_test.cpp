#include "formats.hpp"

#include <zflow/codec/binary.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace zflow::engine::test {
namespace {

// The files were written by this program with ZFLOW_WRITE_GOLDEN=1 in its environment when a format's version
// was new. They are never written again: a change that needs that needs a new version, with files of its own.

std::string golden(const Sample& sample) {
    const auto path = std::string(ZFLOW_GOLDEN_DIRECTORY) + "/" + sample.file;
    if (std::getenv("ZFLOW_WRITE_GOLDEN") != nullptr) {
        std::ofstream(path, std::ios::binary) << sample.bytes;
    }
    std::ifstream file(path, std::ios::binary);
    EXPECT_TRUE(file.good()) << path;
    return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Golden, all_formats_are_read_and_written_as_ever) {
    for (const auto& sample : all_samples()) {
        const auto bytes = golden(sample);
        EXPECT_EQ(bytes, sample.bytes) << sample.file;
        EXPECT_EQ(sample.show(bytes), sample.shown) << sample.file;
    }
}

/// The bytes between the envelope's header and its check sum.
std::string payload_of(const std::string& bytes) {
    return bytes.substr(codec::seal_header_size, bytes.size() - codec::seal_header_size - 4);
}

codec::Content content_of(const std::string& bytes) {
    return static_cast<codec::Content>(bytes[2]);
}

void expect_error(const Sample& sample, const std::string& bytes, const std::string& what) {
    const auto read = sample.rewrite(bytes);
    ASSERT_FALSE(read) << sample.file << ": " << what;
    EXPECT_FALSE(read.error().sentence.empty()) << sample.file << ": " << what;
    EXPECT_LE(read.error().offset.value_or(bytes.size() + 1), bytes.size()) << sample.file << ": " << what;
}

TEST(Damage, cut_short_anywhere_is_an_error_with_its_place) {
    for (const auto& sample : all_samples()) {
        const auto payload = payload_of(sample.bytes);
        for (std::size_t size = 0; size < sample.bytes.size(); ++size) {
            expect_error(sample, sample.bytes.substr(0, size), "cut to " + std::to_string(size));
        }
        for (std::size_t size = 0; size < payload.size(); ++size) {
            expect_error(sample, codec::seal(content_of(sample.bytes), 1, payload.substr(0, size)),
                         "payload cut to " + std::to_string(size));
        }
        expect_error(sample, codec::seal(content_of(sample.bytes), 1, payload + '\0'), "a byte more");
    }
}

TEST(Damage, a_changed_bit_is_found_by_the_check_sum) {
    for (const auto& sample : all_samples()) {
        for (std::size_t bit = 0; bit < 8 * sample.bytes.size(); ++bit) {
            auto bytes = sample.bytes;
            bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
            expect_error(sample, bytes, "bit " + std::to_string(bit));
        }
    }
}

TEST(Damage, a_changed_bit_that_the_check_sum_covers_is_an_error_or_another_thing) {
    auto errors = 0;
    auto others = 0;
    for (const auto& sample : all_samples()) {
        const auto payload = payload_of(sample.bytes);
        for (std::size_t bit = 0; bit < 8 * payload.size(); ++bit) {
            auto changed = payload;
            changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
            const auto bytes = codec::seal(content_of(sample.bytes), 1, changed);
            const auto again = sample.rewrite(bytes);
            if (!again) {
                expect_error(sample, bytes, "bit " + std::to_string(bit));
                ++errors;
                continue;
            }
            EXPECT_TRUE(sample.rewrite(*again)) << sample.file << ": bit " << bit;
            ++others;
        }
    }
    EXPECT_GT(errors, 0);
    EXPECT_GT(others, 0);
}

TEST(Damage, no_kind_is_taken_for_another_one) {
    const auto samples = all_samples();
    for (const auto& sample : samples) {
        for (const auto& other : samples) {
            EXPECT_EQ(sample.rewrite(other.bytes).has_value(),
                      content_of(sample.bytes) == content_of(other.bytes))
                << other.file << " read as " << sample.file;
        }
    }
}

TEST(Damage, a_newer_version_is_refused_by_its_number) {
    for (const auto& sample : all_samples()) {
        const auto read = sample.rewrite(codec::seal(content_of(sample.bytes), 2, payload_of(sample.bytes)));
        ASSERT_FALSE(read) << sample.file;
        EXPECT_EQ(read.error().sentence, "the format has version 2, this zflow reads 1 to 1");
    }
}

}  // namespace
}  // namespace zflow::engine::test
