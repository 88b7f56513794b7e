#pragma once

#include "partition.hpp"

#include <memory>
#include <string>
#include <utility>

namespace zflow::engine {

/// Holds an id, so that nobody else starts or removes the run meanwhile: until the event is decided, also if
/// its caller no longer waits for it. So a Begin in the log is never for a run that there is, and a Remove
/// never for one that is gone.
class Reservation {
 public:
    /// Nobody has the id.
    Reservation(const std::shared_ptr<Partition>& partition, std::string id)
        : partition_(partition), id_(std::move(id)) {
        partition->reserved_.try_emplace(id_);
    }
    ~Reservation() {
        if (const auto partition = partition_.lock()) {
            auto waiting = partition->reserved_.extract(id_);
            for (const auto& waiter : waiting.mapped()) {
                waiter->finish();
            }
        }
    }
    Reservation(const Reservation&) = delete;
    Reservation& operator=(const Reservation&) = delete;

 private:
    std::weak_ptr<Partition> partition_;
    std::string id_;
};

}  // namespace zflow::engine
