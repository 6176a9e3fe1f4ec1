// Closing months, and what is closed.
#include <fmt/format.h>

#include <algorithm>

#include "common/convert/fields.h"
#include "common/events/outbox.h"
#include "common/events/write.h"
#include "common/hash/sha256.h"
#include "common/time/civil.h"
#include "kefu/performance/v1/events.pb.h"
#include "services/performance/errors_payroll.h"
#include "services/performance/handlers/payroll/payroll_handlers.h"
#include "services/performance/handlers/payroll/payroll_run.h"
#include "services/performance/handlers/payroll/support.h"
#include "services/performance/store/definitions.h"
#include "services/performance/store/screening.h"

namespace kefu::performance {
namespace {

namespace pay = domain::payroll;

// The month that comes next: after the last closed one, else the first with facts; nothing when
// there are none.
absl::StatusOr<std::optional<absl::CivilDay>> NextMonth(
    db::Transaction& t, const PayScope& scope, const std::optional<absl::CivilDay>& closed) {
  if (closed) return LastDayOf(*closed) + 1;
  std::optional<absl::CivilDay> first;
  for (const ShopScope& shop : scope.shops) {
    ASSIGN_OR_RETURN(const auto extent, store::FactDays(t, shop.scope));
    if (!extent) continue;
    const absl::CivilDay month(absl::CivilMonth(extent->first));
    if (!first || month < *first) first = month;
  }
  return first;
}

std::string BehindBy(const std::string& shop_id, const std::string& key) {
  return fmt::format("figures of shop {} by {} are behind", shop_id, key);
}
std::string BehindOn(const std::string& shop_id, absl::CivilDay day) {
  return fmt::format("figures of shop {} on {} are behind", shop_id, FormatDay(day));
}

// Figures that are behind, by any definition that counts, and conversations not screened yet. A
// definition that another has taken the place of since is kept up again once pay is computed.
absl::Status LookForMarks(db::Transaction& t, std::set<std::string> keys, const ShopScope& shop,
                          absl::CivilDay first, absl::CivilDay last, error::CloseObstacles& found) {
  ASSIGN_OR_RETURN(const auto active, store::ActiveKeys(t, shop.scope));
  for (const std::string& key : keys) {
    if (active.contains(key)) continue;
    found.not_current.push_back(BehindBy(shop.scope.shop_id, key));
  }
  keys.insert(std::string(store::kScreening));
  std::set<absl::CivilDay> days;
  for (const std::string& key : keys) {
    ASSIGN_OR_RETURN(const auto marks, store::MarkedDays(t, shop.scope, key, first, last));
    for (const store::Mark& mark : marks) days.insert(mark.day);
  }
  for (const absl::CivilDay day : days) {
    found.not_current.push_back(BehindOn(shop.scope.shop_id, day));
  }
  return absl::OkStatus();
}

// Whether one of the scope's shops is paid the other way: by shop where the organization is asked
// for, and by the organization, whose pay is in the shop's currency, where a shop is.
absl::StatusOr<bool> ClosedOtherwise(db::Transaction& t, const PayScope& scope) {
  ASSIGN_OR_RETURN(const auto books, store::ClosedBooks(t, scope.scope.org_id));
  if (!scope.scope.shop_id.empty()) {
    ASSIGN_OR_RETURN(const std::string currency, CurrencyOfOrganization(t, scope.scope.org_id));
    return books.contains("") && currency == scope.currency;
  }
  return std::ranges::any_of(
      scope.shops, [&](const ShopScope& shop) { return books.contains(shop.scope.shop_id); });
}

// Keeps facts from coming in until the month is closed, and says what stands against closing it.
absl::StatusOr<error::CloseObstacles> LockAndLook(db::Transaction& t, const RequestContext& ctx,
                                                  const PayScope& scope, absl::CivilDay month,
                                                  const std::optional<absl::CivilDay>& closed) {
  error::CloseObstacles found;
  ASSIGN_OR_RETURN(const std::set<std::string> keys, DefinitionsOfPay(t, scope, month));
  for (const ShopScope& shop : scope.shops) {
    RETURN_IF_ERROR(store::LoadSettings(t, shop.scope, /*lock=*/true).status());
    const absl::CivilDay today = absl::ToCivilDay(ctx.now, shop.zone);
    if (LastDayOf(month) >= today) {
      found.not_over.push_back(
          fmt::format("in shop {} it is {}", shop.scope.shop_id, FormatDay(today)));
    }
    RETURN_IF_ERROR(LookForMarks(t, keys, shop, FirstDayOfPay(month), LastDayOf(month), found));
  }
  ASSIGN_OR_RETURN(const auto next, NextMonth(t, scope, closed));
  if (next && *next != month) {
    found.not_next.push_back(fmt::format("{} comes first", domain::MonthName(*next)));
  }
  ASSIGN_OR_RETURN(const bool otherwise, ClosedOtherwise(t, scope));
  if (otherwise) {
    found.scopes_mixed.push_back(scope.scope.shop_id.empty()
                                     ? "months are closed by shop here"
                                     : "months are closed for the whole organization here");
  }
  return found;
}

// By these the month's shares are about to be fixed.
absl::Status LookAtOthers(PayrollRun& run, const PayScope& scope, error::CloseObstacles& found) {
  ASSIGN_OR_RETURN(const ShopsBehind behind, run.OthersBehind());
  for (const auto& [shop_id, shop] : behind.shops) {
    if (shop.not_kept_up) {
      found.not_current.push_back(BehindBy(shop_id, scope.definition->Key()));
    }
    for (const absl::CivilDay day : shop.days) {
      found.not_current.push_back(BehindOn(shop_id, day));
    }
  }
  return absl::OkStatus();
}

// What is wrong with the statements themselves.
void LookAt(const PayMonth& month, const std::string& expected_hash, error::CloseObstacles& found) {
  for (const v1::Statement& statement : month.statements) {
    for (const int problem : statement.problems()) {
      found.incomplete.push_back(fmt::format("agent {}: {}", statement.agent_id(),
                                             NameOf(static_cast<pay::Problem>(problem))));
    }
  }
  found.incomplete.insert(found.incomplete.end(), month.uncorrectable.begin(),
                          month.uncorrectable.end());
  if (!expected_hash.empty() && expected_hash != month.period.statements_hash()) {
    found.changed.push_back("the statements are others than those expected");
  }
}

// The rows behind each statement, in their order. INTERNAL when they are not what the figures say.
absl::StatusOr<std::vector<std::string>> SourcesOf(PayrollRun& run, absl::CivilDay month,
                                                   const PayMonth& open) {
  ASSIGN_OR_RETURN(auto by_agent, run.SourcesOf(month, ""));
  std::vector<std::string> bodies;
  for (const v1::Statement& proto : open.statements) {
    const pay::Sources& sources = by_agent[proto.agent_id()];
    const pay::Statement statement = convert::FromProto(proto);
    std::string problem;
    if (!pay::AddsUp(statement, sources, &problem)) {
      return Internal(fmt::format("pay of agent {} in {}: {}", proto.agent_id(),
                                  domain::MonthName(month), problem));
    }
    bodies.push_back(SerializeDeterministically(convert::ToProto(sources)));
  }
  return bodies;
}

absl::StatusOr<std::string> PreviousHash(db::Transaction& t, const PayScope& scope,
                                         absl::CivilDay month) {
  ASSIGN_OR_RETURN(const auto row, store::FindPayPeriod(t, scope.scope, MonthBefore(month)));
  v1::PayPeriod period;
  if (row) RETURN_IF_ERROR(ReadBody(row->body, period));
  return period.period_hash();
}

// Stores a computed month for good.
absl::StatusOr<v1::PayPeriod> Store(db::Transaction& t, const RequestContext& ctx,
                                    const PayScope& scope, absl::CivilDay month, PayrollRun& run,
                                    PayMonth& open) {
  ASSIGN_OR_RETURN(const std::vector<std::string> sources, SourcesOf(run, month, open));
  v1::PayPeriod period = open.period;
  ASSIGN_OR_RETURN(*period.mutable_previous_hash(), PreviousHash(t, scope, month));
  period.set_state(v1::PAY_STATE_CLOSED);
  *period.mutable_close_time() =
      kefu::convert::ToProto(absl::FromUnixMicros(absl::ToUnixMicros(ctx.now)));
  period.set_closed_by(ctx.principal.subject);
  period.set_period_hash(PeriodHash(period, sources, open.corrections));
  std::vector<store::StatementRow> rows;
  for (size_t i = 0; i < open.statements.size(); ++i) {
    open.statements[i].clear_state();
    rows.push_back({month, open.statements[i].agent_id(),
                    SerializeDeterministically(open.statements[i]), sources[i]});
  }
  RETURN_IF_ERROR(store::InsertPayPeriod(
      t, scope.scope, {month, SerializeDeterministically(period), open.plan.body}, rows,
      open.corrections));
  RETURN_IF_ERROR(store::SaveSeenMonths(t, scope.scope, open.seen));
  for (const auto& [of_month, parts] : run.NewParts(month)) {
    RETURN_IF_ERROR(store::SavePayParts(t, scope.scope.org_id, of_month, parts));
  }
  v1::PayPeriodClosed event;
  *event.mutable_period() = period;
  RETURN_IF_ERROR(events::Append(t, scope.scope.org_id, scope.scope.shop_id, event, ctx.now));
  return period;
}

// Closing again what is closed changes nothing and answers the same.
absl::StatusOr<v1::PayPeriod> Again(const v1::PayPeriod& closed, absl::CivilDay month,
                                    const std::string& expected_hash) {
  if (!expected_hash.empty() && expected_hash != closed.statements_hash()) {
    return error::PayPeriodClosed(month, "was closed with other statements than those expected");
  }
  return closed;
}

// --- Verification ---

// The statements as they are stored, and the rows behind them; names those that do not add up.
struct StoredMonth {
  std::vector<v1::Statement> statements;
  std::vector<std::string> sources;
  int64_t total_minor = 0;
};
absl::StatusOr<StoredMonth> LoadStored(db::Transaction& t, const PayScope& scope,
                                       absl::CivilDay month, v1::VerifyPeriodResponse& response) {
  ASSIGN_OR_RETURN(const auto rows,
                   store::LoadStatements(t, scope.scope, month, /*with_sources=*/true));
  StoredMonth month_stored;
  for (const store::StatementRow& row : rows) {
    v1::StatementSources sources;
    v1::Statement& statement = month_stored.statements.emplace_back();
    const bool read = statement.ParseFromString(row.body) && sources.ParseFromString(row.sources);
    std::string problem = "cannot be read";
    if (!read ||
        !pay::AddsUp(convert::FromProto(statement), convert::FromProto(sources), &problem)) {
      response.add_wrong_agent_ids(row.agent_id);
      response.add_findings(fmt::format("statement of {}: {}", row.agent_id, problem));
    }
    month_stored.total_minor += statement.total().minor_units();
    month_stored.sources.push_back(row.sources);
  }
  return month_stored;
}

absl::StatusOr<v1::VerifyPeriodResponse> Verify(db::Transaction& t, const PayScope& scope,
                                                absl::CivilDay month) {
  ASSIGN_OR_RETURN(const auto row, store::FindPayPeriod(t, scope.scope, month));
  if (!row) return error::PayPeriodNotFound(month);
  v1::PayPeriod period;
  RETURN_IF_ERROR(ReadBody(row->body, period));
  v1::VerifyPeriodResponse response;
  const auto expect = [&](bool holds, std::string_view finding) {
    if (!holds) response.add_findings(std::string(finding));
  };
  ASSIGN_OR_RETURN(const StoredMonth stored, LoadStored(t, scope, month, response));
  ASSIGN_OR_RETURN(const auto corrections, store::CorrectionsBy(t, scope.scope, month));
  const std::string statements_hash = StatementsHash(period, row->plan_body, stored.statements);
  v1::PayPeriod as_stored = period;
  as_stored.set_statements_hash(statements_hash);
  response.set_stored_hash(period.period_hash());
  response.set_computed_hash(PeriodHash(as_stored, stored.sources, corrections));
  ASSIGN_OR_RETURN(const std::string previous, PreviousHash(t, scope, month));
  response.set_chained(previous == period.previous_hash());
  ASSIGN_OR_RETURN(const auto closed, store::ClosedMonth(t, scope.scope));
  expect(response.chained(), "previous_hash is not that of the month before");
  expect(statements_hash == period.statements_hash(), "the plan or the statements are others");
  expect(response.stored_hash() == response.computed_hash(),
         "the month, its rows or its corrections are others");
  expect(stored.total_minor == period.total().minor_units(),
         "the statements do not add up to the month's total");
  expect(period.statement_count() == static_cast<int>(stored.statements.size()),
         "statements are missing or were added");
  expect(closed && *closed >= month, "the month stands as open");
  response.set_intact(response.findings().empty());
  return response;
}

}  // namespace

absl::StatusOr<v1::PayPeriod> PayrollHandlers::ClosePeriod(
    const RequestContext& ctx, const v1::ClosePeriodRequest& request) const {
  FieldViolations violations;
  const absl::CivilDay month = AskedMonth(request, violations);
  violations.Check(request.expected_hash().empty() || request.expected_hash().size() == 64,
                   "expected_hash", "must be a statements_hash, 64 hexadecimal digits");
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const PayScope scope, RequirePayScope(deps_, ctx, request.shop_id()));
  return events::RunWrite<v1::PayPeriod>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::PayPeriod> {
        // One closing at a time in an organization: the first of a month's fixes its shares.
        RETURN_IF_ERROR(store::LockPayBook(t, {scope.scope.org_id, ""}).status());
        ASSIGN_OR_RETURN(const auto closed, store::LockPayBook(t, scope.scope));
        PayrollRun run(t, scope);
        ASSIGN_OR_RETURN(const auto before, run.Closed(month));
        if (before) return Again(before->period, month, request.expected_hash());
        ASSIGN_OR_RETURN(error::CloseObstacles found, LockAndLook(t, ctx, scope, month, closed));
        RETURN_IF_ERROR(error::MayNotClose(month, found));
        ASSIGN_OR_RETURN(PlanTaken plan, PlanInForce(t, scope, month));
        ASSIGN_OR_RETURN(PayMonth open, run.Open(month, std::move(plan)));
        RETURN_IF_ERROR(LookAtOthers(run, scope, found));
        LookAt(open, request.expected_hash(), found);
        RETURN_IF_ERROR(error::MayNotClose(month, found));
        t.AfterCommit(deps_.on_events);
        return Store(t, ctx, scope, month, run, open);
      });
}

absl::StatusOr<v1::ListPeriodsResponse> PayrollHandlers::ListPeriods(
    const RequestContext& ctx, const v1::ListPeriodsRequest& request) const {
  FieldViolations violations;
  kefu::convert::OptionalId(request.shop_id(), "shop_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const PayScope scope, RequirePayScope(deps_, ctx, request.shop_id()));
  ASSIGN_OR_RETURN(const AskedPage page, PageOf(ctx, request, request.shop_id(), 1));
  absl::CivilDay after(1, 1, 1);
  if (!page.keys.empty() && !absl::ParseCivilTime(page.keys[0], &after)) {
    return InvalidArgument(db::kBadPageToken, "page_token", "is damaged");
  }
  ASSIGN_OR_RETURN(const auto rows,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return store::ListPayPeriods(t, scope.scope, after, page.size + 1);
                   }));
  v1::ListPeriodsResponse response;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (response.periods_size() == page.size) {
      response.set_next_page_token(
          db::EncodePageToken(page.filter, {absl::FormatCivilTime(rows[i - 1].month)}));
      break;
    }
    RETURN_IF_ERROR(ReadBody(rows[i].body, *response.add_periods()));
  }
  return response;
}

absl::StatusOr<v1::VerifyPeriodResponse> PayrollHandlers::VerifyPeriod(
    const RequestContext& ctx, const v1::VerifyPeriodRequest& request) const {
  FieldViolations violations;
  const absl::CivilDay month = AskedMonth(request, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const PayScope scope, RequirePayScope(deps_, ctx, request.shop_id()));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) { return Verify(t, scope, month); });
}

}  // namespace kefu::performance
