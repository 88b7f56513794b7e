#include "registry.hpp"

#include "errors.hpp"

#include <zflow/base/assert.hpp>

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

namespace zflow::store_rocksdb {
namespace {

using store::errc;
using store::Error;

/// What a directory is, whatever path leads to it.
using Inode = std::pair<dev_t, ino_t>;

class Registry {
 public:
    static Registry& instance() {
        static Registry registry;
        return registry;
    }

    std::shared_ptr<Database> open(const Inode& inode, const Options& options,
                                   const store::OpenOptions& open_options) {
        {
            std::unique_lock lock(mutex_);
            while (true) {
                const auto found = openings_.find(inode);
                if (found == openings_.end()) {
                    openings_.emplace(inode, std::weak_ptr<Database>());
                    break;
                }
                if (auto database = found->second.lock()) {
                    return database;
                }
                changed_.wait(lock);
            }
        }
        std::unique_ptr<Database> opened;
        try {
            opened = std::make_unique<Database>(options, open_options);
        } catch (...) {
            forget(inode);
            throw;
        }
        std::shared_ptr<Database> shared(opened.release(), [this, inode](Database* database) {
            delete database;
            forget(inode);
        });
        const std::scoped_lock lock(mutex_);
        openings_.at(inode) = shared;
        changed_.notify_all();
        return shared;
    }

    std::shared_ptr<Database> find(const Inode& inode) {
        const std::scoped_lock lock(mutex_);
        const auto found = openings_.find(inode);
        return found == openings_.end() ? nullptr : found->second.lock();
    }

 private:
    void forget(const Inode& inode) {
        const std::scoped_lock lock(mutex_);
        openings_.erase(inode);
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    // The one opening of each directory. An empty pointer is one that is not open yet, or closing: others
    // wait.
    std::map<Inode, std::weak_ptr<Database>> openings_;
};

std::optional<Inode> inode_of(const std::string& path) {
    struct stat facts{};
    if (::stat(path.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode)) {
        return std::nullopt;
    }
    return Inode{facts.st_dev, facts.st_ino};
}

/// Find or make the directory.
Inode directory_of(const Options& options, bool create_if_missing) {
    const store::Where where{backend_name, "open", fmt::format("directory '{}'", options.path)};
    if (options.path.empty()) {
        throw Error(errc::invalid_argument, where,
                    "the path is empty; a store is named like rocksdb:zflow-data");
    }
    if (const auto inode = inode_of(options.path)) {
        return *inode;
    }
    std::error_code status;
    if (std::filesystem::exists(options.path, status)) {
        throw Error(errc::schema_mismatch, where, "this is not a directory; a RocksDB store is one");
    }
    if (status) {
        throw Error(status == std::errc::permission_denied ? errc::denied : errc::unavailable, where,
                    "the directory cannot be looked at", status.message());
    }
    if (!create_if_missing) {
        throw Error(errc::not_open, where, "there is no store yet; the first write makes it");
    }
    std::filesystem::create_directories(options.path, status);
    const auto inode = inode_of(options.path);
    if (!inode) {
        throw Error(status == std::errc::permission_denied ? errc::denied : errc::unavailable, where,
                    "the directory cannot be made", status.message());
    }
    return *inode;
}

}  // namespace

std::shared_ptr<Database> open_shared(const Options& options, const store::OpenOptions& open_options) {
    const auto inode = directory_of(options, open_options.create_if_missing);
    auto database = Registry::instance().open(inode, options, open_options);
    auto as_opened = database->options();
    as_opened.path = options.path;
    if (as_opened != options) {
        throw Error(errc::invalid_argument,
                    {backend_name, "open", fmt::format("directory '{}'", options.path)},
                    "this process has the directory open already, with other options; all openings must have "
                    "the same");
    }
    database->watch_deadlines_of(open_options.deadline);
    return database;
}

std::shared_ptr<Database> find_open(const std::string& path) {
    const auto inode = inode_of(path);
    return inode ? Registry::instance().find(*inode) : nullptr;
}

}  // namespace zflow::store_rocksdb
