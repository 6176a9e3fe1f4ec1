#include "services/warehouse/store/trade_acks.h"

#include <map>

#include "common/status/status_macros.h"
#include "services/warehouse/domain/default_zone.h"
#include "services/warehouse/store/network.h"
#include "services/warehouse/store/rows.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse::store {
namespace {

constexpr db::Sql kAcks{
    "SELECT entry_number, witness_node_id, entry_sha256, verdict, reason, actor, ack_us"
    " FROM trade_ack WHERE org_id = ? AND entry_node_id = ? AND entry_number BETWEEN ? AND ?"};
constexpr std::string_view kInsertAcks =
    "INSERT INTO trade_ack (org_id, entry_node_id, entry_number, witness_node_id, entry_sha256,"
    " verdict, reason, actor, ack_us)";

constexpr db::Sql kShared{
    "SELECT 1 FROM network_policy WHERE org_id = ? AND mode = 'SHARED_LEDGER' LIMIT 1"};

constexpr int kEntriesPerPage = 1000;

// The policies of the days that are asked for, read once each.
class Policies {
 public:
  Policies(db::Reader reader, std::string_view org_id) : reader_(reader), org_id_(org_id) {}
  absl::StatusOr<const domain::NetworkPolicy*> At(absl::Time time) {
    const absl::CivilDay day = domain::DefaultDay(time);
    auto found = by_day_.find(day);
    if (found == by_day_.end()) {
      ASSIGN_OR_RETURN(domain::NetworkPolicy policy, PolicyOn(reader_, org_id_, day));
      found = by_day_.emplace(day, std::move(policy)).first;
    }
    return &found->second;
  }

 private:
  const db::Reader reader_;
  const std::string_view org_id_;
  std::map<absl::CivilDay, domain::NetworkPolicy> by_day_;
};

}  // namespace

absl::StatusOr<std::optional<domain::LedgerEntry>> FindEntry(db::Reader reader,
                                                             std::string_view org_id,
                                                             std::string_view node_id,
                                                             int64_t entry_number) {
  ASSIGN_OR_RETURN(auto entries, ListLedger(reader, org_id, node_id, "", entry_number - 1, 1));
  if (entries.empty() || entries.front().entry_number != entry_number) return std::nullopt;
  return std::move(entries.front());
}

absl::StatusOr<domain::AcksByEntry> AcksOf(db::Reader reader, std::string_view org_id,
                                           std::string_view entry_node_id, int64_t first,
                                           int64_t last) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kAcks, {org_id, entry_node_id, first, last}));
  domain::AcksByEntry acks;
  for (const db::Row row : rows) {
    acks[row.Int(0)][row.Str(1)] = {.entry_node_id = std::string(entry_node_id),
                                    .entry_number = row.Int(0),
                                    .witness_node_id = row.Str(1),
                                    .entry_hash = row.Str(2),
                                    .verdict = EnumAt<domain::AckVerdict>(row, 3),
                                    .reason = row.Str(4),
                                    .actor = row.Str(5),
                                    .ack_time = row.Time(6)};
  }
  return acks;
}

absl::Status InsertAcks(db::Transaction& t, std::string_view org_id,
                        std::span<const domain::TradeAck> acks) {
  std::vector<db::Param> flat;
  for (const domain::TradeAck& ack : acks) {
    flat.insert(flat.end(), {org_id, ack.entry_node_id, ack.entry_number, ack.witness_node_id,
                             db::Param::Bytes(ack.entry_hash), NameOf(ack.verdict), ack.reason,
                             ack.actor, ack.ack_time});
  }
  return t.InsertMany(kInsertAcks, 9, flat).status();
}

absl::Status EachAckFault(db::Reader reader, std::string_view org_id, std::string_view node_id,
                          int64_t after, const std::function<bool(const domain::AckFault&)>& take) {
  ASSIGN_OR_RETURN(const domain::Node node, FindNode(reader, org_id, node_id));
  Policies policies(reader, org_id);
  for (;;) {
    ASSIGN_OR_RETURN(const std::vector<domain::LedgerEntry> entries,
                     ListLedger(reader, org_id, node_id, "", after, kEntriesPerPage));
    if (entries.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(
        const domain::AcksByEntry acks,
        AcksOf(reader, org_id, node_id, entries.front().entry_number, entries.back().entry_number));
    for (const domain::LedgerEntry& entry : entries) {
      ASSIGN_OR_RETURN(const domain::NetworkPolicy* policy, policies.At(entry.record_time));
      if (!domain::IsTrade(*policy, entry.movement)) continue;
      for (const domain::AckFault& fault : domain::AckFaultsOf(*policy, node, entry, acks)) {
        if (!take(fault)) return absl::OkStatus();
      }
    }
    if (entries.size() < kEntriesPerPage) return absl::OkStatus();
    after = entries.back().entry_number;
  }
}

absl::Status EachDueAckFault(db::Reader reader, std::string_view org_id, std::string_view node_id,
                             absl::Time now,
                             const std::function<bool(const domain::AckFault&)>& take) {
  return EachAckFault(reader, org_id, node_id, 0, [&](const domain::AckFault& fault) {
    return !domain::IsDue(fault, now) || take(fault);
  });
}

absl::StatusOr<bool> WasEverShared(db::Reader reader, std::string_view org_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kShared, {org_id}));
  return !rows.empty();
}

}  // namespace kefu::warehouse::store
