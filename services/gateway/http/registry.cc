#include "services/gateway/http/registry.h"

#include <boost/asio/post.hpp>
#include <chrono>
#include <utility>

#include "services/gateway/http/session.h"

namespace kefu::gateway::http {

bool Registry::Add(std::shared_ptr<Session> session) {
  const std::lock_guard lock(mutex_);
  if (closed_ || sessions_.size() >= limit_) return false;
  const Session* const key = session.get();
  sessions_.emplace(key, std::move(session));
  return true;
}

void Registry::Remove(const Session* session) {
  std::shared_ptr<Session> last;  // dies after the lock
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(session);
  if (found == sessions_.end()) return;
  last = std::move(found->second);
  sessions_.erase(found);
  if (sessions_.empty()) empty_.notify_all();
}

void Registry::Close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
}

void Registry::Post(void (Session::*visit)()) {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, session] : sessions_) {
    boost::asio::post(session->executor(), [session, visit] { ((*session).*visit)(); });
  }
}

bool Registry::WaitEmpty(absl::Time deadline) {
  std::unique_lock lock(mutex_);
  const auto empty = [&] { return sessions_.empty(); };
  if (deadline == absl::InfiniteFuture()) {
    empty_.wait(lock, empty);
    return true;
  }
  return empty_.wait_until(lock, absl::ToChronoTime(deadline), empty);
}

}  // namespace kefu::gateway::http
