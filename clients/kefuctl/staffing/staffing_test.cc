// Arrivals from files, and the tables that people read.
#include <CLI/CLI.hpp>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/staffing/arrivals.h"
#include "clients/kefuctl/staffing/careers.h"
#include "clients/kefuctl/staffing/commands.h"
#include "clients/kefuctl/staffing/render.h"
#include "clients/kefuctl/tests/test_files.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace kefu::workforce {
namespace {

namespace st = staffing::v1;
using ::testing::HasSubstr;
using ::testing::Not;

template <class Proto>
Proto Parse(const char* text) {
  Proto proto;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &proto)) << text;
  return proto;
}

class StaffingFilesTest : public ::testing::Test {
 protected:
  std::string Words(const absl::Status& status) const {
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    return folder_.Short(std::string(status.message()));
  }
  kefuctl::TestFolder folder_;
  const absl::TimeZone zone_ = absl::FixedTimeZone(8 * 3600);
};

TEST_F(StaffingFilesTest, TablesByTheNamesOfTheirColumns) {
  const auto rows = ReadArrivals(
      folder_.Write("a.csv", "开始时间,进线量,接起量\n2026-01-15 09:30:00,12,10\n"), zone_);
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->size(), 1u);
  EXPECT_EQ(rows->front().line(), 2);
  EXPECT_EQ(rows->front().arrivals().start_time().seconds(), 1768440600);
  EXPECT_EQ(rows->front().arrivals().arrivals(), 12);
  EXPECT_EQ(rows->front().arrivals().answered(), 10);
  EXPECT_EQ(rows->front().arrivals().wait_seconds(), 0);
  EXPECT_EQ(Words(ReadArrivals(folder_.Write("a.csv", "start,calls\n"), zone_).status()),
            "a.csv:1: there is no column arrivals|进线量");
  EXPECT_THAT(
      Words(ReadArrivals(folder_.Write("a.csv", "start,arrivals\nnoon,3\n"), zone_).status()),
      HasSubstr("a.csv:2: "));
  EXPECT_THAT(
      Words(ReadArrivals(folder_.Write("a.csv", "start,arrivals\n2026-01-15 09:30:00,x\n"), zone_)
                .status()),
      HasSubstr("a.csv:2: "));
}

constexpr char kHeader[] =
    "vru+line\tcall_id\tcustomer_id\tpriority\ttype\tdate\tvru_entry\tvru_exit\tvru_time\tq_start\t"
    "q_exit\tq_time\toutcome\tser_start\tser_exit\tser_time\tserver\n";

TEST_F(StaffingFilesTest, CallsAreCountedByHalfHour) {
  const std::string calls = std::string(kHeader) +
                            "A\t1\t0\t0\tPS\t990201\t9:29:50\t9:30:00\t10\t0:00:00\t0:00:"
                            "00\t0\tAGENT\t9:30:00\t9:32:00\t120\tDORIT\n"
                            "A\t2\t0\t0\tPS\t990201\t9:31:00\t9:31:10\t10\t9:31:10\t9:32:"
                            "00\t50\tHANG\t0:00:00\t0:00:00\t0\tNO_SERVER\n"
                            "A\t3\t0\t0\tPS\t990201\t9:31:00\t9:31:10\t10\t9:31:10\t9:32:"
                            "00\t50\tPHANTOM\t0:00:00\t0:00:00\t0\tNO_SERVER\n"
                            "A\t4\t0\t0\tPS\t990201\t23:59:58\t0:00:04\t6\t0:00:00\t0:00:"
                            "00\t0\tAGENT\t0:00:04\t0:01:04\t60\tAVI\n";
  const auto rows = ReadArrivals(folder_.Write("c.tsv", calls), zone_);
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->size(), 49u) << "a whole day, and the half hour after midnight";
  const st::Arrivals& at = (*rows)[19].arrivals();
  EXPECT_EQ(at.arrivals(), 2);
  EXPECT_EQ(at.answered(), 1);
  EXPECT_EQ(at.abandoned(), 1);
  EXPECT_EQ(at.handle_seconds(), 120);
  EXPECT_EQ(at.wait_seconds(), 50);
  EXPECT_EQ((*rows)[20].arrivals().arrivals(), 0);
  EXPECT_EQ(rows->back().arrivals().arrivals(), 1);
  EXPECT_EQ(
      Words(ReadArrivals(folder_.Write("c.tsv", std::string(kHeader) + "A\t1\n"), zone_).status()),
      "c.tsv:2: must have 17 columns");
}

const char kForecast[] = R"pb(
  days {
    day { year: 2026 month: 6 day: 18 }
    arrivals: 2640
    level: 1000
    weekday_factor: 1.2
    trend_factor: 1
    calendar_factor: 1
    campaign_factor: 2.2
    campaign_code: "618_peak"
    intervals {
      start_time { seconds: 1781748000 }
      arrivals: 132
      lower: 100
      upper: 164
      share: 0.05
      handle_seconds: 240
    }
    intervals { start_time { seconds: 1781715600 } }
  }
  history {
    first_date { year: 2026 month: 1 day: 1 }
    last_date { year: 2026 month: 6 day: 17 }
    days: 168
    days_used: 150
  }
  accuracy {
    days: 28
    wape: 0.21
    last_week_wape: 0.28
    day_wape: 0.1
    last_week_day_wape: 0.12
    coverage: 0.81
  }
  calendar_known_until { year: 2026 month: 6 day: 17 }
  band_bps: 8000)pb";

TEST(StaffingTablesTest, AForecastSaysWhatItIsMadeOf) {
  const auto forecast = Parse<st::ForecastDemandResponse>(kForecast);
  kefuctl::SetLanguage(kefuctl::Language::kEnglish);
  const std::string days = DaysTable(forecast).Render(false);
  for (const char* part : {"2026-06-18 Thu", "2,640", "1,000", "×1.200", "×2.200", "618_peak"}) {
    EXPECT_THAT(days, HasSubstr(part));
  }
  EXPECT_THAT(days, Not(HasSubstr("×1.000")));
  const absl::TimeZone zone = absl::FixedTimeZone(8 * 3600);
  const std::string half_hours = HalfHoursTable(forecast.days(0), zone).Render(false);
  EXPECT_THAT(half_hours, HasSubstr("10:00"));
  EXPECT_THAT(half_hours, HasSubstr("5.0%"));
  EXPECT_THAT(half_hours, Not(HasSubstr("01:00"))) << "nobody comes then";
  EXPECT_THAT(ForecastNotes(forecast),
              HasSubstr("WAPE 21.0% (same as last week: 28.0%), by day 10.0% (same as last week: "
                        "12.0%)"));
  EXPECT_THAT(ForecastNotes(forecast), HasSubstr("known until 2026-06-17 only"));
  kefuctl::SetLanguage(kefuctl::Language::kChinese);
  EXPECT_THAT(DaysTable(forecast).Render(false), HasSubstr("2026-06-18 四"));
  EXPECT_THAT(ForecastNotes(forecast), HasSubstr("照搬上周 28.0%"));
}

TEST(StaffingTablesTest, ANeedSaysWhichRuleBinds) {
  const auto need = Parse<st::ComputeStaffingResponse>(R"pb(
    intervals {
      start_time { seconds: 1781748000 }
      arrivals: 100
      handle_seconds: 180
      seats: 14
      positions: 20
      bound_by: BOUND_RULE_SERVICE_LEVEL
      stable: true
      service_level: 0.888
      mean_wait_seconds: 7.8
      occupancy: 0.714
      simulated_service_level { mean: 0.871 half_width: 0.012 }
    }
    intervals {
      start_time { seconds: 1781749800 }
      arrivals: 5
      seats: 1
      stable: false
    }
    intervals {
      start_time { seconds: 1781751600 }
      stable: true
    }
    seat_hours: 7.5
    position_hours: 10
    peak_seats: 14
    targets { service_level_bps: 8000 answer_seconds: 20 shrinkage_bps: 3000 }
    concurrent_contacts: 1
    unmet: "too much")pb");
  const absl::TimeZone zone = absl::FixedTimeZone(8 * 3600);
  kefuctl::SetLanguage(kefuctl::Language::kEnglish);
  const std::string table = NeedTable(need, zone).Render(false);
  for (const char* part :
       {"06-18 10:00", "14", "20", "service level", "88.8%", "7.8", "71.4%", "87.1%±1.2", "∞"}) {
    EXPECT_THAT(table, HasSubstr(part));
  }
  EXPECT_THAT(table, Not(HasSubstr("11:00"))) << "nobody comes, nobody is needed";
  EXPECT_THAT(NeedNotes(need), HasSubstr("in 20 s 80.0%"));
  EXPECT_THAT(NeedNotes(need), HasSubstr("Not reached: too much"));
  kefuctl::SetLanguage(kefuctl::Language::kChinese);
  EXPECT_THAT(NeedTable(need, zone).Render(false), HasSubstr("服务水平"));
  EXPECT_THAT(NeedNotes(need), HasSubstr("最多 14 个席位"));
}

TEST(CareerTablesTest, StepsSayWhatIsMissingAndWhen) {
  const auto evaluations = Parse<st::EvaluatePromotionResponse>(R"pb(
    evaluations {
      agent_id: "a1"
      held { tier_id: "regular" grade_id: "P1" }
      options {
        tier_id: "senior"
        grade_id: "P1"
        tenure_date { year: 2026 month: 5 day: 1 }
        rules {
          rule: PROMOTION_RULE_MONTHS_IN_TIER
          required: 3
          actual: 2
          met_date { year: 2026 month: 5 day: 1 }
        }
        rules { rule: PROMOTION_RULE_AT_WORK met: true required: 1 actual: 1 }
      }
      options { tier_id: "regular" grade_id: "P2" eligible: true }
    })pb");
  kefuctl::SetLanguage(kefuctl::Language::kEnglish);
  const std::string table = StepTable(evaluations).Render(false);
  for (const char* part : {"regular P1", "senior P1", "2026-05-01", "2/3 (2026-05-01)", "yes"}) {
    EXPECT_THAT(table, HasSubstr(part));
  }
  EXPECT_THAT(table, Not(HasSubstr("1/1"))) << "what is met is no news";
}

TEST(CareerTablesTest, ProbationsThatAreDueStandBelow) {
  const auto evaluations = Parse<st::EvaluatePromotionResponse>(R"pb(
    evaluations {
      agent_id: "a1"
      probation {
        last_date { year: 2026 month: 1 day: 22 }
        due: true
      }
    }
    evaluations {
      agent_id: "a2"
      probation {
        last_date { year: 2026 month: 1 day: 2 }
        due: true
        overdue: true
      }
    }
    evaluations {
      agent_id: "a3"
      probation { last_date { year: 2026 month: 9 day: 9 } }
    })pb");
  kefuctl::SetLanguage(kefuctl::Language::kEnglish);
  EXPECT_EQ(ProbationsText(evaluations),
            "a1: probation ends on 2026-01-22, to be decided\n"
            "a2: probation ended on 2026-01-02 and nobody has decided\n");
  kefuctl::SetLanguage(kefuctl::Language::kChinese);
  EXPECT_EQ(ProbationsText(evaluations),
            "试用期至 2026-01-22，待决：a1\n试用期已于 2026-01-02 结束而未决：a2\n");
}

TEST(CareerTablesTest, AuthorityInWords) {
  kefuctl::SetLanguage(kefuctl::Language::kEnglish);
  EXPECT_EQ(AuthorityWords(Parse<st::CheckAuthorityResponse>(R"pb(
              decision: AUTHORITY_DECISION_NEEDS_APPROVAL
              limit { currency_code: "CNY" minor_units: 5005 }
              approver_tier_id: "senior"
              approver_agent_ids: "a2"
              tier_id: "regular"
              policy_id: "default"
              policy_version: 1)pb")),
            "a senior has to approve; alone up to 50.05 CNY\n  a2\n"
            "tier regular, policy default@1\n");
  EXPECT_THAT(AuthorityWords(Parse<st::CheckAuthorityResponse>(
                  "decision: AUTHORITY_DECISION_NEEDS_APPROVAL owner_approves: true")),
              HasSubstr("the owner has to approve"));
  kefuctl::SetLanguage(kefuctl::Language::kChinese);
  EXPECT_THAT(
      AuthorityWords(Parse<st::CheckAuthorityResponse>("decision: AUTHORITY_DECISION_NEVER")),
      HasSubstr("任何人不得批准"));
}

TEST(CareerTablesTest, AmountsAreExact) {
  for (const auto& [text, minor] :
       {std::pair("12", 1200), {"12.5", 1250}, {"12.50", 1250}, {"0.01", 1}}) {
    EXPECT_EQ(ReadAmount(text).value_or(-1), minor) << text;
  }
  for (const char* text : {"", ".5", "1.", "1.234", "-1", "x", "1e3", "9999999999999"}) {
    EXPECT_FALSE(ReadAmount(text).ok()) << text;
  }
}

TEST(StaffingCommandsTest, ParseAndNameMethodsOfTheContract) {
  kefuctl::Context context;
  CLI::App program;
  program.add_subcommand("import", "");
  AddStaffingCommands(program, context);
  program.parse("staffing need --shop s --channel telephone --from 2026-06-18 --model erlang_c");
  EXPECT_TRUE(context.command);
  EXPECT_THROW(program.parse("staffing need --shop s --from 2026-06-18 --model magic"),
               CLI::ParseError);
  EXPECT_THROW(program.parse("staffing forecast --shop s"), CLI::ParseError);
  program.parse("staffing promotions --team t --eligible");
  program.parse("staffing promote --agent a --tier senior --reason r --evidence e1 --evidence e2");
  program.parse("staffing authority --agent a --action refund --amount 12.50");
  EXPECT_THROW(program.parse("staffing tier"), CLI::ParseError);
  EXPECT_THROW(program.parse("staffing promote --approve p --refuse p --reason r"),
               CLI::ParseError);
  EXPECT_THROW(program.parse("staffing authority --agent a --action magic"), CLI::ParseError);
  for (const char* name : {"kefu.staffing.v1.CareerService.DecidePromotion",
                           "kefu.staffing.v1.CareerService.ListPromotions",
                           "kefu.staffing.v1.StaffingService.CheckAuthority",
                           "kefu.staffing.v1.StaffingService.EvaluatePromotion",
                           "kefu.staffing.v1.StaffingService.PromoteAgent",
                           "kefu.staffing.v1.WorkloadService.ImportArrivals",
                           "kefu.staffing.v1.StaffingService.ForecastDemand",
                           "kefu.staffing.v1.StaffingService.ComputeStaffing"}) {
    EXPECT_NE(google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(name), nullptr)
        << name;
  }
}

}  // namespace
}  // namespace kefu::workforce
