#include "errors.hpp"
#include "registry.hpp"

#include <zflow/store_rocksdb/backup.hpp>

#include <fmt/format.h>
#include <rocksdb/utilities/backup_engine.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <system_error>

namespace zflow::store_rocksdb {
namespace {

using store::errc;
using store::Error;

store::Where where(const char* operation, const std::string& directory) {
    return {backend_name, operation, fmt::format("backup directory '{}'", directory)};
}

/// The error of a backup engine that could not do something.
Error backup_error(const rocksdb::Status& status, const char* operation, const std::string& directory) {
    if (status.IsNotFound()) {
        return {errc::not_open, where(operation, directory), "there is no such backup", status.ToString()};
    }
    if (status.IsCorruption()) {
        return {errc::corruption, where(operation, directory), "the backup is damaged; take another one",
                status.ToString()};
    }
    return {
        errc::unavailable, where(operation, directory),
        "the backup directory cannot be read or written, or its disk is full; the store itself is as it was",
        status.ToString()};
}

BackupInfo info_of(const rocksdb::BackupInfo& backup) {
    return {.id = backup.backup_id, .bytes = backup.size, .unix_seconds = backup.timestamp};
}

rocksdb::BackupEngineOptions engine_options(const std::string& directory) {
    rocksdb::BackupEngineOptions options(directory);
    options.sync = true;
    options.share_table_files = true;
    options.share_files_with_checksum = true;
    return options;
}

using ReadOnlyEngine = std::unique_ptr<rocksdb::BackupEngineReadOnly>;

ReadOnlyEngine open_backups(const char* operation, const std::string& directory) {
    if (!std::filesystem::is_directory(directory)) {
        throw Error(errc::not_open, where(operation, directory), "there is no such directory");
    }
    rocksdb::BackupEngineReadOnly* opened = nullptr;
    const auto status =
        rocksdb::BackupEngineReadOnly::Open(rocksdb::Env::Default(), engine_options(directory), &opened);
    if (!status.ok()) {
        throw backup_error(status, operation, directory);
    }
    return ReadOnlyEngine(opened);
}

std::vector<BackupInfo> list(const rocksdb::BackupEngineReadOnly& engine, const char* operation,
                             const std::string& directory) {
    std::vector<rocksdb::BackupInfo> found;
    engine.GetBackupInfo(&found);
    if (found.empty()) {
        throw Error(errc::not_open, where(operation, directory), "the directory holds no backups");
    }
    std::vector<BackupInfo> backups;
    std::ranges::transform(found, std::back_inserter(backups), info_of);
    std::ranges::sort(backups, {}, &BackupInfo::id);
    return backups;
}

/// A directory that goes again unless `keep` is called.
class NewDirectory {
 public:
    explicit NewDirectory(std::string path) : path_(std::move(path)) {}
    ~NewDirectory() {
        if (!kept_) {
            std::error_code ignored;
            std::filesystem::remove_all(path_, ignored);
        }
    }
    NewDirectory(const NewDirectory&) = delete;
    NewDirectory& operator=(const NewDirectory&) = delete;

    void keep() noexcept { kept_ = true; }

 private:
    std::string path_;
    bool kept_ = false;
};

}  // namespace

BackupInfo backup(const Options& options, const std::string& backup_directory,
                  const BackupProgress& progress) {
    const auto database = open_shared(options, {.create_if_missing = false});
    std::error_code status;
    std::filesystem::create_directories(backup_directory, status);
    if (status) {
        throw Error(status == std::errc::permission_denied ? errc::denied : errc::unavailable,
                    where("backup", backup_directory), "the directory cannot be made", status.message());
    }
    if (std::filesystem::equivalent(backup_directory, options.path, status)) {
        throw Error(errc::invalid_argument, where("backup", backup_directory),
                    "this is the store itself; name another one");
    }
    auto engine_settings = engine_options(backup_directory);
    // The engine calls back after so many bytes; it does not say how many there are in all.
    std::uint64_t steps = 0;
    engine_settings.callback_trigger_interval_size = std::uint64_t{1} << 20;
    rocksdb::BackupEngine* opened = nullptr;
    rocksdb::Status done = rocksdb::BackupEngine::Open(rocksdb::Env::Default(), engine_settings, &opened);
    const std::unique_ptr<rocksdb::BackupEngine> engine(opened);
    rocksdb::BackupID id = 0;
    if (done.ok()) {
        rocksdb::CreateBackupOptions create;
        create.flush_before_backup = true;
        create.progress_callback = [&] {
            ++steps;
            if (progress) {
                progress(steps * engine_settings.callback_trigger_interval_size, 0);
            }
        };
        done = engine->CreateNewBackup(create, &database->db(), &id);
    }
    if (!done.ok()) {
        throw backup_error(done, "backup", backup_directory);
    }
    rocksdb::BackupInfo info;
    done = engine->GetBackupInfo(id, &info);
    if (!done.ok()) {
        throw backup_error(done, "backup", backup_directory);
    }
    return info_of(info);
}

std::vector<BackupInfo> backups(const std::string& backup_directory) {
    const auto engine = open_backups("list", backup_directory);
    auto found = list(*engine, "list", backup_directory);
    std::erase_if(found, [&](const auto& backup) { return !engine->VerifyBackup(backup.id).ok(); });
    return found;
}

BackupInfo restore(const std::string& backup_directory, const std::string& path, std::uint32_t id) {
    const auto engine = open_backups("restore", backup_directory);
    const auto found = list(*engine, "restore", backup_directory);
    const auto chosen = id == 0 ? std::prev(found.end()) : std::ranges::find(found, id, &BackupInfo::id);
    if (chosen == found.end()) {
        throw Error(errc::not_open, where("restore", backup_directory),
                    fmt::format("there is no backup {}", id));
    }
    std::error_code status;
    if (std::filesystem::exists(path) &&
        (!std::filesystem::is_directory(path) || !std::filesystem::is_empty(path))) {
        throw Error(errc::invalid_argument, {backend_name, "restore", fmt::format("directory '{}'", path)},
                    "there is something already; restore into a new or an empty directory");
    }
    rocksdb::Status verified = engine->VerifyBackup(chosen->id, /*verify_with_checksum=*/true);
    if (!verified.ok()) {
        throw backup_error(verified, "restore", backup_directory);
    }
    // Beside the target first, so that the target is never half there.
    const auto target = std::filesystem::path(path).lexically_normal();
    const auto parent = target.has_filename() ? target : target.parent_path();
    const auto unfinished = parent.string() + ".restoring";
    std::filesystem::remove_all(unfinished, status);
    std::filesystem::create_directories(unfinished, status);
    NewDirectory guard(unfinished);
    rocksdb::Status restored = engine->RestoreDBFromBackup(chosen->id, unfinished, unfinished);
    if (!restored.ok()) {
        throw backup_error(restored, "restore", backup_directory);
    }
    std::filesystem::rename(unfinished, parent, status);
    if (status) {
        throw Error(status == std::errc::permission_denied ? errc::denied : errc::unavailable,
                    {backend_name, "restore", fmt::format("directory '{}'", path)},
                    "the restored store cannot be moved to its place", status.message());
    }
    guard.keep();
    return *chosen;
}

}  // namespace zflow::store_rocksdb
