#include "ledger.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace zflow::crash {

Ledger::Ledger(const std::string& path) {
    std::ifstream before(path);
    for (std::string line; std::getline(before, line);) {
        std::vector<std::string> fields(1);
        for (const auto c : line) {
            if (c == '\t') {
                fields.emplace_back();
            } else {
                fields.back() += c;
            }
        }
        learn(fields);
    }
    file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (file_ < 0) {
        throw std::runtime_error("the ledger '" + path + "' cannot be opened");
    }
}

Ledger::~Ledger() {
    ::close(file_);
}

void Ledger::write(std::initializer_list<std::string_view> fields) {
    std::string line;
    for (const auto field : fields) {
        line += line.empty() ? "" : "\t";
        line += field;
    }
    line += '\n';
    const std::lock_guard lock(mutex_);
    if (::write(file_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
        throw std::runtime_error("the ledger takes no more");
    }
}

void Ledger::learn(const std::vector<std::string>& fields) {
    const auto& what = fields.front();
    if (fields.size() < 3 || what == "call") {
        return;
    }
    auto& run = runs_[fields[1]];
    const auto life = static_cast<int>(std::strtol(fields[2].c_str(), nullptr, 10));
    if (what == "start") {
        run.tried.insert(life);
    } else if (what == "told") {
        run.told.emplace(life, fields.at(3));
    } else if (what == "removing") {
        run.removing.insert(life);
    } else if (what == "removed") {
        run.removed.insert(life);
    } else if (what == "aborting") {
        run.aborting.insert(life);
    } else if (what == "pausing" || what == "resuming") {
        run.pause = Known::Pause::maybe;
    } else if (what == "paused" || what == "resumed") {
        run.pause = what == "paused" ? Known::Pause::yes : Known::Pause::no;
    } else if (what == "signal") {
        run.signals_tried = std::max(run.signals_tried, std::strtol(fields.at(3).c_str(), nullptr, 10));
    } else if (what == "signalled") {
        ++run.signals_answered;
    }
}

}  // namespace zflow::crash
