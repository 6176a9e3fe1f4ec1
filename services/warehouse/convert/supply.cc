#include "services/warehouse/convert/supply.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "common/hash/sha256.h"
#include "fmt/format.h"

namespace kefu::warehouse::convert {
namespace {

constexpr int kMaxNeeds = 10'000, kMaxAcks = 1000;
constexpr int kMaxAckReason = 200;                      // width of trade_ack.reason
constexpr int64_t kMaxDemandMilli = 1'000'000'000'000;  // a billion pieces a day
constexpr int64_t kMaxUnits = 1'000'000'000'000;
constexpr int kMaxLeadDays = 365;
constexpr size_t kHashDigits = 64;

// 64 hexadecimal digits as 32 bytes.
std::string HashFrom(std::string_view hex, std::string_view field, FieldViolations& violations) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  const bool good =
      hex.size() == kHashDigits && std::ranges::all_of(hex, [&](char c) { return digit(c) >= 0; });
  if (!violations.Check(good, field, "must be 64 hexadecimal digits")) return std::string(32, '\0');
  std::string bytes;
  for (size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1])));
  }
  return bytes;
}

domain::SupplyNeed NeedFrom(const v1::SupplyNeed& proto, const std::string& path,
                            std::string& currency, FieldViolations& violations) {
  const auto cost = [&](bool present, const ::kefu::common::v1::Money& money,
                        const std::string& field) -> double {
    if (!present) return 0;
    const Money price = PriceFrom(money, path + field, violations);
    if (currency.empty()) currency = price.currency;
    violations.Check(price.currency == currency, path + field + ".currency_code",
                     "must be the same in all needs");
    return static_cast<double>(price.minor);
  };
  return {
      .node_id = Id(proto.node_id(), path + ".node_id", violations),
      .sku_id = Id(proto.sku_id(), path + ".sku_id", violations),
      .owner_id = OptionalId(proto.owner_id(), path + ".owner_id", violations),
      .daily_demand_milli = Whole(proto.daily_demand_milli(), 0, kMaxDemandMilli,
                                  path + ".daily_demand_milli", violations),
      .lead_time_days =
          Number(proto.lead_time_days(), 0, kMaxLeadDays, path + ".lead_time_days", violations),
      .safety_stock = Whole(proto.safety_stock(), 0, kMaxUnits, path + ".safety_stock", violations),
      .order_cost = cost(proto.has_order_cost(), proto.order_cost(), ".order_cost"),
      .unit_holding_cost_per_year =
          cost(proto.has_unit_holding_cost_per_year(), proto.unit_holding_cost_per_year(),
               ".unit_holding_cost_per_year"),
      .order_quantity =
          Whole(proto.order_quantity(), 0, kMaxUnits, path + ".order_quantity", violations)};
}

}  // namespace

std::vector<domain::SupplyNeed> Needs(
    const google::protobuf::RepeatedPtrField<v1::SupplyNeed>& needs, FieldViolations& violations) {
  violations.Check(needs.size() >= 1 && needs.size() <= kMaxNeeds, "needs",
                   fmt::format("must have 1 to {} items", kMaxNeeds));
  std::vector<domain::SupplyNeed> result;
  std::set<std::tuple<std::string, std::string, std::string>> seen;
  std::string currency;
  for (int i = 0; i < std::min(needs.size(), kMaxNeeds); ++i) {
    const std::string path = fmt::format("needs[{}]", i);
    result.push_back(NeedFrom(needs.Get(i), path, currency, violations));
    const domain::SupplyNeed& need = result.back();
    violations.Check(seen.emplace(need.node_id, need.sku_id, need.owner_id).second, path,
                     "names a node, SKU and owner of a need before");
  }
  return result;
}

v1::SupplyProposal ToProto(const domain::SupplyProposal& proposal) {
  v1::SupplyProposal proto;
  proto.set_kind(static_cast<v1::SupplyKind>(proposal.kind));
  proto.set_from_node_id(proposal.from_node_id);
  proto.set_to_node_id(proposal.to_node_id);
  proto.set_sku_id(proposal.sku_id);
  proto.set_from_owner_id(proposal.from_owner_id);
  proto.set_to_owner_id(proposal.to_owner_id);
  proto.set_quantity(proposal.quantity);
  proto.set_ready_quantity(proposal.ready_quantity);
  proto.set_distance_metres(proposal.distance_metres);
  proto.set_process_required(proposal.process_required);
  proto.set_explanation(proposal.explanation);
  return proto;
}

std::vector<domain::TradeAck> Acks(const v1::AcknowledgeEntriesRequest& request,
                                   FieldViolations& violations) {
  violations.Check(request.acks_size() >= 1 && request.acks_size() <= kMaxAcks, "acks",
                   fmt::format("must have 1 to {} items", kMaxAcks));
  std::vector<domain::TradeAck> acks;
  std::set<std::tuple<std::string, std::string, int64_t>> seen;
  for (int i = 0; i < std::min(request.acks_size(), kMaxAcks); ++i) {
    const v1::EntryAck& proto = request.acks(i);
    const std::string path = fmt::format("acks[{}]", i);
    acks.push_back(
        {.entry_node_id = Id(proto.entry_node_id(), path + ".entry_node_id", violations),
         .entry_number = Whole(proto.entry_number(), 1, std::numeric_limits<int64_t>::max(),
                               path + ".entry_number", violations),
         .witness_node_id = Id(proto.node_id(), path + ".node_id", violations),
         .entry_hash = HashFrom(proto.entry_hash(), path + ".entry_hash", violations),
         .verdict = static_cast<domain::AckVerdict>(
             RequiredEnum<v1::AckVerdict>(proto.verdict(), path + ".verdict", violations)),
         .reason = OptionalText(proto.reason(), kMaxAckReason, path + ".reason", violations)});
    const domain::TradeAck& ack = acks.back();
    violations.Check(ack.verdict != domain::AckVerdict::kContradicted || !ack.reason.empty(),
                     path + ".reason", "must say why the entry is contradicted");
    violations.Check(seen.emplace(ack.witness_node_id, ack.entry_node_id, ack.entry_number).second,
                     path, "names a node and an entry of an acknowledgement before");
  }
  return acks;
}

v1::RecordedAck ToProto(const domain::TradeAck& ack) {
  v1::RecordedAck proto;
  v1::EntryAck& word = *proto.mutable_ack();
  word.set_node_id(ack.witness_node_id);
  word.set_entry_node_id(ack.entry_node_id);
  word.set_entry_number(ack.entry_number);
  word.set_entry_hash(Hex(ack.entry_hash));
  word.set_verdict(static_cast<v1::AckVerdict>(ack.verdict));
  word.set_reason(ack.reason);
  proto.set_actor(ack.actor);
  *proto.mutable_ack_time() = ::kefu::convert::ToProto(ack.ack_time);
  return proto;
}

}  // namespace kefu::warehouse::convert
