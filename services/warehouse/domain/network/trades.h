// Trades of a shared ledger and who has to confirm them. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/enums/enum_names.h"
#include "services/warehouse/domain/network/policy.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::domain {

enum class AckVerdict : uint8_t { kUnspecified, kAccepted, kContradicted };
KEFU_ENUM_NAMES(AckVerdict, "UNSPECIFIED", "ACCEPTED", "CONTRADICTED")

// A node's word on an entry. `entry_hash` (32 raw bytes) is the entry's hash as that node knows it.
struct TradeAck {
  std::string entry_node_id;
  int64_t entry_number = 0;
  std::string witness_node_id;
  std::string entry_hash;
  AckVerdict verdict = AckVerdict::kUnspecified;
  std::string reason;
  std::string actor;
  absl::Time ack_time;
};
// By entry number, then witness.
using AcksByEntry = std::map<int64_t, std::map<std::string, TradeAck>>;

// Whether the policy in force when the entry was written calls it a trade: mode SHARED_LEDGER, and
// one of its accounts is one of policy.trade_accounts.
bool IsTrade(const NetworkPolicy& policy, const Movement& movement);

// The nodes whose word is asked for, sorted: the policy's, or the parent of the entry's node, or
// that node itself at the top.
std::vector<std::string> WitnessesOf(const NetworkPolicy& policy, const Node& entry_node);

// A word as it is kept: one whose hash is not the ledger's contradicts, whatever it says.
TradeAck Judged(TradeAck ack, std::string_view ledger_hash);

// Something wrong with an entry's acknowledgements.
struct AckFault {
  enum class Kind { kMissing, kContradicted };
  Kind kind = Kind::kMissing;
  LedgerEntry entry;
  std::string witness_node_id;
  std::string reason;   // of a contradiction
  absl::Time due_time;  // of a missing one
};

// Whether it is wrong by now: a contradiction always, a missing word after its grace.
inline bool IsDue(const AckFault& fault, absl::Time now) {
  return fault.kind == AckFault::Kind::kContradicted || fault.due_time < now;
}

// What is missing of one trade entry, due or not, and what contradicts it: a verdict, or a hash
// that is not the ledger's (any more). By witness.
std::vector<AckFault> AckFaultsOf(const NetworkPolicy& policy, const Node& entry_node,
                                  const LedgerEntry& entry, const AcksByEntry& acks);

}  // namespace kefu::warehouse::domain
