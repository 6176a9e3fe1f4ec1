// What people and programs read: texts, tables, figures, JSON, contracts.
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "clients/kefuctl/context.h"
#include "clients/kefuctl/figures.h"
#include "clients/kefuctl/help.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/progress.h"
#include "clients/kefuctl/rpcs.h"
#include "clients/kefuctl/text.h"
#include "common/status/error.h"
#include "kefu/aftersales/v1/assignment.pb.h"
#include "kefu/performance/v1/facts.pb.h"
#include "kefu/warehouse/v1/billing_service.pb.h"

namespace kefu::kefuctl {
namespace {

namespace pf = performance::v1;
using Json = nlohmann::ordered_json;

// The placeholders of a text, in order of their arguments.
std::vector<std::string> Placeholders(std::string_view text) {
  std::vector<std::string> found;
  for (size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1))
    found.emplace_back(text.substr(at, text.find('}', at) - at + 1));
  std::ranges::sort(found);
  return found;
}

bool HasChinese(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<uint8_t>(c) >= 0xE4; });
}

TEST(Texts, AreCompleteInBothLanguages) {
  for (int i = 0; i < static_cast<int>(Text::kCount); ++i) {
    const auto text = static_cast<Text>(i);
    const std::string_view zh = TextIn(text, Language::kChinese);
    const std::string_view en = TextIn(text, Language::kEnglish);
    EXPECT_FALSE(zh.empty() || en.empty()) << i;
    EXPECT_EQ(Placeholders(zh), Placeholders(en)) << en;
    EXPECT_FALSE(HasChinese(en)) << en;
    EXPECT_TRUE(IsUtf8(zh)) << en;
  }
}

TEST(Texts, EnumsHaveNamesInBothLanguages) {
  for (const auto* type : {staffing::v1::Platform_descriptor(),
                           staffing::v1::ShopStage_descriptor(),
                           aftersales::v1::CaseKind_descriptor(),
                           aftersales::v1::CaseState_descriptor(),
                           aftersales::v1::CasePriority_descriptor(),
                           aftersales::v1::CaseChannel_descriptor(),
                           aftersales::v1::ClockKind_descriptor(),
                           aftersales::v1::ClockState_descriptor(),
                           aftersales::v1::ReviewResult_descriptor(),
                           aftersales::v1::AssignmentCause_descriptor(),
                           aftersales::v1::AssignmentVerdict_descriptor(),
                           warehouse::v1::StockCondition_descriptor(),
                           warehouse::v1::SettlementState_descriptor(),
                           warehouse::v1::SettlementLineKind_descriptor(),
                           warehouse::v1::SettlementProblem_descriptor(),
                           warehouse::v1::BillItem_descriptor(),
                           warehouse::v1::BillVerdict_descriptor(),
                           warehouse::v1::LedgerAccount_descriptor(),
                           pf::SamplingKind_descriptor(),
                           pf::QualityCategory_descriptor(),
                           pf::FormKind_descriptor(),
                           pf::InspectionState_descriptor(),
                           pf::MetricUnit_descriptor(),
                           pf::CreditOutcome_descriptor(),
                           pf::ReportKind_descriptor(),
                           pf::PayState_descriptor(),
                           pf::PayLineKind_descriptor(),
                           pf::PayProblem_descriptor(),
                           pf::PaySourceKind_descriptor(),
                           pf::PayGateKind_descriptor(),
                           pf::AwardPeriod_descriptor(),
                           pf::AwardMetric_descriptor(),
                           pf::BonusMetric_descriptor(),
                           pf::Sanction_descriptor(),
                           pf::Exclusion_descriptor(),
                           pf::ExclusionSource_descriptor()}) {
    for (int i = 1; i < type->value_count(); ++i) {
      const int number = type->value(i)->number();
      EXPECT_TRUE(HasChinese(EnumLabelIn(type, number, Language::kChinese)))
          << type->value(i)->name();
      EXPECT_FALSE(EnumLabelIn(type, number, Language::kEnglish).empty());
    }
  }
  EXPECT_EQ(EnumLabelIn(aftersales::v1::CaseKind_descriptor(),
                        aftersales::v1::CASE_KIND_REFUND_ONLY, Language::kEnglish),
            "refund only");
  EXPECT_EQ(LanguageOf("zh_CN.UTF-8"), Language::kChinese);
  EXPECT_EQ(LanguageOf("de_DE"), Language::kEnglish);
  EXPECT_EQ(LanguageOf("C"), Language::kEnglish);
}

// Of a table of docs/errors, those that people can meet: "only" tells those of logs and tools.
std::vector<std::string> ReasonsOf(const std::string& table) {
  std::vector<std::string> reasons;
  std::ifstream file(std::string(KEFU_ERRORS) + "/" + table + ".md");
  EXPECT_TRUE(file.is_open()) << table;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("| `")) continue;
    const bool inside = line.find("Only in") != std::string::npos ||
                        line.find("At the start") != std::string::npos ||
                        line.find("In the log") != std::string::npos;
    if (!inside) reasons.push_back(line.substr(3, line.find('`', 3) - 3));
  }
  return reasons;
}

TEST(Texts, ReasonsAreToldInChinese) {
  SetLanguage(Language::kChinese);
  size_t all = 0;
  for (const char* table :
       {"auth", "foundation", "rpc", "gateway", "performance", "performance_judgement",
        "performance_payroll", "aftersales", "aftersales_casework", "aftersales_insight",
        "aftersales_intake", "aftersales_processes"}) {
    const auto reasons = ReasonsOf(table);
    EXPECT_FALSE(reasons.empty()) << table;
    all += reasons.size();
    for (const std::string& reason : reasons)
      EXPECT_TRUE(HasChinese(ReasonText(reason))) << table << " " << reason;
  }
  EXPECT_GT(all, 100u) << "the tables are read by their rows";
  EXPECT_EQ(Explained("PERIOD_NOT_OVER", "ask later"), "报告期间尚未结束（ask later）");
  EXPECT_EQ(Explained("OF_A_NEWER_SERVER", "ask later"), "ask later");
  EXPECT_EQ(Explained(FailedPrecondition("PAY_CHANGED", "hash", "look again")),
            "工资单已变化，请重新核对（hash: look again）");
  SetLanguage(Language::kEnglish);
  EXPECT_EQ(Explained("PERIOD_NOT_OVER", "ask later"), "ask later");
}

// The parser's own words too.
TEST(Texts, HelpAndRefusedCommandLinesAreInOneLanguage) {
  SetLanguage(Language::kChinese);
  CLI::App program("程序", "kefuctl");
  SpeakTheLanguage(program);
  program.set_help_flag("-h,--help", "帮助");
  program.require_subcommand(1);
  CLI::App& report = *program.add_subcommand("report", "报告");
  std::string day, team, shop;
  report.add_option("--day", day, "日期")->required();
  CLI::Option* const of_team = report.add_option("--team", team, "小组");
  CLI::Option_group& scope = *report.add_option_group("scope");
  scope.add_option("--shop", shop, "店铺")->excludes(of_team);
  scope.require_option(1);
  for (const CLI::App* app : {&program, &report}) {
    const std::string help = app->help();
    for (const char* english : {"Usage", "Options", "OPTIONS", "SUBCOMMAND", "Subcommands",
                                "REQUIRED", "Excludes", "Exactly", "Group"})
      EXPECT_EQ(help.find(english), std::string::npos) << help;
    EXPECT_NE(help.find("用法："), std::string::npos) << help;
  }
  std::ostringstream out, err;
  try {
    program.parse("report --shop s");
    FAIL() << "a day is required";
  } catch (const CLI::ParseError& error) {
    program.exit(error, out, err);
  }
  EXPECT_EQ(err.str(), "kefuctl: 缺少必填项（--day is required）\n加 --help 查看用法\n");
  SetLanguage(Language::kEnglish);
}

TEST(TextOnATerminal, KnowsWideAndCombiningCharacters) {
  EXPECT_EQ(DisplayWidth("abc"), 3);
  EXPECT_EQ(DisplayWidth("客服"), 4);
  EXPECT_EQ(DisplayWidth("e\u0301"), 1);
  EXPECT_EQ(DisplayWidth("，"), 2);
  EXPECT_EQ(Truncate("客服主管", 5), "客服…");
  EXPECT_EQ(Truncate("客服", 4), "客服");
  EXPECT_EQ(Printable("a\x1b[31m\nb\xFF"), "a [31m b\uFFFD");
  EXPECT_EQ(Grouped("-1234567.89"), "-1,234,567.89");
  EXPECT_EQ(Grouped("123"), "123");
  EXPECT_EQ(Grouped("123456"), "123,456");
}

TEST(Tables, LineUpWithChineseText) {
  Table table({{"客服"}, {"n", true}, {"x"}});
  table.Add({"张三", "1,000", "a"});
  table.Add({"Li", Cell("9", Colour::kRed), ""});
  EXPECT_EQ(table.Render(false),
            "客服      n  x\n"
            "────  ─────  ─\n"
            "张三  1,000  a\n"
            "Li        9\n");
  EXPECT_NE(table.Render(true).find("\x1b[31m9\x1b[0m"), std::string::npos);
}

TEST(ProgressBar, TellsRowsBytesRateAndTimeLeft) {
  EXPECT_EQ(ProgressLine(12345, 5'000'000, 10'000'000, absl::Seconds(5)),
            "[############------------]  50%  12,345 rows  5.0 MB  2,469 rows/s  left 0:05");
  EXPECT_EQ(ProgressLine(10, 100, 0, absl::Seconds(1)), "10 rows  0.0 MB  10 rows/s");
}

pf::MetricValue Figure(const std::string& id, pf::MetricUnit unit, std::optional<double> value,
                       int64_t numerator, int64_t denominator = 0) {
  pf::MetricValue figure;
  figure.set_metric_id(id);
  figure.set_unit(unit);
  if (value) figure.set_value(*value);
  figure.set_numerator(numerator);
  figure.set_denominator(denominator);
  figure.set_currency_code("BRL");
  return figure;
}

TEST(FiguresText, HasExactNumbers) {
  Figures figures;
  *figures.Add() = Figure("orders", pf::METRIC_UNIT_COUNT, 8135, 8135);
  *figures.Add() = Figure("reply_rate", pf::METRIC_UNIT_RATIO, 0.5, 1, 2);
  *figures.Add() = Figure("sales", pf::METRIC_UNIT_MONEY, 1e18, 1'000'000'000'000'000'001);
  *figures.Add() = Figure("average_order_value", pf::METRIC_UNIT_MONEY, 33, 100, 3);
  *figures.Add() = Figure("conversion", pf::METRIC_UNIT_RATIO, std::nullopt, 0, 0);
  Json json;
  AddFigures(figures, json);
  EXPECT_EQ(Dump(json), R"({"orders":8135,"reply_rate":0.500000,"sales_minor":1000000000000000001,)"
                        R"("average_order_value_minor":33,"conversion":null})");
  EXPECT_EQ(ShownFigure(figures[0]), "8,135");
  EXPECT_EQ(ShownFigure(figures[1]), "50.00%");
  EXPECT_EQ(ShownFigure(figures[3]), "BRL 0.33");
  EXPECT_EQ(ShownFigure(figures[4]), "–");
  EXPECT_EQ(ShownFigure(Figure("review_score_mean", pf::METRIC_UNIT_MEAN, 4.25, 17, 4)), "4.25");
  EXPECT_EQ(ShownFigure(Figure("concurrent_chats", pf::METRIC_UNIT_MEAN, 1.046, 523, 500)), "1.05");
  EXPECT_EQ(ShownFigure(Figure("x", pf::METRIC_UNIT_SECONDS, 1234.5, 0, 1)), "1,234.50 s");
  EXPECT_EQ(ShownFigure(Figure("quality", pf::METRIC_UNIT_POINTS, 89.25, 8925, 1)), "89.25");
  EXPECT_EQ(ShownFigure(Figure("customers_per_hour", pf::METRIC_UNIT_PER_HOUR, 7.5, 30, 4)),
            "7.50");
}

TEST(FiguresText, ThinOnesAreMarkedAndTheirIntervalsTold) {
  pf::MetricDefinition definition;
  definition.set_thin_below(30);
  definition.set_confidence_bps(9500);
  auto conversion = Figure("conversion", pf::METRIC_UNIT_RATIO, 0.1, 1, 10);
  conversion.set_thin(true);
  conversion.mutable_interval()->set_low(0.0179);
  conversion.mutable_interval()->set_high(0.4042);
  auto value = Figure("average_order_value", pf::METRIC_UNIT_MONEY, 50'000, 500'000, 10);
  value.set_thin(true);
  value.mutable_interval()->set_low(40'000);
  value.mutable_interval()->set_high(60'000.4);
  auto unknown = Figure("handle_seconds_mean", pf::METRIC_UNIT_SECONDS, 12, 12, 1);
  unknown.set_thin(true);
  EXPECT_EQ(MarkedFigure(conversion), "10.00% *");
  ThinNotes notes;
  EXPECT_EQ(notes.Text(definition), "");
  notes.Add("Li", "conversion", conversion);
  notes.Add("Li", "order value", value);
  notes.Add("Li", "reply rate", Figure("reply_rate", pf::METRIC_UNIT_RATIO, 0.5, 50, 100));
  notes.Add("Wu", "handling", unknown);
  EXPECT_EQ(notes.Text(definition),
            "* thin: fewer than 30 cases. 95 % confidence intervals:\n"
            "  Li: conversion 1.79% – 40.42%; order value BRL 400.00 – BRL 600.00\n"
            "  Wu: handling –\n");
}

// The bands are the definition's: there is no limit in here.
TEST(FiguresText, ResponseTimesAreColouredByTheDefinitionsGrades) {
  pf::MetricDefinition definition;
  const auto grade = [&](const char* name, int from) {
    auto& added = *definition.add_response_grades();
    added.set_name(name);
    added.set_from_seconds(from);
  };
  grade("slow", 5);
  grade("fast", 0);
  grade("so-so", 2);
  auto figure = Figure("response_seconds_mean", pf::METRIC_UNIT_SECONDS, 6, 6, 1);
  EXPECT_EQ(GradeColour(figure, definition), Colour::kNone) << "in none of the bands";
  figure.set_grade("slow");
  EXPECT_EQ(GradeColour(figure, definition), Colour::kRed);
  EXPECT_EQ(MarkedFigure(figure), "6.00 s slow");
  figure.set_grade("so-so");
  EXPECT_EQ(GradeColour(figure, definition), Colour::kNone);
  figure.set_grade("fast");
  EXPECT_EQ(GradeColour(figure, definition), Colour::kGreen);
}

TEST(FiguresText, ChangesOfSharesArePointsAndOfMeansWhatTheyAre) {
  pf::MetricComparison then;
  EXPECT_EQ(ShownChange(Figure("x", pf::METRIC_UNIT_RATIO, 0.9, 9, 10), then), "–");
  then.set_difference(0.025);
  then.set_relative_change(0.0286);
  EXPECT_EQ(ShownChange(Figure("x", pf::METRIC_UNIT_RATIO, 0.9, 9, 10), then), "+2.50 pp");
  then.set_difference(-0.05);
  EXPECT_EQ(ShownChange(Figure("x", pf::METRIC_UNIT_MEAN, 4.65, 93, 20), then), "-0.05");
  EXPECT_EQ(ShownChange(Figure("x", pf::METRIC_UNIT_COUNT, 5, 5), then), "+2.9%");
  EXPECT_EQ(ShownChange(Figure("x", pf::METRIC_UNIT_MONEY, 5, 5), then), "+2.9%");
  const auto difference = [](pf::MetricUnit unit, double by) {
    return ShownDifference(Figure("x", unit, 5, 5, 2), by);
  };
  EXPECT_EQ(difference(pf::METRIC_UNIT_COUNT, -1200), "-1,200");
  EXPECT_EQ(difference(pf::METRIC_UNIT_MONEY, 990), "+BRL 9.90");
  EXPECT_EQ(difference(pf::METRIC_UNIT_RATIO, -0.012), "-1.20 pp");
  EXPECT_EQ(difference(pf::METRIC_UNIT_SECONDS, 0.35), "+0.35 s");
  EXPECT_EQ(ShownName("王芳", "01A"), "王芳 (01A)");
  EXPECT_EQ(ShownName("", "01A"), "01A");
  EXPECT_EQ(ShownName("\x1b[31mred", "01A").find('\x1b'), std::string::npos);
}

gateway::v1::GetShopPeriodResponse View() {
  gateway::v1::GetShopPeriodResponse view;
  for (const char* id :
       {"consulted", "replied", "orders", "paid_orders", "late_shipments", "reviews"})
    *view.add_figures() = Figure(id, pf::METRIC_UNIT_COUNT, 2, 2);
  *view.add_figures() = Figure("sales", pf::METRIC_UNIT_MONEY, 500, 500);
  for (const char* id : {"reply_rate", "positive_review_rate"})
    *view.add_figures() = Figure(id, pf::METRIC_UNIT_RATIO, 1.0 / 3, 1, 3);
  view.mutable_late_compensation()->set_minor_units(777);
  for (const char* name : {"TOVA", "DORIT"}) {
    auto* agent = view.add_agents();
    agent->set_agent_id(name);
    for (const char* id : {"consulted", "replied"})
      *agent->add_values() = Figure(id, pf::METRIC_UNIT_COUNT, 1, 1);
    for (const char* id : {"response_seconds_mean", "response_seconds_p90", "handle_seconds_mean"})
      *agent->add_values() = Figure(id, pf::METRIC_UNIT_SECONDS, 36.278095, 1, 1);
  }
  for (const char* part : {"figures", "agents", "late_shipments", "shop"}) {
    view.add_parts()->set_part(part);
    view.mutable_parts()->rbegin()->set_complete(true);
  }
  return view;
}

TEST(Reports, HoldTheFiguresInOrder) {
  EXPECT_EQ(Dump(*OlistReport(View())),
            R"({"orders":2,"paid_orders":2,"sales_minor":500,"late_shipments":2,)"
            R"("late_compensation_minor":777,"reviews":2,"positive_review_rate":0.333333})");
  const auto calls = CallCentreReport(View());
  ASSERT_TRUE(calls.ok());
  EXPECT_EQ(Dump((*calls)["agents"][0]),
            R"({"agent":"DORIT","consulted":1,"replied":1,"response_seconds_mean":36.278095,)"
            R"("response_seconds_p90":36.278095,"handle_seconds_mean":36.278095})");
  EXPECT_EQ((*calls)["agents"].size(), 2);
}

TEST(Reports, FailWhenAPartIsMissing) {
  auto view = View();
  view.mutable_parts(2)->set_complete(false);
  view.mutable_parts(2)->set_error_reason("DEADLINE_EXCEEDED");
  EXPECT_TRUE(absl::IsUnavailable(OlistReport(view).status()));
  EXPECT_TRUE(CallCentreReport(view).ok()) << "it needs no late shipments";
  view.mutable_figures()->DeleteSubrange(0, 1);
  EXPECT_TRUE(absl::IsInternal(CallCentreReport(view).status()));
}

template <class Request, class Response>
void ExpectInContract(const Rpc<Request, Response>& rpc) {
  std::string name = rpc.path + 1;
  std::ranges::replace(name, '/', '.');
  const auto* method = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(name);
  ASSERT_NE(method, nullptr) << name;
  EXPECT_EQ(method->input_type(), Request::descriptor()) << name;
  EXPECT_EQ(method->output_type(), Response::descriptor()) << name;
}

TEST(Rpcs, StandInTheContracts) {
  // A file of which nothing is used is not linked: the services of facts.proto have their messages
  // elsewhere.
  performance::v1::ImportConductRequest::descriptor();
  ExpectInContract(rpcs::kCreateOrganization);
  ExpectInContract(rpcs::kCreateShop);
  ExpectInContract(rpcs::kListShops);
  ExpectInContract(rpcs::kListAgents);
  ExpectInContract(rpcs::kConfigureShop);
  ExpectInContract(rpcs::kGetShopSettings);
  ExpectInContract(rpcs::kImportConversations);
  ExpectInContract(rpcs::kImportOrders);
  ExpectInContract(rpcs::kImportRefunds);
  ExpectInContract(rpcs::kImportReviews);
  // The linker takes in a contract that something refers to.
  EXPECT_NE(performance::v1::ConductRow::descriptor(), nullptr);
  ExpectInContract(rpcs::kImportVisits);
  ExpectInContract(rpcs::kReplaceDay);
  ExpectInContract(rpcs::kImportRatings);
  ExpectInContract(rpcs::kImportInspections);
  ExpectInContract(rpcs::kImportPayments);
  ExpectInContract(rpcs::kImportConduct);
  ExpectInContract(rpcs::kImportAttendance);
  ExpectInContract(rpcs::kGetMetrics);
  ExpectInContract(rpcs::kListMetrics);
  ExpectInContract(rpcs::kListCases);
  ExpectInContract(rpcs::kListNodes);
  ExpectInContract(rpcs::kListSkus);
  ExpectInContract(rpcs::kListStockLevels);
  ExpectInContract(rpcs::kGetShopPeriod);
}

TEST(Addresses, AreHostAndPort) {
  ClientOptions options;
  EXPECT_TRUE(ParseAddress("localhost:81", options).ok());
  EXPECT_EQ(options.host, "localhost");
  EXPECT_EQ(options.port, "81");
  EXPECT_TRUE(ParseAddress("http://[::1]:8080/", options).ok());
  EXPECT_EQ(options.host, "::1");
  for (const char* wrong : {"", "localhost", ":80", "a:b", "https://a:1", "a:123456"})
    EXPECT_TRUE(absl::IsInvalidArgument(ParseAddress(wrong, options))) << wrong;
}

}  // namespace
}  // namespace kefu::kefuctl
