// Names who has not acknowledged an announcement, when its time is near and when it is over.
#pragma once

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/time/clock.h"
#include "common/time/repeater.h"
#include "services/staffing/handlers/handlers.h"

namespace kefu::staffing {

struct AnnouncementJobOptions {
  absl::Duration interval = absl::Seconds(10);  // reminders count in minutes
  int batch = 20;                               // announcements in one transaction
};

// A thread. Any number of processes may run one: rows are claimed by their locks and move on in the
// transaction that tells of it, so each reminder is told once, whatever dies.
class AnnouncementJob {
 public:
  // Dependencies and clock outlive this.
  AnnouncementJob(Dependencies deps, const Clock& clock, AnnouncementJobOptions options = {});
  AnnouncementJob(const AnnouncementJob&) = delete;
  AnnouncementJob& operator=(const AnnouncementJob&) = delete;

  void Start();                      // once
  void Stop() { repeater_.Stop(); }  // idempotent
  // One batch in the calling thread, the earliest in front; how many announcements it looked at.
  absl::StatusOr<int> RunOnce();

 private:
  const Dependencies deps_;
  const Clock& clock_;
  const AnnouncementJobOptions options_;
  Repeater repeater_{options_.interval};
};

}  // namespace kefu::staffing
