// Goods in.
#include "common/events/write.h"
#include "services/warehouse/convert/resources.h"
#include "services/warehouse/handlers/handlers.h"
#include "services/warehouse/handlers/lots.h"
#include "services/warehouse/handlers/owners.h"
#include "services/warehouse/handlers/posting.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse {
namespace {

constexpr int kMaxDocument = 100;  // characters; width of ledger_entry.reference

struct Command {
  std::string node_id;
  std::string document;
  std::optional<absl::CivilDay> business_date;
  std::vector<domain::ReceiptLine> lines;
};

absl::StatusOr<Command> Convert(const v1::ReceiveRequest& request) {
  FieldViolations violations;
  Command command{
      .node_id = convert::Id(request.node_id(), "node_id", violations),
      .document = convert::OptionalText(request.document(), kMaxDocument, "document", violations),
      .business_date = convert::OptionalDay(request.has_business_date(), request.business_date(),
                                            "business_date", violations),
      .lines = convert::Lines(request, violations)};
  RETURN_IF_ERROR(violations.ToStatus());
  return command;
}

// The lines' SKUs, index by index, kept as they are until the transaction ends.
absl::StatusOr<std::vector<domain::Sku>> SkusOf(db::Transaction& t, const RequestContext& ctx,
                                                const Command& command) {
  std::set<std::string> ids;
  for (const domain::ReceiptLine& line : command.lines) ids.insert(line.sku_id);
  ASSIGN_OR_RETURN(const auto found, store::FindSkus(t, ctx.org_id(), ids, /*shared=*/true));
  std::vector<domain::Sku> skus;
  for (const domain::ReceiptLine& line : command.lines) {
    const auto sku = found.find(line.sku_id);
    if (sku == found.end()) return error::SkuNotFound(line.sku_id);
    if (sku->second.state != domain::RecordState::kActive) {
      return error::RecordArchived("sku", line.sku_id);
    }
    skus.push_back(sku->second);
  }
  return skus;
}

}  // namespace

absl::StatusOr<v1::ReceiveResponse> Handlers::Receive(const RequestContext& ctx,
                                                      const v1::ReceiveRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const Command command, Convert(request));
  return events::RunWrite<v1::ReceiveResponse>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::ReceiveResponse> {
        const Posting posting{deps_, t, ctx.org_id(), ctx.principal.subject, StoredNow(ctx)};
        ASSIGN_OR_RETURN(const domain::Node node, store::LockNode(t, ctx.org_id(), command.node_id,
                                                                  store::LockMode::kShare));
        if (node.state != domain::RecordState::kActive) {
          return error::RecordArchived("node", node.id);
        }
        ASSIGN_OR_RETURN(const std::vector<domain::Sku> skus, SkusOf(t, ctx, command));
        RETURN_IF_ERROR(RequireOwnersOf(posting, command.lines, store::OwnerUse::kReceive));
        ASSIGN_OR_RETURN(const domain::NodeDays days, DaysAt({{node.id, node}}, posting.now));
        const absl::CivilDay today = days.at(node.id);
        RETURN_IF_ERROR(CheckDirectCall(posting, today, domain::DirectCall::kReceive));
        ASSIGN_OR_RETURN(const std::vector<domain::Movement> movements,
                         domain::PlanReceive(node.id, command.lines, skus, command.document,
                                             command.business_date.value_or(today), today));
        RETURN_IF_ERROR(RecordLots(posting, command.lines, skus, today));
        ASSIGN_OR_RETURN(domain::Totals totals,
                         store::MakeAndLockTotals(t, ctx.org_id(), domain::KeysOf(movements)));
        ASSIGN_OR_RETURN(const std::vector<domain::LedgerEntry> entries,
                         Post(posting, movements, totals));
        v1::ReceiveResponse response;
        for (const auto& entry : entries) *response.add_entries() = convert::ToProto(entry);
        for (const auto& [key, total] : totals) *response.add_levels() = convert::ToProto(total);
        return response;
      });
}

}  // namespace kefu::warehouse
