#include "services/warehouse/domain/network/trades.h"

#include <algorithm>

namespace kefu::warehouse::domain {

bool IsTrade(const NetworkPolicy& policy, const Movement& movement) {
  if (policy.mode != OperatingMode::kSharedLedger) return false;
  return std::ranges::any_of(policy.trade_accounts, [&](LedgerAccount account) {
    return account == movement.from || account == movement.to;
  });
}

std::vector<std::string> WitnessesOf(const NetworkPolicy& policy, const Node& entry_node) {
  if (!policy.witness_node_ids.empty()) {
    std::vector<std::string> witnesses = policy.witness_node_ids;
    std::ranges::sort(witnesses);
    return witnesses;
  }
  return {entry_node.parent_node_id.empty() ? entry_node.id : entry_node.parent_node_id};
}

TradeAck Judged(TradeAck ack, std::string_view ledger_hash) {
  if (ack.entry_hash != ledger_hash) {
    ack.verdict = AckVerdict::kContradicted;
    if (ack.reason.empty()) ack.reason = "the entry's hash is another one there";
  }
  return ack;
}

std::vector<AckFault> AckFaultsOf(const NetworkPolicy& policy, const Node& entry_node,
                                  const LedgerEntry& entry, const AcksByEntry& acks) {
  std::vector<AckFault> faults;
  static const std::map<std::string, TradeAck> kNone;
  const auto found = acks.find(entry.entry_number);
  const auto& words = found == acks.end() ? kNone : found->second;
  for (const auto& [witness, ack] : words) {
    const TradeAck judged = Judged(ack, entry.hash);
    if (judged.verdict != AckVerdict::kContradicted) continue;
    faults.push_back({.kind = AckFault::Kind::kContradicted,
                      .entry = entry,
                      .witness_node_id = witness,
                      .reason = judged.reason});
  }
  for (const std::string& witness : WitnessesOf(policy, entry_node)) {
    if (words.contains(witness)) continue;
    faults.push_back({.kind = AckFault::Kind::kMissing,
                      .entry = entry,
                      .witness_node_id = witness,
                      .due_time = entry.record_time + policy.acknowledgement_grace});
  }
  return faults;
}

}  // namespace kefu::warehouse::domain
