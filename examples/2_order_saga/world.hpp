#pragma once

#include <fstream>
#include <string>
#include <utility>

namespace shop {

/// The bank, the carrier and the mail: a file that survives us, with a line for each thing that was done.
///
/// As they do, it looks at the idempotency key first: what it has done under a key it does not do again.
class World {
 public:
    explicit World(std::string file) : file_(std::move(file)) {}

    /// Do something. Returns: whether it was done now; false if it had been done under this key before.
    bool act(const std::string& key, const std::string& what) {
        std::ifstream done(file_);
        for (std::string line; std::getline(done, line);) {
            if (line.starts_with(key + " ")) {
                return false;
            }
        }
        std::ofstream(file_, std::ios::app) << key + " " + what + "\n" << std::flush;
        return true;
    }

 private:
    std::string file_;
};

}  // namespace shop
