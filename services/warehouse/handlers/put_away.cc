// Goods into bins.
#include "services/warehouse/domain/put_away.h"

#include "common/events/write.h"
#include "services/warehouse/convert/inbound.h"
#include "services/warehouse/handlers/documents.h"
#include "services/warehouse/handlers/inbound.h"

namespace kefu::warehouse {
namespace {

constexpr int kMaxGoods = 1000;  // for which one call proposes bins
constexpr int kMaxLocation = 64;
constexpr int kMaxDocument = 100;
using domain::PutAwayMove;

// SKUs of the goods and of what lies in the bins.
absl::StatusOr<std::map<std::string, domain::Sku>> SkusIn(db::Transaction& t,
                                                          std::string_view org_id,
                                                          std::span<const PutAwayMove> goods,
                                                          const domain::BinContents& contents) {
  constexpr size_t kPerStatement = 1000;
  std::set<std::string> ids;
  for (const PutAwayMove& move : goods) ids.insert(move.sku_id);
  for (const auto& [location, held] : contents) {
    for (const domain::BinContent& content : held) ids.insert(content.sku_id);
  }
  std::map<std::string, domain::Sku> skus;
  for (auto from = ids.begin(); from != ids.end();) {
    std::set<std::string> part;
    while (from != ids.end() && part.size() < kPerStatement) part.insert(*from++);
    ASSIGN_OR_RETURN(auto found, store::FindSkus(t, org_id, part));
    skus.merge(found);
  }
  return skus;
}

absl::StatusOr<v1::ProposePutAwayResponse> Propose(db::Transaction& t, const RequestContext& ctx,
                                                   const v1::ProposePutAwayRequest& request) {
  RETURN_IF_ERROR(store::FindNode(t, ctx.org_id(), request.node_id()));
  if (!request.sku_id().empty()) {
    RETURN_IF_ERROR(store::FindSku(t, ctx.org_id(), request.sku_id()));
  }
  ASSIGN_OR_RETURN(const auto policy,
                   PolicyFor(t, ctx.org_id(), request.node_id(), StoredNow(ctx)));
  ASSIGN_OR_RETURN(const std::vector<PutAwayMove> goods,
                   store::GoodsAt(t, ctx.org_id(), request.node_id(), request.from_location(),
                                  request.sku_id(), kMaxGoods));
  std::set<std::string> zones, locations;
  for (const domain::PutAwayRule& rule : policy.put_away_rules) {
    zones.insert(rule.zones.begin(), rule.zones.end());
  }
  ASSIGN_OR_RETURN(const auto bins, store::BinsIn(t, ctx.org_id(), request.node_id(), zones));
  for (const domain::PutAwayBin& bin : bins) locations.insert(bin.location);
  ASSIGN_OR_RETURN(auto contents, store::ContentsOf(t, ctx.org_id(), request.node_id(), locations));
  ASSIGN_OR_RETURN(const auto skus, SkusIn(t, ctx.org_id(), goods, contents));
  const auto proposal = domain::ProposePutAway(goods, {policy, bins, std::move(contents), skus});
  v1::ProposePutAwayResponse response;
  response.set_policy_version(policy.version);
  for (const PutAwayMove& move : proposal.moves) *response.add_moves() = convert::ToProto(move);
  for (const domain::PutAwayLeftover& leftover : proposal.leftovers) {
    v1::PutAwayLeftover* out = response.add_leftovers();
    *out->mutable_move() = convert::ToProto(leftover.move);
    out->set_reason(static_cast<v1::NoProposalReason>(leftover.reason));
  }
  return response;
}

// Locks the bins into which goods go and asks whether they take them. A node that keeps no list of
// bins takes any.
absl::Status CheckBins(const Posting& posting, const std::string& node_id,
                       std::span<const PutAwayMove> moves) {
  std::set<std::string> targets;
  for (const PutAwayMove& move : moves) targets.insert(move.to_location);
  ASSIGN_OR_RETURN(const auto bins, store::LockBins(posting.t, posting.org_id, node_id, targets));
  if (!bins) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto policy, PolicyFor(posting.t, posting.org_id, node_id, posting.now));
  ASSIGN_OR_RETURN(auto contents, store::ContentsOf(posting.t, posting.org_id, node_id, targets));
  ASSIGN_OR_RETURN(const auto skus, SkusIn(posting.t, posting.org_id, moves, contents));
  for (const PutAwayMove& move : moves) {
    if (!skus.contains(move.sku_id)) return error::SkuNotFound(move.sku_id);
  }
  return domain::CheckPutAway(moves, {policy, *bins, std::move(contents), skus});
}

std::vector<domain::Movement> MovementsOf(const std::string& node_id,
                                          std::span<const PutAwayMove> moves,
                                          std::string_view document, absl::CivilDay today) {
  std::vector<domain::Movement> movements;
  for (const PutAwayMove& move : moves) {
    const domain::TotalKey key{move.sku_id, move.owner_id, node_id, move.condition};
    domain::AppendRekey({key, move.lot, move.from_location}, {key, move.lot, move.to_location},
                        move.quantity, "PutAway", document, "", today, movements);
  }
  return movements;
}

}  // namespace

absl::StatusOr<v1::ProposePutAwayResponse> InboundHandlers::ProposePutAway(
    const RequestContext& ctx, const v1::ProposePutAwayRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.node_id(), "node_id", violations);
  convert::OptionalText(request.from_location(), kMaxLocation, "from_location", violations);
  convert::OptionalId(request.sku_id(), "sku_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) { return Propose(t, ctx, request); });
}

absl::StatusOr<v1::ConfirmPutAwayResponse> InboundHandlers::ConfirmPutAway(
    const RequestContext& ctx, const v1::ConfirmPutAwayRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.node_id(), "node_id", violations);
  convert::OptionalText(request.document(), kMaxDocument, "document", violations);
  const std::vector<PutAwayMove> moves = convert::Moves(request, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::ConfirmPutAwayResponse>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::ConfirmPutAwayResponse> {
        const Posting posting = PostingOf(deps_, t, ctx);
        ASSIGN_OR_RETURN(const NodeToday at, ActiveNode(posting, request.node_id()));
        std::set<std::string> sku_ids;
        for (const PutAwayMove& move : moves) sku_ids.insert(move.sku_id);
        RETURN_IF_ERROR(CheckBins(posting, at.node.id, moves));
        RETURN_IF_ERROR(SkusById(posting, sku_ids, Archived::kTake));
        ASSIGN_OR_RETURN(
            const auto entries,
            LockAndPost(posting, MovementsOf(at.node.id, moves, request.document(), at.day)));
        v1::StockPutAway event;
        event.set_node_id(at.node.id);
        for (const PutAwayMove& move : moves) *event.add_moves() = convert::ToProto(move);
        RETURN_IF_ERROR(Tell(posting, at.node.id, event));
        v1::ConfirmPutAwayResponse response;
        for (const auto& entry : entries) *response.add_entries() = convert::ToProto(entry);
        return response;
      });
}

}  // namespace kefu::warehouse
