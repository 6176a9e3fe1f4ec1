// Forecasts from what was imported, with calendar, campaigns and policies.
#include "services/staffing/tests/workload/workload_fixture.h"

namespace kefu::staffing {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;

std::string Days(const char* first, const char* last) {
  const auto date = [](const char* text) {
    const absl::CivilDay day = *ParseDay(text);
    return fmt::format("{{ year: {} month: {} day: {} }}", day.year(), day.month(), day.day());
  };
  return fmt::format("days {{ start_date {} end_date {} }}", date(first), date(last));
}

class ForecastDemandTest : public WorkloadTest {
 protected:
  void SetUp() override { MakeWorld(); }

  absl::StatusOr<v1::ForecastDemandResponse> Forecast(const std::string& days,
                                                      std::string_view more = "") {
    return Call(
        &Staffing::ForecastDemand,
        fmt::format(R"(shop_id: "$SHOP2" channel: CONTACT_CHANNEL_TELEPHONE {} {})", days, more));
  }
};

TEST_F(ForecastDemandTest, SaysWhatEachNumberIsMadeOf) {
  // A shop outside China: no holidays are shipped for it.
  ASSERT_OK(Ask(&Workload::SetStaffingPolicy,
                R"pb(policy {
                       channel: CONTACT_CHANNEL_TELEPHONE
                       effective_from { year: 2025 month: 1 day: 1 }
                       targets { service_level_bps: 8000 answer_seconds: 20 }
                       default_handle_seconds: 100
                       history_days: 100
                       half_life_days: 7
                       band_bps: 9000
                     })pb"));
  ImportCalls(absl::CivilDay(2025, 9, 1), 28);
  ASSERT_OK_AND_ASSIGN(const auto forecast, Forecast(Days("2025-09-29", "2025-10-05")));
  ASSERT_EQ(forecast.days_size(), 7);
  EXPECT_EQ(forecast.policy_version(), 1);
  EXPECT_EQ(forecast.band_bps(), 9000);
  for (const v1::DayDemand& day : forecast.days()) {
    EXPECT_NEAR(day.arrivals(),
                day.level() * day.weekday_factor() * day.trend_factor() * day.calendar_factor() *
                    day.campaign_factor(),
                1e-6);
    ASSERT_EQ(day.intervals_size(), 48);
    double sum = 0;
    for (const v1::IntervalDemand& interval : day.intervals()) {
      EXPECT_NEAR(interval.arrivals(), day.arrivals() * interval.share(), 1e-6);
      EXPECT_LE(interval.lower(), interval.arrivals());
      EXPECT_GE(interval.upper(), interval.arrivals());
      sum += interval.arrivals();
    }
    EXPECT_NEAR(sum, day.arrivals(), 1e-6);
    EXPECT_NEAR(day.intervals(27).handle_seconds(), 200, 1e-6);
  }
  // Monday the 29th, nine o'clock in Tokyo.
  EXPECT_EQ(forecast.days(0).intervals(18).start_time().seconds(), 1759104000);
  const double weekday = forecast.days(0).arrivals();
  EXPECT_THAT(weekday, DoubleNear(1'765, 60));  // Σ 60·(1 + sin) over the 18 half hours
  EXPECT_THAT(forecast.days(5).arrivals(), DoubleNear(weekday / 2, 30));
  const v1::DemandHistory& history = forecast.history();
  EXPECT_EQ(history.days(), 28);
  EXPECT_EQ(history.last_date().day(), 28);
  EXPECT_NEAR(history.handle_seconds(), 200, 1e-6);
  EXPECT_NEAR(history.patience_seconds(), 120, 1e-6);
  EXPECT_EQ(forecast.accuracy().days(), 21);
  EXPECT_LT(forecast.accuracy().wape(), 0.05) << "the same each week";
  EXPECT_EQ(forecast.accuracy().last_week_wape(), 0);
}

TEST_F(ForecastDemandTest, LearnsFromDaysBeforeOnly) {
  ImportCalls(absl::CivilDay(2025, 7, 7), 28);
  ImportCalls(absl::CivilDay(2025, 8, 4), 14, /*times=*/3);
  ASSERT_OK_AND_ASSIGN(const auto before, Forecast(Days("2025-08-25", "2025-08-25"),
                                                   "as_of_date { year: 2025 month: 8 day: 3 }"));
  EXPECT_EQ(before.history().last_date().day(), 3);
  ASSERT_OK_AND_ASSIGN(const auto after, Forecast(Days("2025-08-25", "2025-08-25")));
  EXPECT_EQ(after.history().last_date().day(), 17);
  EXPECT_GT(after.days(0).arrivals(), 2 * before.days(0).arrivals());
}

TEST_F(ForecastDemandTest, HolidaysMakeUpDaysAndCampaignsCount) {
  ImportCalls(absl::CivilDay(2025, 11, 17), 21);
  const std::string days = Days("2025-12-08", "2025-12-14");
  ASSERT_OK_AND_ASSIGN(const auto plain, Forecast(days));
  EXPECT_EQ(plain.days(2).campaign_code(), "double12") << "shipped";
  EXPECT_EQ(plain.days(2).campaign_factor(), 1.7);
  EXPECT_EQ(plain.days(1).campaign_factor(), 1);
  EXPECT_EQ(plain.calendar_known_until().month(), 12);
  EXPECT_GE(plain.calendar_known_until().year(), 2026);
  ASSERT_OK(Ask(&Workload::SetCalendarDay, R"pb(calendar_day {
                                                  day { year: 2025 month: 12 day: 8 }
                                                  kind: CALENDAR_DAY_KIND_HOLIDAY
                                                  uplift_bps: 6000
                                                })pb"));
  ASSERT_OK(Ask(&Workload::SetCalendarDay, R"pb(calendar_day {
                                                  day { year: 2025 month: 12 day: 14 }
                                                  kind: CALENDAR_DAY_KIND_MAKEUP_WORKDAY
                                                })pb"));
  ASSERT_OK_AND_ASSIGN(const v1::Campaign campaign,
                       Ask(&Workload::SetCampaign,
                           R"pb(campaign {
                                  code: "double12"
                                  first_date { year: 2025 month: 12 day: 12 }
                                  last_date { year: 2025 month: 12 day: 12 }
                                  uplift_bps: 25000
                                  shop_id: "$SHOP2"
                                })pb"));
  ASSERT_OK_AND_ASSIGN(const auto special, Forecast(days));
  EXPECT_EQ(special.days(0).calendar_kind(), v1::CALENDAR_DAY_KIND_HOLIDAY);
  EXPECT_NEAR(special.days(0).arrivals(), 0.6 * plain.days(0).arrivals(), 1e-6);
  EXPECT_NEAR(special.days(6).arrivals(), plain.days(1).arrivals(), 0.1 * plain.days(1).arrivals());
  EXPECT_EQ(special.days(2).campaign_factor(), 1) << "the organization's took its place";
  EXPECT_EQ(special.days(4).campaign_factor(), 2.5);
  ASSERT_EQ(special.effects_size(), 2);
  EXPECT_EQ(special.effects(0).code(), "HOLIDAY");
  EXPECT_EQ(special.effects(1).prior_factor(), 2.5);
  // Replaced by its id; another's id does not exist.
  const std::string change = fmt::format(R"(campaign {{
      campaign_id: "{}" code: "double12" uplift_bps: 10000
      first_date {{ year: 2025 month: 12 day: 12 }}
      last_date {{ year: 2025 month: 12 day: 12 }} }})",
                                         campaign.campaign_id());
  EXPECT_THAT(Ask(&Workload::SetCampaign, change, "org-b"), HasReason("NOT_FOUND"));
  ASSERT_OK(Ask(&Workload::SetCampaign, change));
  ASSERT_OK_AND_ASSIGN(const auto calm, Forecast(days));
  EXPECT_EQ(calm.days(4).campaign_factor(), 1);
}

TEST_F(ForecastDemandTest, ListsWhatIsShippedAndWhatIsSet) {
  const std::string may = Days("2026-05-01", "2026-05-31");
  ASSERT_OK_AND_ASSIGN(const auto shipped, Ask(&Workload::ListCalendarDays, may));
  ASSERT_GT(shipped.calendar_days_size(), 4);
  EXPECT_TRUE(shipped.calendar_days(0).shipped());
  EXPECT_EQ(shipped.calendar_days(0).kind(), v1::CALENDAR_DAY_KIND_HOLIDAY);
  EXPECT_EQ(shipped.calendar_days(0).name(), "劳动节");
  ASSERT_OK(Ask(&Workload::SetCalendarDay, R"pb(calendar_day {
                                                  day { year: 2026 month: 5 day: 1 }
                                                  kind: CALENDAR_DAY_KIND_REGULAR
                                                })pb"));
  ASSERT_OK_AND_ASSIGN(const auto own, Ask(&Workload::ListCalendarDays, may));
  EXPECT_FALSE(own.calendar_days(0).shipped());
  EXPECT_EQ(own.calendar_days_size(), shipped.calendar_days_size());
  ASSERT_OK_AND_ASSIGN(const auto other, Ask(&Workload::ListCalendarDays, may, "org-b"));
  EXPECT_THAT(other, EqualsProto(shipped));
  ASSERT_OK_AND_ASSIGN(const auto campaigns,
                       Ask(&Workload::ListCampaigns, Days("2026-06-01", "2026-06-30")));
  ASSERT_EQ(campaigns.campaigns_size(), 2);
  EXPECT_EQ(campaigns.campaigns(0).code(), "618");
  EXPECT_EQ(campaigns.campaigns(1).code(), "618_peak");
}

TEST_F(ForecastDemandTest, EveryFaultAtOnceAndTooShortAHistory) {
  EXPECT_THAT(
      FieldsOf(Call(&Staffing::ForecastDemand,
                    Days("2026-02-01", "2026-03-31") + "as_of_date { year: 2026 month: 2 day: 30 }")
                   .status()),
      ElementsAre("shop_id", "channel", "days", "as_of_date"));
  EXPECT_THAT(FieldsOf(Call(&Staffing::ForecastDemand, Days("2026-02-03", "2026-02-01")).status()),
              ElementsAre("shop_id", "channel", "days.end_date"));
  ImportCalls(absl::CivilDay(2026, 1, 1), 6);
  EXPECT_THAT(Forecast(Days("2026-01-16", "2026-01-16")), HasReason("HISTORY_TOO_SHORT"));
  ImportCalls(absl::CivilDay(2026, 1, 7), 1);
  EXPECT_OK(Forecast(Days("2026-01-16", "2026-01-16")));
  EXPECT_THAT(FieldsOf(Ask(&Workload::SetCampaign, R"pb(campaign {
                                                          code: "HOLIDAY"
                                                          first_date { year: 2026 month: 2 day: 2 }
                                                          last_date { year: 2026 month: 2 day: 1 }
                                                        })pb")
                           .status()),
              ElementsAre("campaign.uplift_bps", "campaign.code", "campaign.last_date"));
}

TEST_F(ForecastDemandTest, PoliciesCountFromTheirDayForTheirShop) {
  const auto set = [&](std::string_view shop, int month, int seconds) {
    EXPECT_OK(Ask(&Workload::SetStaffingPolicy, fmt::format(R"(policy {{
                                   shop_id: "{}" channel: CONTACT_CHANNEL_TELEPHONE
                                   effective_from {{ year: 2026 month: {} day: 1 }}
                                   targets {{ service_level_bps: 8000 answer_seconds: {} }}
                                   default_handle_seconds: 100 history_days: 100
                                   half_life_days: 7 band_bps: 9000 }})",
                                                            shop, month, seconds)));
  };
  set("", 1, 10);
  set("", 3, 11);
  set("$SHOP2", 2, 12);
  set("$SHOP2", 2, 13);
  const auto seconds_on = [&](const char* shop, int month) {
    const auto policy = Ask(&Workload::GetStaffingPolicy,
                            fmt::format(R"(shop_id: "{}" channel: CONTACT_CHANNEL_TELEPHONE
                                           on_date {{ year: 2026 month: {} day: 1 }})",
                                        shop, month));
    EXPECT_OK(policy);
    return policy->targets().answer_seconds();
  };
  EXPECT_EQ(seconds_on("$SHOP2", 1), 10);
  EXPECT_EQ(seconds_on("$SHOP2", 2), 13) << "the later version of the same day";
  EXPECT_EQ(seconds_on("$SHOP2", 3), 13) << "the shop's own goes first";
  EXPECT_EQ(seconds_on("$SHOP1", 3), 11);
  ASSERT_OK_AND_ASSIGN(const auto shipped,
                       Ask(&Workload::GetStaffingPolicy, "channel: CONTACT_CHANNEL_CHAT"));
  EXPECT_EQ(shipped.version(), 0);
  EXPECT_EQ(shipped.concurrent_contacts(), 3);
  EXPECT_EQ(shipped.targets().answer_seconds(), 30);
  EXPECT_THAT(FieldsOf(Ask(&Workload::SetStaffingPolicy,
                           R"pb(policy {
                                  channel: 77
                                  targets { max_occupancy_bps: 100 shrinkage_bps: 9500 }
                                  concurrent_contacts: 21
                                  holiday_calendar: "XX"
                                })pb")
                           .status()),
              ElementsAre("policy.channel", "policy.effective_from", "policy.concurrent_contacts",
                          "policy.default_handle_seconds", "policy.history_days",
                          "policy.half_life_days", "policy.band_bps",
                          "policy.targets.service_level_bps", "policy.targets.shrinkage_bps",
                          "policy.targets.max_occupancy_bps", "policy.holiday_calendar"));
}

}  // namespace
}  // namespace kefu::staffing
