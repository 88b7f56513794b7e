#include "fuzz.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

/// Runs every file of the directories that are given, in builds without libFuzzer.
int main(int count, char** arguments) {
    int files = 0;
    for (int i = 1; i < count; ++i) {
        for (const auto& entry : std::filesystem::directory_iterator(arguments[i])) {
            std::ifstream file(entry.path(), std::ios::binary);
            const std::string input(std::istreambuf_iterator<char>(file), {});
            std::fprintf(stderr, "%s\n", entry.path().c_str());
            zflow_fuzz(input);
            // Every input cut short and with a byte changed is an input too.
            for (std::size_t size = 0; size < input.size() && input.size() < 2000; ++size) {
                zflow_fuzz(std::string_view(input).substr(0, size));
                auto other = input;
                other[size] = static_cast<char>(other[size] ^ (1 << (size % 8)));
                zflow_fuzz(other);
            }
            ++files;
        }
    }
    std::printf("%d files\n", files);
    return files == 0 ? 1 : 0;
}
