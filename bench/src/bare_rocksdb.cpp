#include "bare_rocksdb.hpp"

#include "clients.hpp"
#include "keys.hpp"
#include "tuning.hpp"

#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/db.h>

#include <filesystem>
#include <limits>
#include <stdexcept>
#include <vector>

namespace zflow::bench {
namespace {

constexpr auto newest = std::numeric_limits<store::Timestamp>::max();

void require(const rocksdb::Status& status) {
    if (!status.ok()) {
        throw std::runtime_error("the bare RocksDB: " + status.ToString());
    }
}

}  // namespace

struct BareRocksdb::Impl {
    std::string path;
    int rows;
    rocksdb::WriteOptions write;
    std::unique_ptr<rocksdb::DB> db;
    std::vector<rocksdb::ColumnFamilyHandle*> families;
    std::uint64_t next = 0;

    rocksdb::ColumnFamilyHandle* kv() { return families[1]; }
    rocksdb::ColumnFamilyHandle* idx() { return families[2]; }

    static std::string version(const std::string& ns, const std::string& key, store::Timestamp timestamp) {
        auto row = store_rocksdb::key_prefix({ns}, {key});
        store_rocksdb::append_timestamp(row, timestamp);
        return row;
    }
    static std::string entry(std::uint64_t index) {
        auto row = store_rocksdb::topic_prefix({"bench"});
        store_rocksdb::append_index(row, index);
        return row;
    }

    template <class Add>
    double batches(int size, double seconds, Add add) {
        const auto begin = Clock::now();
        double calls = 0;
        while (seconds_since(begin) < seconds) {
            rocksdb::WriteBatch batch;
            for (int i = 0; i < size; ++i) {
                add(batch);
            }
            require(db->Write(write, &batch));
            calls += size;
        }
        return calls / seconds_since(begin);
    }
};

BareRocksdb::BareRocksdb(const store_rocksdb::Options& options, int rows) : impl_(std::make_unique<Impl>()) {
    auto& impl = *impl_;
    impl.path = options.path + ".bare";
    impl.rows = rows;
    impl.write.sync = options.durability == store_rocksdb::Sync::sync;
    impl.write.disableWAL = options.durability == store_rocksdb::Sync::none;
    std::filesystem::remove_all(impl.path);
    auto settings = store_rocksdb::database_options();
    settings.create_if_missing = true;
    settings.create_missing_column_families = true;
    const auto cache = rocksdb::NewLRUCache(options.cache_bytes);
    rocksdb::DB* opened = nullptr;
    require(rocksdb::DB::Open(
        settings, impl.path,
        {{rocksdb::kDefaultColumnFamilyName, store_rocksdb::idx_family_options(cache)},
         {std::string(store_rocksdb::kv_family), store_rocksdb::kv_family_options(cache)},
         {std::string(store_rocksdb::idx_family), store_rocksdb::idx_family_options(cache)}},
        &impl.families, &opened));
    impl.db.reset(opened);
    rocksdb::WriteBatch batch;
    for (int i = 0; i < rows; ++i) {
        require(batch.Put(impl.kv(), Impl::version("read", fmt::format("key-{:08}", i), 1), sample_value()));
        require(batch.Put(impl.idx(), Impl::entry(static_cast<std::uint64_t>(i) + 1), sample_value()));
        if (batch.GetDataSize() > std::size_t{4} << 20 || i + 1 == rows) {
            require(impl.db->Write({}, &batch));
            batch.Clear();
        }
    }
    for (store::Timestamp t = 0; t < 100; ++t) {
        require(impl.db->Put({}, impl.kv(), Impl::version("read", "versions", t), sample_value()));
    }
}

BareRocksdb::~BareRocksdb() {
    for (auto* const family : impl_->families) {
        impl_->db->DestroyColumnFamilyHandle(family);
    }
    const auto path = impl_->path;
    impl_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
}

double BareRocksdb::put(int batch, double seconds) {
    return impl_->batches(batch, seconds, [this](rocksdb::WriteBatch& to) {
        require(to.Put(impl_->kv(), Impl::version("write", fmt::format("key-{}", impl_->next++), 1),
                       sample_value()));
    });
}

double BareRocksdb::append(int batch, double seconds) {
    return impl_->batches(batch, seconds, [this](rocksdb::WriteBatch& to) {
        require(to.Put(impl_->idx(), Impl::entry(1'000'000'000 + impl_->next++), sample_value()));
    });
}

double BareRocksdb::get_latest(Read read, double seconds) {
    const auto begin = Clock::now();
    double calls = 0;
    while (seconds_since(begin) < seconds) {
        for (std::uint64_t i = 0; i < 64; ++i, ++impl_->next) {
            const auto number = impl_->next * 7'919 % static_cast<std::uint64_t>(impl_->rows);
            const auto key = read == Read::versions
                                 ? "versions"
                                 : fmt::format("key-{:08}{}", number, read == Read::miss ? "x" : "");
            const auto row = Impl::version("read", key, newest);
            rocksdb::ReadOptions options;
            options.prefix_same_as_start = true;
            const std::unique_ptr<rocksdb::Iterator> rows(impl_->db->NewIterator(options, impl_->kv()));
            rows->Seek(row);
            std::string value;
            if (rows->Valid()) {
                value = rows->value().ToString();
            }
            if (value.empty() != (read == Read::miss)) {
                throw std::runtime_error("the bare RocksDB does not find what it holds");
            }
        }
        calls += 64;
    }
    return calls / seconds_since(begin);
}

double BareRocksdb::scan_all(double seconds) {
    const auto begin = Clock::now();
    double rows_seen = 0;
    while (seconds_since(begin) < seconds) {
        rocksdb::ReadOptions options;
        options.total_order_seek = true;
        const std::unique_ptr<rocksdb::Iterator> rows(impl_->db->NewIterator(options, impl_->kv()));
        const auto prefix = store_rocksdb::namespace_prefix({"read"});
        std::vector<std::pair<std::string, std::string>> found;
        for (rows->Seek(prefix); rows->Valid() && rows->key().starts_with(prefix); rows->Next()) {
            found.emplace_back(rows->key().ToString(), rows->value().ToString());
            ++rows_seen;
            if (found.size() == 1'000) {
                found.clear();
            }
        }
    }
    return rows_seen / seconds_since(begin);
}

double BareRocksdb::scan_log(double seconds) {
    const auto begin = Clock::now();
    double rows_seen = 0;
    while (seconds_since(begin) < seconds) {
        const std::unique_ptr<rocksdb::Iterator> rows(impl_->db->NewIterator({}, impl_->idx()));
        std::vector<std::string> found;
        int left = impl_->rows;
        for (rows->Seek(Impl::entry(1)); rows->Valid() && left-- > 0; rows->Next()) {
            found.push_back(rows->value().ToString());
            ++rows_seen;
            if (found.size() == 1'000) {
                found.clear();
            }
        }
    }
    return rows_seen / seconds_since(begin);
}

double BareRocksdb::remove_marker(int batch, double seconds) {
    return impl_->batches(batch, seconds, [this](rocksdb::WriteBatch& to) {
        const auto key = fmt::format("removed-{}", impl_->next++);
        rocksdb::ReadOptions options;
        options.total_order_seek = true;
        const std::unique_ptr<rocksdb::Iterator> rows(impl_->db->NewIterator(options, impl_->kv()));
        rows->Seek(Impl::version("write", key, newest));
        require(to.Delete(impl_->kv(), Impl::version("write", key, 1)));
    });
}

}  // namespace zflow::bench
