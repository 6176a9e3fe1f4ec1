// Kept deadlines, the backlog and the forecast of breaches against an independent count.
#include <algorithm>
#include <cmath>

#include "services/aftersales/tests/figures/world.h"

namespace kefu::aftersales {
namespace {

using domain::SlaClock;
using ::testing::ElementsAreArray;

constexpr char kDays[] = R"( period { start_date { year: 2025 month: 12 day: 27 }
                                      end_date { year: 2026 month: 1 day: 15 } } )";
const absl::CivilDay kFirst(2025, 12, 27);

class DeadlinesTest : public FiguresTest {
 protected:
  static bool Ended(const SlaClock& clock) { return clock.met || clock.breach || clock.cancel; }
  // A deadline with its case.
  struct Known {
    const domain::Case* record;
    const SlaClock* clock;
    bool past;
    std::string owner() const {
      return Ended(*clock) ? clock->breach_owner : record->assignee_agent_id;
    }
  };
  // All that count, whenever their cases were received.
  std::vector<Known> Deadlines() const {
    std::vector<Known> deadlines;
    for (const KnownCase& known : world_) {
      if (known.record.state == domain::CaseState::kMerged) continue;
      for (const SlaClock& clock : known.record.clocks) {
        deadlines.push_back({&known.record, &clock, false});
      }
      for (const domain::PastClock& past : known.record.replaced) {
        if (past.why != domain::Replacement::kNewMessage || !Ended(past.clock)) continue;
        deadlines.push_back({&known.record, &past.clock, true});
      }
    }
    return deadlines;
  }
  static bool InDays(const domain::Case& record) {
    const absl::CivilDay day = DayOf(record.receive_time, *LoadZone("Asia/Shanghai"));
    return day >= kFirst && day < kFirst + 20;
  }
  static std::string OutcomeOf(const SlaClock& clock) {
    if (clock.breach) return "BREACHED";
    if (clock.cancel) return "CANCELLED";
    return clock.met ? "MET" : "OPEN";
  }
  // Those of base-1 with this outcome, page by page.
  void CheckDeadlines(const std::string& outcome, domain::ClockKind kind) {
    std::vector<std::tuple<absl::Time, std::string, absl::Time>> expected, found;
    for (const Known& known : Deadlines()) {
      if (!InDays(*known.record) || BaseOf(known.owner()) != "base-1") continue;
      if (OutcomeOf(*known.clock) != outcome || known.clock->kind != kind) continue;
      expected.emplace_back(known.record->receive_time, known.record->case_id,
                            FromMicros(ToMicros(known.clock->start)));
    }
    std::ranges::sort(expected);
    std::string token;
    do {
      ASSERT_OK_AND_ASSIGN(
          const auto page,
          Ask(&FigureStub::ListSlaDeadlines,
              fmt::format(R"({} by: SLA_DIMENSION_BASE value: "base-1" outcome: SLA_OUTCOME_{}
                             clock_kind: CLOCK_KIND_{} page_size: 2 page_token: "{}")",
                          kDays, outcome, NameOf(kind), token)));
      for (const v1::SlaDeadline& one : page.deadlines()) {
        EXPECT_EQ(BaseOf(one.owner()), "base-1");
        const auto time = [](const google::protobuf::Timestamp& stamp) {
          return absl::FromUnixMicros(
              google::protobuf::util::TimeUtil::TimestampToMicroseconds(stamp));
        };
        found.emplace_back(time(one.receive_time()), one.case_id(), time(one.start_time()));
      }
      token = page.next_page_token();
    } while (!token.empty());
    EXPECT_GT(expected.size(), 3u);
    EXPECT_THAT(found, ElementsAreArray(expected));
  }
};

TEST_F(DeadlinesTest, SharesAreThoseOfCountingTheDeadlinesOneByOne) {
  MakeWorld(300);
  for (const std::string by : {"UNSPECIFIED", "SHOP", "BASE", "AGENT"}) {
    const auto value = [&](const Known& known) {
      if (by == "SHOP") return known.record->shop_id;
      if (by == "BASE") return BaseOf(known.owner());
      return by == "AGENT" ? known.owner() : std::string();
    };
    std::map<std::string, std::vector<Known>> expected, found;  // by value, kind and outcome
    for (const Known& known : Deadlines()) {
      if (!InDays(*known.record)) continue;
      expected[fmt::format("{}/CLOCK_KIND_{}/{}", value(known), NameOf(known.clock->kind),
                           OutcomeOf(*known.clock))]
          .push_back(known);
    }
    std::map<std::string, int64_t> counts;
    for (const auto& [key, known] : expected) counts[key] = static_cast<int64_t>(known.size());
    std::map<std::string, int64_t> answered;
    std::string token;
    do {
      ASSERT_OK_AND_ASSIGN(
          const auto page,
          Ask(&FigureStub::GetSlaCompliance,
              fmt::format(R"({} by: SLA_DIMENSION_{} page_size: 4 page_token: "{}")", kDays, by,
                          token)));
      for (const v1::SlaComplianceRow& row : page.rows()) {
        const std::string key = row.value() + "/" + v1::ClockKind_Name(row.clock_kind()) + "/";
        if (row.met() > 0) answered[key + "MET"] = row.met();
        if (row.breached() > 0) answered[key + "BREACHED"] = row.breached();
        if (row.open() > 0) answered[key + "OPEN"] = row.open();
        if (row.cancelled() > 0) answered[key + "CANCELLED"] = row.cancelled();
        const int64_t decided = row.met() + row.breached();
        ASSERT_EQ(row.has_share(), decided > 0);
        if (decided == 0) continue;
        EXPECT_DOUBLE_EQ(row.share(),
                         static_cast<double>(row.met()) / static_cast<double>(decided));
        EXPECT_LE(row.share_low(), row.share());
        EXPECT_GE(row.share_high(), row.share());
      }
      token = page.next_page_token();
    } while (!token.empty());
    EXPECT_EQ(answered, counts) << by;
  }
}

TEST_F(DeadlinesTest, BehindAShareStandItsDeadlines) {
  MakeWorld(1200);
  for (const auto& [outcome, kind] : {std::pair("MET", domain::ClockKind::kNextResponse),
                                      std::pair("CANCELLED", domain::ClockKind::kNextResponse),
                                      std::pair("CANCELLED", domain::ClockKind::kResolution)}) {
    CheckDeadlines(outcome, kind);
  }
}

TEST_F(DeadlinesTest, TheBacklogIsCountedByAgeAndDueTime) {
  MakeWorld(300);
  std::map<std::string, int64_t> expected, found;
  int64_t all = 0;
  for (const KnownCase& known : world_) {
    const domain::Case& c = known.record;
    if (c.state == domain::CaseState::kMerged || c.state == domain::CaseState::kClosed) continue;
    ++all;
    int age = 0;
    for (const int hours : {1, 4, 24, 72, 168}) {
      if (Now() - c.receive_time >= absl::Hours(hours)) age = hours;
    }
    std::optional<absl::Time> due;
    for (const SlaClock& clock : c.clocks) {
      const bool owed = clock.state == domain::ClockState::kRunning ||
                        (clock.state == domain::ClockState::kBreached && !clock.met);
      if (owed) due = std::min(due.value_or(clock.due), clock.due);
    }
    const char* soon = !due                              ? "NOTHING"
                       : *due < Now()                    ? "OVERDUE"
                       : *due <= Now() + absl::Hours(1)  ? "ONE_HOUR"
                       : *due <= Now() + absl::Hours(4)  ? "FOUR_HOURS"
                       : *due <= Now() + absl::Hours(24) ? "ONE_DAY"
                                                         : "LATER";
    ++expected[fmt::format("CASE_STATE_{} {} BACKLOG_DUE_{}", NameOf(c.state), age, soon)];
  }
  ASSERT_OK_AND_ASSIGN(const auto backlog, Ask(&FigureStub::GetBacklog, ""));
  for (const v1::BacklogRow& row : backlog.rows()) {
    found[fmt::format("{} {} {}", v1::CaseState_Name(row.state()), row.age_hours(),
                      v1::BacklogDue_Name(row.due()))] = row.cases();
    EXPECT_EQ(row.age_below_hours() == 0, row.age_hours() == 168);
  }
  EXPECT_EQ(found, expected);
  EXPECT_EQ(backlog.cases(), all);
  EXPECT_GT(found.size(), 8u);
}

// The forecast of two days in steps of five hours, deadline by deadline.
class ForecastTest : public DeadlinesTest {
 protected:
  static constexpr int kHours = 48, kStep = 5;
  using Key = std::pair<int, int>;  // kind and step
  struct Row {
    int64_t count = 0;
    double running = 0, fresh = 0, variance = 0;
    double mean() const { return running + fresh; }
    double half() const { return 1.96 * std::sqrt(variance); }
  };

  static int64_t Hundredths(absl::Duration used, absl::Duration time) {
    return std::clamp<int64_t>(used * 100 / time, 0, 99);
  }
  // When, of what belongs to the history; never of what does not.
  static absl::Time RanOut(const Known& known) {
    const SlaClock& clock = *known.clock;
    if (!clock.met && !clock.breach) return absl::InfiniteFuture();
    if (clock.due != absl::InfiniteFuture()) return clock.due;
    return known.past ? clock.due : clock.base_due;
  }
  // Clocks that run by kind, step and share.
  std::map<std::tuple<int, int, int64_t>, int64_t> Running() const {
    std::map<std::tuple<int, int, int64_t>, int64_t> alike;
    for (const Known& one : Deadlines()) {
      const SlaClock& clock = *one.clock;
      const bool open = one.record->state != domain::CaseState::kClosed;
      if (one.past || !open || clock.state != domain::ClockState::kRunning) continue;
      if (clock.due >= Now() + absl::Hours(kHours)) continue;
      const int step = std::max<int>(0, (clock.due - Now()) / absl::Hours(kStep));
      const int64_t used =
          clock.due < Now() ? 100 : Hundredths(Now() - clock.start, clock.due - clock.start);
      ++alike[{static_cast<int>(clock.kind), step, used}];
    }
    return alike;
  }
  void AddRunning(std::map<Key, Row>& rows) const {
    for (const auto& [key, n] : Running()) {
      const auto& [kind, step, used] = key;
      double broken = 0, met = 0;
      for (const Known& past : Deadlines()) {
        if (static_cast<int>(past.clock->kind) != kind || RanOut(past) > Now()) continue;
        const absl::Time start = past.clock->start;
        if (past.clock->breach) {
          broken += 1;
        } else if (Hundredths(*past.clock->met - start, RanOut(past) - start) >= used) {
          met += 1;
        }
      }
      const double p = used == 100 ? 1 : (broken + 0.5) / (broken + met + 1);
      const auto number = static_cast<double>(n);
      Row& row = rows[{kind, step}];
      row.count += n;
      row.running += number * p;
      row.variance += number * p * (1 - p) * (broken + met + 1 + number) / (broken + met + 2);
    }
  }
  void AddNew(std::map<Key, Row>& rows) const {
    for (const Known& one : Deadlines()) {
      if (!one.clock->breach || one.past) continue;
      for (int week = 1; week <= 4; ++week) {
        const absl::Time then = Now() - week * absl::Hours(168);
        const absl::Duration after = one.clock->due - then;
        if (one.record->receive_time < then || after >= absl::Hours(kHours)) continue;
        if (one.record->receive_time >= then + absl::Hours(168)) continue;
        const int step = static_cast<int>(after / absl::Hours(kStep));
        Row& row = rows[{static_cast<int>(one.clock->kind), step}];
        row.fresh += 0.25;
        row.variance += 0.25 + 0.25 / 4;
      }
    }
  }
};

TEST_F(ForecastTest, ItIsThatOfItsFormula) {
  MakeWorld(800);
  std::map<Key, Row> rows;
  AddRunning(rows);
  AddNew(rows);
  ASSERT_OK_AND_ASSIGN(const auto forecast,
                       Ask(&FigureStub::ForecastBreaches,
                           fmt::format("horizon_hours: {} step_hours: {}", kHours, kStep)));
  EXPECT_EQ(forecast.weeks(), 4);
  ASSERT_EQ(forecast.rows_size(), 3 * 10);
  Row all;
  for (const v1::BreachForecastRow& row : forecast.rows()) {
    const auto from = row.start_time().seconds() - forecast.time().seconds();
    const auto length = row.end_time().seconds() - row.start_time().seconds();
    EXPECT_EQ(length, (from == 45 * 3600 ? 3 : kStep) * 3600);
    const Row& expected = rows[{row.clock_kind(), static_cast<int>(from / 3600 / kStep)}];
    EXPECT_EQ(row.running(), expected.count);
    EXPECT_NEAR(row.expected_of_running(), expected.running, 1e-9);
    EXPECT_NEAR(row.expected_of_new(), expected.fresh, 1e-9);
    EXPECT_NEAR(row.expected(), expected.mean(), 1e-9);
    EXPECT_NEAR(row.expected_low(), std::max(0.0, expected.mean() - expected.half()), 1e-3);
    EXPECT_NEAR(row.expected_high(), expected.mean() + expected.half(), 1e-3);
    all.count += expected.count;
    all.running += expected.running;
    all.fresh += expected.fresh;
    all.variance += expected.variance;
  }
  EXPECT_GT(all.count, 5);
  EXPECT_GT(all.fresh, 1);
  EXPECT_NEAR(forecast.expected(), all.mean(), 1e-9);
  EXPECT_NEAR(forecast.expected_high(), all.mean() + all.half(), 1e-2);
  ASSERT_EQ(forecast.history_size(), 3);
  int64_t broken = 0, ended = 0;
  for (const Known& known : Deadlines()) {
    if (known.clock->kind != domain::ClockKind::kFirstAnswer || RanOut(known) > Now()) continue;
    ++ended;
    if (known.clock->breach) ++broken;
  }
  EXPECT_EQ(forecast.history(0).clocks(), ended);
  EXPECT_EQ(forecast.history(0).breached(), broken);
}

TEST_F(ForecastTest, WithoutHistoryTheChanceIsOneHalf) {
  Open("$A");
  Open("$B");
  ASSERT_OK_AND_ASSIGN(const auto forecast,
                       Ask(&FigureStub::ForecastBreaches, "horizon_hours: 25 step_hours: 25"));
  EXPECT_EQ(forecast.weeks(), 0);
  EXPECT_EQ(forecast.history_size(), 0);
  ASSERT_EQ(forecast.rows_size(), 1);
  EXPECT_EQ(forecast.rows(0).running(), 2);
  EXPECT_DOUBLE_EQ(forecast.rows(0).expected(), 1);
  EXPECT_EQ(forecast.rows(0).expected_low(), 0);
  ASSERT_OK_AND_ASSIGN(const auto later, Ask(&FigureStub::ForecastBreaches, ""));
  EXPECT_EQ(later.rows_size(), 0);  // they run out after exactly 24 hours
}

}  // namespace
}  // namespace kefu::aftersales
