// Ten thousand random operations against a model in memory; what must always hold is checked after
// each. KEFU_TEST_SEED repeats a run; KEFU_TEST_OPERATIONS makes it longer or shorter.
#include <random>

#include "services/warehouse/tests/core/fixture.h"

namespace kefu::warehouse {
namespace {

using ::testing::IsEmpty;
using State = domain::ReservationState;

struct Level {
  int64_t on_hand = 0, reserved = 0;
  friend bool operator==(const Level&, const Level&) = default;
};
// (node, SKU, condition) by their numbers in the world; one owner.
using Key = std::tuple<int, int, std::string>;
using Bin = std::tuple<int, int, std::string, std::string, std::string>;

struct ModelLine {
  int node, sku;
  int64_t quantity, shipped = 0;
  int64_t open() const { return quantity - shipped; }
};
struct ModelReservation {
  std::string id;
  State state = State::kHeld;
  absl::Time expires;
  std::vector<ModelLine> lines;
};

class PropertyTest : public StockControlTest {
 public:
  static constexpr int kNodes = 3, kSkus = 4;

  void SetUp() override {
    const char* const seed = std::getenv("KEFU_TEST_SEED");
    seed_ = seed != nullptr ? std::strtoul(seed, nullptr, 10) : std::random_device{}();
    random_.seed(seed_);
    for (int n = 0; n < kNodes; ++n) {
      ASSERT_OK_AND_ASSIGN(const auto node,
                           Call(&Stub::CreateNode, fmt::format("node {{ display_name: 'n{}' kind:"
                                                               " NODE_KIND_CITY_WAREHOUSE }}",
                                                               n)));
      nodes_.push_back(node.node_id());
    }
    for (int s = 0; s < kSkus; ++s) {
      ASSERT_OK_AND_ASSIGN(const auto sku,
                           Call(&Stub::CreateSku, fmt::format("sku {{ code: 's{0}' display_name:"
                                                              " 's' lot_tracked: {1} }}",
                                                              s, s == 0)));
      skus_.push_back(sku.sku_id());
    }
    as_ = As("org-a");
  }

  int Upto(int most) { return std::uniform_int_distribution<int>(0, most - 1)(random_); }
  static std::string LotOf(int sku, int lot) { return sku == 0 ? fmt::format("L{}", lot) : ""; }
  std::string BinName(int bin) { return fmt::format("b{}", bin); }

  // --- operations: the model says what must come out ---

  void DoReceive() {
    const int node = Upto(kNodes), sku = Upto(kSkus), quantity = 1 + Upto(20);
    const std::string lot = LotOf(sku, Upto(3)), bin = BinName(Upto(3));
    const auto result = Call(
        &Stub::Receive,
        fmt::format("node_id: '{}' lines {{ sku_id: '{}' quantity: {} lot: '{}' location: '{}' }}",
                    nodes_[node], skus_[sku], quantity, lot, bin),
        as_);
    ASSERT_OK(result);
    levels_[{node, sku, "SELLABLE"}].on_hand += quantity;
    bins_[{node, sku, "SELLABLE", lot, bin}] += quantity;
    came_ += quantity;
  }

  void DoAdjust() {
    const int node = Upto(kNodes), sku = Upto(kSkus), quantity = 1 + Upto(15), kind = Upto(4);
    const std::string lot = LotOf(sku, Upto(3)), bin = BinName(Upto(3)), to_bin = BinName(Upto(3));
    constexpr const char* kReasons[] = {"LOSS", "FOUND", "DAMAGE", "RECLASSIFY"};
    if (kind == 3 && bin == to_bin) return;
    const auto result = Call(
        &Stub::AdjustStock,
        fmt::format("node_id: '{}' lines {{ key {{ sku_id: '{}' lot: '{}' location: '{}' }}"
                    " reason: ADJUSTMENT_REASON_{} quantity: {} {} }}",
                    nodes_[node], skus_[sku], lot, bin, kReasons[kind], quantity,
                    kind == 3 ? fmt::format("to {{ lot: '{}' location: '{}' }}", lot, to_bin) : ""),
        as_);
    Level& level = levels_[{node, sku, "SELLABLE"}];
    int64_t& there = bins_[{node, sku, "SELLABLE", lot, bin}];
    if (kind != 1 && kind != 3 && quantity > level.on_hand - level.reserved) {
      EXPECT_THAT(result, HasReason("INSUFFICIENT_STOCK"));
      return;
    }
    if (kind != 1 && quantity > there) {
      EXPECT_THAT(result, HasReason("BIN_SHORT"));
      return;
    }
    ASSERT_OK(result);
    there += kind == 1 ? quantity : -quantity;
    if (kind == 3) {
      bins_[{node, sku, "SELLABLE", lot, to_bin}] += quantity;
      return;
    }
    level.on_hand += kind == 1 ? quantity : -quantity;
    if (kind == 1) came_ += quantity;
    if (kind == 0) went_ += quantity;
    if (kind == 2) {
      levels_[{node, sku, "DAMAGED"}].on_hand += quantity;
      bins_[{node, sku, "DAMAGED", lot, bin}] += quantity;
    }
  }

  void DoReserve() {
    std::vector<ModelLine> lines;
    std::set<std::pair<int, int>> used;
    for (int i = 1 + Upto(3); i > 0; --i) {
      const int node = Upto(kNodes), sku = Upto(kSkus);
      if (used.insert({node, sku}).second) lines.push_back({node, sku, 1 + Upto(8)});
    }
    const int ttl = 60 + Upto(600);
    std::string text = "reservation {";
    bool enough = true;
    for (const ModelLine& line : lines) {
      text += fmt::format(" lines {{ node_id: '{}' sku_id: '{}' quantity: {} }}", nodes_[line.node],
                          skus_[line.sku], line.quantity);
      const Level& level = levels_[{line.node, line.sku, "SELLABLE"}];
      enough &= line.quantity <= level.on_hand - level.reserved;
    }
    const auto result = Call(&Stub::Reserve, text + fmt::format(" }} ttl_seconds: {}", ttl), as_);
    if (!enough) {
      EXPECT_THAT(result, HasReason("INSUFFICIENT_STOCK"));
      return;
    }
    ASSERT_OK(result);
    for (const ModelLine& line : lines) {
      levels_[{line.node, line.sku, "SELLABLE"}].reserved += line.quantity;
    }
    reservations_.push_back(
        {result->reservation_id(), State::kHeld, clock_.Now() + absl::Seconds(ttl), lines});
  }

  ModelReservation* Any() {
    if (reservations_.empty()) return nullptr;
    // Mostly a late one: those are still open.
    const int n = static_cast<int>(reservations_.size());
    return &reservations_[std::max(0, n - 1 - Upto(std::min(n, 25)))];
  }

  void DoConfirm() {
    ModelReservation* const r = Any();
    if (r == nullptr) return;
    const auto result =
        Call(&Stub::ConfirmReservation, fmt::format("reservation_id: '{}'", r->id), as_);
    const bool held = r->state == State::kHeld && clock_.Now() < r->expires;
    if (!held && r->state != State::kConfirmed) {
      EXPECT_THAT(result, HasReason("RESERVATION_NOT_HELD"));
      return;
    }
    ASSERT_OK(result);
    r->state = State::kConfirmed;
  }

  void GiveBack(ModelReservation& r, State state) {
    for (const ModelLine& line : r.lines) {
      levels_[{line.node, line.sku, "SELLABLE"}].reserved -= line.open();
    }
    r.state = state;
  }

  void DoRelease() {
    ModelReservation* const r = Any();
    if (r == nullptr) return;
    const auto result =
        Call(&Stub::ReleaseReservation, fmt::format("reservation_id: '{}'", r->id), as_);
    if (r->state == State::kExpired || r->state == State::kShipped) {
      EXPECT_THAT(result, HasReason("RESERVATION_CLOSED"));
      return;
    }
    ASSERT_OK(result);
    if (r->state != State::kReleased) GiveBack(*r, State::kReleased);
  }

  void DoExpire() {
    clock_.Advance(absl::Seconds(Upto(60)));
    int due = 0;
    for (ModelReservation& r : reservations_) {
      if (r.state != State::kHeld || clock_.Now() < r.expires) continue;
      GiveBack(r, State::kExpired);
      ++due;
    }
    EXPECT_EQ(ReservationSweeper(replica_.deps, clock_).RunOnce().value(), due);
    as_ = As("org-a");
  }

  void DoShip() {
    ModelReservation* const r = Any();
    if (r == nullptr) return;
    ModelLine& line = r->lines[Upto(static_cast<int>(r->lines.size()))];
    const int64_t quantity = 1 + Upto(6);
    const auto result =
        Call(&Stub::ShipOrder,
             fmt::format("reservation_id: '{}' lines {{ node_id: '{}' sku_id: '{}' quantity: {} }}",
                         r->id, nodes_[line.node], skus_[line.sku], quantity),
             as_);
    if (r->state != State::kConfirmed) {
      EXPECT_THAT(result, HasReason("RESERVATION_NOT_CONFIRMED"));
      return;
    }
    if (quantity > line.open()) {
      EXPECT_THAT(result, HasReason("SHIPS_MORE_THAN_OPEN"));
      return;
    }
    ASSERT_OK(result);  // nothing expires or is recalled here: what is reserved can be picked
    int64_t picked = 0;
    for (const auto& entry : result->entries()) {
      int64_t& there =
          bins_[{line.node, line.sku, "SELLABLE", entry.key().lot(), entry.key().location()}];
      there -= entry.quantity();
      EXPECT_GE(there, 0);
      picked += entry.quantity();
    }
    EXPECT_EQ(picked, quantity);
    line.shipped += quantity;
    Level& level = levels_[{line.node, line.sku, "SELLABLE"}];
    level.on_hand -= quantity;
    level.reserved -= quantity;
    went_ += quantity;
    if (std::ranges::all_of(r->lines, [](const ModelLine& l) { return l.open() == 0; })) {
      r->state = State::kShipped;
    }
  }

  void DoMove() {
    ModelReservation* const r = Any();
    if (r == nullptr) return;
    const int to = Upto(kNodes);
    const auto result =
        Call(&Stub::MoveReservation,
             fmt::format("reservation_id: '{}' to_node_id: '{}'", r->id, nodes_[to]), as_);
    if (r->state == State::kHeld ? clock_.Now() >= r->expires : r->state != State::kConfirmed) {
      EXPECT_THAT(result, HasReason("RESERVATION_NOT_HELD"));
      return;
    }
    std::map<int, int64_t> wanted;
    for (const ModelLine& line : r->lines) {
      if (line.node != to) wanted[line.sku] += line.open();
    }
    for (const auto& [sku, quantity] : wanted) {
      const Level& level = levels_[{to, sku, "SELLABLE"}];
      if (quantity > level.on_hand - level.reserved) {
        EXPECT_THAT(result, HasReason("INSUFFICIENT_STOCK"));
        return;
      }
    }
    ASSERT_OK(result);
    for (const ModelLine& line : r->lines) {
      if (line.node == to) continue;
      levels_[{line.node, line.sku, "SELLABLE"}].reserved -= line.open();
      levels_[{to, line.sku, "SELLABLE"}].reserved += line.open();
    }
    r->lines.clear();
    for (const auto& line : result->lines()) {
      const auto index = [](const std::vector<std::string>& ids, const std::string& id) {
        return static_cast<int>(std::ranges::find(ids, id) - ids.begin());
      };
      r->lines.push_back({index(nodes_, line.node_id()), index(skus_, line.sku_id()),
                          line.quantity(), line.shipped_quantity()});
    }
  }

  // --- what must hold after each ---

  void CheckInvariants() {
    static constexpr db::Sql kTotals{
        "SELECT node_id, sku_id, stock_condition, on_hand, reserved, available FROM stock_total"};
    static constexpr db::Sql kBins{
        "SELECT node_id, sku_id, stock_condition, lot, location, on_hand FROM stock"};
    std::map<std::tuple<std::string, std::string, std::string>, Level> totals;
    int64_t units = 0;
    ASSERT_OK_AND_ASSIGN(const db::Rows rows, Db().db().Read(absl::InfiniteFuture(), kTotals));
    for (const db::Row row : rows) {
      const Level level{row.Int(3), row.Int(4)};
      ASSERT_GE(level.reserved, 0);
      ASSERT_GE(level.on_hand - level.reserved, 0);
      ASSERT_EQ(row.Int(5), row.Text(2) == "SELLABLE" ? level.on_hand - level.reserved : 0);
      totals[{row.Str(0), row.Str(1), row.Str(2)}] = level;
      units += level.on_hand;
    }
    ASSERT_EQ(units, came_ - went_) << "units are neither made nor lost";
    for (const auto& [key, level] : levels_) {
      const auto& [node, sku, condition] = key;
      const Level stored = totals[{nodes_[node], skus_[sku], condition}];
      ASSERT_EQ(stored.on_hand, level.on_hand) << node << " " << sku << " " << condition;
      ASSERT_EQ(stored.reserved, level.reserved) << node << " " << sku << " " << condition;
    }
    std::map<std::tuple<std::string, std::string, std::string, std::string, std::string>, int64_t>
        bins;
    ASSERT_OK_AND_ASSIGN(const db::Rows bin_rows, Db().db().Read(absl::InfiniteFuture(), kBins));
    for (const db::Row row : bin_rows) {
      bins[{row.Str(0), row.Str(1), row.Str(2), row.Str(3), row.Str(4)}] = row.Int(5);
    }
    for (const auto& [key, on_hand] : bins_) {
      const auto& [node, sku, condition, lot, bin] = key;
      const int64_t stored = bins[{nodes_[node], skus_[sku], condition, lot, bin}];
      ASSERT_EQ(stored, on_hand) << node << " " << sku << " " << lot << " " << bin;
    }
  }

  uint32_t seed_ = 0;
  std::mt19937 random_;
  rpc::CallOptions as_;
  std::vector<std::string> nodes_, skus_;
  std::map<Key, Level> levels_;
  std::map<Bin, int64_t> bins_;
  std::vector<ModelReservation> reservations_;
  int64_t came_ = 0, went_ = 0;
};

TEST_F(PropertyTest, TenThousandOperations) {
  const char* const given = std::getenv("KEFU_TEST_OPERATIONS");
  const int operations = given != nullptr ? std::atoi(given) : 10'000;
  using Operation = void (PropertyTest::*)();
  // As often as they stand here.
  constexpr Operation kOperations[] = {
      &PropertyTest::DoReceive, &PropertyTest::DoReceive, &PropertyTest::DoAdjust,
      &PropertyTest::DoReserve, &PropertyTest::DoReserve, &PropertyTest::DoReserve,
      &PropertyTest::DoConfirm, &PropertyTest::DoConfirm, &PropertyTest::DoRelease,
      &PropertyTest::DoShip,    &PropertyTest::DoShip,    &PropertyTest::DoMove,
      &PropertyTest::DoExpire};
  for (int i = 0; i < operations; ++i) {
    SCOPED_TRACE(fmt::format("KEFU_TEST_SEED={} operation {}", seed_, i));
    (this->*kOperations[Upto(std::size(kOperations))])();
    CheckInvariants();
    if (HasFailure()) {
      FAIL() << "repeat with KEFU_TEST_SEED=" << seed_;
    }
    if (i % 2'000 == 1'999) ASSERT_THAT(Verify(nullptr, "", 500), IsEmpty());
  }
  EXPECT_THAT(Verify(nullptr, "", 500), IsEmpty());
  CheckBooks();
}

}  // namespace
}  // namespace kefu::warehouse
