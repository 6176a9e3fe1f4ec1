// The tables of insight in both languages.
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/insight/render.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace kefu::insight {
namespace {

namespace as = aftersales::v1;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kWarnings[] = R"pb(
  warnings {
    warning_id: "w1"
    sku: "sku-1\x1b[31m"
    node_id: "node-1"
    lot: "B"
    state: BAD_LOT_STATE_OPEN
    since_date { year: 2025 month: 12 day: 10 }
    earliest_since_date { year: 2025 month: 12 day: 9 }
    latest_since_date { year: 2025 month: 12 day: 12 }
    pieces: 350
    cases: 70
    expected_cases: 21.26
    rate_ratio: 8.5
    rate_ratio_low: 5.25
    rate_ratio_high: 13.125
    adjusted_p_value: 0.000012345
  }
  warnings {
    warning_id: "w2"
    state: BAD_LOT_STATE_DISMISSED
    since_date { year: 2025 month: 12 day: 1 }
    earliest_since_date { year: 2025 month: 12 day: 1 }
    latest_since_date { year: 2025 month: 12 day: 1 }
    rate_ratio_low: 2
  })pb";

as::ListBadLotWarningsResponse Warnings() {
  as::ListBadLotWarningsResponse warnings;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(kWarnings, &warnings));
  return warnings;
}

TEST(InsightTablesTest, WarningsSayWhatWhenAndHowSure) {
  kefuctl::SetLanguage(kefuctl::Language::kEnglish);
  EXPECT_THAT(WarningTable(Warnings()).Render(false),
              AllOf(HasSubstr("2025-12-10 (2025-12-09 – 2025-12-12)"), HasSubstr("21.3"),
                    HasSubstr("8.50 (5.25 – 13.12)"), HasSubstr("1.2e-05"), HasSubstr("open"),
                    HasSubstr("> 2.00"), HasSubstr("2025-12-01 "), Not(HasSubstr("\x1b"))));
  kefuctl::SetLanguage(kefuctl::Language::kChinese);
  EXPECT_THAT(WarningTable(Warnings()).Render(false),
              AllOf(HasSubstr("起始发货日"), HasSubstr("待判定"), HasSubstr("不属实")));
}

TEST(InsightTablesTest, SuspectedDaysStandOut) {
  as::ExplainBadLotResponse answer;
  *answer.mutable_warning() = Warnings().warnings(0);
  for (int day = 9; day <= 10; ++day) {
    as::BadLotDay& added = *answer.add_days();
    added.mutable_ship_date()->set_year(2025);
    added.mutable_ship_date()->set_month(12);
    added.mutable_ship_date()->set_day(day);
    added.set_pieces(10);
    added.set_exposure(7.25);
    added.set_cases(day);
  }
  answer.add_cases()->set_case_id("case-1");
  const std::string days = DayTable(answer).Render(true);
  EXPECT_THAT(days, AllOf(HasSubstr("m2025-12-10"), Not(HasSubstr("m2025-12-09"))));
  EXPECT_THAT(BadLotCaseTable(answer).Render(false), HasSubstr("case-1"));
}

}  // namespace
}  // namespace kefu::insight
