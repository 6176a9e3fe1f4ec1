// Makes the weekly and monthly reports of each shop, of each base in it and of each organization
// with several shops, once the period is over.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/events/lease.h"
#include "common/time/clock.h"
#include "common/time/repeater.h"
#include "services/performance/domain/periods.h"
#include "services/performance/domain/report.h"
#include "services/performance/domain/settings.h"
#include "services/performance/handlers/reports/reports.h"

namespace kefu::performance {

struct ReportJobOptions {
  std::string owner;                            // of the lease; differs between processes
  absl::Duration interval = absl::Minutes(10);  // between two looks
  absl::Duration lease = absl::Minutes(5);
  absl::Duration delay = absl::Hours(1);  // after midnight: late facts of the day come first
  int periods = 4;  // the latest ones that are looked at: a service may have been down for weeks
};

// A thread. Any number of processes may run one: the one that holds the lease works. A report that
// is there already, in any version, is not made again; corrections by late facts are made into a
// version by whoever asks for one.
class ReportJob {
 public:
  // Dependencies, handlers and clock outlive this.
  ReportJob(ReportDependencies deps, const ReportHandlers& reports, const Clock& clock,
            ReportJobOptions options);
  ReportJob(const ReportJob&) = delete;
  ReportJob& operator=(const ReportJob&) = delete;

  void Start();                      // once
  void Stop() { repeater_.Stop(); }  // idempotent
  // One look in the calling thread; returns how many reports it made. 0 as well when another
  // process holds the lease. One thread at a time. A shop whose report cannot be made holds up no
  // other.
  absl::StatusOr<int> RunOnce();

 private:
  // A shop of an organization, as far as its reports go.
  struct Shop {
    domain::Settings settings;
    absl::TimeZone zone;
    domain::Span facts;
  };
  struct Organization {
    std::string id, definition_key;
    std::vector<Shop> shops;  // those with facts
  };
  using Requests = std::vector<v1::CreateReportRequest>;
  absl::StatusOr<std::vector<std::string>> Organizations();
  absl::StatusOr<Organization> Load(const std::string& org_id);
  // What is due of a shop in a period: its own report and that of each base with figures in it.
  absl::Status AddShop(const Organization& organization, const Shop& shop, domain::ReportKind kind,
                       int back, absl::Time now, Requests& due);
  // And of several shops of one currency.
  absl::Status AddOrganization(const Organization& organization, domain::ReportKind kind, int back,
                               absl::Time now, Requests& due);
  absl::StatusOr<Requests> FindDue(const Organization& organization, absl::Time now);

  const ReportDependencies deps_;
  const ReportHandlers& reports_;
  const Clock& clock_;
  const ReportJobOptions options_;
  events::Lease lease_;
  Repeater repeater_{options_.interval};
};

}  // namespace kefu::performance
