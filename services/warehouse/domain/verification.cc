#include "services/warehouse/domain/verification.h"

#include <algorithm>

#include "common/hash/sha256.h"
#include "fmt/format.h"
#include "services/warehouse/domain/ledger.h"

namespace kefu::warehouse::domain {
namespace {

bool InHouse(LedgerAccount account) {
  return account == LedgerAccount::kFree || account == LedgerAccount::kReserved;
}

bool IsStock(LedgerAccount account) {
  return InHouse(account) || account == LedgerAccount::kInTransit;
}

int Sign(bool in, bool out) { return (in ? 1 : 0) - (out ? 1 : 0); }

BinKey BinOf(const StockKey& key) { return {key.total, key.lot, key.location}; }

// FNV-1a: stable and without keys; the two weights come from its halves.
uint64_t HashOf(const Movement& m) {
  uint64_t hash = 14695981039346656037ULL;
  const auto add = [&hash](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    hash = (hash ^ 0xff) * 1099511628211ULL;
  };
  add(m.reference);
  add(m.key.total.sku_id);
  return hash ^ (hash >> 32);
}

}  // namespace

void Balances::Add(const Movement& m) {
  const int house = Sign(InHouse(m.to), InHouse(m.from));
  const int held = Sign(m.to == LedgerAccount::kReserved, m.from == LedgerAccount::kReserved);
  const int moving = Sign(m.to == LedgerAccount::kInTransit, m.from == LedgerAccount::kInTransit);
  Balance& total = totals[m.key.total];
  total.on_hand += house * m.quantity;
  total.reserved += held * m.quantity;
  total.in_transit += moving * m.quantity;
  if (house != 0) bins[BinOf(m.key)] += house * m.quantity;
  if (held == 0) return;
  const auto at = reserved.try_emplace({m.reference, m.key.total}, 0).first;
  at->second += held * m.quantity;
  if (at->second == 0) reserved.erase(at);
}

int64_t ClearingSums::Into(const Movement& m) {
  return Sign(m.to == LedgerAccount::kClearing, m.from == LedgerAccount::kClearing) * m.quantity;
}

uint32_t ClearingSums::BucketOf(const Movement& movement) {
  return static_cast<uint32_t>(HashOf(movement) % kBuckets);
}

void ClearingSums::Add(const Movement& movement) {
  const auto quantity = static_cast<uint64_t>(Into(movement));
  if (quantity == 0) return;
  Sum& sum = buckets_[BucketOf(movement)];
  sum.plain += quantity;
  sum.weighted += quantity * (HashOf(movement) | 1);
}

std::set<uint32_t> ClearingSums::Open() const {
  std::set<uint32_t> open;
  for (uint32_t i = 0; i < kBuckets; ++i) {
    if (buckets_[i].plain != 0 || buckets_[i].weighted != 0) open.insert(i);
  }
  return open;
}

NodeAudit::NodeAudit(std::string org_id, std::string node_id, std::vector<Attestation> attestations)
    : org_id_(std::move(org_id)),
      node_id_(std::move(node_id)),
      attestations_(std::move(attestations)),
      hash_(GenesisHash()) {}

bool NodeAudit::Attested(int64_t entry_number) const {
  return std::ranges::any_of(attestations_, [entry_number](const Attestation& a) {
    return a.from_entry <= entry_number && entry_number <= a.to_entry;
  });
}

void NodeAudit::AddFinding(LedgerFault fault, LedgerFinding finding) {
  const auto [at, first] = findings_.try_emplace(fault, std::move(finding));
  at->second.fault = fault;
  at->second.node_id = node_id_;
  ++at->second.count;
}

void NodeAudit::AddAttestable(LedgerFault fault, LedgerFinding finding) {
  const bool attested = Attested(finding.entry_number);
  if (const auto at = findings_.find(fault);
      at != findings_.end() && !attested && at->second.attested == at->second.count) {
    finding.count = at->second.count;
    finding.attested = at->second.attested;
    at->second = finding;
  }
  AddFinding(fault, std::move(finding));
  findings_.at(fault).attested += attested ? 1 : 0;
}

std::vector<LedgerFinding> NodeAudit::findings() const {
  std::vector<LedgerFinding> all;
  for (const auto& [fault, finding] : findings_) all.push_back(finding);
  return all;
}

void NodeAudit::CheckChain(const LedgerEntry& entry) {
  const auto broken = [&](LedgerFault fault, int64_t expected, int64_t actual, std::string detail) {
    AddAttestable(fault, {.entry_number = entry.entry_number,
                          .key = entry.movement.key,
                          .reference = entry.movement.reference,
                          .expected = expected,
                          .actual = actual,
                          .detail = std::move(detail)});
  };
  if (entry.entry_number != number_ + 1) {
    broken(LedgerFault::kChainGap, number_ + 1, entry.entry_number, "entries are missing");
  }
  const std::string hash = Sha256({ChainBytes(hash_, org_id_, entry)});
  if (hash != entry.hash && entry.entry_number == number_ + 1) {
    broken(LedgerFault::kChainHash, entry.entry_number, entry.entry_number,
           fmt::format("the entry says {}, its fields and the entry before give {}",
                       Hex(entry.hash), Hex(hash)));
  }
  // Whatever is wrong with this entry, the next one is measured against what it says.
  hash_ = entry.hash;
  number_ = entry.entry_number;
}

void NodeAudit::CheckBalance(const LedgerEntry& entry) {
  const Movement& m = entry.movement;
  const Balance& total = balances_.totals.at(m.key.total);
  const int64_t bin = InHouse(m.from) != InHouse(m.to) ? balances_.bins.at(BinOf(m.key)) : 0;
  if (total.on_hand >= 0 && total.reserved >= 0 && total.in_transit >= 0 && bin >= 0 &&
      total.reserved <= total.on_hand) {
    return;
  }
  AddFinding(LedgerFault::kBalanceNegative,
             {.entry_number = entry.entry_number,
              .key = m.key,
              .reference = m.reference,
              .expected = 0,
              .actual = std::min({bin, total.on_hand, total.reserved, total.in_transit,
                                  total.on_hand - total.reserved}),
              .detail = fmt::format("after it: on hand {}, reserved {}, in transit {}, bin {}",
                                    total.on_hand, total.reserved, total.in_transit, bin)});
}

void NodeAudit::Feed(const LedgerEntry& entry) {
  ++entries_;
  CheckChain(entry);
  const Movement& m = entry.movement;
  if (m.quantity <= 0 || m.from == m.to || (!IsStock(m.from) && !IsStock(m.to)) ||
      m.from == LedgerAccount::kUnspecified || m.to == LedgerAccount::kUnspecified ||
      m.key.total.condition == StockCondition::kUnspecified || m.key.total.node_id != node_id_) {
    AddFinding(
        LedgerFault::kEntryInvalid,
        {.entry_number = entry.entry_number,
         .key = m.key,
         .reference = m.reference,
         .detail = fmt::format("{} to {}, {} pieces", NameOf(m.from), NameOf(m.to), m.quantity)});
  }
  balances_.Add(m);
  if (!rows_forgotten_) CheckBalance(entry);
}

void NodeAudit::CompareHead(const ChainHead& head) {
  if (head.entry_number == number_ && head.hash == hash_) return;
  AddFinding(LedgerFault::kChainHead,
             {.entry_number = head.entry_number,
              .expected = number_,
              .actual = head.entry_number,
              .attested = Attested(head.entry_number) && Attested(std::max<int64_t>(number_, 1)),
              .detail = fmt::format("the head says {} {}, the last entry is {} {}",
                                    head.entry_number, Hex(head.hash), number_, Hex(hash_))});
}

void NodeAudit::Compare(const StockTotal& row) {
  ++rows_;
  seen_totals_.insert(row.key);
  const auto at = balances_.totals.find(row.key);
  const Balance derived = at == balances_.totals.end() ? Balance{} : at->second;
  const auto check = [&](LedgerFault fault, int64_t expected, int64_t actual) {
    if (expected == actual) return;
    AddFinding(fault, {.key = {row.key, "", ""}, .expected = expected, .actual = actual});
  };
  check(LedgerFault::kOnHand, derived.on_hand, row.on_hand);
  check(LedgerFault::kReserved, derived.reserved, row.reserved);
  check(LedgerFault::kInTransit, derived.in_transit, row.in_transit);
}

void NodeAudit::Compare(const BinRow& row) {
  ++rows_;
  seen_bins_.insert(BinOf(row.key));
  const auto at = balances_.bins.find(BinOf(row.key));
  const int64_t derived = at == balances_.bins.end() ? 0 : at->second;
  if (derived == row.on_hand) return;
  AddFinding(LedgerFault::kBin, {.key = row.key, .expected = derived, .actual = row.on_hand});
}

std::vector<TotalKey> NodeAudit::MissingTotals() const {
  std::vector<TotalKey> missing;
  for (const auto& [key, balance] : balances_.totals) {
    if (balance != Balance{} && !seen_totals_.contains(key)) missing.push_back(key);
  }
  return missing;
}

std::vector<StockKey> NodeAudit::MissingBins() const {
  std::vector<StockKey> missing;
  for (const auto& [key, on_hand] : balances_.bins) {
    if (on_hand == 0 || seen_bins_.contains(key)) continue;
    missing.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key)});
  }
  return missing;
}

void NodeAudit::ForgetRows() {
  rows_forgotten_ = true;
  seen_totals_.clear();
  seen_bins_.clear();
  balances_.totals.clear();
  balances_.bins.clear();
}

void NodeAudit::CompareReservation(const std::string& reservation_id, const TotalKey& key,
                                   int64_t open) {
  ++rows_;
  seen_reservations_.insert({reservation_id, key});
  const auto at = balances_.reserved.find({reservation_id, key});
  const int64_t held = at == balances_.reserved.end() ? 0 : at->second;
  if (held == open) return;
  AddFinding(LedgerFault::kReservation,
             {.key = {key, "", ""}, .reference = reservation_id, .expected = held, .actual = open});
}

std::vector<std::pair<std::string, TotalKey>> NodeAudit::MissingReservations() const {
  std::vector<std::pair<std::string, TotalKey>> missing;
  for (const auto& [key, held] : balances_.reserved) {
    if (!seen_reservations_.contains(key)) missing.push_back(key);
  }
  return missing;
}

}  // namespace kefu::warehouse::domain
