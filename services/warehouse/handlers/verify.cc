#include "services/warehouse/handlers/verify.h"

#include <algorithm>
#include <map>
#include <memory>

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "services/warehouse/errors.h"
#include "services/warehouse/store/sales_guards.h"
#include "services/warehouse/store/stock_control.h"
#include "services/warehouse/store/store.h"
#include "services/warehouse/store/trade_acks.h"
#include "services/warehouse/store/verification.h"

namespace kefu::warehouse {
namespace {

using domain::LedgerFault;
using domain::LedgerFinding;
using domain::NodeAudit;

class Verifier {
 public:
  Verifier(db::Database& database, std::string_view org_id, const VerifyOptions& options,
           const VerifySink& sink)
      : reader_(database, options.deadline), org_id_(org_id), options_(options), sink_(sink) {}

  absl::StatusOr<LedgerVerdict> Run() {
    ASSIGN_OR_RETURN(const auto chains, store::NodeChains(reader_, org_id_));
    ASSIGN_OR_RETURN(acknowledged_, store::WasEverShared(reader_, org_id_));
    for (const store::NodeChain& chain : chains) {
      if (options_.node_id.empty() || options_.node_id == chain.node_id) {
        RETURN_IF_ERROR(VerifyNode(chain));
      }
    }
    if (!options_.node_id.empty() && audits_.empty()) return error::NodeNotFound(options_.node_id);
    RETURN_IF_ERROR(VerifyReservations());
    if (options_.node_id.empty()) RETURN_IF_ERROR(VerifyClearing());
    for (const auto& [id, audit] : audits_) {
      RETURN_IF_ERROR(Tell(*audit));
    }
    if (options_.node_id.empty()) RETURN_IF_ERROR(VerifyGuards());
    return verdict_;
  }

 private:
  absl::Status CheckGoing() const {
    return options_.cancelled && options_.cancelled() ? Cancelled("the caller has gone")
                                                      : absl::OkStatus();
  }

  // Feeds the audit with the entries up to that number.
  absl::Status Chase(NodeAudit& audit, int64_t upto) {
    while (audit.entry_number() < upto) {
      RETURN_IF_ERROR(CheckGoing());
      ASSIGN_OR_RETURN(const auto entries,
                       store::ListLedger(reader_, org_id_, audit.node_id(), "",
                                         audit.entry_number(), options_.entries));
      if (entries.empty()) return absl::OkStatus();
      for (const domain::LedgerEntry& entry : entries) {
        if (entry.entry_number > upto) return absl::OkStatus();
        audit.Feed(entry);
        clearing_.Add(entry.movement);
      }
    }
    return absl::OkStatus();
  }

  // Compares one page after another, each as of the entries that it was read with.
  template <class Read>
  absl::Status ComparePages(NodeAudit& audit, Read read) {
    for (bool more = true; more;) {
      ASSIGN_OR_RETURN(const auto page, read());
      RETURN_IF_ERROR(Chase(audit, page.last_entry));
      if (page.head) audit.CompareHead(*page.head);
      for (const auto& row : page.rows) audit.Compare(row);
      more = page.rows.size() == static_cast<size_t>(options_.rows);
    }
    return absl::OkStatus();
  }

  // Keys that the entries know and no page showed: looked up one by one, since they may be new.
  absl::Status CompareMissing(NodeAudit& audit) {
    for (const domain::TotalKey& key : audit.MissingTotals()) {
      ASSIGN_OR_RETURN(const auto found, store::TotalOf(reader_, org_id_, key));
      RETURN_IF_ERROR(Chase(audit, found.last_entry));
      audit.Compare(found.rows.empty() ? domain::StockTotal{.key = key} : found.rows.front());
    }
    for (const domain::StockKey& key : audit.MissingBins()) {
      ASSIGN_OR_RETURN(const auto found, store::BinOf(reader_, org_id_, key));
      RETURN_IF_ERROR(Chase(audit, found.last_entry));
      audit.Compare(found.rows.empty() ? domain::BinRow{key, 0} : found.rows.front());
    }
    return absl::OkStatus();
  }

  absl::Status VerifyNode(const store::NodeChain& chain) {
    ASSIGN_OR_RETURN(auto attestations, store::Attestations(reader_, org_id_, chain.node_id));
    const auto made = audits_.emplace(
        chain.node_id,
        std::make_unique<NodeAudit>(std::string(org_id_), chain.node_id, std::move(attestations)));
    NodeAudit& audit = *made.first->second;
    if (!chain.has_node || !chain.has_chain) {
      audit.AddFinding(LedgerFault::kNode, {.detail = chain.has_node ? "the node has no chain"
                                                                     : "the chain has no node"});
    }
    std::optional<domain::TotalKey> total;
    RETURN_IF_ERROR(
        ComparePages(audit, [&]() -> absl::StatusOr<store::Snapshot<domain::StockTotal>> {
          ASSIGN_OR_RETURN(auto page, store::TotalsOfNode(reader_, org_id_, chain.node_id, total,
                                                          options_.rows));
          if (!page.rows.empty()) total = page.rows.back().key;
          return page;
        }));
    std::optional<domain::StockKey> bin;
    RETURN_IF_ERROR(ComparePages(audit, [&]() -> absl::StatusOr<store::Snapshot<domain::BinRow>> {
      ASSIGN_OR_RETURN(auto page,
                       store::BinsOfNode(reader_, org_id_, chain.node_id, bin, options_.rows));
      if (!page.rows.empty()) bin = page.rows.back().key;
      return page;
    }));
    RETURN_IF_ERROR(CompareMissing(audit));
    audit.ForgetRows();
    return acknowledged_ && chain.has_node ? VerifyAcknowledgements(audit) : absl::OkStatus();
  }

  // Trades of a shared ledger that a node contradicts, or has kept silent on for too long.
  absl::Status VerifyAcknowledgements(NodeAudit& audit) {
    absl::Status going;
    const auto add = [&](const domain::AckFault& fault) {
      const bool missing = fault.kind == domain::AckFault::Kind::kMissing;
      audit.AddAttestable(
          LedgerFault::kAcknowledgement,
          {.entry_number = fault.entry.entry_number,
           .key = fault.entry.movement.key,
           .reference = fault.entry.movement.reference,
           .expected = 1,
           .actual = 0,
           .detail = missing ? fmt::format("node {} has not acknowledged it", fault.witness_node_id)
                             : fmt::format("node {} contradicts it: {}", fault.witness_node_id,
                                           fault.reason)});
      going = CheckGoing();
      return going.ok();
    };
    RETURN_IF_ERROR(store::EachDueAckFault(reader_, org_id_, audit.node_id(), options_.now, add));
    return going;
  }

  // Guards watch several nodes, so what is wrong with them is of none.
  absl::Status VerifyGuards() {
    RETURN_IF_ERROR(CheckGoing());
    ASSIGN_OR_RETURN(const auto differences, store::FindGuardDifferences(reader_, org_id_));
    if (differences.empty()) return absl::OkStatus();
    const auto& [guard, counted] = differences.front();
    const LedgerFinding finding{.fault = LedgerFault::kGuardUse,
                                .key = {{guard.sku_id, guard.owner_id, ""}, "", ""},
                                .reference = guard.channel,
                                .expected = counted,
                                .actual = guard.used,
                                .count = static_cast<int64_t>(differences.size()),
                                .detail = "the guard's use is not the sum over its reservations"};
    ++verdict_.findings;
    ++verdict_.unattested;
    return sink_.on_finding(finding) ? absl::OkStatus() : Cancelled("the caller has gone");
  }

  absl::Status ChaseAll(const std::map<std::string, int64_t>& last_entries) {
    for (const auto& [node_id, last] : last_entries) {
      const auto audit = audits_.find(node_id);
      if (audit != audits_.end()) RETURN_IF_ERROR(Chase(*audit->second, last));
    }
    return absl::OkStatus();
  }

  void Compare(const domain::Reservation& reservation) {
    std::map<domain::TotalKey, int64_t> open;
    for (const domain::ReservationLine& line : reservation.lines) open[line.key()] += line.open();
    for (const auto& [key, quantity] : open) {
      const auto audit = audits_.find(key.node_id);
      if (audit != audits_.end()) {
        audit->second->CompareReservation(reservation.id, key, quantity);
      }
    }
  }

  absl::Status VerifyReservations() {
    std::string after;
    for (bool more = true; more;) {
      ASSIGN_OR_RETURN(const auto page,
                       store::ReadOpenReservations(reader_, org_id_, after, options_.reservations));
      RETURN_IF_ERROR(ChaseAll(page.last_entries));
      for (const domain::Reservation& reservation : page.rows) Compare(reservation);
      more = page.rows.size() == static_cast<size_t>(options_.reservations);
      if (more) after = page.rows.back().id;
    }
    for (const auto& [id, audit] : audits_) {
      for (const auto& [reservation_id, key] : audit->MissingReservations()) {
        ASSIGN_OR_RETURN(const auto found,
                         store::ReadOpenReservation(reader_, org_id_, reservation_id));
        RETURN_IF_ERROR(ChaseAll(found.last_entries));
        int64_t open = 0;
        for (const domain::Reservation& reservation : found.rows) {
          for (const domain::ReservationLine& line : reservation.lines) {
            if (line.key() == key) open += line.open();
          }
        }
        audit->CompareReservation(reservation_id, key, open);
      }
    }
    return absl::OkStatus();
  }

  // All chains are at one moment here: that of the last page of reservations. Names the references
  // by reading the entries of CLEARING again; the sums tell which may be open.
  absl::Status VerifyClearing() {
    ASSIGN_OR_RETURN(const auto now, store::ReadOpenReservation(reader_, org_id_, ""));
    RETURN_IF_ERROR(ChaseAll(now.last_entries));
    const std::set<uint32_t> open = clearing_.Open();
    if (open.empty()) return absl::OkStatus();
    std::map<std::pair<std::string, std::string>, std::pair<int64_t, const domain::NodeAudit*>>
        sums;
    for (const auto& [id, audit] : audits_) {
      int64_t after = 0;
      while (after < audit->entry_number()) {
        RETURN_IF_ERROR(CheckGoing());
        ASSIGN_OR_RETURN(const auto entries,
                         store::ListLedger(reader_, org_id_, id, "", after, options_.entries));
        if (entries.empty()) break;
        for (const domain::LedgerEntry& entry : entries) {
          after = entry.entry_number;
          const domain::Movement& m = entry.movement;
          const int64_t into = domain::ClearingSums::Into(m);
          if (into == 0 || after > audit->entry_number() ||
              !open.contains(domain::ClearingSums::BucketOf(m))) {
            continue;
          }
          auto& sum = sums[{m.reference, m.key.total.sku_id}];
          sum.first += into;
          sum.second = audit.get();
        }
      }
    }
    for (const auto& [key, sum] : sums) {
      if (sum.first == 0) continue;
      audits_.at(sum.second->node_id())
          ->AddFinding(LedgerFault::kClearing,
                       {.key = {{key.second, "", sum.second->node_id()}, "", ""},
                        .reference = key.first,
                        .expected = 0,
                        .actual = sum.first,
                        .detail = "CLEARING does not net to zero within the reference"});
    }
    return absl::OkStatus();
  }

  absl::Status Tell(const NodeAudit& audit) {
    ++verdict_.nodes;
    verdict_.entries += audit.entries();
    verdict_.rows += audit.rows();
    for (const LedgerFinding& finding : audit.findings()) {
      ++verdict_.findings;
      if (finding.attested < finding.count) ++verdict_.unattested;
      if (!sink_.on_finding(finding)) return Cancelled("the caller has gone");
    }
    return sink_.on_node(audit) ? absl::OkStatus() : Cancelled("the caller has gone");
  }

  const db::Reader reader_;
  const std::string_view org_id_;
  const VerifyOptions& options_;
  const VerifySink& sink_;
  std::map<std::string, std::unique_ptr<NodeAudit>> audits_;
  domain::ClearingSums clearing_;
  bool acknowledged_ = false;  // some trades have, or had, to be
  LedgerVerdict verdict_;
};

}  // namespace

absl::StatusOr<LedgerVerdict> VerifyOrganization(db::Database& database, std::string_view org_id,
                                                 const VerifyOptions& options,
                                                 const VerifySink& sink) {
  return Verifier(database, org_id, options, sink).Run();
}

}  // namespace kefu::warehouse
