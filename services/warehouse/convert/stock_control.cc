#include "services/warehouse/convert/stock_control.h"

#include <set>

#include "common/money/money.h"
#include "fmt/format.h"

namespace kefu::warehouse::convert {
namespace {

constexpr int kMaxLot = 64;  // characters of a lot or a bin
constexpr int kMaxAdjustmentLines = 200;
constexpr int64_t kMaxAdjustmentQuantity = 10'000'000;
constexpr int kMaxShipLines = 100;
constexpr int kMaxPicks = 1000;  // of a line
constexpr int64_t kMaxLineQuantity = 1'000'000;
constexpr int64_t kMaxThreshold = 1'000'000'000'000;  // pieces
constexpr int kMaxCurrencies = 20;
constexpr int kMinutesOfDay = 1440;
constexpr int kMaxGuardNodes = 100;

int64_t Count(int64_t value, int64_t min, int64_t max, const std::string& field,
              FieldViolations& violations) {
  violations.Check(value >= min && value <= max, field, fmt::format("must be {} to {}", min, max));
  return value;
}

// The key of a line at the node of its request; sellable unless it says otherwise.
domain::StockKey KeyFrom(const v1::StockKey& proto, const std::string& node_id,
                         const std::string& path, FieldViolations& violations) {
  violations.Check(proto.node_id().empty() || proto.node_id() == node_id, path + ".node_id",
                   "must be the request's node");
  auto condition =
      OptionalEnum<v1::StockCondition>(proto.condition(), path + ".condition", violations);
  if (condition == v1::STOCK_CONDITION_UNSPECIFIED) condition = v1::STOCK_CONDITION_SELLABLE;
  return {{Id(proto.sku_id(), path + ".sku_id", violations),
           OptionalId(proto.owner_id(), path + ".owner_id", violations), node_id,
           static_cast<domain::StockCondition>(condition)},
          OptionalText(proto.lot(), kMaxLot, path + ".lot", violations),
          OptionalText(proto.location(), kMaxLot, path + ".location", violations)};
}

bool Same(const domain::StockKey& a, const domain::StockKey& b) {
  return a.total == b.total && a.lot == b.lot && a.location == b.location;
}

// Where the pieces of a line go within the house; nothing for a reason that takes them in or out.
std::optional<domain::StockKey> TargetOf(const v1::AdjustmentLine& proto,
                                         const domain::AdjustmentLine& line,
                                         const std::string& path, FieldViolations& violations) {
  const bool damage = line.reason == domain::AdjustmentReason::kDamage;
  const bool reclassify = line.reason == domain::AdjustmentReason::kReclassify;
  violations.Check(proto.has_to() ? damage || reclassify : !reclassify, path + ".to",
                   "belongs to RECLASSIFY, and may stand with DAMAGE");
  if (!damage && !reclassify) return std::nullopt;
  domain::StockKey to = line.key;
  if (damage) to.total.condition = domain::StockCondition::kDamaged;
  if (proto.has_to()) {
    v1::StockKey target = proto.to();
    if (target.sku_id().empty()) target.set_sku_id(line.key.total.sku_id);
    if (damage && target.condition() == v1::STOCK_CONDITION_UNSPECIFIED) {
      target.set_condition(v1::STOCK_CONDITION_DAMAGED);
    }
    to = KeyFrom(target, line.key.total.node_id, path + ".to", violations);
    violations.Check(to.total.sku_id == line.key.total.sku_id, path + ".to.sku_id",
                     "must be the key's");
  }
  violations.Check(!Same(to, line.key), path + ".to", "must differ from the key");
  return to;
}

void SetValues(const std::vector<Money>& amounts,
               google::protobuf::RepeatedPtrField<::kefu::common::v1::Money>* protos) {
  for (const Money& amount : amounts) {
    ::kefu::common::v1::Money* proto = protos->Add();
    proto->set_currency_code(amount.currency);
    proto->set_minor_units(amount.minor);
  }
}

}  // namespace

domain::StockAdjustment FromProto(const v1::AdjustStockRequest& request,
                                  FieldViolations& violations) {
  domain::StockAdjustment adjustment;
  adjustment.node_id = Id(request.node_id(), "node_id", violations);
  adjustment.note = OptionalText(request.note(), kMaxNote, "note", violations);
  violations.Check(request.lines_size() >= 1 && request.lines_size() <= kMaxAdjustmentLines,
                   "lines", fmt::format("must have 1 to {} items", kMaxAdjustmentLines));
  for (int i = 0; i < request.lines_size(); ++i) {
    const std::string path = fmt::format("lines[{}]", i);
    const v1::AdjustmentLine& proto = request.lines(i);
    domain::AdjustmentLine line{
        .key = KeyFrom(proto.key(), adjustment.node_id, path + ".key", violations),
        .reason = static_cast<domain::AdjustmentReason>(
            RequiredEnum<v1::AdjustmentReason>(proto.reason(), path + ".reason", violations)),
        .quantity =
            Count(proto.quantity(), 1, kMaxAdjustmentQuantity, path + ".quantity", violations),
        .to = std::nullopt,
        .expiry_date = OptionalDay(proto.has_expire_date(), proto.expire_date(),
                                   path + ".expire_date", violations),
        .made_date =
            OptionalDay(proto.has_made_date(), proto.made_date(), path + ".made_date", violations)};
    line.to = TargetOf(proto, line, path, violations);
    adjustment.lines.push_back(std::move(line));
  }
  return adjustment;
}

v1::StockAdjustment ToProto(const domain::StockAdjustment& adjustment) {
  v1::StockAdjustment proto;
  proto.set_adjustment_id(adjustment.id);
  proto.set_node_id(adjustment.node_id);
  for (const domain::AdjustmentLine& line : adjustment.lines) {
    v1::AdjustmentLine* const out = proto.add_lines();
    *out->mutable_key() = ToProto(line.key);
    out->set_reason(static_cast<v1::AdjustmentReason>(line.reason));
    out->set_quantity(line.quantity);
    if (line.to) *out->mutable_to() = ToProto(*line.to);
    if (line.expiry_date) *out->mutable_expire_date() = ::kefu::convert::ToProto(*line.expiry_date);
    if (line.made_date) *out->mutable_made_date() = ::kefu::convert::ToProto(*line.made_date);
  }
  proto.set_note(adjustment.note);
  proto.set_state(static_cast<v1::AdjustmentState>(adjustment.state));
  proto.set_author(adjustment.author);
  proto.set_decided_by(adjustment.decided_by);
  proto.set_decision_note(adjustment.decision_note);
  proto.set_measured_pieces(adjustment.measured_pieces);
  SetValues(adjustment.measured_values, proto.mutable_measured_values());
  proto.set_policy_version(adjustment.policy_version);
  *proto.mutable_business_date() = ::kefu::convert::ToProto(adjustment.business_date);
  *proto.mutable_create_time() = ::kefu::convert::ToProto(adjustment.info.create_time);
  *proto.mutable_update_time() = ::kefu::convert::ToProto(adjustment.info.update_time);
  return proto;
}

domain::StockPolicy FromProto(const v1::StockPolicy& proto, FieldViolations& violations) {
  domain::StockPolicy policy;
  policy.approval_pieces =
      Count(proto.approval_pieces(), 0, kMaxThreshold, "approval_pieces", violations);
  policy.approval_values.clear();
  violations.Check(proto.approval_values_size() <= kMaxCurrencies, "approval_values",
                   fmt::format("must have at most {} items", kMaxCurrencies));
  std::set<std::string> seen;
  for (int i = 0; i < proto.approval_values_size(); ++i) {
    const auto& value = proto.approval_values(i);
    const std::string path = fmt::format("approval_values[{}]", i);
    violations.Check(
        IsKnownCurrency(value.currency_code()) && seen.insert(value.currency_code()).second,
        path + ".currency_code", "must be an ISO 4217 code such as CNY, each once");
    violations.Check(value.minor_units() >= 0, path + ".minor_units", "must not be negative");
    policy.approval_values.push_back({value.currency_code(), value.minor_units()});
  }
  policy.audit_nightly = proto.audit_nightly();
  policy.audit_minute =
      Number(proto.audit_minute(), 0, kMinutesOfDay - 1, "audit_minute", violations);
  return policy;
}

v1::StockPolicy ToProto(const domain::StockPolicy& policy) {
  v1::StockPolicy proto;
  proto.set_approval_pieces(policy.approval_pieces);
  SetValues(policy.approval_values, proto.mutable_approval_values());
  proto.set_audit_nightly(policy.audit_nightly);
  proto.set_audit_minute(policy.audit_minute);
  proto.set_version(policy.version);
  proto.set_actor(policy.actor);
  if (policy.version > 0) {
    *proto.mutable_create_time() = ::kefu::convert::ToProto(policy.create_time);
  }
  return proto;
}

std::vector<domain::ShipLine> ShipLines(const v1::ShipOrderRequest& request,
                                        FieldViolations& violations) {
  violations.Check(request.lines_size() <= kMaxShipLines, "lines",
                   fmt::format("must have at most {} items", kMaxShipLines));
  std::vector<domain::ShipLine> lines;
  std::set<domain::TotalKey> seen;
  for (int i = 0; i < request.lines_size(); ++i) {
    const std::string path = fmt::format("lines[{}]", i);
    const v1::ShipLine& proto = request.lines(i);
    domain::ShipLine line{
        .node_id = Id(proto.node_id(), path + ".node_id", violations),
        .sku_id = Id(proto.sku_id(), path + ".sku_id", violations),
        .owner_id = OptionalId(proto.owner_id(), path + ".owner_id", violations),
        .quantity = Count(proto.quantity(), 0, kMaxLineQuantity, path + ".quantity", violations),
        .picks = {}};
    violations.Check(seen.insert(line.key()).second, path, "names a line before again");
    violations.Check(proto.picks_size() <= kMaxPicks, path + ".picks",
                     fmt::format("must have at most {} items", kMaxPicks));
    int64_t sum = 0;
    for (int j = 0; j < proto.picks_size() && j < kMaxPicks; ++j) {
      const std::string at = fmt::format("{}.picks[{}]", path, j);
      const v1::BinPick& pick = proto.picks(j);
      line.picks.push_back(
          {OptionalText(pick.lot(), kMaxLot, at + ".lot", violations),
           OptionalText(pick.location(), kMaxLot, at + ".location", violations),
           Count(pick.quantity(), 1, kMaxLineQuantity, at + ".quantity", violations)});
      if (line.picks.back().quantity <= kMaxLineQuantity) sum += line.picks.back().quantity;
    }
    violations.Check(line.picks.empty() || line.quantity == 0 || line.quantity == sum,
                     path + ".quantity", "must be the sum of the picks, or 0");
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<domain::LineRef> LineRefs(const v1::MoveReservationRequest& request,
                                      FieldViolations& violations) {
  violations.Check(request.lines_size() <= kMaxShipLines, "lines",
                   fmt::format("must have at most {} items", kMaxShipLines));
  std::vector<domain::LineRef> lines;
  std::set<std::tuple<std::string, std::string, std::string>> seen;
  for (int i = 0; i < request.lines_size(); ++i) {
    const std::string path = fmt::format("lines[{}]", i);
    const v1::ReservationLineRef& proto = request.lines(i);
    lines.push_back({Id(proto.node_id(), path + ".node_id", violations),
                     Id(proto.sku_id(), path + ".sku_id", violations),
                     OptionalId(proto.owner_id(), path + ".owner_id", violations)});
    violations.Check(proto.node_id().empty() || proto.node_id() != request.to_node_id(),
                     path + ".node_id", "is the target already");
    violations.Check(seen.insert({proto.node_id(), proto.sku_id(), proto.owner_id()}).second, path,
                     "names a line before again");
  }
  return lines;
}

v1::LedgerFinding ToProto(const domain::LedgerFinding& finding) {
  v1::LedgerFinding proto;
  proto.set_fault(static_cast<v1::LedgerFault>(finding.fault));
  proto.set_node_id(finding.node_id);
  proto.set_entry_number(finding.entry_number);
  if (!finding.key.total.sku_id.empty()) *proto.mutable_key() = ToProto(finding.key);
  proto.set_reference(finding.reference);
  proto.set_expected(finding.expected);
  proto.set_actual(finding.actual);
  proto.set_count(finding.count);
  proto.set_detail(finding.detail);
  proto.set_attested(finding.attested == finding.count);
  return proto;
}

v1::LedgerVerdict VerdictOf(bool clean, int64_t nodes, int64_t entries, int64_t rows,
                            int64_t findings) {
  v1::LedgerVerdict verdict;
  verdict.set_clean(clean);
  verdict.set_nodes(nodes);
  verdict.set_entries(entries);
  verdict.set_rows(rows);
  verdict.set_findings(findings);
  return verdict;
}

v1::LedgerAttestation ToProto(const domain::Attestation& attestation) {
  v1::LedgerAttestation proto;
  proto.set_attestation_id(attestation.id);
  proto.set_node_id(attestation.node_id);
  proto.set_from_entry(attestation.from_entry);
  proto.set_to_entry(attestation.to_entry);
  proto.set_reason(attestation.reason);
  proto.set_actor(attestation.actor);
  *proto.mutable_record_time() = ::kefu::convert::ToProto(attestation.record_time);
  return proto;
}

domain::SalesGuard FromProto(const v1::SalesGuard& proto, FieldViolations& violations) {
  domain::SalesGuard guard{
      .sku_id = Id(proto.sku_id(), "sku_id", violations),
      .owner_id = OptionalId(proto.owner_id(), "owner_id", violations),
      .channel = OptionalId(proto.channel(), "channel", violations),
      .node_ids = Ids(proto.node_ids(), kMaxGuardNodes, "node_ids", violations)};
  if (proto.has_cap()) guard.cap = Count(proto.cap(), 0, kMaxThreshold, "cap", violations);
  guard.safety_quantity =
      Count(proto.safety_quantity(), 0, kMaxThreshold, "safety_quantity", violations);
  guard.ignores_safety = proto.ignores_safety();
  if (proto.has_start_time()) guard.start = Instant(proto.start_time(), "start_time", violations);
  if (proto.has_end_time()) guard.end = Instant(proto.end_time(), "end_time", violations);
  violations.Check(guard.start < guard.end, "end_time", "must lie after start_time");
  return guard;
}

v1::SalesGuard ToProto(const domain::SalesGuard& guard) {
  v1::SalesGuard proto;
  proto.set_sku_id(guard.sku_id);
  proto.set_owner_id(guard.owner_id);
  proto.set_channel(guard.channel);
  for (const std::string& id : guard.node_ids) proto.add_node_ids(id);
  if (guard.cap) proto.set_cap(*guard.cap);
  proto.set_safety_quantity(guard.safety_quantity);
  proto.set_ignores_safety(guard.ignores_safety);
  if (guard.start != absl::InfinitePast()) {
    *proto.mutable_start_time() = ::kefu::convert::ToProto(guard.start);
  }
  if (guard.end != absl::InfiniteFuture()) {
    *proto.mutable_end_time() = ::kefu::convert::ToProto(guard.end);
  }
  proto.set_used(guard.used);
  *proto.mutable_update_time() = ::kefu::convert::ToProto(guard.info.update_time);
  proto.set_etag(Etag(guard.info));
  return proto;
}

}  // namespace kefu::warehouse::convert
