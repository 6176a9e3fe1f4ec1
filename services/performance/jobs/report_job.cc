#include "services/performance/jobs/report_job.h"

#include <set>
#include <utility>

#include "absl/time/clock.h"
#include "common/convert/fields.h"
#include "common/obs/log.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/performance/convert/figures.h"
#include "services/performance/convert/reports.h"
#include "services/performance/store/conservation.h"
#include "services/performance/store/reports.h"

namespace kefu::performance {
namespace {

constexpr std::string_view kLease = "performance/reports";
constexpr absl::Duration kQuery = absl::Seconds(30), kLongest = absl::Minutes(10);

// Acts for the organization whose shop it is.
RequestContext ContextFor(const store::Scope& scope, absl::Time now) {
  RequestContext ctx;
  ctx.now = now;
  ctx.deadline = absl::Now() + kLongest;
  ctx.principal.subject = "performance/reports";
  ctx.principal.org_id = scope.org_id;
  ctx.principal.roles = {auth::Role::kOwner};
  ctx.method = "/kefu.performance.v1.ReportService/CreateReport";
  return ctx;
}

}  // namespace

ReportJob::ReportJob(ReportDependencies deps, const ReportHandlers& reports, const Clock& clock,
                     ReportJobOptions options)
    : deps_(std::move(deps)),
      reports_(reports),
      clock_(clock),
      options_(std::move(options)),
      lease_(deps_.database, clock, kLease, options_.owner, options_.lease) {}

ReportJob::~ReportJob() { Stop(); }

void ReportJob::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void ReportJob::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool ReportJob::stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

absl::StatusOr<ReportJob::Due> ReportJob::FindDue(const store::Scope& scope,
                                                  domain::ReportKind kind, absl::Time now) {
  return deps_.database.RunInTransaction(
      absl::Now() + kQuery, [&](db::Transaction& t) -> absl::StatusOr<Due> {
        ASSIGN_OR_RETURN(const auto settings, store::LoadSettings(t, scope));
        if (!settings) return Due{};
        ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(settings->time_zone));
        const absl::CivilDay today = absl::ToCivilDay(now - options_.delay, zone);
        const auto period = domain::PeriodBefore(kind, domain::ReportPeriodOf(kind, today));
        // A period without any fact has no report.
        ASSIGN_OR_RETURN(const auto facts, store::FactDays(t, scope));
        if (!facts || facts->first > period.last || facts->last < period.first) return Due{};
        std::set<domain::SubjectId> subjects{domain::SubjectId{}};
        ASSIGN_OR_RETURN(const auto bases,
                         store::LoadRollups(t, scope, "default", period.first, period.last,
                                            domain::SubjectKind::kBase, ""));
        for (const store::RollupRow& row : bases) subjects.insert(row.subject);
        Due due{period.first, {}};
        for (const domain::SubjectId& subject : subjects) {
          const store::ReportKey key{scope, std::string(convert::KindName(kind)), period.first,
                                     convert::SubjectKey(subject), "default"};
          ASSIGN_OR_RETURN(const auto found, store::FindReport(t, key, 0));
          if (!found) due.subjects.push_back(subject);
        }
        return due;
      });
}

absl::StatusOr<int> ReportJob::MakeDue(const store::Scope& scope, domain::ReportKind kind,
                                       absl::Time now) {
  ASSIGN_OR_RETURN(const Due due, FindDue(scope, kind, now));
  for (const domain::SubjectId& subject : due.subjects) {
    v1::CreateReportRequest request;
    request.set_kind(convert::ToProto(kind));
    *request.mutable_subject() = convert::ToProto(scope.shop_id, subject);
    *request.mutable_day() = kefu::convert::ToProto(due.day);
    RETURN_IF_ERROR(reports_.CreateReport(ContextFor(scope, now), request).status());
  }
  return static_cast<int>(due.subjects.size());
}

absl::StatusOr<int> ReportJob::RunOnce() {
  ASSIGN_OR_RETURN(const bool ours, lease_.TryAcquire());
  if (!ours) return 0;
  ASSIGN_OR_RETURN(const auto shops,
                   deps_.database.RunInTransaction(absl::Now() + kQuery, [](db::Transaction& t) {
                     return store::AllShops(t);
                   }));
  int made = 0;
  for (const store::Scope& scope : shops) {
    for (const domain::ReportKind kind :
         {domain::ReportKind::kWeekly, domain::ReportKind::kMonthly}) {
      if (stopping() || !lease_.Renew().ok()) return made;
      const auto done = MakeDue(scope, kind, clock_.Now());
      if (absl::IsUnavailable(done.status())) return done.status();
      if (!done.ok()) {
        obs::Warning("a report could not be made; tried again",
                     {{"org", scope.org_id}, {"shop", scope.shop_id}, {"error", done.status()}});
        continue;
      }
      made += *done;
    }
  }
  return made;
}

void ReportJob::Loop() {
  while (!stopping()) {
    const auto made = RunOnce();
    if (!made.ok()) obs::Warning("looking for reports to make failed", {{"error", made.status()}});
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, absl::ToChronoNanoseconds(options_.interval),
                   [this] { return stopping_; });
  }
}

}  // namespace kefu::performance
