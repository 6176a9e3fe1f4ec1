// Overviews of stock and its ledger.
#include "absl/strings/numbers.h"
#include "fmt/format.h"
#include "services/warehouse/convert/resources.h"
#include "services/warehouse/handlers/handlers.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse {
namespace {

absl::Status BadToken() {
  return InvalidArgument(db::kBadPageToken, "page_token", "is not a token of this list");
}

absl::StatusOr<int64_t> NumberIn(const std::string& key) {
  int64_t number = 0;
  if (!absl::SimpleAtoi(key, &number)) return BadToken();
  return number;
}

// The keys of a token: available, node, SKU, owner, condition.
absl::StatusOr<store::TotalCursor> CursorFrom(const std::vector<std::string>& keys) {
  if (keys.empty()) return store::TotalCursor{};
  ASSIGN_OR_RETURN(const int64_t available, NumberIn(keys[0]));
  const auto condition = ParseName<domain::StockCondition>(keys[4]);
  if (!condition) return BadToken();
  return store::TotalCursor{
      .available = available, .key = {keys[2], keys[3], keys[1], *condition}, .first = false};
}

std::vector<std::string> KeysOf(const domain::StockTotal& total) {
  return {fmt::format("{}", total.available()), total.key.node_id, total.key.sku_id,
          total.key.owner_id, std::string(NameOf(total.key.condition))};
}

}  // namespace

absl::StatusOr<v1::ListStockLevelsResponse> Handlers::ListStockLevels(
    const RequestContext& ctx, const v1::ListStockLevelsRequest& request) const {
  FieldViolations violations;
  convert::OptionalId(request.node_id(), "node_id", violations);
  convert::OptionalId(request.sku_id(), "sku_id", violations);
  violations.Check(request.available_below() >= 0, "available_below", "must not be negative");
  RETURN_IF_ERROR(violations.ToStatus());
  const store::TotalFilter filter{.node_id = request.node_id(),
                                  .sku_id = request.sku_id(),
                                  .available_below = request.available_below()};
  ASSIGN_OR_RETURN(
      const PageAsked page,
      AskedPage(ctx, request,
                fmt::format("{}/{}/{}", filter.node_id, filter.sku_id, filter.available_below), 5));
  ASSIGN_OR_RETURN(const store::TotalCursor cursor, CursorFrom(page.keys));
  ASSIGN_OR_RETURN(std::vector<domain::StockTotal> totals,
                   store::ListTotals(db::Reader(deps_.database, ctx.deadline), ctx.org_id(), filter,
                                     cursor, page.size + 1));
  v1::ListStockLevelsResponse response;
  response.set_next_page_token(CutPage(page, totals, KeysOf));
  for (const domain::StockTotal& total : totals) *response.add_levels() = convert::ToProto(total);
  return response;
}

absl::StatusOr<v1::GetLedgerResponse> Handlers::GetLedger(
    const RequestContext& ctx, const v1::GetLedgerRequest& request) const {
  FieldViolations violations;
  convert::Id(request.node_id(), "node_id", violations);
  convert::OptionalId(request.sku_id(), "sku_id", violations);
  violations.Check(request.after_entry_number() >= 0, "after_entry_number", "must not be negative");
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const PageAsked page,
                   AskedPage(ctx, request,
                             fmt::format("{}/{}/{}", request.node_id(), request.sku_id(),
                                         request.after_entry_number()),
                             1));
  int64_t after = request.after_entry_number();
  if (!page.keys.empty()) {
    ASSIGN_OR_RETURN(after, NumberIn(page.keys[0]));
  }
  const db::Reader reader(deps_.database, ctx.deadline);
  RETURN_IF_ERROR(store::FindNode(reader, ctx.org_id(), request.node_id()));
  ASSIGN_OR_RETURN(std::vector<domain::LedgerEntry> entries,
                   store::ListLedger(reader, ctx.org_id(), request.node_id(), request.sku_id(),
                                     after, page.size + 1));
  v1::GetLedgerResponse response;
  response.set_next_page_token(CutPage(page, entries, [](const domain::LedgerEntry& e) {
    return std::vector{fmt::format("{}", e.entry_number)};
  }));
  for (const auto& entry : entries) *response.add_entries() = convert::ToProto(entry);
  return response;
}

}  // namespace kefu::warehouse
