#include "tests/chaos/flow_books.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/time/clock.h"
#include "fmt/format.h"
#include "kefu/performance/v1/performance_service.grpc.pb.h"
#include "services/aftersales/payments/file_ledger.h"

namespace kefu::chaos {
namespace {

namespace perf = performance::v1;

constexpr size_t kMostTold = 30;
constexpr absl::Duration kSettleTime = absl::Minutes(10);

struct ProcessSeen {
  std::string id, kind, state;
};
struct PaymentSeen {
  std::string id, purpose, state;
  int64_t amount = 0;
};
struct CaseSeen {
  std::string state;
  std::vector<ProcessSeen> processes;
  std::vector<PaymentSeen> payments;
  std::map<std::string, int> returns, parcels;  // how many in which state
};

class Books {
 public:
  Books(const Suite& suite, FlowCalls& calls, const FlowWorld& world,
        const std::vector<Flow>& flows, const std::map<std::string, Deeds>& deeds, FlowTally& tally)
      : suite_(suite), calls_(calls), world_(world), flows_(flows), deeds_(deeds), tally_(tally) {}

  std::vector<std::string> Run() {
    Settle();
    ReadAftersales();
    ReadWarehouse();
    int64_t scarce_sent = 0;
    for (const auto& [id, deeds] : deeds_) {
      CheckCase(id, cases_[id], deeds);
      if (deeds.flow->story == Story::kScarce) scarce_sent += deeds.sent;
    }
    Expect(scarce_sent == world_.scarce(),
           fmt::format("{} of {} scarce pieces were sent", scarce_sent, world_.scarce()));
    CheckLedger();
    CheckStock();
    CheckRefunds();
    CheckCommission();
    if (told_.size() > kMostTold) told_.resize(kMostTold);
    return std::move(told_);
  }

 private:
  void Expect(bool holds, std::string words) {
    if (!holds) told_.push_back(std::move(words));
  }
  db::Rows Read(Part part, const std::string& sql) {
    auto rows = suite_.DatabaseOf(part).Read(absl::Now() + absl::Minutes(1), db::Sql{sql.c_str()});
    Expect(rows.ok(), fmt::format("{}: {}", sql, rows.status().ToString()));
    return rows.ok() ? *std::move(rows) : db::Rows();
  }
  int64_t Count(Part part, const std::string& from) {
    const db::Rows rows = Read(part, "SELECT COUNT(*) FROM " + from);
    return rows.empty() ? -1 : rows.front().Int(0);
  }
  void WaitForNone(Part part, const std::string& from) {
    for (const absl::Time limit = absl::Now() + kSettleTime; Count(part, from) != 0;) {
      if (absl::Now() > limit) return Expect(false, from + " never becomes empty");
      Pause(absl::Milliseconds(50));
    }
  }

  void Settle() {
    for (const Part part : {Part::kAftersales, Part::kWarehouse, Part::kPerformance}) {
      WaitForNone(part, "outbox");
      Expect(Count(part, "dead_letter") == 0, fmt::format("{} buried events", NameOf(part)));
    }
    WaitForNone(Part::kPerformance, "dirty_day");
  }

  void ReadAftersales() {
    for (const db::Row row :
         Read(Part::kAftersales, "SELECT case_id, state FROM aftersales_case")) {
      cases_[row.Str(0)].state = row.Str(1);
    }
    for (const auto& [id, seen] : cases_) {
      Expect(deeds_.contains(id), fmt::format("nobody asked for case {}", id));
      Expect(seen.state == "CLOSED", fmt::format("case {} is {}", id, seen.state));
    }
    tally_.cases = static_cast<int>(cases_.size());
    for (const db::Row row :
         Read(Part::kAftersales,
              "SELECT case_id, process_id, kind, state FROM process ORDER BY process_id")) {
      cases_[row.Str(0)].processes.push_back({row.Str(1), row.Str(2), row.Str(3)});
      tally_.done += row.Text(3) == "DONE";
      tally_.undone += row.Text(3) == "COMPENSATED";
    }
    for (const db::Row row :
         Read(Part::kAftersales,
              "SELECT case_id, payment_id, purpose, state, amount_minor FROM payment")) {
      cases_[row.Str(0)].payments.push_back({row.Str(1), row.Str(2), row.Str(3), row.Int(4)});
      tally_.withdrawn += row.Text(3) == "WITHDRAWN";
    }
  }

  void ReadWarehouse() {
    for (const db::Row row : Read(Part::kWarehouse, "SELECT case_id, state FROM customer_return")) {
      ++cases_[row.Str(0)].returns[row.Str(1)];
    }
    for (const db::Row row :
         Read(Part::kWarehouse,
              "SELECT order_id, state FROM reservation WHERE channel = 'aftersales'")) {
      ++cases_[row.Str(0)].parcels[row.Str(1)];
    }
  }

  // The processes of a case as its story allows them.
  bool Fits(const Flow& flow, const std::vector<ProcessSeen>& processes) const {
    std::string all;
    for (const ProcessSeen& process : processes) all += process.kind + " " + process.state + ";";
    const std::string kind = flow.exchange() ? "EXCHANGE" : "RETURN";
    const bool done = all == kind + " DONE;", undone = all == kind + " COMPENSATED;";
    switch (flow.story) {
      case Story::kRejected:
        return all.empty();
      case Story::kDamagedReturn:
      case Story::kDamagedExchange:
      case Story::kNeverComes:
      case Story::kCalledOff:
        return undone;
      case Story::kCancelledReturn:
      case Story::kCancelledExchange:
        return done || undone;
      case Story::kCancelledRefund:
        return all == "REFUND DONE;" || all == "REFUND COMPENSATED;";
      case Story::kScarce:
        return done || all == "EXCHANGE COMPENSATED;REFUND DONE;";
      default:
        return done;
    }
  }

  void CheckCase(const std::string& id, const CaseSeen& seen, const Deeds& deeds) {
    const Flow& flow = *deeds.flow;
    const std::string name = fmt::format("{} {} (case {})", NameOf(flow.story), flow.number, id);
    std::string processes;
    for (const ProcessSeen& process : seen.processes) {
      processes += fmt::format(" {} {} {}", process.kind, process.state, process.id);
    }
    Expect(Fits(flow, seen.processes), fmt::format("{} has gone so:{}", name, processes));
    const auto ended = [&](const char* kind) {
      return std::ranges::count_if(seen.processes, [&](const ProcessSeen& process) {
        return process.kind == kind && process.state == "DONE";
      });
    };
    const int64_t exchanged = ended("EXCHANGE"), given = ended("RETURN") + ended("REFUND");
    CheckGoods(name, seen, deeds, exchanged, exchanged + ended("RETURN"));
    CheckMoney(name, seen, flow, exchanged, given);
  }

  void CheckGoods(const std::string& name, const CaseSeen& seen, const Deeds& deeds,
                  int64_t exchanged, int64_t taken) {
    const auto in = [](const std::map<std::string, int>& states, const std::string& state) {
      const auto found = states.find(state);
      return found == states.end() ? 0 : found->second;
    };
    const int left = in(seen.parcels, "SHIPPED"), came = in(seen.returns, "INSPECTED");
    Expect(left == exchanged && deeds.sent == exchanged,
           fmt::format("{}: {} exchanged, {} reservations left, {} parcels were sent", name,
                       exchanged, left, deeds.sent));
    Expect(in(seen.parcels, "HELD") + in(seen.parcels, "CONFIRMED") == 0,
           fmt::format("{} still holds goods", name));
    const int off = in(seen.returns, "CANCELLED");
    int all = 0;
    for (const auto& [state, count] : seen.returns) all += count;
    Expect(all == came + off && came <= 1,
           fmt::format("{}: {} returns, {} inspected, {} called off", name, all, came, off));
    Expect(deeds.received == came * deeds.flow->pieces() && taken <= came,
           fmt::format("{}: {} pieces came, {} returns inspected, {} processes took them", name,
                       deeds.received, came, taken));
  }

  void CheckMoney(const std::string& name, const CaseSeen& seen, const Flow& flow,
                  int64_t exchanged, int64_t given) {
    std::map<std::string, std::vector<int64_t>> paid;
    for (const PaymentSeen& payment : seen.payments) {
      if (payment.state == "PAID") paid[payment.purpose].push_back(payment.amount);
      Expect(payment.state == "PAID" || payment.state == "WITHDRAWN",
             fmt::format("{}: payment {} is {}", name, payment.id, payment.state));
      if (payment.state == "PAID" && payment.purpose == "REFUND") {
        ++tally_.refunds;
        tally_.refunded += payment.amount;
        refunds_[payment.id] = {flow.order_id(), payment.amount};
        refunded_[flow.agent_id()] += payment.amount;
      }
    }
    std::map<std::string, std::vector<int64_t>> due;
    if (given > 0) due["REFUND"].assign(given, flow.paid() / 2 * flow.pieces());
    if (exchanged > 0 && flow.story == Story::kGetsBack) due["REFUND"].push_back(kBack);
    const bool more = flow.story == Story::kPaysMore || flow.story == Story::kCancelledExchange;
    if (exchanged > 0 && more) due["COLLECTION"].push_back(kMore);
    if (exchanged == 0 && more && paid.contains("COLLECTION")) {
      due["COLLECTION"] = due["REPAYMENT"] = {kMore};
    }
    Expect(paid == due, fmt::format("{}: paid {}, due {}", name, Text(paid), Text(due)));
  }
  static std::string Text(const std::map<std::string, std::vector<int64_t>>& payments) {
    return nlohmann::json(payments).dump();
  }

  void CheckLedger() {
    const SystemClock clock;
    const auto whole = aftersales::FileLedger::Open(suite_.ledger_file(), clock);
    Expect(whole.ok(), "the ledger's chain is broken: " + whole.status().ToString());
    std::map<std::string, std::pair<std::string, int64_t>> lines;
    std::ifstream in(suite_.ledger_file());
    for (std::string line; std::getline(in, line);) {
      const auto payment = nlohmann::json::parse(line)["payment"];
      const std::string id = payment["payment_id"];
      const bool first =
          lines.emplace(id, std::pair(payment["purpose"], payment["minor_units"])).second;
      Expect(first, fmt::format("payment {} stands in the ledger twice", id));
    }
    tally_.payments = static_cast<int>(lines.size());
    size_t paid = 0;
    for (const auto& [case_id, seen] : cases_) {
      for (const PaymentSeen& payment : seen.payments) {
        const auto line = lines.find(payment.id);
        const bool there = line != lines.end();
        Expect(there == (payment.state == "PAID"),
               fmt::format("payment {} is {} and {} the ledger", payment.id, payment.state,
                           there ? "in" : "not in"));
        if (!there) continue;
        ++paid;
        Expect(line->second == std::pair(payment.purpose, payment.amount),
               fmt::format("payment {} differs from the ledger's", payment.id));
      }
    }
    Expect(paid == lines.size(),
           fmt::format("the ledger has {} lines, {} payments are paid", lines.size(), paid));
  }

  void CheckStock() {
    std::map<std::string, int64_t> intact = world_.stock(), damaged;
    for (const Flow& flow : flows_) {
      if (flow.sold_here()) intact[world_.SkuOf(flow)] -= 2;
    }
    for (const auto& [id, deeds] : deeds_) {
      (deeds.flow->damaged() ? damaged : intact)[world_.SkuOf(*deeds.flow)] += deeds.received;
      intact[world_.SentFor(*deeds.flow)] -= deeds.sent;
    }
    std::erase_if(intact, [](const auto& of) { return of.second == 0; });
    std::erase_if(damaged, [](const auto& of) { return of.second == 0; });
    std::map<std::string, std::map<std::string, int64_t>> there, due;
    for (const db::Row row : Read(Part::kWarehouse,
                                  "SELECT sku_id, stock_condition, CAST(SUM(on_hand) AS SIGNED),"
                                  " CAST(SUM(reserved) AS SIGNED) FROM stock_total"
                                  " GROUP BY sku_id, stock_condition")) {
      if (row.Int(2) != 0) there[row.Str(1)][row.Str(0)] = row.Int(2);
      Expect(row.Int(3) == 0, fmt::format("{} of {} are held", row.Int(3), row.Text(0)));
    }
    if (!intact.empty()) due["SELLABLE"] = intact;
    if (!damaged.empty()) due["DAMAGED"] = damaged;
    Expect(there == due, fmt::format("there is {}, there should be {}",
                                     nlohmann::json(there).dump(), nlohmann::json(due).dump()));
  }

  void CheckRefunds() {
    std::map<std::string, std::string> known;
    for (const db::Row row : Read(Part::kPerformance, "SELECT refund_id, order_id FROM refund")) {
      known[row.Str(0)] = row.Str(1);
    }
    for (const auto& [id, refund] : refunds_) {
      const auto found = known.find(id);
      Expect(found != known.end() && found->second == refund.first,
             fmt::format("performance does not know of refund {}", id));
      known.erase(id);
    }
    for (const auto& [id, order] : known) {
      Expect(false,
             fmt::format("performance knows of refund {} of {} that was not paid", id, order));
    }
  }

  void CheckCommission() {
    std::map<std::string, int64_t> due, basis, paid, rounded;
    for (const Flow& flow : flows_) due[flow.agent_id()] += flow.paid();
    for (const auto& [agent, amount] : refunded_) due[agent] -= amount;
    for (const auto& [agent, amount] : due) rounded[agent] = (amount * 300 + 5000) / 10'000;
    const auto month = calls_.Must<perf::PerformanceService>(
        &perf::PerformanceService::Stub::ComputePayroll,
        fmt::format(R"(shop_id: "shop" year: {} month: {} page_size: 1000)", world_.day().year(),
                    world_.day().month()));
    for (const perf::Statement& statement : month.statements()) {
      for (const perf::PayLine& line : statement.lines()) {
        if (line.kind() != perf::PAY_LINE_KIND_COMMISSION) continue;
        basis[statement.agent_id()] += line.basis().minor_units();
        paid[statement.agent_id()] += line.amount().minor_units();
      }
    }
    Expect(basis == due, fmt::format("sales less refunds are {}, they should be {}",
                                     nlohmann::json(basis).dump(), nlohmann::json(due).dump()));
    Expect(paid == rounded,
           fmt::format("commissions are {}, they should be {}", nlohmann::json(paid).dump(),
                       nlohmann::json(rounded).dump()));
  }

  const Suite& suite_;
  FlowCalls& calls_;
  const FlowWorld& world_;
  const std::vector<Flow>& flows_;
  const std::map<std::string, Deeds>& deeds_;
  FlowTally& tally_;
  std::map<std::string, CaseSeen> cases_;
  std::map<std::string, std::pair<std::string, int64_t>> refunds_;  // order and amount, by id
  std::map<std::string, int64_t> refunded_;                         // by agent
  std::vector<std::string> told_;
};

}  // namespace

std::vector<std::string> Contradictions(const Suite& suite, FlowCalls& calls,
                                        const FlowWorld& world, const std::vector<Flow>& flows,
                                        const std::map<std::string, Deeds>& deeds,
                                        FlowTally& tally) {
  return Books(suite, calls, world, flows, deeds, tally).Run();
}

}  // namespace kefu::chaos
