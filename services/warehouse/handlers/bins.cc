// Bins of nodes, and what is ordered together.
#include <algorithm>
#include <map>
#include <set>

#include "common/events/outbox.h"
#include "common/events/write.h"
#include "services/warehouse/handlers/planning.h"
#include "services/warehouse/handlers/planning_policies.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse {
namespace {

constexpr int kAllBins = 1'000'000;
constexpr int kMaxRowsPerMessage = 10'000;
constexpr int kMaxErrors = 1'000;
constexpr absl::Duration kChunkTimeout = absl::Minutes(2);

// Locations of the node's bins that are not among those written.
absl::StatusOr<std::vector<store::BinRow>> OthersThan(db::Transaction& t, const RequestContext& ctx,
                                                      const std::string& node_id,
                                                      std::span<const store::BinRow> written) {
  ASSIGN_OR_RETURN(std::vector<store::BinRow> bins,
                   store::ListBins(t, ctx.org_id(), node_id, "", kAllBins));
  std::set<std::string_view> kept;
  for (const store::BinRow& row : written) kept.insert(row.bin.location);
  std::erase_if(bins, [&](const store::BinRow& row) { return kept.contains(row.bin.location); });
  return bins;
}

// The good rows of a message, each pair once, the last one of it; the faults go to the response.
std::vector<store::AffinityRow> GoodRows(const v1::ImportAffinityRequest& message,
                                         v1::ImportAffinityResponse& response) {
  std::map<std::pair<std::string, std::string>, int64_t> pairs;
  for (const v1::AffinityRow& row : message.rows()) {
    response.set_received(response.received() + 1);
    const std::string fault = convert::FaultOf(row.affinity());
    if (fault.empty()) {
      const auto& [first, second] = std::minmax(row.affinity().first(), row.affinity().second());
      pairs[{first, second}] = row.affinity().orders();
      continue;
    }
    response.set_refused(response.refused() + 1);
    if (response.errors_size() == kMaxErrors) continue;
    v1::AffinityRowError* error = response.add_errors();
    error->set_line(row.line());
    error->set_description(fault);
  }
  std::vector<store::AffinityRow> rows;
  for (const auto& [pair, orders] : pairs) rows.push_back({pair.first, pair.second, orders});
  response.set_written(response.written() + static_cast<int64_t>(rows.size()));
  return rows;
}

}  // namespace

absl::StatusOr<v1::SetBinsResponse> PlanningHandlers::SetBins(
    const RequestContext& ctx, const v1::SetBinsRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const std::string node_id = convert::Id(request.node_id(), "node_id", violations);
  std::vector<store::BinRow> bins;
  for (const auto& each : convert::Bins(request, violations)) {
    bins.push_back({each.bin, each.position});
  }
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::SetBinsResponse>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::SetBinsResponse> {
        RETURN_IF_ERROR(
            store::LockNode(t, ctx.org_id(), node_id, store::LockMode::kShare).status());
        v1::BinsChanged event;
        event.set_node_id(node_id);
        event.set_written(static_cast<int32_t>(bins.size()));
        if (request.replace_all()) {
          ASSIGN_OR_RETURN(const auto others, OthersThan(t, ctx, node_id, bins));
          event.set_removed(static_cast<int32_t>(others.size()));
          RETURN_IF_ERROR(store::RemoveBins(t, ctx.org_id(), node_id));
        }
        RETURN_IF_ERROR(store::SaveBins(t, ctx.org_id(), node_id, bins, StoredNow(ctx)));
        t.AfterCommit(deps_.on_events);
        RETURN_IF_ERROR(events::Append(t, ctx.org_id(), node_id, event, ctx.now));
        v1::SetBinsResponse response;
        response.set_written(event.written());
        response.set_removed(event.removed());
        return response;
      });
}

absl::StatusOr<v1::ListBinsResponse> PlanningHandlers::ListBins(
    const RequestContext& ctx, const v1::ListBinsRequest& request) const {
  FieldViolations violations;
  convert::Id(request.node_id(), "node_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const PageAsked page, AskedPage(ctx, request, request.node_id(), 1));
  const db::Reader reader(deps_.database, ctx.deadline);
  RETURN_IF_ERROR(store::FindNode(reader, ctx.org_id(), request.node_id()).status());
  ASSIGN_OR_RETURN(
      std::vector<store::BinRow> bins,
      store::ListBins(reader, ctx.org_id(), request.node_id(),
                      page.keys.empty() ? std::string_view() : page.keys[0], page.size + 1));
  v1::ListBinsResponse response;
  response.set_next_page_token(
      CutPage(page, bins, [](const store::BinRow& row) { return std::vector{row.bin.location}; }));
  for (const auto& row : bins) *response.add_bins() = convert::ToProto(row.bin, row.position);
  return response;
}

absl::StatusOr<v1::ImportAffinityResponse> PlanningHandlers::ImportAffinity(
    const RequestContext& ctx, rpc::StreamReader<v1::ImportAffinityRequest>& reader) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  v1::ImportAffinityResponse response;
  v1::AffinityLevel level = v1::AFFINITY_LEVEL_UNSPECIFIED;
  v1::ImportAffinityRequest message;
  while (reader.Read(&message)) {
    FieldViolations violations;
    if (level == v1::AFFINITY_LEVEL_UNSPECIFIED) {
      level = convert::RequiredEnum<v1::AffinityLevel>(message.level(), "level", violations);
    } else {
      violations.Check(
          message.level() == v1::AFFINITY_LEVEL_UNSPECIFIED || message.level() == level, "level",
          "must be that of the first message");
    }
    violations.Check(message.rows_size() <= kMaxRowsPerMessage, "rows",
                     "must have at most 10000 items");
    RETURN_IF_ERROR(violations.ToStatus());
    const std::vector<store::AffinityRow> rows = GoodRows(message, response);
    RETURN_IF_ERROR(deps_.database.RunInTransaction(
        std::min(ctx.deadline, absl::Now() + kChunkTimeout), [&](db::Transaction& t) {
          return store::SaveAffinities(t, ctx.org_id(),
                                       level == v1::AFFINITY_LEVEL_SKU ? "SKU" : "CATEGORY", rows);
        }));
  }
  RETURN_IF_ERROR(reader.status());
  return response;
}

}  // namespace kefu::warehouse
