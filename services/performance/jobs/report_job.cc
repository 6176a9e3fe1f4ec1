#include "services/performance/jobs/report_job.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/time/clock.h"
#include "common/convert/fields.h"
#include "common/obs/log.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/performance/convert/figures.h"
#include "services/performance/convert/reports.h"
#include "services/performance/recompute/definition_book.h"
#include "services/performance/store/conservation.h"
#include "services/performance/store/reports.h"

namespace kefu::performance {
namespace {

constexpr std::string_view kLease = "performance/reports";
constexpr std::string_view kDefinition = "default";
constexpr absl::Duration kQuery = absl::Seconds(30), kLongest = absl::Minutes(10);

// Acts for an organization.
RequestContext ContextFor(const std::string& org_id, absl::Time now) {
  RequestContext ctx;
  ctx.now = now;
  ctx.deadline = absl::Now() + kLongest;
  ctx.principal.subject = "performance/reports";
  ctx.principal.org_id = org_id;
  ctx.principal.roles = {auth::Role::kOwner};
  ctx.method = "/kefu.performance.v1.ReportService/CreateReport";
  return ctx;
}

// The period of the kind that ended last, and so many before it, as the zone sees it.
domain::ReportPeriod Ended(domain::ReportKind kind, int back, absl::Time now,
                           const absl::TimeZone& zone) {
  auto period = domain::ReportPeriodOf(kind, absl::ToCivilDay(now, zone));
  for (int i = 0; i <= back; ++i) period = domain::PeriodBefore(kind, period);
  return period;
}

bool Overlap(const domain::Span& facts, const domain::ReportPeriod& period) {
  return facts.first <= period.last && facts.last >= period.first;
}

v1::CreateReportRequest RequestFor(domain::ReportKind kind, const domain::ReportPeriod& period) {
  v1::CreateReportRequest request;
  request.set_kind(convert::ToProto(kind));
  *request.mutable_day() = kefu::convert::ToProto(period.first);
  return request;
}

}  // namespace

ReportJob::ReportJob(ReportDependencies deps, const ReportHandlers& reports, const Clock& clock,
                     ReportJobOptions options)
    : deps_(std::move(deps)),
      reports_(reports),
      clock_(clock),
      options_(std::move(options)),
      lease_(deps_.database, clock, kLease, options_.owner, options_.lease) {}

void ReportJob::Start() {
  repeater_.Start([this] {
    const auto made = RunOnce();
    if (!made.ok()) obs::Warning("looking for reports to make failed", {{"error", made.status()}});
    return false;
  });
}

absl::StatusOr<std::vector<std::string>> ReportJob::Organizations() {
  ASSIGN_OR_RETURN(const auto shops,
                   deps_.database.RunInTransaction(absl::Now() + kQuery, [](db::Transaction& t) {
                     return store::AllShops(t);
                   }));
  std::set<std::string> organizations;
  for (const store::Scope& scope : shops) organizations.insert(scope.org_id);
  return std::vector<std::string>(organizations.begin(), organizations.end());
}

absl::StatusOr<ReportJob::Organization> ReportJob::Load(const std::string& org_id) {
  return deps_.database.RunInTransaction(
      absl::Now() + kQuery, [&](db::Transaction& t) -> absl::StatusOr<Organization> {
        Organization organization{org_id, "", {}};
        ASSIGN_OR_RETURN(const auto definition, FindDefinition(t, org_id, kDefinition));
        organization.definition_key = definition->Key();
        ASSIGN_OR_RETURN(const auto all, store::SettingsOfOrg(t, org_id));
        for (const domain::Settings& settings : all) {
          ASSIGN_OR_RETURN(const auto facts, store::FactDays(t, {org_id, settings.shop_id}));
          if (!facts) continue;
          ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(settings.time_zone));
          organization.shops.push_back({settings, zone, {facts->first, facts->last}});
        }
        return organization;
      });
}

absl::Status ReportJob::AddShop(const Organization& organization, const Shop& shop,
                                domain::ReportKind kind, int back, absl::Time now, Requests& due) {
  const auto period = Ended(kind, back, now - options_.delay, shop.zone);
  if (!Overlap(shop.facts, period)) return absl::OkStatus();
  const store::Scope scope{organization.id, shop.settings.shop_id};
  return deps_.database
      .RunInTransaction(
          absl::Now() + kQuery,
          [&](db::Transaction& t) -> absl::StatusOr<bool> {
            std::set<domain::SubjectId> subjects{domain::SubjectId{}};
            ASSIGN_OR_RETURN(const auto bases,
                             store::LoadRollups(t, scope, organization.definition_key, period.first,
                                                period.last, domain::SubjectKind::kBase, ""));
            for (const store::RollupRow& row : bases) subjects.insert(row.subject);
            for (const domain::SubjectId& subject : subjects) {
              const store::ReportKey key{scope, std::string(convert::KindName(kind)), period.first,
                                         convert::SubjectKey(subject), std::string(kDefinition)};
              ASSIGN_OR_RETURN(const auto found, store::FindReport(t, key, 0));
              if (found) continue;
              auto& request = due.emplace_back(RequestFor(kind, period));
              *request.mutable_subject() = convert::ToProto(scope.shop_id, subject);
            }
            return true;
          })
      .status();
}

absl::Status ReportJob::AddOrganization(const Organization& organization, domain::ReportKind kind,
                                        int back, absl::Time now, Requests& due) {
  std::map<std::string, std::vector<const Shop*>> by_currency;
  for (const Shop& shop : organization.shops)
    by_currency[shop.settings.currency_code].push_back(&shop);
  for (const auto& [currency, shops] : by_currency) {
    if (shops.size() < 2) continue;
    // Over in every zone.
    auto period = Ended(kind, back, now - options_.delay, shops.front()->zone);
    for (const Shop* shop : shops) {
      const auto there = Ended(kind, back, now - options_.delay, shop->zone);
      if (there.first < period.first) period = there;
    }
    if (std::ranges::none_of(shops, [&](const Shop* s) { return Overlap(s->facts, period); }))
      continue;
    const store::ReportKey key{{organization.id, ""},
                               std::string(convert::KindName(kind)),
                               period.first,
                               convert::OrganizationKey(currency),
                               std::string(kDefinition)};
    ASSIGN_OR_RETURN(const auto found,
                     deps_.database.RunInTransaction(absl::Now() + kQuery, [&](db::Transaction& t) {
                       return store::FindReport(t, key, 0);
                     }));
    if (found) continue;
    auto& request = due.emplace_back(RequestFor(kind, period));
    request.mutable_subject()->set_all_shops(true);
    request.set_currency_code(currency);
  }
  return absl::OkStatus();
}

absl::StatusOr<ReportJob::Requests> ReportJob::FindDue(const Organization& organization,
                                                       absl::Time now) {
  Requests due;
  for (const domain::ReportKind kind :
       {domain::ReportKind::kWeekly, domain::ReportKind::kMonthly}) {
    for (int back = options_.periods - 1; back >= 0; --back) {
      for (const Shop& shop : organization.shops)
        RETURN_IF_ERROR(AddShop(organization, shop, kind, back, now, due));
      RETURN_IF_ERROR(AddOrganization(organization, kind, back, now, due));
    }
  }
  return due;
}

absl::StatusOr<int> ReportJob::RunOnce() {
  ASSIGN_OR_RETURN(const bool ours, lease_.TryAcquire());
  if (!ours) return 0;
  ASSIGN_OR_RETURN(const auto organizations, Organizations());
  int made = 0;
  for (const std::string& org_id : organizations) {
    const absl::Time now = clock_.Now();
    absl::StatusOr<Requests> due = Requests{};
    const auto organization = Load(org_id);
    due = organization.ok() ? FindDue(*organization, now) : organization.status();
    if (absl::IsUnavailable(due.status())) return due.status();
    if (!due.ok()) {
      obs::Warning("an organization's reports could not be looked for; tried again",
                   {{"org", org_id}, {"error", due.status()}});
      continue;
    }
    for (const v1::CreateReportRequest& request : *due) {
      if (repeater_.stopping() || !lease_.Renew().ok()) return made;
      const auto report = reports_.CreateReport(ContextFor(org_id, now), request);
      if (absl::IsUnavailable(report.status())) return report.status();
      if (report.ok()) {
        ++made;
        continue;
      }
      obs::Warning(
          "a report could not be made; tried again",
          {{"org", org_id}, {"shop", request.subject().shop_id()}, {"error", report.status()}});
    }
  }
  return made;
}

}  // namespace kefu::performance
