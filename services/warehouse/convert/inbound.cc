#include "services/warehouse/convert/inbound.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "fmt/format.h"

namespace kefu::warehouse::convert {
namespace {

constexpr int kMaxDocument = 100;  // characters; width of the column
constexpr int kMaxPlace = 64;      // characters of a lot, a bin, a dock
constexpr int kMaxNoticeLines = 500;
constexpr int kMaxReturnLines = 100;
constexpr int kMaxTransferLines = 100;
constexpr int kMaxArrivals = 500;
constexpr int kMaxMoves = 500;
constexpr int kMaxResults = 10;  // there are five outcomes, each with a few reasons
constexpr int kMaxRules = 100;
constexpr int kMaxZones = 20;
constexpr int64_t kMaxQuantity = 10'000'000;       // pieces of a line, as in Receive
constexpr int64_t kMaxReturnQuantity = 1'000'000;  // as in Reserve
constexpr int kMaxBps = 10'000;                    // 100 %: twice what was announced

int64_t Pieces(int64_t value, int64_t min, int64_t max, std::string_view field,
               FieldViolations& violations) {
  violations.Check(value >= min && value <= max, field, fmt::format("must be {} to {}", min, max));
  return value;
}

void CheckCount(int count, int min, int max, std::string_view field, FieldViolations& violations) {
  violations.Check(count >= min && count <= max, field,
                   fmt::format("must have {} to {} items", min, max));
}

std::string Place(std::string_view value, const std::string& field, FieldViolations& violations) {
  return OptionalText(value, kMaxPlace, field, violations);
}

domain::StockCondition ConditionFrom(v1::StockCondition value, const std::string& field,
                                     FieldViolations& violations) {
  return static_cast<domain::StockCondition>(
      OptionalEnum<v1::StockCondition>(value, field, violations));
}

// Absent takes sellable.
domain::StockCondition ConditionOrSellable(v1::StockCondition value, const std::string& field,
                                           FieldViolations& violations) {
  const auto condition = ConditionFrom(value, field, violations);
  return condition == domain::StockCondition::kUnspecified ? domain::StockCondition::kSellable
                                                           : condition;
}

std::string OrderId(const std::string& value, FieldViolations& violations) {
  constexpr size_t kMaxOrderId = 64;
  violations.Check(value.size() <= kMaxOrderId &&
                       std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; }),
                   "order_id", "must be at most 64 printable ASCII characters");
  return value;
}

domain::InspectionRule RuleFrom(const v1::InspectionRule& proto, const std::string& path,
                                FieldViolations& violations) {
  return {.kind = static_cast<domain::InboundKind>(
              OptionalEnum<v1::InboundKind>(proto.kind(), path + ".kind", violations)),
          .category = OptionalText(proto.category(), kMaxDocument, path + ".category", violations),
          .required = proto.required()};
}

domain::PutAwayRule RuleFrom(const v1::PutAwayRule& proto, const std::string& path,
                             FieldViolations& violations) {
  domain::PutAwayRule rule{.owner_id = OptionalId(proto.owner_id(), path + ".owner_id", violations),
                           .own_goods = proto.own_goods(),
                           .consolidate = proto.consolidate(),
                           .keep_lots_apart = proto.keep_lots_apart(),
                           .keep_skus_apart = proto.keep_skus_apart(),
                           .max_bin_pieces = Pieces(proto.max_bin_pieces(), 0, kMaxQuantity,
                                                    path + ".max_bin_pieces", violations)};
  violations.Check(!rule.own_goods || rule.owner_id.empty(), path + ".owner_id",
                   "must be empty with own_goods");
  CheckCount(proto.categories_size(), 0, kMaxRules, path + ".categories", violations);
  for (const std::string& category : proto.categories()) {
    rule.categories.push_back(Text(category, kMaxDocument, path + ".categories", violations));
  }
  for (const int value : proto.size_classes()) {
    rule.size_classes.push_back(static_cast<domain::SizeClass>(
        RequiredEnum<v1::SizeClass>(value, path + ".size_classes", violations)));
  }
  for (const int value : proto.conditions()) {
    rule.conditions.push_back(static_cast<domain::StockCondition>(
        RequiredEnum<v1::StockCondition>(value, path + ".conditions", violations)));
  }
  CheckCount(proto.zones_size(), 1, kMaxZones, path + ".zones", violations);
  for (const std::string& zone : proto.zones()) {
    rule.zones.push_back(Text(zone, kMaxPlace, path + ".zones", violations));
  }
  return rule;
}

v1::InspectionRule ToProto(const domain::InspectionRule& rule) {
  v1::InspectionRule proto;
  proto.set_kind(static_cast<v1::InboundKind>(rule.kind));
  proto.set_category(rule.category);
  proto.set_required(rule.required);
  return proto;
}

v1::PutAwayRule ToProto(const domain::PutAwayRule& rule) {
  v1::PutAwayRule proto;
  for (const std::string& category : rule.categories) proto.add_categories(category);
  for (const auto c : rule.size_classes) proto.add_size_classes(static_cast<v1::SizeClass>(c));
  for (const auto c : rule.conditions) proto.add_conditions(static_cast<v1::StockCondition>(c));
  for (const std::string& zone : rule.zones) proto.add_zones(zone);
  proto.set_owner_id(rule.owner_id);
  proto.set_own_goods(rule.own_goods);
  proto.set_consolidate(rule.consolidate);
  proto.set_keep_lots_apart(rule.keep_lots_apart);
  proto.set_keep_skus_apart(rule.keep_skus_apart);
  proto.set_max_bin_pieces(rule.max_bin_pieces);
  return proto;
}

v1::InboundReceipt ToProto(const domain::Receipt& r) {
  v1::InboundReceipt proto;
  proto.set_receipt_number(r.number);
  proto.set_line_number(r.line_number);
  proto.set_sku_id(r.sku_id);
  proto.set_owner_id(r.owner_id);
  proto.set_lot(r.lot);
  if (r.expire_date) *proto.mutable_expire_date() = ::kefu::convert::ToProto(*r.expire_date);
  proto.set_location(r.location);
  proto.set_condition(static_cast<v1::StockCondition>(r.condition));
  proto.set_quantity(r.quantity);
  proto.set_uninspected_quantity(r.uninspected);
  proto.set_sellable_quantity(r.sellable);
  proto.set_damaged_quantity(r.damaged);
  proto.set_quarantined_quantity(r.quarantined);
  proto.set_to_vendor_quantity(r.to_vendor);
  proto.set_scrapped_quantity(r.scrapped);
  proto.set_sample_quantity(r.sample);
  proto.set_sample_failed_quantity(r.sample_failed);
  *proto.mutable_receive_time() = ::kefu::convert::ToProto(r.time);
  return proto;
}

// What the lines of all documents begin with.
template <class Line, class Proto>
void SetGoods(const Line& line, int number, Proto& proto) {
  proto.set_line_number(number);
  proto.set_sku_id(line.sku_id);
  proto.set_owner_id(line.owner_id);
  proto.set_quantity(line.quantity);
}

v1::ReturnLine LineToProto(const domain::ReturnLine& line, int number) {
  v1::ReturnLine proto;
  SetGoods(line, number, proto);
  proto.set_received_quantity(line.received);
  proto.set_unannounced(line.unannounced);
  proto.set_intact_quantity(line.intact);
  proto.set_damaged_quantity(line.damaged);
  proto.set_sent_wrongly(line.sent_wrongly);
  return proto;
}

v1::InboundLine LineToProto(const domain::InboundLine& line, int number) {
  v1::InboundLine proto;
  SetGoods(line, number, proto);
  proto.set_lot(line.lot);
  if (line.expire_date) *proto.mutable_expire_date() = ::kefu::convert::ToProto(*line.expire_date);
  if (line.expected_date) {
    *proto.mutable_expected_date() = ::kefu::convert::ToProto(*line.expected_date);
  }
  proto.set_received_quantity(line.received);
  proto.set_damaged_quantity(line.damaged);
  proto.set_unannounced(line.unannounced);
  proto.set_over_tolerance(line.over_tolerance);
  return proto;
}

v1::TransferLine LineToProto(const domain::TransferLine& line, int number) {
  v1::TransferLine proto;
  SetGoods(line, number, proto);
  proto.set_condition(static_cast<v1::StockCondition>(line.condition));
  proto.set_lot(line.lot);
  proto.set_location(line.location);
  for (const domain::TransferPick& pick : line.picks) {
    v1::TransferPick* out = proto.add_picks();
    out->set_lot(pick.lot);
    out->set_location(pick.location);
    out->set_quantity(pick.quantity);
    out->set_in_transit_quantity(pick.in_transit);
  }
  proto.set_received_quantity(line.received);
  proto.set_damaged_quantity(line.damaged);
  proto.set_short_quantity(line.short_quantity);
  proto.set_over_quantity(line.over);
  return proto;
}

template <class Proto>
void SetInfo(const domain::RecordInfo& info, Proto& proto) {
  *proto.mutable_create_time() = ::kefu::convert::ToProto(info.create_time);
  *proto.mutable_update_time() = ::kefu::convert::ToProto(info.update_time);
  proto.set_etag(Etag(info));
}

}  // namespace

domain::InboundNotice FromProto(const v1::InboundNotice& proto, FieldViolations& violations) {
  domain::InboundNotice notice{
      .node_id = Id(proto.node_id(), "node_id", violations),
      .kind = static_cast<domain::InboundKind>(
          RequiredEnum<v1::InboundKind>(proto.kind(), "kind", violations)),
      .document = OptionalText(proto.document(), kMaxDocument, "document", violations),
      .transfer_id = OptionalId(proto.transfer_id(), "transfer_id", violations),
      .sender = OptionalText(proto.sender(), kMaxName, "sender", violations)};
  const bool of_transfer = notice.kind == domain::InboundKind::kTransfer;
  violations.Check(of_transfer == !notice.transfer_id.empty(), "transfer_id",
                   of_transfer ? "must be set: the notice announces a transfer"
                               : "must be empty: only a transfer's notice has one");
  if (of_transfer) {
    violations.Check(proto.lines().empty(), "lines", "must be empty: they are the transfer's");
    return notice;
  }
  CheckCount(proto.lines_size(), 1, kMaxNoticeLines, "lines", violations);
  for (int i = 0; i < proto.lines_size(); ++i) {
    const std::string path = fmt::format("lines[{}]", i);
    const v1::InboundLine& line = proto.lines(i);
    notice.lines.push_back(
        {.sku_id = Id(line.sku_id(), path + ".sku_id", violations),
         .owner_id = OptionalId(line.owner_id(), path + ".owner_id", violations),
         .quantity = Pieces(line.quantity(), 1, kMaxQuantity, path + ".quantity", violations),
         .lot = Place(line.lot(), path + ".lot", violations),
         .expire_date = OptionalDay(line.has_expire_date(), line.expire_date(),
                                    path + ".expire_date", violations),
         .expected_date = OptionalDay(line.has_expected_date(), line.expected_date(),
                                      path + ".expected_date", violations)});
  }
  return notice;
}

domain::CustomerReturn FromProto(const v1::CustomerReturn& proto, FieldViolations& violations) {
  domain::CustomerReturn returned{
      .node_id = Id(proto.node_id(), "node_id", violations),
      .order_id = OrderId(proto.order_id(), violations),
      .reservation_id = OptionalId(proto.reservation_id(), "reservation_id", violations),
      .case_id = OptionalId(proto.case_id(), "case_id", violations)};
  CheckCount(proto.lines_size(), 1, kMaxReturnLines, "lines", violations);
  std::set<std::pair<std::string, std::string>> seen;
  for (int i = 0; i < proto.lines_size(); ++i) {
    const std::string path = fmt::format("lines[{}]", i);
    const v1::ReturnLine& line = proto.lines(i);
    returned.lines.push_back(
        {.sku_id = Id(line.sku_id(), path + ".sku_id", violations),
         .owner_id = OptionalId(line.owner_id(), path + ".owner_id", violations),
         .quantity = Pieces(line.quantity(), 1, kMaxReturnQuantity, path + ".quantity", violations),
         .sent_wrongly = line.sent_wrongly()});
    violations.Check(seen.emplace(line.sku_id(), line.owner_id()).second, path,
                     "names an SKU and owner of a line before: add their quantities up");
  }
  return returned;
}

domain::StockTransfer FromProto(const v1::StockTransfer& proto, FieldViolations& violations) {
  domain::StockTransfer transfer{
      .from_node_id = Id(proto.from_node_id(), "from_node_id", violations),
      .to_node_id = Id(proto.to_node_id(), "to_node_id", violations),
      .reason = OptionalText(proto.reason(), kMaxNote, "reason", violations),
      .expected_date = OptionalDay(proto.has_expected_date(), proto.expected_date(),
                                   "expected_date", violations)};
  CheckCount(proto.lines_size(), 1, kMaxTransferLines, "lines", violations);
  std::set<std::tuple<std::string, std::string, domain::StockCondition, std::string, std::string>>
      seen;
  for (int i = 0; i < proto.lines_size(); ++i) {
    const std::string path = fmt::format("lines[{}]", i);
    const v1::TransferLine& line = proto.lines(i);
    const auto condition = ConditionOrSellable(line.condition(), path + ".condition", violations);
    transfer.lines.push_back(
        {.sku_id = Id(line.sku_id(), path + ".sku_id", violations),
         .owner_id = OptionalId(line.owner_id(), path + ".owner_id", violations),
         .condition = condition,
         .quantity = Pieces(line.quantity(), 1, kMaxQuantity, path + ".quantity", violations),
         .lot = Place(line.lot(), path + ".lot", violations),
         .location = Place(line.location(), path + ".location", violations)});
    violations.Check(
        seen.emplace(line.sku_id(), line.owner_id(), condition, line.lot(), line.location()).second,
        path, "names the goods of a line before: add their quantities up");
  }
  return transfer;
}

domain::InboundPolicy FromProto(const v1::InboundPolicy& proto, FieldViolations& violations) {
  domain::InboundPolicy policy{
      .node_id = OptionalId(proto.node_id(), "node_id", violations),
      .version = proto.version(),
      .over_receipt_bps =
          Number(proto.over_receipt_bps(), 0, kMaxBps, "over_receipt_bps", violations),
      .over_receipt_pieces =
          Pieces(proto.over_receipt_pieces(), 0, kMaxQuantity, "over_receipt_pieces", violations),
      .over_receipt_action =
          static_cast<domain::OverReceiptAction>(RequiredEnum<v1::OverReceiptAction>(
              proto.over_receipt_action(), "over_receipt_action", violations))};
  if (proto.has_effective_time()) {
    policy.effective_time = Instant(proto.effective_time(), "effective_time", violations);
  }
  CheckCount(proto.inspection_rules_size(), 0, kMaxRules, "inspection_rules", violations);
  for (int i = 0; i < proto.inspection_rules_size(); ++i) {
    policy.inspection_rules.push_back(
        RuleFrom(proto.inspection_rules(i), fmt::format("inspection_rules[{}]", i), violations));
  }
  CheckCount(proto.put_away_rules_size(), 0, kMaxRules, "put_away_rules", violations);
  for (int i = 0; i < proto.put_away_rules_size(); ++i) {
    policy.put_away_rules.push_back(
        RuleFrom(proto.put_away_rules(i), fmt::format("put_away_rules[{}]", i), violations));
  }
  return policy;
}

std::vector<domain::Arrival> Arrivals(const v1::RecordReceiptRequest& request,
                                      FieldViolations& violations) {
  CheckCount(request.lines_size(), 1, kMaxArrivals, "lines", violations);
  std::vector<domain::Arrival> arrivals;
  for (int i = 0; i < request.lines_size(); ++i) {
    const std::string path = fmt::format("lines[{}]", i);
    const v1::ReceivedLine& line = request.lines(i);
    const bool numbered = line.line_number() != 0;
    arrivals.push_back(
        {.line_number = Number(line.line_number(), 0, 1'000'000, path + ".line_number", violations),
         .sku_id = numbered ? "" : Id(line.sku_id(), path + ".sku_id", violations),
         .owner_id = numbered ? "" : OptionalId(line.owner_id(), path + ".owner_id", violations),
         .quantity = Pieces(line.quantity(), 1, kMaxQuantity, path + ".quantity", violations),
         .condition = ConditionFrom(line.condition(), path + ".condition", violations),
         .lot = Place(line.lot(), path + ".lot", violations),
         .expire_date = OptionalDay(line.has_expire_date(), line.expire_date(),
                                    path + ".expire_date", violations),
         .made_date =
             OptionalDay(line.has_made_date(), line.made_date(), path + ".made_date", violations),
         .location = Place(line.location(), path + ".location", violations)});
    violations.Check(!numbered || line.sku_id().empty(), path + ".sku_id",
                     "must be empty beside a line number");
  }
  return arrivals;
}

std::vector<domain::Arrival> Arrivals(const v1::ReceiveReturnRequest& request,
                                      FieldViolations& violations) {
  CheckCount(request.lines_size(), 1, kMaxReturnLines, "lines", violations);
  std::vector<domain::Arrival> arrivals;
  for (int i = 0; i < request.lines_size(); ++i) {
    const std::string path = fmt::format("lines[{}]", i);
    const v1::ReturnedLine& line = request.lines(i);
    arrivals.push_back(
        {.sku_id = Id(line.sku_id(), path + ".sku_id", violations),
         .owner_id = OptionalId(line.owner_id(), path + ".owner_id", violations),
         .quantity = Pieces(line.quantity(), 1, kMaxReturnQuantity, path + ".quantity", violations),
         .condition = domain::StockCondition::kAwaitingInspection,
         .lot = Place(line.lot(), path + ".lot", violations),
         .expire_date = OptionalDay(line.has_expire_date(), line.expire_date(),
                                    path + ".expire_date", violations),
         .location = Place(line.location(), path + ".location", violations)});
  }
  return arrivals;
}

std::vector<domain::Arrival> Arrivals(const v1::ReceiveTransferRequest& request,
                                      FieldViolations& violations) {
  CheckCount(request.lines_size(), request.final() ? 0 : 1, kMaxArrivals, "lines", violations);
  std::vector<domain::Arrival> arrivals;
  for (int i = 0; i < request.lines_size(); ++i) {
    const std::string path = fmt::format("lines[{}]", i);
    const v1::ArrivedLine& line = request.lines(i);
    arrivals.push_back(
        {.line_number = Number(line.line_number(), 1, 1'000'000, path + ".line_number", violations),
         .quantity = Pieces(line.quantity(), 1, kMaxQuantity, path + ".quantity", violations),
         .condition = ConditionFrom(line.condition(), path + ".condition", violations),
         .lot = Place(line.lot(), path + ".lot", violations),
         .location = Place(line.location(), path + ".location", violations),
         .reason = OptionalText(line.reason(), kMaxNote, path + ".reason", violations)});
  }
  return arrivals;
}

std::vector<domain::InspectionLine> Inspections(
    const google::protobuf::RepeatedPtrField<v1::InspectionLine>& lines, int max_lines,
    FieldViolations& violations) {
  CheckCount(lines.size(), 1, max_lines, "lines", violations);
  std::vector<domain::InspectionLine> inspections;
  std::set<int> seen;
  for (int i = 0; i < lines.size(); ++i) {
    const std::string path = fmt::format("lines[{}]", i);
    const v1::InspectionLine& line = lines[i];
    domain::InspectionLine inspection{
        .receipt_number =
            Number(line.receipt_number(), 1, 1'000'000'000, path + ".receipt_number", violations),
        .sample =
            Pieces(line.sample_quantity(), 0, kMaxQuantity, path + ".sample_quantity", violations),
        .sample_failed = Pieces(line.sample_failed_quantity(), 0, kMaxQuantity,
                                path + ".sample_failed_quantity", violations),
        .location = Place(line.location(), path + ".location", violations)};
    violations.Check(seen.insert(line.receipt_number()).second, path + ".receipt_number",
                     "must not be that of a line before");
    CheckCount(line.results_size(), 1, kMaxResults, path + ".results", violations);
    int64_t decided = 0;
    for (int j = 0; j < line.results_size(); ++j) {
      const std::string at = fmt::format("{}.results[{}]", path, j);
      const v1::InspectionResult& result = line.results(j);
      inspection.results.push_back(
          {.outcome = static_cast<domain::InspectionOutcome>(
               RequiredEnum<v1::InspectionOutcome>(result.outcome(), at + ".outcome", violations)),
           .quantity = Pieces(result.quantity(), 1, kMaxQuantity, at + ".quantity", violations),
           .reason = OptionalText(result.reason(), kMaxNote, at + ".reason", violations)});
      decided += inspection.results.back().quantity;
    }
    const int64_t looked_at = inspection.sample == 0 ? decided : inspection.sample;
    violations.Check(inspection.sample_failed <= looked_at, path + ".sample_failed_quantity",
                     "must not be more than the sample");
    inspections.push_back(std::move(inspection));
  }
  return inspections;
}

std::vector<domain::PutAwayMove> Moves(const v1::ConfirmPutAwayRequest& request,
                                       FieldViolations& violations) {
  CheckCount(request.moves_size(), 1, kMaxMoves, "moves", violations);
  std::vector<domain::PutAwayMove> moves;
  for (int i = 0; i < request.moves_size(); ++i) {
    const std::string path = fmt::format("moves[{}]", i);
    const v1::PutAwayMove& move = request.moves(i);
    moves.push_back(
        {.sku_id = Id(move.sku_id(), path + ".sku_id", violations),
         .owner_id = OptionalId(move.owner_id(), path + ".owner_id", violations),
         .condition = ConditionOrSellable(move.condition(), path + ".condition", violations),
         .lot = Place(move.lot(), path + ".lot", violations),
         .from_location = Place(move.from_location(), path + ".from_location", violations),
         .to_location = Text(move.to_location(), kMaxPlace, path + ".to_location", violations),
         .quantity = Pieces(move.quantity(), 1, kMaxQuantity, path + ".quantity", violations)});
    violations.Check(move.from_location() != move.to_location(), path + ".to_location",
                     "must not be where the goods lie");
  }
  return moves;
}

v1::InboundNotice ToProto(const domain::InboundNotice& notice,
                          std::span<const domain::Receipt> receipts) {
  v1::InboundNotice proto;
  proto.set_notice_id(notice.id);
  proto.set_node_id(notice.node_id);
  proto.set_kind(static_cast<v1::InboundKind>(notice.kind));
  proto.set_document(notice.document);
  proto.set_transfer_id(notice.transfer_id);
  proto.set_sender(notice.sender);
  for (const domain::InboundLine& line : notice.lines) {
    *proto.add_lines() = LineToProto(line, proto.lines_size() + 1);
  }
  proto.set_state(static_cast<v1::InboundState>(notice.state));
  proto.set_dock(notice.dock);
  for (const domain::Discrepancy& d : domain::DiscrepanciesOf(notice)) {
    v1::Discrepancy* out = proto.add_discrepancies();
    out->set_line_number(d.line_number);
    out->set_kind(static_cast<v1::DiscrepancyKind>(d.kind));
    out->set_quantity(d.quantity);
  }
  for (const domain::Receipt& receipt : receipts) *proto.add_receipts() = ToProto(receipt);
  SetInfo(notice.info, proto);
  return proto;
}

v1::CustomerReturn ToProto(const domain::CustomerReturn& returned,
                           std::span<const domain::Receipt> receipts) {
  v1::CustomerReturn proto;
  proto.set_return_id(returned.id);
  proto.set_node_id(returned.node_id);
  proto.set_order_id(returned.order_id);
  proto.set_reservation_id(returned.reservation_id);
  proto.set_case_id(returned.case_id);
  for (const domain::ReturnLine& line : returned.lines) {
    *proto.add_lines() = LineToProto(line, proto.lines_size() + 1);
  }
  proto.set_state(static_cast<v1::ReturnState>(returned.state));
  for (const domain::Receipt& receipt : receipts) *proto.add_receipts() = ToProto(receipt);
  SetInfo(returned.info, proto);
  return proto;
}

v1::StockTransfer ToProto(const domain::StockTransfer& transfer) {
  v1::StockTransfer proto;
  proto.set_transfer_id(transfer.id);
  proto.set_from_node_id(transfer.from_node_id);
  proto.set_to_node_id(transfer.to_node_id);
  for (const domain::TransferLine& line : transfer.lines) {
    *proto.add_lines() = LineToProto(line, proto.lines_size() + 1);
  }
  proto.set_reason(transfer.reason);
  if (transfer.expected_date) {
    *proto.mutable_expected_date() = ::kefu::convert::ToProto(*transfer.expected_date);
  }
  proto.set_state(static_cast<v1::TransferState>(transfer.state));
  proto.set_notice_id(transfer.notice_id);
  if (transfer.dispatch_time) {
    *proto.mutable_dispatch_time() = ::kefu::convert::ToProto(*transfer.dispatch_time);
  }
  if (transfer.receive_time) {
    *proto.mutable_receive_time() = ::kefu::convert::ToProto(*transfer.receive_time);
  }
  SetInfo(transfer.info, proto);
  return proto;
}

v1::InboundPolicy ToProto(const domain::InboundPolicy& policy) {
  v1::InboundPolicy proto;
  proto.set_node_id(policy.node_id);
  proto.set_version(policy.version);
  if (policy.effective_time != absl::InfinitePast()) {
    *proto.mutable_effective_time() = ::kefu::convert::ToProto(policy.effective_time);
  }
  proto.set_over_receipt_bps(policy.over_receipt_bps);
  proto.set_over_receipt_pieces(policy.over_receipt_pieces);
  proto.set_over_receipt_action(static_cast<v1::OverReceiptAction>(policy.over_receipt_action));
  for (const auto& rule : policy.inspection_rules) *proto.add_inspection_rules() = ToProto(rule);
  for (const auto& rule : policy.put_away_rules) *proto.add_put_away_rules() = ToProto(rule);
  return proto;
}

v1::PutAwayMove ToProto(const domain::PutAwayMove& move) {
  v1::PutAwayMove proto;
  proto.set_sku_id(move.sku_id);
  proto.set_owner_id(move.owner_id);
  proto.set_condition(static_cast<v1::StockCondition>(move.condition));
  proto.set_lot(move.lot);
  proto.set_from_location(move.from_location);
  proto.set_to_location(move.to_location);
  proto.set_quantity(move.quantity);
  return proto;
}

v1::DocumentStep ToProto(const domain::DocumentStep& step) {
  v1::DocumentStep proto;
  proto.set_verb(step.verb);
  proto.set_from_state(step.from_state);
  proto.set_to_state(step.to_state);
  proto.set_note(step.note);
  proto.set_actor(step.actor);
  *proto.mutable_step_time() = ::kefu::convert::ToProto(step.time);
  return proto;
}

v1::ReturnInspected InspectedEvent(const domain::CustomerReturn& returned) {
  v1::ReturnInspected event;
  event.set_return_id(returned.id);
  event.set_order_id(returned.order_id);
  event.set_reservation_id(returned.reservation_id);
  event.set_case_id(returned.case_id);
  for (const domain::ReturnLine& line : returned.lines) {
    *event.add_lines() = LineToProto(line, event.lines_size() + 1);
  }
  return event;
}

}  // namespace kefu::warehouse::convert
