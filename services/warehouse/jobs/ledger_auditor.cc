#include "services/warehouse/jobs/ledger_auditor.h"

#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "common/events/outbox.h"
#include "common/obs/log.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/warehouse/convert/stock_control.h"
#include "services/warehouse/domain/default_zone.h"
#include "services/warehouse/handlers/verify.h"
#include "services/warehouse/store/ledger_audits.h"
#include "services/warehouse/store/stock_control.h"
#include "services/warehouse/store/verification.h"

namespace kefu::warehouse {
namespace {

constexpr std::string_view kLease = "warehouse/ledger-audit";
constexpr size_t kMaxTold = 100;  // findings in the event
constexpr absl::Duration kQuery = absl::Seconds(30);

}  // namespace

LedgerAuditor::LedgerAuditor(const Dependencies& deps, const Clock& clock,
                             LedgerAuditorOptions options)
    : deps_(deps),
      clock_(clock),
      options_(std::move(options)),
      lease_(deps.database, clock, kLease, options_.owner, options_.lease) {}

void LedgerAuditor::Start() {
  repeater_.Start([this] {
    const auto audited = RunOnce();
    if (!audited.ok()) {
      obs::Warning("looking for ledgers to audit failed", {{"error", audited.status()}});
    }
    return false;
  });
}

absl::StatusOr<bool> LedgerAuditor::IsDue(const std::string& org_id, absl::Time now,
                                          absl::CivilDay day) {
  const db::Reader reader(deps_.database, absl::Now() + kQuery);
  ASSIGN_OR_RETURN(const domain::StockPolicy policy, store::FindStockPolicy(reader, org_id));
  if (!policy.audit_nightly) return false;
  if (now < absl::FromCivil(day, domain::DefaultZone()) + absl::Minutes(policy.audit_minute))
    return false;
  ASSIGN_OR_RETURN(const bool done, store::WasAudited(reader, org_id, day));
  return !done;
}

absl::Status LedgerAuditor::Audit(const std::string& org_id, absl::CivilDay day) {
  v1::LedgerAudited event;
  const absl::Time start = FromMicros(ToMicros(clock_.Now()));
  absl::Time renewed = absl::Now();
  const VerifySink sink{.on_finding =
                            [&](const domain::LedgerFinding& finding) {
                              if (event.findings_size() < static_cast<int>(kMaxTold)) {
                                *event.add_findings() = convert::ToProto(finding);
                              }
                              return true;
                            },
                        .on_node = [](const domain::NodeAudit&) { return true; }};
  const auto cancelled = [&] {
    if (absl::Now() - renewed > options_.lease / 3) {
      if (!lease_.Renew().ok()) return true;
      renewed = absl::Now();
    }
    return repeater_.stopping();
  };
  ASSIGN_OR_RETURN(const LedgerVerdict verdict,
                   VerifyOrganization(deps_.database, org_id,
                                      {.node_id = "",
                                       .now = start,
                                       .deadline = absl::Now() + options_.longest,
                                       .cancelled = cancelled},
                                      sink));
  const absl::Time end = FromMicros(ToMicros(clock_.Now()));
  *event.mutable_verdict() = convert::VerdictOf(verdict.clean(), verdict.nodes, verdict.entries,
                                                verdict.rows, verdict.findings);
  *event.mutable_start_time() = ::kefu::convert::ToProto(start);
  *event.mutable_end_time() = ::kefu::convert::ToProto(end);
  RETURN_IF_ERROR(deps_.database.RunInTransaction(
      absl::Now() + kQuery, [&](db::Transaction& t) -> absl::Status {
        RETURN_IF_ERROR(lease_.CheckHeld(t));
        RETURN_IF_ERROR(store::InsertAudit(
            t, org_id,
            {day, verdict.clean(), verdict.nodes, verdict.entries, verdict.findings, start, end}));
        t.AfterCommit(deps_.on_events);
        return events::Append(t, org_id, "", event, end);
      }));
  (verdict.clean() ? options_.clean : options_.with_findings).Add();
  if (!verdict.clean()) {
    obs::Warning("the audit of a ledger has findings",
                 {{"org", org_id}, {"findings", verdict.findings}});
  }
  return absl::OkStatus();
}

absl::StatusOr<int> LedgerAuditor::RunOnce() {
  ASSIGN_OR_RETURN(const bool ours, lease_.TryAcquire());
  if (!ours) return 0;
  const absl::Time now = clock_.Now();
  const absl::CivilDay day = domain::DefaultDay(now);
  ASSIGN_OR_RETURN(
      const std::vector<std::string> organizations,
      store::OrganizationsWithLedger(db::Reader(deps_.database, absl::Now() + kQuery)));
  int audited = 0;
  for (const std::string& org_id : organizations) {
    if (repeater_.stopping()) break;
    ASSIGN_OR_RETURN(const bool due, IsDue(org_id, now, day));
    if (!due) continue;
    const absl::Status status = Audit(org_id, day);
    if (absl::IsUnavailable(status)) return status;
    if (!status.ok()) {
      options_.failed.Add();
      obs::Warning("the audit of a ledger failed; tried again",
                   {{"org", org_id}, {"error", status}});
      continue;
    }
    ++audited;
  }
  return audited;
}

}  // namespace kefu::warehouse
