// Makes the weekly and monthly reports of each shop, and of each base in it, once the period is
// over.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/events/lease.h"
#include "common/time/clock.h"
#include "services/performance/domain/report.h"
#include "services/performance/handlers/reports/reports.h"

namespace kefu::performance {

struct ReportJobOptions {
  std::string owner;                            // of the lease; differs between processes
  absl::Duration interval = absl::Minutes(10);  // between two looks
  absl::Duration lease = absl::Minutes(5);
  absl::Duration delay = absl::Hours(1);  // after midnight: late facts of the day come first
};

// A thread. Any number of processes may run one: the one that holds the lease works. A report that
// is there already, in any version, is not made again; corrections by late facts are made into a
// version by whoever asks for one.
class ReportJob {
 public:
  // Dependencies, handlers and clock outlive this.
  ReportJob(ReportDependencies deps, const ReportHandlers& reports, const Clock& clock,
            ReportJobOptions options);
  ~ReportJob();  // stops
  ReportJob(const ReportJob&) = delete;
  ReportJob& operator=(const ReportJob&) = delete;

  void Start();  // once
  void Stop();   // idempotent
  // One look in the calling thread; returns how many reports it made. 0 as well when another
  // process holds the lease. One thread at a time. A shop whose report cannot be made holds up no
  // other.
  absl::StatusOr<int> RunOnce();

 private:
  bool stopping();
  void Loop();
  // What is due of a shop: its own report and that of each base with figures in it.
  struct Due {
    absl::CivilDay day;
    std::vector<domain::SubjectId> subjects;
  };
  absl::StatusOr<Due> FindDue(const store::Scope& scope, domain::ReportKind kind, absl::Time now);
  absl::StatusOr<int> MakeDue(const store::Scope& scope, domain::ReportKind kind, absl::Time now);

  const ReportDependencies deps_;
  const ReportHandlers& reports_;
  const Clock& clock_;
  const ReportJobOptions options_;
  events::Lease lease_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace kefu::performance
