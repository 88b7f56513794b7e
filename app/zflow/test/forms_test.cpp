#include "forms.hpp"

#include <zflow/store/error.hpp>

#include <boost/json/serialize.hpp>

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace zflow::app {
namespace {

TEST(Forms, text_is_taken_as_it_is_and_prefixes_say_otherwise) {
    EXPECT_EQ(read_form("paid"), "paid");
    EXPECT_EQ(read_form(""), "");
    EXPECT_EQ(read_form("hex:6b3100FF"), store::Bytes("k1\0\xFF", 4));
    EXPECT_EQ(read_form("hex:"), "");
    EXPECT_EQ(read_form("text:hex:00"), "hex:00");
    EXPECT_EQ(read_form("text:-"), "-");
    EXPECT_EQ(read_form("text:@x"), "@x");
}

TEST(Forms, a_file_is_read_whole) {
    const auto path =
        (std::filesystem::temp_directory_path() / ("zflow-forms-" + std::to_string(::getpid()))).string();
    std::ofstream(path, std::ios::binary) << std::string("a\0\nb", 4);
    EXPECT_EQ(read_form("@" + path), store::Bytes("a\0\nb", 4));
    std::filesystem::remove(path);
    EXPECT_THROW((void)read_form("@" + path), store::Error);
}

TEST(Forms, bad_digits_are_refused) {
    for (const auto* bad : {"hex:6", "hex:6g", "hex:0x61", "hex:6 "}) {
        EXPECT_THROW((void)read_form(bad), store::Error) << bad;
    }
}

TEST(Forms, lines_show_every_byte_unambiguously) {
    EXPECT_EQ(to_line("Gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80"), "Gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80");
    EXPECT_EQ(to_line(std::string("a\tb\n\r\\\0\x7F", 8)), "a\\tb\\n\\r\\\\\\x00\\x7f");
    EXPECT_EQ(to_line("\xFF\xC3"), "\\xff\\xc3");
    EXPECT_EQ(to_line("\xC2\x85"), "\\xc2\\x85") << "a control character";
}

TEST(Forms, a_row_has_hexadecimal_bytes_always_and_text_only_if_it_is_text) {
    boost::json::object row;
    add_bytes(row, "key", "k");
    add_bytes(row, "value", "\xFF");
    EXPECT_EQ(boost::json::serialize(row), R"({"key":"k","key_hex":"6b","value_hex":"ff"})");
}

}  // namespace
}  // namespace zflow::app
