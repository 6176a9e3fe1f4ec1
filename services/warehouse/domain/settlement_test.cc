#include "services/warehouse/domain/settlement.h"

#include <deque>
#include <random>

#include "common/hash/sha256.h"
#include "common/testing/status_matchers.h"
#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/warehouse/domain/lease.h"

namespace kefu::warehouse::domain {
namespace {

absl::CivilDay Day(int year, int month, int day) { return absl::CivilDay(year, month, day); }

using ::kefu::testing::HasReason;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using enum LedgerAccount;

constexpr absl::CivilDay kFirst(2026, 3, 1), kLast(2026, 3, 31);

Money Fen(int64_t minor) { return {"CNY", minor}; }

OwnerTerms Terms(absl::CivilDay effective, int64_t version = 1) {
  OwnerTerms terms;
  terms.version = version;
  terms.effective_from = effective;
  terms.currency = "CNY";
  return terms;
}

SettlementInput Input(StockOwnerKind kind, std::span<const OwnerTerms> terms,
                      std::span<const Flow> flows, Period period = {kFirst, kLast}) {
  return {.kind = kind, .period = period, .terms = terms, .flows = flows};
}

std::vector<std::string> Show(std::span<const SettlementLine> lines) {
  std::vector<std::string> shown;
  for (const SettlementLine& line : lines) {
    shown.push_back(fmt::format(
        "{} {} {}-{} q={} {}{}{}", NameOf(line.kind), line.sku_id, line.days.first.day(),
        line.days.last.day(), line.quantity, line.amount.minor, line.correction ? " corr" : "",
        line.problem == SettlementProblem::kUnspecified ? ""
                                                        : " " + std::string(NameOf(line.problem))));
  }
  return shown;
}

std::vector<std::string> Compute(const SettlementInput& input) {
  const auto lines = ComputeLines(input);
  EXPECT_OK(lines);
  return Show(*lines);
}

TEST(Settlement, SalesNetOfReturnsLessCommissionByCycle) {
  OwnerTerms terms = Terms(Day(2026, 1, 1));
  terms.prices["A"] = {"", Fen(999), 0};
  terms.commission_bps = 1500;
  terms.settle_cycle = SettleCycle::kHalfMonthly;
  terms.payment_days = 10;
  const Flow flows[] = {{Day(2026, 3, 2), "A", kReserved, kCustomer, true, 7},
                        {Day(2026, 3, 15), "A", kFree, kCustomer, true, 1},
                        {Day(2026, 3, 14), "A", kCustomer, kFree, true, 2},
                        {Day(2026, 3, 16), "A", kCustomer, kFree, false, 3},
                        {Day(2026, 3, 20), "B", kReserved, kCustomer, true, 1}};
  const auto lines = ComputeLines(Input(StockOwnerKind::kConsignment, {&terms, 1}, flows));
  ASSERT_OK(lines);
  // 6 × 9.99 × 0.85 = 50.949 → 50.95; the return alone is its negative.
  EXPECT_THAT(Show(*lines), ElementsAre("SALE A 1-15 q=6 5095", "SALE A 16-31 q=-3 -2547",
                                        "SALE B 16-31 q=1 0 NO_PRICE"));
  EXPECT_EQ((*lines)[0].due_date, absl::CivilDay(2026, 3, 25));
  EXPECT_EQ((*lines)[1].due_date, absl::CivilDay(2026, 4, 10));
  // A merchant who sells by himself is owed nothing.
  EXPECT_THAT(Compute(Input(StockOwnerKind::kCloud, {&terms, 1}, flows)), IsEmpty());
}

TEST(Settlement, APriceThatWasForgottenIsAgreedLater) {
  OwnerTerms versions[] = {Terms(Day(2026, 1, 1), 1), Terms(Day(2026, 4, 1), 3),
                           Terms(Day(2026, 5, 1), 2)};
  versions[1].prices["A"] = {"", Fen(5), 0};
  const Flow flows[] = {{Day(2026, 3, 2), "A", kReserved, kCustomer, true, 7}};
  EXPECT_THAT(Compute(Input(StockOwnerKind::kConsignment, versions, flows)),
              ElementsAre("SALE A 1-31 q=7 35"));
  // The version made first decides, so that a later one does not change what was settled.
  versions[2].prices["A"] = {"", Fen(6), 0};
  EXPECT_THAT(Compute(Input(StockOwnerKind::kConsignment, versions, flows)),
              ElementsAre("SALE A 1-31 q=7 42"));
}

TEST(Settlement, PurchasesAreDueByReceipt) {
  OwnerTerms terms = Terms(Day(2026, 1, 1));
  terms.prices["A"] = {"vendor-1", Fen(1234), 30};
  const Flow flows[] = {{Day(2026, 3, 2), "A", kSupplier, kFree, true, 10},
                        {Day(2026, 3, 2), "A", kFree, kVendor, true, 1},
                        {Day(2026, 3, 9), "A", kFree, kVendor, true, 2},
                        {Day(2026, 3, 9), "A", kReserved, kCustomer, true, 2}};
  const auto lines = ComputeLines(Input(StockOwnerKind::kOwnBoughtIn, {&terms, 1}, flows));
  ASSERT_OK(lines);
  EXPECT_THAT(Show(*lines), ElementsAre("PURCHASE A 2-2 q=9 11106", "PURCHASE A 9-9 q=-2 -2468"));
  EXPECT_EQ((*lines)[0].vendor_id, "vendor-1");
  EXPECT_EQ((*lines)[0].due_date, absl::CivilDay(2026, 4, 1));
}

TEST(Settlement, FeesBySizeClassAndVolume) {
  OwnerTerms terms = Terms(Day(2026, 1, 1));
  terms.entry_rates = {{SizeClass::kUnspecified, Fen(50)}, {SizeClass::kC, Fen(900)}};
  terms.storage_rates = {{SizeClass::kA, Fen(30), 100},
                         {SizeClass::kC, Fen(2), 1, /*by_volume=*/true}};
  terms.outbound_rates = {{SizeClass::kUnspecified, Fen(80)}};
  terms.order_rate = FeeRate{SizeClass::kUnspecified, Fen(150)};
  terms.fee_payment_days = 15;
  const Flow flows[] = {{Day(2026, 3, 30), "A", kSupplier, kFree, true, 7},
                        {Day(2026, 3, 30), "C", kSupplier, kFree, true, 2},
                        {Day(2026, 3, 31), "C", kReserved, kCustomer, true, 1},
                        {Day(2026, 3, 30), "D", kSupplier, kFree, true, 1},
                        {Day(2026, 3, 30), "E", kSupplier, kFree, false, 1}};
  const OrderCount orders[] = {{Day(2026, 3, 31), 3}};
  SettlementInput input = Input(StockOwnerKind::kMakerHeld, {&terms, 1}, flows);
  input.orders = orders;
  input.skus = {{"A", {SizeClass::kA, 0}},
                {"C", {SizeClass::kC, 1'500'000}},  // 1.5 cubic decimetres
                {"D", {SizeClass::kB, 0}},
                {"E", {SizeClass::kB, 0}}};
  // A: 14 piece-days at 0.3 fen = 4.2; C: 3 piece-days × 1.5 × 2 = 9; E lies at the maker's.
  EXPECT_THAT(Compute(input),
              ElementsAre("SALE C 1-31 q=1 0 NO_PRICE", "ENTRY A 1-31 q=7 350",
                          "ENTRY C 1-31 q=2 1800", "ENTRY D 1-31 q=1 50", "STORAGE A 1-31 q=14 4",
                          "STORAGE C 1-31 q=3 9", "STORAGE D 1-31 q=2 0 NO_RATE",
                          "HANDLING_ORDER  1-31 q=3 450", "HANDLING_PIECE C 1-31 q=1 80"));
  input.skus["C"].volume_mm3 = 0;
  EXPECT_THAT(Compute(input), ::testing::Contains("STORAGE C 1-31 q=3 0 NO_DIMENSIONS"));
}

TEST(Settlement, TermsAndMonthsCutLinesAndTheMinimumIsByDays) {
  OwnerTerms versions[] = {Terms(Day(2026, 3, 11), 1), Terms(Day(2026, 3, 21), 2)};
  versions[0].storage_rates = {{SizeClass::kUnspecified, Fen(10)}};
  versions[1].storage_rates = {{SizeClass::kUnspecified, Fen(20)}};
  versions[1].monthly_minimum = Fen(31'000);
  SettlementInput input =
      Input(StockOwnerKind::kConsignment, versions, {}, {Day(2026, 3, 1), Day(2026, 4, 2)});
  input.opening["A"] = 3;
  EXPECT_THAT(Compute(input), ElementsAre("STORAGE A 11-20 q=30 300", "STORAGE A 21-31 q=33 660",
                                          "STORAGE A 1-2 q=6 120", "MINIMUM  21-31 q=11 10340",
                                          "MINIMUM  1-2 q=2 1948"));
}

// Two versions with the same minimum in one month share it.
TEST(Settlement, AMinimumIsOneOfTheMonthThoughTermsChange) {
  OwnerTerms versions[] = {Terms(Day(2026, 3, 1), 1), Terms(Day(2026, 3, 16), 2)};
  versions[0].storage_rates = {{SizeClass::kUnspecified, Fen(100)}};  // 15 days: 4,500
  versions[1].storage_rates = {{SizeClass::kUnspecified, Fen(10)}};   // 16 days: 480
  for (OwnerTerms& version : versions) version.monthly_minimum = Fen(4'800);
  SettlementInput input =
      Input(StockOwnerKind::kConsignment, versions, {}, {Day(2026, 3, 1), Day(2026, 3, 31)});
  input.opening["A"] = 3;
  EXPECT_THAT(Compute(input), ElementsAre("STORAGE A 1-15 q=45 4500", "STORAGE A 16-31 q=48 480"));
  for (OwnerTerms& version : versions) version.monthly_minimum = Fen(6'200);
  EXPECT_THAT(Compute(input), ElementsAre("STORAGE A 1-15 q=45 4500", "STORAGE A 16-31 q=48 480",
                                          "MINIMUM  1-31 q=31 1220"));
}

TEST(Settlement, CyclesEnd) {
  const absl::CivilDay thursday(2026, 1, 15), sunday(2026, 1, 18);
  EXPECT_EQ(CycleEnd(SettleCycle::kWeekly, thursday), sunday);
  EXPECT_EQ(CycleEnd(SettleCycle::kWeekly, sunday), sunday);
  EXPECT_EQ(CycleEnd(SettleCycle::kWeekly, sunday + 1), sunday + 7);
  EXPECT_EQ(CycleEnd(SettleCycle::kHalfMonthly, thursday), thursday);
  EXPECT_EQ(CycleEnd(SettleCycle::kHalfMonthly, sunday), absl::CivilDay(2026, 1, 31));
  EXPECT_EQ(CycleEnd(SettleCycle::kMonthly, absl::CivilDay(2028, 2, 1)),
            absl::CivilDay(2028, 2, 29));
}

// Moves, receipts and sales of one SKU over 60 days, never below 0 in the house.
std::vector<Flow> RandomFlows(std::mt19937& random, const std::string& sku, absl::CivilDay from) {
  std::vector<Flow> flows;
  int64_t level = 0;
  for (int d = 0; d < 60; ++d) {
    const absl::CivilDay day = from + d;
    if (random() % 3 == 0) {
      const int64_t in = random() % 20 + 1;
      const LedgerAccount source[] = {kSupplier, kCustomer, kAdjustment, kClearing};
      flows.push_back({day, sku, source[random() % 4], kFree, true, in});
      level += in;
    }
    if (random() % 2 == 0 && level > 0) {
      const int64_t out = random() % level + 1;
      const LedgerAccount target[] = {kCustomer, kAdjustment, kScrap, kVendor};
      flows.push_back(
          {day, sku, random() % 2 ? kReserved : kFree, target[random() % 4], true, out});
      level -= out;
    }
    if (random() % 4 == 0 && level > 0) {  // from bin to bin, or node to node
      const int64_t moved = random() % level + 1;
      flows.push_back({day, sku, kFree, kClearing, true, moved});
      flows.push_back({day, sku, kClearing, random() % 2 ? kFree : kInTransit, true, moved});
    }
  }
  return flows;
}

// Charged pieces, day by day, each piece by itself in a queue.
int64_t BruteForce(const std::vector<Flow>& flows, absl::CivilDay from, const Period& period,
                   int free_days) {
  std::deque<absl::CivilDay> pieces;  // when each came
  int64_t charged = 0;
  for (absl::CivilDay day = from; day <= period.last; ++day) {
    int64_t in = 0, out = 0, between = 0;
    for (const Flow& flow : flows) {
      if (flow.day != day) continue;
      if (flow.from == kClearing) {
        between += flow.quantity;
      } else if (flow.to == kClearing) {
        between -= flow.quantity;
      } else {
        (flow.delta() > 0 ? in : out) += flow.quantity;
      }
    }
    (between > 0 ? in : out) += std::abs(between);
    for (int64_t i = 0; i < in; ++i) pieces.push_back(day);
    for (int64_t i = 0; i < out; ++i) pieces.pop_front();
    if (!period.contains(day)) continue;
    for (const absl::CivilDay came : pieces) charged += day - came >= free_days ? 1 : 0;
  }
  return charged;
}

int64_t LevelBefore(const std::vector<Flow>& flows, absl::CivilDay day) {
  int64_t level = 0;
  for (const Flow& flow : flows) level += flow.day < day ? flow.delta() : 0;
  return level;
}

TEST(Settlement, PieceDaysAreThoseOfPiecesInAQueue) {
  std::mt19937 random(20260301);
  const absl::CivilDay from = kFirst - 30;
  for (int round = 0; round < 300; ++round) {
    const std::vector<Flow> flows = RandomFlows(random, "A", from);
    OwnerTerms terms = Terms(Day(2026, 1, 1));
    terms.storage_rates = {{SizeClass::kUnspecified, Fen(1)}};
    terms.free_days = round % 8;
    const Period period{kFirst, kFirst + 27};
    SettlementInput input = Input(StockOwnerKind::kCloud, {&terms, 1}, flows, period);
    input.opening["A"] = LevelBefore(flows, kFirst);
    const auto lines = ComputeLines(input);
    ASSERT_OK(lines);
    int64_t piece_days = 0;
    for (const SettlementLine& line : *lines) piece_days += line.quantity;
    ASSERT_EQ(piece_days, BruteForce(flows, from, period, terms.free_days)) << "round " << round;
  }
}

// What holds of any settlement: totals are the sums of lines; cutting a period in two changes no
// quantity; the owners' pieces together are the whole's.
TEST(Settlement, SumsAgree) {
  std::mt19937 random(7);
  for (int round = 0; round < 100; ++round) {
    OwnerTerms terms = Terms(Day(2026, 1, 1));
    terms.prices["A"] = {"v", Fen(random() % 1000), 7};
    terms.commission_bps = random() % 10'001;
    terms.entry_rates = {{SizeClass::kUnspecified, Fen(random() % 100), 3}};
    terms.storage_rates = {{SizeClass::kUnspecified, Fen(random() % 100), 7}};
    terms.outbound_rates = {{SizeClass::kUnspecified, Fen(random() % 100)}};
    std::vector<Flow> owners[2] = {RandomFlows(random, "A", kFirst),
                                   RandomFlows(random, "A", kFirst)};
    std::vector<Flow> all = owners[0];
    all.insert(all.end(), owners[1].begin(), owners[1].end());
    const auto quantities = [&](const std::vector<Flow>& flows, Period period) {
      SettlementInput input = Input(StockOwnerKind::kConsignment, {&terms, 1}, flows, period);
      input.opening["A"] = LevelBefore(flows, period.first);
      const auto lines = ComputeLines(input);
      EXPECT_OK(lines);
      Settlement settlement;
      EXPECT_OK(SumUp(*lines, "CNY", settlement));
      int64_t amounts = 0, signed_amounts = 0;
      std::map<SettlementLineKind, int64_t> sums;
      for (const SettlementTotal& total : settlement.totals) {
        sums[total.kind] = total.quantity;
        amounts += total.amount.minor;
      }
      for (const SettlementLine& line : *lines) signed_amounts += line.amount.minor;
      EXPECT_EQ(amounts, signed_amounts);
      EXPECT_EQ(settlement.payable.minor + settlement.receivable.minor, amounts);
      EXPECT_EQ(settlement.net.minor, settlement.payable.minor - settlement.receivable.minor);
      return sums;
    };
    const Period whole{kFirst, kFirst + 59};
    const Period early{kFirst, kFirst + 20}, late{kFirst + 21, kFirst + 59};
    auto sum = quantities(owners[0], whole);
    const auto of_all = quantities(all, whole);
    for (const auto& [kind, quantity] : quantities(owners[0], early)) sum[kind] -= quantity;
    for (const auto& [kind, quantity] : quantities(owners[0], late)) sum[kind] -= quantity;
    for (const auto& [kind, rest] : sum) EXPECT_EQ(rest, 0) << NameOf(kind);
    auto parts = quantities(owners[0], whole);
    for (const auto& [kind, quantity] : quantities(owners[1], whole)) parts[kind] += quantity;
    EXPECT_EQ(parts, of_all);
  }
}

TEST(Settlement, CorrectionsBringWhatIsBookedToWhatIsTrue) {
  std::mt19937 random(11);
  OwnerTerms terms = Terms(Day(2026, 1, 1));
  terms.prices["A"] = {"v", Fen(333), 7};
  terms.commission_bps = 777;
  terms.storage_rates = {{SizeClass::kUnspecified, Fen(9), 100}};
  terms.monthly_minimum = Fen(5000);
  for (int round = 0; round < 100; ++round) {
    std::vector<Flow> flows = RandomFlows(random, "A", kFirst);
    const auto first = ComputeLines(Input(StockOwnerKind::kConsignment, {&terms, 1}, flows));
    ASSERT_OK(first);
    std::vector<SettlementLine> booked = *first;
    EXPECT_THAT(*Corrections(*first, booked), IsEmpty());
    for (int late = 0; late < 3; ++late) {
      flows.push_back({kFirst + random() % 31, "A", late % 2 ? kSupplier : kCustomer, kFree, true,
                       static_cast<int64_t>(random() % 9 + 1)});
      const auto now = ComputeLines(Input(StockOwnerKind::kConsignment, {&terms, 1}, flows));
      ASSERT_OK(now);
      const auto corrections = Corrections(*now, booked);
      ASSERT_OK(corrections);
      for (const SettlementLine& line : *corrections) EXPECT_TRUE(line.correction);
      booked.insert(booked.end(), corrections->begin(), corrections->end());
      Settlement truth, sum;
      ASSERT_OK(SumUp(*now, "CNY", truth));
      ASSERT_OK(SumUp(booked, "CNY", sum));
      EXPECT_EQ(truth.net, sum.net);
      EXPECT_THAT(*Corrections(*now, booked), IsEmpty());
    }
  }
}

TEST(Settlement, EveryFieldIsInItsBytes) {
  SettlementLine line;
  line.kind = SettlementLineKind::kSale;
  line.sku_id = "A";
  line.price = line.amount = Fen(1);
  Settlement settlement{.owner_id = "o", .period = {kFirst, kLast}};
  settlement.payable = settlement.receivable = Fen(0);
  std::set<std::string> forms = {SettlementBytes("", "org", settlement, {&line, 1})};
  const auto differs = [&](auto change) {
    SettlementLine other = line;
    change(other);
    EXPECT_TRUE(forms.insert(SettlementBytes("", "org", settlement, {&other, 1})).second);
  };
  differs([](SettlementLine& l) { l.kind = SettlementLineKind::kEntry; });
  differs([](SettlementLine& l) { l.sku_id = "B"; });
  differs([](SettlementLine& l) { l.vendor_id = "B"; });
  differs([](SettlementLine& l) { l.days.first = kFirst; });
  differs([](SettlementLine& l) { l.days.last = kFirst; });
  differs([](SettlementLine& l) { l.due_date = kFirst; });
  differs([](SettlementLine& l) { l.terms_version = 2; });
  differs([](SettlementLine& l) { l.quantity = 2; });
  differs([](SettlementLine& l) { l.volume_mm3 = 2; });
  differs([](SettlementLine& l) { l.size_class = SizeClass::kA; });
  differs([](SettlementLine& l) { l.price = Fen(2); });
  differs([](SettlementLine& l) { l.price_per = 2; });
  differs([](SettlementLine& l) { l.commission_bps = 2; });
  differs([](SettlementLine& l) { l.amount = Fen(2); });
  differs([](SettlementLine& l) { l.correction = true; });
  differs([](SettlementLine& l) { l.problem = SettlementProblem::kNoRate; });
  EXPECT_TRUE(forms.insert(SettlementBytes("x", "org", settlement, {&line, 1})).second);
  EXPECT_TRUE(forms.insert(SettlementBytes("", "gro", settlement, {&line, 1})).second);
}

TEST(Settlement, HugeAmountsAreRefusedNotWrapped) {
  OwnerTerms terms = Terms(Day(2026, 1, 1));
  terms.prices["A"] = {"", Fen(1'000'000'000'000), 0};
  const Flow flows[] = {{Day(2026, 3, 2), "A", kReserved, kCustomer, true, 1'000'000'000'000}};
  EXPECT_THAT(ComputeLines(Input(StockOwnerKind::kConsignment, {&terms, 1}, flows)),
              HasReason("MONEY_OVERFLOW"));
}

Lease TestLease(LeasePeriod per, int64_t price) {
  Lease lease;
  lease.id = "l";
  lease.price_period = per;
  lease.price = Fen(price);
  lease.start_date = Day(2026, 1, 20);
  lease.end_date = absl::CivilDay(2026, 4, 3);
  lease.deposit = Fen(500);
  return lease;
}

TEST(Lease, BillsOfAnyPeriodsAddUp) {
  std::mt19937 random(3);
  for (const LeasePeriod per : {LeasePeriod::kDay, LeasePeriod::kMonth}) {
    const Lease lease = TestLease(per, 10'001);
    const auto whole = BillFor(lease, {Day(2026, 1, 1), Day(2026, 12, 31)});
    ASSERT_OK(whole);
    EXPECT_EQ(whole->days, (Period{Day(2026, 1, 20), Day(2026, 4, 3)}));
    EXPECT_EQ(whole->deposit, Fen(0));
    if (per == LeasePeriod::kDay) {
      EXPECT_EQ(whole->rent, Fen(74 * 10'001));
    }
    for (int round = 0; round < 50; ++round) {
      int64_t rent = 0, deposit = 0;
      for (absl::CivilDay day(2026, 1, 1); day < absl::CivilDay(2027, 1, 1);) {
        const absl::CivilDay last = day + random() % 40;
        const auto bill = BillFor(lease, {day, last});
        ASSERT_OK(bill);
        rent += bill->rent.minor;
        deposit += bill->deposit.minor;
        day = last + 1;
      }
      EXPECT_EQ(rent, whole->rent.minor);
      EXPECT_EQ(deposit, 0);
    }
  }
  // A whole month is its price.
  EXPECT_EQ(
      BillFor(TestLease(LeasePeriod::kMonth, 10'001), {Day(2026, 2, 1), Day(2026, 2, 28)})->rent,
      Fen(10'001));
}

TEST(Lease, TakesFromTheCapacity) {
  Node node;
  node.id = "n";
  Lease a = TestLease(LeasePeriod::kDay, 1), b = a;
  a.capacity_units = 60;
  b.id = "m";
  b.capacity_units = 50;
  b.start_date = Day(2026, 3, 1);
  const Lease leases[] = {a, b};
  EXPECT_EQ(UsableCapacity(node, leases, Day(2026, 3, 1)), std::nullopt);
  EXPECT_OK(CheckCapacity(node, b, leases));
  node.capacity_units = 100;
  EXPECT_EQ(UsableCapacity(node, leases, Day(2026, 1, 19)), 100);
  EXPECT_EQ(UsableCapacity(node, leases, Day(2026, 1, 20)), 40);
  EXPECT_EQ(UsableCapacity(node, leases, Day(2026, 3, 1)), 0);
  EXPECT_THAT(CheckCapacity(node, b, leases), HasReason("LEASE_EXCEEDS_CAPACITY"));
  EXPECT_THAT(CheckCapacity(node, a, leases), HasReason("LEASE_EXCEEDS_CAPACITY"));
  node.capacity_units = 110;
  EXPECT_OK(CheckCapacity(node, b, leases));
  b.start_date = Day(2026, 4, 4);
  b.end_date.reset();
  node.capacity_units = 60;
  EXPECT_OK(CheckCapacity(node, b, leases));
}

}  // namespace
}  // namespace kefu::warehouse::domain
