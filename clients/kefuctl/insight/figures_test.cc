// The tables of figures over cases in both languages.
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/insight/figures_render.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace kefu::insight {
namespace {

namespace as = aftersales::v1;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

template <class Proto>
Proto Parse(const std::string& text) {
  Proto proto;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &proto)) << text;
  return proto;
}

TEST(FigureTablesTest, ReasonsSayHowManyOfHowManyAndWhatTheyCost) {
  const auto reasons = Parse<as::GetReasonsResponse>(R"pb(
    rows {
      value: "QUALITY_DEFECT"
      cases: 1234
      previous_cases: 900
      cost { currency_code: "CNY" minor_units: 123450 }
      sold: 40000
      sold_unit: SOLD_UNIT_PIECES_SOLD
      rate: 0.03085
      rate_low: 0.0292
      rate_high: 0.0326
    }
    rows { cases: 2 })pb");
  kefuctl::SetLanguage(kefuctl::Language::kEnglish);
  EXPECT_THAT(ReasonTable(reasons, as::REASON_DIMENSION_REASON).Render(false),
              AllOf(HasSubstr("quality defect"), HasSubstr("1,234"), HasSubstr("900"),
                    HasSubstr("1,234.50"), HasSubstr("40,000 sold"),
                    HasSubstr("3.08% (2.92% – 3.26%)"), HasSubstr("–  ")));
  kefuctl::SetLanguage(kefuctl::Language::kChinese);
  EXPECT_THAT(ReasonTable(reasons, as::REASON_DIMENSION_REASON).Render(false),
              AllOf(HasSubstr("质量问题"), HasSubstr("前期"), HasSubstr("件售出")));
  // A SKU is shown as it is, and cannot steer the terminal.
  const auto sku = Parse<as::GetReasonsResponse>(R"(rows { value: "S-1\x1b[31m" cases: 1 })");
  EXPECT_THAT(ReasonTable(sku, as::REASON_DIMENSION_SKU).Render(false),
              AllOf(HasSubstr("S-1"), Not(HasSubstr("\x1b"))));
}

TEST(FigureTablesTest, SharesTheBacklogAndTheForecast) {
  kefuctl::SetLanguage(kefuctl::Language::kEnglish);
  const auto shares = Parse<as::GetSlaComplianceResponse>(R"pb(
    rows {
      value: "base-1"
      clock_kind: CLOCK_KIND_FIRST_ANSWER
      met: 90
      breached: 10
      open: 3
      cancelled: 41
      share: 0.9
      share_low: 0.8256
      share_high: 0.9448
    }
    rows { value: "base-2" clock_kind: CLOCK_KIND_RESOLUTION open: 1 })pb");
  EXPECT_THAT(SlaTable(shares).Render(false),
              AllOf(HasSubstr("base-1"), HasSubstr("90.00% (82.56% – 94.48%)"), HasSubstr("base-2"),
                    HasSubstr("Cancelled"), HasSubstr("41")));
  EXPECT_THAT(SlaTable(shares).Render(true), HasSubstr("\x1b"));
  const auto backlog = Parse<as::GetBacklogResponse>(R"pb(
    rows {
      state: CASE_STATE_OPEN
      age_hours: 4
      age_below_hours: 24
      due: BACKLOG_DUE_ONE_HOUR
      cases: 7
    }
    rows { state: CASE_STATE_OPEN age_hours: 168 due: BACKLOG_DUE_OVERDUE cases: 1 })pb");
  EXPECT_THAT(BacklogTable(backlog).Render(false),
              AllOf(HasSubstr("4–24 h"), HasSubstr("≥ 168 h"), HasSubstr("one hour")));
  kefuctl::SetLanguage(kefuctl::Language::kChinese);
  EXPECT_THAT(BacklogTable(backlog).Render(false),
              AllOf(HasSubstr("已逾期"), HasSubstr("1 小时内")));
  const auto forecast = Parse<as::ForecastBreachesResponse>(R"pb(
    rows {
      clock_kind: CLOCK_KIND_FIRST_ANSWER
      start_time { seconds: 1768449600 }
      end_time { seconds: 1768464000 }
      running: 12
      expected_of_running: 2.5
      expected_of_new: 0.5
      expected: 3
      expected_low: 0.4
      expected_high: 5.6
    }
    rows {
      clock_kind: CLOCK_KIND_FIRST_ANSWER
      start_time { seconds: 1768464000 }
      end_time { seconds: 1768478400 }
    }
    history { clock_kind: CLOCK_KIND_FIRST_ANSWER clocks: 2000 breached: 100 }
    weeks: 4
    expected: 3
    expected_low: 0.4
    expected_high: 5.6)pb");
  EXPECT_THAT(ForecastTable(forecast, absl::FixedTimeZone(8 * 3600)).Render(false),
              AllOf(HasSubstr("2026-01-15 12:00"), HasSubstr("3.0 (0.4 – 5.6)"),
                    Not(HasSubstr("2026-01-15 20:00"))));
  EXPECT_THAT(HistoryText(forecast),
              AllOf(HasSubstr("前 4 周"), HasSubstr("2,000 个中 100 个超时")));
  kefuctl::SetLanguage(kefuctl::Language::kEnglish);
  EXPECT_THAT(HistoryText(forecast), HasSubstr("2,000 in the past, 100 broken"));
}

}  // namespace
}  // namespace kefu::insight
