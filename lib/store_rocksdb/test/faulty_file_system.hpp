#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace zflow::store_rocksdb {

/// What the disk does, as a test wants it. Faults hit files that are opened for writing, the log among them.
///
/// - `full`: every append to a file ends with "No space left on device".
/// - `sync_fails`: data is taken, but making it durable ends with an I/O error.
/// - `reads_fail`: every read of a file ends with an I/O error; `good_reads_before_a_bad_one`: a single one.
/// - `hold_syncs`: a sync does not return until `release_syncs`.
class FaultyDisk {
 public:
    std::atomic<bool> full{false};
    std::atomic<bool> sync_fails{false};
    std::atomic<bool> reads_fail{false};
    std::atomic<int> good_reads_before_a_bad_one{-1};  // negative: none is bad

    void hold_syncs() {
        const std::scoped_lock lock(mutex_);
        held_ = true;
    }
    void release_syncs() {
        const std::scoped_lock lock(mutex_);
        held_ = false;
        changed_.notify_all();
    }
    /// Wait until some thread is in a sync that is held.
    void wait_for_held_sync() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return waiting_ > 0; });
    }

    /// Whether this read fails.
    bool on_read() { return reads_fail || good_reads_before_a_bad_one-- == 0; }
    rocksdb::IOStatus on_append() const {
        return full ? rocksdb::IOStatus::NoSpace("No space left on device") : rocksdb::IOStatus::OK();
    }
    rocksdb::IOStatus on_sync() {
        {
            std::unique_lock lock(mutex_);
            ++waiting_;
            changed_.notify_all();
            changed_.wait(lock, [this] { return !held_; });
            --waiting_;
        }
        return sync_fails ? rocksdb::IOStatus::IOError("injected sync error") : rocksdb::IOStatus::OK();
    }

 private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool held_ = false;
    int waiting_ = 0;
};

class FaultyWritableFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
    FaultyWritableFile(std::unique_ptr<rocksdb::FSWritableFile>&& file, FaultyDisk& disk)
        : FSWritableFileOwnerWrapper(std::move(file)), disk_(disk) {}

    using FSWritableFileOwnerWrapper::Append;
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override {
        const auto status = disk_.on_append();
        return status.ok() ? FSWritableFileOwnerWrapper::Append(data, options, debug) : status;
    }
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             const rocksdb::DataVerificationInfo& verification,
                             rocksdb::IODebugContext* debug) override {
        const auto status = disk_.on_append();
        return status.ok() ? FSWritableFileOwnerWrapper::Append(data, options, verification, debug) : status;
    }
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
        const auto status = disk_.on_sync();
        return status.ok() ? FSWritableFileOwnerWrapper::Sync(options, debug) : status;
    }
    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
        const auto status = disk_.on_sync();
        return status.ok() ? FSWritableFileOwnerWrapper::Fsync(options, debug) : status;
    }

 private:
    FaultyDisk& disk_;
};

class FaultyReadableFile final : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
    FaultyReadableFile(std::unique_ptr<rocksdb::FSRandomAccessFile>&& file, FaultyDisk& disk)
        : FSRandomAccessFileOwnerWrapper(std::move(file)), disk_(disk) {}

    rocksdb::IOStatus Read(std::uint64_t offset, std::size_t bytes, const rocksdb::IOOptions& options,
                           rocksdb::Slice* result, char* scratch,
                           rocksdb::IODebugContext* debug) const override {
        if (disk_.on_read()) {
            return rocksdb::IOStatus::IOError("injected read error");
        }
        return FSRandomAccessFileOwnerWrapper::Read(offset, bytes, options, result, scratch, debug);
    }

 private:
    FaultyDisk& disk_;
};

/// The real file system with a FaultyDisk below it.
class FaultyFileSystem final : public rocksdb::FileSystemWrapper {
 public:
    explicit FaultyFileSystem(FaultyDisk& disk)
        : FileSystemWrapper(rocksdb::FileSystem::Default()), disk_(disk) {}

    const char* Name() const override { return "FaultyFileSystem"; }
    rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* file,
                                      rocksdb::IODebugContext* debug) override {
        std::unique_ptr<rocksdb::FSWritableFile> real;
        const auto status = FileSystemWrapper::NewWritableFile(name, options, &real, debug);
        if (status.ok()) {
            *file = std::make_unique<FaultyWritableFile>(std::move(real), disk_);
        }
        return status;
    }
    rocksdb::IOStatus NewRandomAccessFile(const std::string& name, const rocksdb::FileOptions& options,
                                          std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                          rocksdb::IODebugContext* debug) override {
        std::unique_ptr<rocksdb::FSRandomAccessFile> real;
        const auto status = FileSystemWrapper::NewRandomAccessFile(name, options, &real, debug);
        if (status.ok()) {
            *file = std::make_unique<FaultyReadableFile>(std::move(real), disk_);
        }
        return status;
    }

 private:
    FaultyDisk& disk_;
};

}  // namespace zflow::store_rocksdb
