// Seats and positions, from given loads and from forecasts.
#include "services/staffing/tests/workload/workload_fixture.h"

namespace kefu::staffing {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;

class ComputeStaffingTest : public WorkloadTest {
 protected:
  void SetUp() override { MakeWorld(); }

  absl::StatusOr<v1::ComputeStaffingResponse> Compute(const std::string& more,
                                                      const char* channel = "TELEPHONE") {
    return Call(&Staffing::ComputeStaffing,
                fmt::format(R"(shop_id: "$SHOP2" channel: CONTACT_CHANNEL_{} {})", channel, more));
  }
};

constexpr char kTargets[] =
    " targets { service_level_bps: 8000 answer_seconds: 20 shrinkage_bps: 3000 } ";

TEST_F(ComputeStaffingTest, PublishedValues) {
  ASSERT_OK_AND_ASSIGN(const auto need, Compute(fmt::format(R"(model: STAFFING_MODEL_ERLANG_C {}
                             loads {{ start_time {{ seconds: 1767229200 }}
                                      arrivals: 100 handle_seconds: 180 }})",
                                                            kTargets)));
  ASSERT_EQ(need.intervals_size(), 1);
  const v1::StaffingInterval& interval = need.intervals(0);
  EXPECT_EQ(interval.seats(), 14);
  EXPECT_EQ(interval.positions(), 20);
  EXPECT_EQ(interval.bound_by(), v1::BOUND_RULE_SERVICE_LEVEL);
  EXPECT_EQ(interval.model(), v1::STAFFING_MODEL_ERLANG_C);
  EXPECT_THAT(interval.load_erlangs(), DoubleNear(10, 1e-9));
  EXPECT_THAT(interval.service_level(), DoubleNear(0.8884, 0.00005));
  EXPECT_THAT(interval.wait_probability(), DoubleNear(0.1741, 0.00005));
  EXPECT_THAT(interval.occupancy(), DoubleNear(0.7143, 0.00005));
  EXPECT_EQ(need.seat_hours(), 7);
  EXPECT_EQ(need.position_hours(), 10);
  EXPECT_EQ(need.peak_seats(), 14);
  ASSERT_OK_AND_ASSIGN(const auto hour, Compute(R"(model: STAFFING_MODEL_ERLANG_C
                                  targets { service_level_bps: 8000 answer_seconds: 30 }
                                  loads { start_time {} duration_seconds: 3600
                                          arrivals: 250 handle_seconds: 330 })"));
  EXPECT_EQ(hour.intervals(0).seats(), 28);
}

TEST_F(ComputeStaffingTest, GivenSeatsAndEachModel) {
  const auto with = [&](std::string_view model, int seats, std::string_view more = "") {
    const auto answer = Compute(fmt::format(
        R"(model: STAFFING_MODEL_{} {} loads {{ start_time {{}} arrivals: 100 handle_seconds: 180
           seats: {} {} }})",
        model, kTargets, seats, more));
    EXPECT_OK(answer);
    return answer->intervals(0);
  };
  const auto c = with("ERLANG_C", 10);
  EXPECT_FALSE(c.stable());
  EXPECT_EQ(c.service_level(), 0);
  EXPECT_EQ(c.bound_by(), v1::BOUND_RULE_UNSPECIFIED);
  const auto a = with("ERLANG_A", 10, "patience_seconds: 90");
  EXPECT_TRUE(a.stable());
  EXPECT_GT(a.abandoned(), 0.05);
  EXPECT_EQ(a.patience_seconds(), 90);
  EXPECT_EQ(with("ERLANG_A", 14).model(), v1::STAFFING_MODEL_ERLANG_C) << "no patience is known";
  const auto b = with("ERLANG_B", 14);
  EXPECT_THAT(b.abandoned(), DoubleNear(0.0568, 0.00005));  // B(10, 14)
}

TEST_F(ComputeStaffingTest, ChatsShareAgents) {
  const std::string load = std::string(kTargets) +
                           "loads { start_time {} arrivals: 100 handle_seconds: 180 "
                           "patience_seconds: 100 }";
  ASSERT_OK_AND_ASSIGN(const auto calls, Compute(load));
  ASSERT_OK_AND_ASSIGN(const auto chats, Compute(load, "CHAT"));
  EXPECT_EQ(chats.concurrent_contacts(), 3);
  EXPECT_LT(chats.peak_seats(), calls.peak_seats());
  EXPECT_GT(chats.peak_seats(), calls.peak_seats() / 3);
}

TEST_F(ComputeStaffingTest, FromAForecast) {
  ImportCalls(absl::CivilDay(2025, 11, 10), 28);
  const std::string days = R"(days { start_date { year: 2025 month: 12 day: 8 }
                                     end_date { year: 2025 month: 12 day: 9 } })";
  ASSERT_OK_AND_ASSIGN(const auto need, Compute(days));
  ASSERT_EQ(need.intervals_size(), 96);
  const auto& noon = need.intervals(27);
  EXPECT_THAT(noon.arrivals(), DoubleNear(120, 8));
  EXPECT_THAT(noon.handle_seconds(), DoubleNear(200, 0.1));
  EXPECT_THAT(noon.patience_seconds(), DoubleNear(120, 0.1));
  EXPECT_EQ(noon.model(), v1::STAFFING_MODEL_ERLANG_A);
  EXPECT_GE(noon.service_level(), 0.8);
  EXPECT_LE(noon.occupancy(), 0.85);
  EXPECT_EQ(need.intervals(0).seats(), 0) << "midnight: nobody comes, nobody waits for them";
  ASSERT_OK_AND_ASSIGN(const auto upper, Compute(days + " plan_for_upper: true"));
  EXPECT_GT(upper.seat_hours(), need.seat_hours());
}

TEST_F(ComputeStaffingTest, ASimulationPlaysTheDayThroughTheSameEachTime) {
  std::string loads;
  for (const int arrivals : {40, 150, 60}) {
    const int index = arrivals == 40 ? 0 : arrivals == 150 ? 1 : 2;
    loads += fmt::format(
        " loads {{ start_time {{ seconds: {} }} arrivals: {} handle_seconds: 180"
        " patience_seconds: 120 }}",
        index * 1800, arrivals);
  }
  const std::string request =
      "model: STAFFING_MODEL_SIMULATION simulation { patience_shape: DURATION_SHAPE_FIXED "
      "handle_shape: DURATION_SHAPE_LOG_NORMAL handle_variation_bps: 12000 }" +
      std::string(kTargets) + loads;
  ASSERT_OK_AND_ASSIGN(const auto played, Compute(request));
  ASSERT_OK_AND_ASSIGN(const auto again, Compute(request));
  EXPECT_THAT(again, EqualsProto(played));
  EXPECT_EQ(played.unmet(), "");
  for (const auto& interval : played.intervals()) {
    EXPECT_GE(interval.simulated_service_level().mean(), 0.8);
    EXPECT_GT(interval.simulated_service_level().half_width(), 0);
  }
  // Given seats stay, whatever comes of it.
  ASSERT_OK_AND_ASSIGN(
      const auto fixed,
      Compute("model: STAFFING_MODEL_SIMULATION simulation { seed: 5 }" + std::string(kTargets) +
              "loads { start_time {} arrivals: 100 handle_seconds: 180 seats: 3 "
              "patience_seconds: 60 }"
              "loads { start_time { seconds: 7200 } arrivals: 10 handle_seconds: 180 }"));
  EXPECT_EQ(fixed.intervals(0).seats(), 3);
  EXPECT_LT(fixed.intervals(0).simulated_service_level().mean(), 0.5);
}

TEST_F(ComputeStaffingTest, EveryFaultAtOnceAndNothingTooLarge) {
  EXPECT_THAT(
      FieldsOf(Compute(R"(days { start_date { year: 2025 month: 12 day: 8 }
                                 end_date { year: 2025 month: 12 day: 9 } }
                          loads { arrivals: -1 handle_seconds: 1e9 duration_seconds: 1 }
                          loads { start_time { seconds: 10 } }
                          loads { start_time { seconds: 11 } arrivals: nan patience_seconds: 0.5 }
                          targets { service_level_bps: 10000 }
                          model: 99
                          simulation { replications: 1 seed: -1 })")
                   .status()),
      ElementsAre("days", "loads[0].duration_seconds", "loads[0].arrivals",
                  "loads[0].handle_seconds", "loads[0].start_time", "loads[2].arrivals",
                  "loads[2].patience_seconds", "loads[2].start_time", "targets.service_level_bps",
                  "model", "simulation.seed", "simulation.replications"));
  EXPECT_THAT(Compute("loads { start_time {} arrivals: 1000000 handle_seconds: 180 }"),
              HasReason("WORKLOAD_TOO_LARGE"));
  EXPECT_THAT(Compute("model: STAFFING_MODEL_SIMULATION simulation { replications: 200 } "
                      "loads { start_time {} arrivals: 20000 handle_seconds: 180 }"),
              HasReason("WORKLOAD_TOO_LARGE"));
  ASSERT_OK_AND_ASSIGN(
      const auto large,
      Compute(std::string(kTargets) +
              "loads { start_time {} arrivals: 100000 handle_seconds: 180 patience_seconds: 90 }"));
  // Of 10,000 erlangs at least 80 % are answered, and those who leave need no seat.
  EXPECT_GE(large.peak_seats(), 8'000);
  EXPECT_LT(large.peak_seats(), 10'000);
  EXPECT_GE(large.intervals(0).service_level(), 0.8);
}

}  // namespace
}  // namespace kefu::staffing
