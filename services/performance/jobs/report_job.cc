#include "services/performance/jobs/report_job.h"

#include <utility>

#include "absl/time/clock.h"
#include "common/convert/fields.h"
#include "common/obs/log.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/performance/convert/reports.h"
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

absl::StatusOr<bool> ReportJob::MakeIfDue(const store::Scope& scope, v1::ReportKind kind,
                                          absl::Time now) {
  const domain::ReportKind of =
      kind == v1::REPORT_KIND_MONTHLY ? domain::ReportKind::kMonthly : domain::ReportKind::kWeekly;
  absl::CivilDay day;
  ASSIGN_OR_RETURN(
      const bool due,
      deps_.database.RunInTransaction(
          absl::Now() + kQuery, [&](db::Transaction& t) -> absl::StatusOr<bool> {
            ASSIGN_OR_RETURN(const auto settings, store::LoadSettings(t, scope));
            if (!settings) return false;
            ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(settings->time_zone));
            const absl::CivilDay today = absl::ToCivilDay(now - options_.delay, zone);
            const auto period = domain::PeriodBefore(of, domain::ReportPeriodOf(of, today));
            day = period.first;
            // A period without any fact has no report.
            ASSIGN_OR_RETURN(const auto facts, store::FactDays(t, scope));
            if (!facts || facts->first > period.last || facts->last < period.first) return false;
            ASSIGN_OR_RETURN(const auto found,
                             store::FindReport(t,
                                               {scope, std::string(convert::KindName(of)),
                                                period.first, convert::SubjectKey({}), "default"},
                                               0));
            return !found;
          }));
  if (!due) return false;
  v1::CreateReportRequest request;
  request.set_kind(kind);
  request.mutable_subject()->set_shop_id(scope.shop_id);
  *request.mutable_day() = kefu::convert::ToProto(day);
  RETURN_IF_ERROR(reports_.CreateReport(ContextFor(scope, now), request).status());
  return true;
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
    for (const v1::ReportKind kind : {v1::REPORT_KIND_WEEKLY, v1::REPORT_KIND_MONTHLY}) {
      if (stopping() || !lease_.Renew().ok()) return made;
      const auto done = MakeIfDue(scope, kind, clock_.Now());
      if (absl::IsUnavailable(done.status())) return done.status();
      if (!done.ok()) {
        obs::Warning("a report could not be made; tried again",
                     {{"org", scope.org_id}, {"shop", scope.shop_id}, {"error", done.status()}});
        continue;
      }
      made += *done ? 1 : 0;
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
