// Internal to common/db: ends database calls whose deadline passed.
#pragma once

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "absl/time/time.h"

namespace kefu::db {

class Connection;

// One thread that expires armed connections at their deadline. Thread-safe.
class Watchdog {
 public:
  Watchdog();
  ~Watchdog();  // nothing may be armed

  void Arm(Connection* connection, absl::Time deadline);
  // After it returns the connection is not touched any more; call it before destroying one.
  void Disarm(Connection* connection, absl::Time deadline);

 private:
  void Loop();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::pair<absl::Time, Connection*>> armed_;
  absl::Time wake_ = absl::InfiniteFuture();  // when the thread looks next
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace kefu::db
