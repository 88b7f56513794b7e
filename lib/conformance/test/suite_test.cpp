#include <zflow/conformance/child.hpp>
#include <zflow/conformance/gtest.hpp>

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

namespace {

/// Rounds of what is random: 1, or what ZFLOW_TEST_EFFORT says.
unsigned effort() {
    unsigned number = 1;
    if (const char* const text = std::getenv("ZFLOW_TEST_EFFORT")) {
        const std::string_view digits = text;
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
    }
    return number;
}

/// A directory for this process alone.
std::string fresh_directory() {
    auto pattern = (std::filesystem::temp_directory_path() / "zflow-conformance-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        std::perror("no temporary directory");
        std::exit(1);
    }
    return pattern;
}

}  // namespace

int main(int argc, char** argv) {
    if (const auto code = zflow::conformance::child_main(argc, argv)) {
        return *code;
    }
    ::testing::InitGoogleTest(&argc, argv);
    const zflow::conformance::Options options{.effort = effort()};
    zflow::conformance::register_tests("memory", {.uri = "memory:conformance"}, options);
    std::string directory;
    for (const auto& kind : zflow::store::kinds()) {
        if (kind.scheme == "rocksdb") {
            directory = fresh_directory();
            zflow::conformance::register_tests("rocksdb", {.uri = "rocksdb:" + directory + "/data"}, options);
        }
    }
    const int code = RUN_ALL_TESTS();
    std::error_code ignored;
    if (!directory.empty()) {
        std::filesystem::remove_all(directory, ignored);
    }
    return code;
}
