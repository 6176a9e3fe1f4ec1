// What the tests of this folder share.
#pragma once

#include <google/protobuf/wrappers.pb.h>

#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "common/context/request_context.h"
#include "common/db/database.h"
#include "common/events/outbox.h"
#include "common/rpc/stream.h"
#include "common/status/status_macros.h"
#include "common/testing/status_matchers.h"
#include "fmt/format.h"
#include "kefu/common/v1/event.pb.h"

namespace kefu::events {

inline absl::Time Soon() { return absl::Now() + absl::Seconds(60); }

inline RequestContext MakeContext(std::string_view org_id, auth::RoleSet roles = {},
                                  std::string_view method = "/test.Service/Write") {
  RequestContext context;
  context.now = absl::FromUnixSeconds(1768449600);
  context.deadline = Soon();
  context.principal.org_id = std::string(org_id);
  context.principal.subject = "tester";
  context.principal.roles = roles;
  context.method = std::string(method);
  context.trace_id = "0af7651916cd43dd8448eb211c80319c";
  return context;
}

inline google::protobuf::StringValue Text(std::string_view text) {
  google::protobuf::StringValue value;
  value.set_value(std::string(text));
  return value;
}

// The text of an event made by Emit.
inline std::string TextOf(const common::v1::Event& event) {
  google::protobuf::StringValue value;
  return event.payload().UnpackTo(&value) ? value.value() : "not a text";
}

// Commits one event.
inline void Emit(db::Database& database, std::string_view org_id, std::string_view text,
                 absl::Time now = absl::FromUnixSeconds(1768449600)) {
  ASSERT_OK(database.RunInTransaction(Soon(), [&](db::Transaction& t) -> absl::Status {
    return Append(t, org_id, "key", Text(text), now);
  }));
}

// A transaction that has written its event and stays open until Commit.
class OpenWrite {
 public:
  OpenWrite(db::Database& database, std::string_view org_id, std::string_view text)
      : thread_([this, &database, org = std::string(org_id), text = std::string(text)] {
          status_ = database.RunInTransaction(Soon(), [&](db::Transaction& t) -> absl::Status {
            RETURN_IF_ERROR(Append(t, org, "key", Text(text), absl::FromUnixSeconds(1768449600)));
            written_.set_value();
            commit_.get_future().wait();
            return absl::OkStatus();
          });
        }) {
    written_.get_future().wait();
  }
  ~OpenWrite() {
    if (thread_.joinable()) (void)Commit();
  }
  absl::Status Commit() {
    commit_.set_value();
    thread_.join();
    return status_;
  }

 private:
  absl::Status status_;
  std::promise<void> written_, commit_;
  std::thread thread_;
};

// Blocks until as many claims of request ids are being executed: they wait for the key's lock then.
// (The process list and not innodb_trx: the latter is refreshed only after 100 ms without a
// reader.)
inline void WaitForClaims(db::Database& database, int64_t count) {
  constexpr db::Sql kWaits{
      "SELECT COUNT(*) FROM information_schema.processlist"
      " WHERE db = DATABASE() AND info LIKE 'INSERT INTO request_log%'"};
  while (true) {
    const auto rows = database.Read(Soon(), kWaits);
    ASSERT_OK(rows);
    if (rows->front().Int(0) >= count) return;
    std::this_thread::yield();
  }
}

// Collects a stream's responses; the receiver goes away after `limit` of them.
class CollectingWriter final : public rpc::StreamWriter<common::v1::WatchResponse> {
 public:
  explicit CollectingWriter(size_t limit = SIZE_MAX) : limit_(limit) {}
  bool Write(common::v1::WatchResponse response) override {
    for (const common::v1::Event& event : response.events()) events.push_back(event);
    position = response.position();
    return ++responses < limit_;
  }
  std::vector<std::string> Texts() const {
    std::vector<std::string> texts;
    for (const common::v1::Event& event : events) texts.push_back(TextOf(event));
    return texts;
  }

  std::vector<common::v1::Event> events;
  int64_t position = -1;
  size_t responses = 0;

 private:
  const size_t limit_;
};

// A value that a thread waits for.
template <class T>
class Watched {
 public:
  void Set(T value) {
    const std::lock_guard lock(mutex_);
    value_ = std::move(value);
    changed_.notify_all();
  }
  template <class Predicate>
  void Await(Predicate predicate) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return predicate(value_); });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  T value_{};
};

}  // namespace kefu::events
