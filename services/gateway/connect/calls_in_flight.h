// Tells when gRPC has let go of all calls.
#pragma once

#include <future>
#include <memory>

namespace kefu::gateway::connect {

// What gRPC calls back lives on for a moment after the answer has been handed to the event loop,
// until gRPC destroys it on a thread of its own. Two things must not happen in that moment:
// - the event loop goes, whose handler and executor the callback still holds;
// - the last channel of the process goes with the call's context. gRPC then joins the threads that
//   call back, this one among them; the join fails, gRPC up to 1.51 takes no notice and frees the
//   completion queue under the running thread ("ref_counted.h: assertion failed: prior > 0"; later
//   versions stop at the join: github.com/grpc/grpc/pull/32584).
// So each call has a place here, given back as the last act of gRPC's thread, and whoever owns the
// event loop waits for all places before it goes, and with it before the channels go.
class CallsInFlight {
 public:
  using Place = std::shared_ptr<const void>;

  CallsInFlight() : last_(std::make_shared<Last>()), all_left_(last_->left.get_future()) {}
  CallsInFlight(const CallsInFlight&) = delete;
  CallsInFlight& operator=(const CallsInFlight&) = delete;

  // Of one call, until it and its copies are destroyed. Thread-safe; not after Wait.
  Place Enter() const { return last_; }
  // Returns when every place has been given back. From no thread that holds one. Idempotent.
  void Wait() {
    last_.reset();
    all_left_.wait();
  }

 private:
  struct Last {
    ~Last() { left.set_value(); }
    std::promise<void> left;
  };
  std::shared_ptr<Last> last_;
  std::future<void> all_left_;
};

}  // namespace kefu::gateway::connect
