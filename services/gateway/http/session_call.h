// The call that a session has in flight. Internal to session.cc and streams.cc.
#pragma once

#include <functional>
#include <utility>

#include "services/gateway/http/session.h"

namespace kefu::gateway::http {

class Session::Call {
 public:
  Call(Session& session, std::function<void()> cancel, bool feed = false) : session_(session) {
    session_.cancel_ = std::move(cancel);
    session_.in_feed_ = feed;
    session_.feed_drained_ = false;
    if (session_.aborted_) session_.cancel_();
    if (feed && session_.shared_.draining) session_.Drain();  // it came between two of its steps
  }
  ~Call() {
    session_.StopWatching();
    session_.cancel_ = nullptr;
    session_.in_feed_ = false;
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

 private:
  Session& session_;
};

}  // namespace kefu::gateway::http
