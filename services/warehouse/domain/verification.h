// Derives everything from the entries of the ledger and compares it with the rows. Pure: entries
// and rows come in, findings come out. Memory grows with the number of keys in stock and of open
// reservations, not with the number of entries.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "absl/time/time.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::domain {

// The first wrong row of one kind at a node.
struct LedgerFinding {
  LedgerFault fault = LedgerFault::kUnspecified;
  std::string node_id;
  int64_t entry_number = 0;
  StockKey key;
  std::string reference;
  int64_t expected = 0;  // follows from the entries
  int64_t actual = 0;
  int64_t count = 0;     // wrong rows of this kind
  int64_t attested = 0;  // of them
  std::string detail;
};

// A row by lot and bin.
struct BinRow {
  StockKey key;
  int64_t on_hand = 0;
};

// Entries that somebody answers for.
struct Attestation {
  std::string id;
  std::string node_id;
  int64_t from_entry = 0;
  int64_t to_entry = 0;
  std::string reason;
  std::string actor;
  absl::Time record_time;
};

struct ChainHead {
  int64_t entry_number = 0;
  std::string hash;
};

// (owner, condition's stored name, lot, bin) and the like, ordered as the database orders.
using BinKey = std::tuple<TotalKey, std::string, std::string>;
struct Balance {
  int64_t on_hand = 0;
  int64_t reserved = 0;
  int64_t in_transit = 0;
  friend bool operator==(const Balance&, const Balance&) = default;
};

// What entries sum up to, in the order in which they are added.
struct Balances {
  std::map<TotalKey, Balance> totals;
  std::map<BinKey, int64_t> bins;
  std::map<std::pair<std::string, TotalKey>, int64_t> reserved;  // by reservation; never 0

  void Add(const Movement& movement);
};

// CLEARING over all nodes in bounded memory: sums by the hash of (reference, SKU), each in two
// independent weights, so that a bucket at zero has all of its references at zero.
class ClearingSums {
 public:
  ClearingSums() : buckets_(kBuckets) {}
  void Add(const Movement& movement);
  // Buckets that are not at zero; none: CLEARING is balanced.
  std::set<uint32_t> Open() const;
  static uint32_t BucketOf(const Movement& movement);
  // What the movement adds to CLEARING: its quantity, negative when it leaves, 0 when it is
  // another.
  static int64_t Into(const Movement& movement);

 private:
  static constexpr size_t kBuckets = 1 << 16;
  struct Sum {
    uint64_t plain = 0, weighted = 0;
  };
  std::vector<Sum> buckets_;
};

// One node. Feed the entries in their order; compare rows with what was derived up to the same
// moment of the ledger.
class NodeAudit {
 public:
  NodeAudit(std::string org_id, std::string node_id, std::vector<Attestation> attestations);

  void Feed(const LedgerEntry& entry);
  // The chain's head as it stood when the last entry fed was the last.
  void CompareHead(const ChainHead& head);
  void Compare(const StockTotal& row);
  void Compare(const BinRow& row);
  // Keys with pieces that no row was compared for.
  std::vector<TotalKey> MissingTotals() const;
  std::vector<StockKey> MissingBins() const;
  // What is open of a reservation at this node.
  void CompareReservation(const std::string& reservation_id, const TotalKey& key, int64_t open);
  // Held by entries for reservations that were not compared.
  std::vector<std::pair<std::string, TotalKey>> MissingReservations() const;
  void AddFinding(LedgerFault fault, LedgerFinding finding);
  // About an entry that an attestation may answer for; names the first that none does.
  void AddAttestable(LedgerFault fault, LedgerFinding finding);

  int64_t entry_number() const { return number_; }
  int64_t entries() const { return entries_; }
  int64_t rows() const { return rows_; }
  const std::string& node_id() const { return node_id_; }
  const Balances& balances() const { return balances_; }
  std::vector<LedgerFinding> findings() const;
  // Rows were compared; what is fed from now on counts for the chain and for reservations only.
  void ForgetRows();

 private:
  bool Attested(int64_t entry_number) const;
  void CheckChain(const LedgerEntry& entry);
  void CheckBalance(const LedgerEntry& entry);

  const std::string org_id_;
  const std::string node_id_;
  const std::vector<Attestation> attestations_;
  std::string hash_;
  int64_t number_ = 0;
  int64_t entries_ = 0;
  int64_t rows_ = 0;
  bool rows_forgotten_ = false;
  Balances balances_;
  std::set<TotalKey> seen_totals_;
  std::set<BinKey> seen_bins_;
  std::set<std::pair<std::string, TotalKey>> seen_reservations_;
  std::map<LedgerFault, LedgerFinding> findings_;
};

}  // namespace kefu::warehouse::domain
