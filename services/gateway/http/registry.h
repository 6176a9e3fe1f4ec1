// The open connections of a server.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "absl/time/time.h"

namespace kefu::gateway::http {

class Session;

// Thread-safe.
class Registry {
 public:
  explicit Registry(size_t limit) : limit_(limit) {}

  // False when the limit is reached or Close was called.
  bool Add(std::shared_ptr<Session> session);
  void Remove(const Session* session);
  // Takes no more. Idempotent.
  void Close();
  // Calls `visit` for each session in the session's own executor, soon.
  void Post(void (Session::*visit)());
  // Whether the last session was gone by the deadline.
  bool WaitEmpty(absl::Time deadline);

 private:
  const size_t limit_;
  std::mutex mutex_;
  std::condition_variable empty_;
  std::unordered_map<const Session*, std::shared_ptr<Session>> sessions_;  // guarded by mutex_
  bool closed_ = false;                                                    // guarded by mutex_
};

}  // namespace kefu::gateway::http
