// Counts: made, handed in, approved, given up.
#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "common/events/write.h"
#include "fmt/format.h"
#include "services/warehouse/convert/outbound.h"
#include "services/warehouse/handlers/outbound/differences.h"
#include "services/warehouse/handlers/outbound/outbound_handlers.h"
#include "services/warehouse/handlers/outbound/work.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/counts.h"
#include "services/warehouse/store/outbound.h"

namespace kefu::warehouse {
namespace {

using domain::Count;
using domain::CountLine;
using domain::CountState;

constexpr int kMaxLines = 1000;    // of a count: bounds a transaction
constexpr int kMaxScope = 20'000;  // stock rows looked at for one count
constexpr int kMaxNote = 200;      // characters; width of the column
constexpr int64_t kMaxCounted = 1'000'000'000;

// The SKUs of the lines.
absl::StatusOr<std::map<std::string, domain::Sku>> SkusOf(const Posting& posting,
                                                          const Count& count) {
  std::set<std::string> ids;
  for (const CountLine& line : count.lines) ids.insert(line.key.total.sku_id);
  return store::FindSkus(posting.t, posting.org_id, ids);
}

absl::StatusOr<v1::Count> Answer(const Posting& posting, const Count& count) {
  ASSIGN_OR_RETURN(const auto skus, SkusOf(posting, count));
  return convert::ToProto(count, skus);
}

absl::StatusOr<v1::Count> Save(const Posting& posting, const Count& count) {
  RETURN_IF_ERROR(store::Update(posting.t, posting.org_id, count));
  RETURN_IF_ERROR(Tell(posting, count));
  return Answer(posting, count);
}

struct Scope {
  std::string node_id;
  std::vector<std::string> locations, sku_ids;
  domain::AbcClass abc = domain::AbcClass::kUnspecified;
};

// The stock rows to count: never those at the staging place, which are in hand.
absl::StatusOr<std::vector<domain::LotRow>> RowsOf(const Posting& posting, const Scope& scope,
                                                   const domain::OutboundPolicy& policy) {
  ASSIGN_OR_RETURN(std::vector<domain::LotRow> rows,
                   store::RowsInScope(posting.t, posting.org_id,
                                      {scope.node_id, scope.locations, scope.sku_ids}, kMaxScope));
  std::map<std::string, domain::AbcClass> classes;
  if (scope.abc != domain::AbcClass::kUnspecified) {
    ASSIGN_OR_RETURN(const auto picks,
                     store::PicksBySku(posting.t, posting.org_id, scope.node_id,
                                       posting.now - absl::Hours(24) * policy.abc_days));
    classes = domain::ClassifyByPicks(picks, policy);
  }
  const auto left_out = [&](const domain::LotRow& row) {
    if (row.key.location == policy.staging_location) return true;
    if (!scope.locations.empty() &&
        !std::ranges::binary_search(scope.locations, row.key.location)) {
      return true;
    }
    if (scope.abc == domain::AbcClass::kUnspecified) return false;
    const auto found = classes.find(row.key.total.sku_id);
    return scope.abc != (found == classes.end() ? domain::AbcClass::kC : found->second);
  };
  const bool cut = rows.size() == static_cast<size_t>(kMaxScope);
  std::erase_if(rows, left_out);
  if (rows.size() > static_cast<size_t>(kMaxLines) || cut) return error::CountTooLarge(kMaxLines);
  if (rows.empty()) return error::CountEmpty(scope.node_id);
  return rows;
}

absl::StatusOr<v1::Count> Create(const Posting& posting, Count count, const Scope& scope) {
  RETURN_IF_ERROR(store::FindNode(posting.t, posting.org_id, scope.node_id));
  ASSIGN_OR_RETURN(const domain::OutboundPolicy policy,
                   store::CurrentPolicy(posting.t, posting.org_id));
  count.policy_version = policy.version;
  // Before the rows: what moves later has a higher number.
  ASSIGN_OR_RETURN(const int64_t entry, store::LastEntry(posting.t, posting.org_id, scope.node_id));
  ASSIGN_OR_RETURN(const std::vector<domain::LotRow> rows, RowsOf(posting, scope, policy));
  for (const domain::LotRow& row : rows) {
    count.lines.push_back({.number = static_cast<int>(count.lines.size()) + 1,
                           .key = row.key,
                           .snapshot_quantity = row.on_hand,
                           .snapshot_entry = entry});
  }
  RETURN_IF_ERROR(store::Insert(posting.t, posting.org_id, count));
  RETURN_IF_ERROR(Tell(posting, count));
  return Answer(posting, count);
}

struct Found {
  int line = 0;
  int64_t counted = 0;
  std::optional<absl::Time> time;
};

// What the books had in the line's row at the time of counting.
absl::Status Add(const Posting& posting, const Count& count, const Found& found, CountLine& line,
                 const domain::Sku& sku, const domain::OutboundPolicy& policy) {
  const absl::Time time = found.time.value_or(posting.now);
  if (time < count.info.create_time || time > posting.now) return error::CountTime(line.number);
  ASSIGN_OR_RETURN(const int64_t on_hand, store::OnHand(posting.t, posting.org_id, line.key));
  ASSIGN_OR_RETURN(const int64_t moved, store::MovedSince(posting.t, posting.org_id, line.key,
                                                          line.snapshot_entry, time));
  ASSIGN_OR_RETURN(const int64_t entry, store::LastEntry(posting.t, posting.org_id, count.node_id));
  return domain::AddAttempt(line,
                            {.counter = std::string(posting.actor),
                             .counted = found.counted,
                             .expected = on_hand - moved,
                             .count_time = time,
                             .entry_number = entry},
                            sku, policy);
}

absl::StatusOr<v1::Count> Submit(const Posting& posting, const std::string& count_id,
                                 std::span<const Found> found) {
  ASSIGN_OR_RETURN(Count count, store::LockCount(posting.t, posting.org_id, count_id));
  RETURN_IF_ERROR(domain::RequireState(count, std::array{CountState::kOpen}, "count"));
  ASSIGN_OR_RETURN(const auto skus, SkusOf(posting, count));
  ASSIGN_OR_RETURN(const domain::OutboundPolicy policy,
                   store::PolicyOf(posting.t, posting.org_id, count.policy_version));
  for (const Found& one : found) {
    if (one.line > static_cast<int>(count.lines.size())) {
      return error::CountLineNotFound(count_id, one.line);
    }
    CountLine& line = count.lines[one.line - 1];
    RETURN_IF_ERROR(Add(posting, count, one, line, skus.at(line.key.total.sku_id), policy));
  }
  domain::AfterSubmit(count, posting.now);
  return Save(posting, count);
}

// Lets go of what short picks held. The totals are locked.
absl::Status LetGo(const Posting& posting, Count& count) {
  for (CountLine& line : count.lines) {
    if (line.held == 0) continue;
    RETURN_IF_ERROR(store::AddAllocated(posting.t, posting.org_id, line.key, -line.held));
    line.held = 0;
  }
  return absl::OkStatus();
}

std::vector<domain::Difference> DifferencesOf(const Count& count) {
  std::vector<domain::Difference> differences;
  for (const CountLine& line : count.lines) differences.push_back({line.key, line.difference()});
  return differences;
}

void Close(Count& count, CountState state, absl::Time now) {
  count.state = state;
  ++count.info.version;
  count.info.update_time = now;
}

absl::StatusOr<v1::Count> Approve(const Posting& posting, const std::string& count_id) {
  ASSIGN_OR_RETURN(Count count, store::LockCount(posting.t, posting.org_id, count_id));
  RETURN_IF_ERROR(domain::RequireState(count, std::array{CountState::kSubmitted}, "approve"));
  RETURN_IF_ERROR(domain::CheckApprover(count, posting.actor));
  const std::vector<domain::Difference> differences = DifferencesOf(count);
  ASSIGN_OR_RETURN(domain::Totals totals, LockTotalsOf(posting, differences));
  RETURN_IF_ERROR(LetGo(posting, count));
  ASSIGN_OR_RETURN(const std::vector<domain::LedgerEntry> entries,
                   PostDifferences(posting, differences, totals, count.id, count.node_id));
  Close(count, CountState::kApproved, posting.now);
  count.approver = std::string(posting.actor);
  ASSIGN_OR_RETURN(v1::Count answer, Save(posting, count));
  for (const auto& entry : entries) *answer.add_entries() = convert::ToProto(entry);
  return answer;
}

absl::StatusOr<v1::Count> GiveUp(const Posting& posting, const std::string& count_id) {
  ASSIGN_OR_RETURN(Count count, store::LockCount(posting.t, posting.org_id, count_id));
  RETURN_IF_ERROR(
      domain::RequireState(count, std::array{CountState::kOpen, CountState::kSubmitted}, "cancel"));
  RETURN_IF_ERROR(LockTotalsOf(posting, DifferencesOf(count)));
  RETURN_IF_ERROR(LetGo(posting, count));
  Close(count, CountState::kCancelled, posting.now);
  return Save(posting, count);
}

absl::StatusOr<std::vector<Found>> Convert(const v1::SubmitCountRequest& request) {
  FieldViolations violations;
  convert::Id(request.count_id(), "count_id", violations);
  violations.Check(request.lines_size() >= 1 && request.lines_size() <= kMaxLines, "lines",
                   fmt::format("must have 1 to {} items", kMaxLines));
  std::vector<Found> found;
  std::set<int> seen;
  for (int i = 0; i < request.lines_size(); ++i) {
    const std::string path = fmt::format("lines[{}]", i);
    const v1::CountedLine& line = request.lines(i);
    violations.Check(line.line_number() >= 1, path + ".line_number", "must be 1 or more");
    violations.Check(seen.insert(line.line_number()).second, path + ".line_number",
                     "is named twice");
    violations.Check(line.counted() >= 0 && line.counted() <= kMaxCounted, path + ".counted",
                     fmt::format("must be 0 to {}", kMaxCounted));
    found.push_back({line.line_number(), line.counted(), std::nullopt});
    if (line.has_count_time()) {
      found.back().time = convert::Instant(line.count_time(), path + ".count_time", violations);
    }
  }
  RETURN_IF_ERROR(violations.ToStatus());
  return found;
}

}  // namespace

absl::StatusOr<v1::Count> OutboundHandlers::CreateCount(
    const RequestContext& ctx, const v1::CreateCountRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const Scope scope{.node_id = convert::Id(request.node_id(), "node_id", violations),
                    .locations = convert::Locations(request.locations(), "locations", violations),
                    .sku_ids = convert::Ids(request.sku_ids(), kMaxLines, "sku_ids", violations),
                    .abc = static_cast<domain::AbcClass>(convert::OptionalEnum<v1::AbcClass>(
                        request.abc_class(), "abc_class", violations))};
  const std::string note = convert::OptionalText(request.note(), kMaxNote, "note", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const Count count{.id = deps_.ids.Next(),
                    .node_id = scope.node_id,
                    .blind = request.blind(),
                    .note = note,
                    .info = {1, StoredNow(ctx), StoredNow(ctx)}};
  return events::RunWrite<v1::Count>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Count> {
        return Create({deps_, t, ctx.org_id(), ctx.principal.subject, StoredNow(ctx)}, count,
                      scope);
      });
}

absl::StatusOr<v1::Count> OutboundHandlers::GetCount(const RequestContext& ctx,
                                                     const v1::GetCountRequest& request) const {
  RETURN_IF_ERROR(RequireId(ctx, request.count_id(), "count_id"));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::Count> {
        ASSIGN_OR_RETURN(const Count count, store::FindCount(t, ctx.org_id(), request.count_id()));
        return Answer({deps_, t, ctx.org_id(), ctx.principal.subject, StoredNow(ctx)}, count);
      });
}

absl::StatusOr<v1::ListCountsResponse> OutboundHandlers::ListCounts(
    const RequestContext& ctx, const v1::ListCountsRequest& request) const {
  FieldViolations violations;
  convert::OptionalId(request.node_id(), "node_id", violations);
  const auto state = static_cast<CountState>(
      convert::OptionalEnum<v1::CountState>(request.state(), "state", violations));
  RETURN_IF_ERROR(violations.ToStatus());
  const store::CountFilter filter{.node_id = request.node_id(),
                                  .state = state == CountState::kUnspecified ? "" : NameOf(state)};
  ASSIGN_OR_RETURN(const PageAsked page,
                   AskedPage(ctx, request, fmt::format("{}/{}", filter.node_id, filter.state), 1));
  ASSIGN_OR_RETURN(
      std::vector<Count> counts,
      store::ListCounts(db::Reader(deps_.database, ctx.deadline), ctx.org_id(),
                        {page.keys.empty() ? std::string_view() : page.keys[0], page.size + 1},
                        filter));
  v1::ListCountsResponse response;
  response.set_next_page_token(
      CutPage(page, counts, [](const Count& c) { return std::vector{c.id}; }));
  for (const Count& count : counts) {
    *response.add_counts() = convert::ToProto(count, {});
    response.mutable_counts(response.counts_size() - 1)->clear_accuracy();  // needs the lines
  }
  return response;
}

absl::StatusOr<v1::Count> OutboundHandlers::SubmitCount(
    const RequestContext& ctx, const v1::SubmitCountRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const std::vector<Found> found, Convert(request));
  return events::RunWrite<v1::Count>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Count> {
        return Submit({deps_, t, ctx.org_id(), ctx.principal.subject, StoredNow(ctx)},
                      request.count_id(), found);
      });
}

absl::StatusOr<v1::Count> OutboundHandlers::ApproveCount(
    const RequestContext& ctx, const v1::ApproveCountRequest& request) const {
  RETURN_IF_ERROR(RequireId(ctx, request.count_id(), "count_id"));
  return events::RunWrite<v1::Count>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Count> {
        return Approve({deps_, t, ctx.org_id(), ctx.principal.subject, StoredNow(ctx)},
                       request.count_id());
      });
}

absl::StatusOr<v1::Count> OutboundHandlers::CancelCount(
    const RequestContext& ctx, const v1::CancelCountRequest& request) const {
  RETURN_IF_ERROR(RequireId(ctx, request.count_id(), "count_id"));
  return events::RunWrite<v1::Count>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Count> {
        return GiveUp({deps_, t, ctx.org_id(), ctx.principal.subject, StoredNow(ctx)},
                      request.count_id());
      });
}

}  // namespace kefu::warehouse
