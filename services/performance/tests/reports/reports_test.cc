// Reports through their calls: made, made again, read, compared, exported, by the job.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "google/rpc/error_details.pb.h"
#include "kefu/performance/v1/events.pb.h"
#include "kefu/performance/v1/reports.grpc.pb.h"
#include "kefu/staffing/v1/events.pb.h"
#include "services/performance/convert/reports.h"
#include "services/performance/handlers/staffing_events.h"
#include "services/performance/jobs/report_job.h"
#include "services/performance/tests/fixture.h"

namespace kefu::performance {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;
using ReportStub = v1::ReportService::Stub;

constexpr char kWeek[] =
    R"(kind: REPORT_KIND_WEEKLY subject { shop_id: "s" } day { year: 2024 month: 11 day: 13 })";

std::vector<std::string> FieldsOf(const absl::Status& status) {
  std::vector<std::string> fields;
  const auto detail = GetDetail<google::rpc::BadRequest>(status);
  if (!detail) return fields;
  for (const auto& violation : detail->field_violations()) fields.push_back(violation.field());
  return fields;
}

// The output of a shell command.
std::string Output(const std::string& command) {
  std::string output;
  FILE* const pipe = ::popen(command.c_str(), "r");
  for (char piece[4096]; size_t got = std::fread(piece, 1, sizeof piece, pipe);)
    output.append(piece, got);
  EXPECT_EQ(::pclose(pipe), 0) << command;
  return output;
}

class ReportsTest : public PerformanceTest {
 protected:
  ReportsTest() {
    reports_ = v1::ReportService::NewStub(host_.channel());
    clock_.Advance(absl::Hours(24 * 7));  // the week of the facts is over
  }

  void Load() {
    ASSERT_OK(Conversations({Talk("c1", "u1", 36000, "a", 20), Talk("c2", "u2", 36100, "b", 40)})
                  .status());
    ASSERT_OK(Orders({Sale("o1", "u1", 40000, 10000), Sale("o2", "u2", 41000, 5050)}).status());
  }

  void Configure(const std::string& shop, const std::string& currency = "CNY") {
    ASSERT_OK(Call(&Stub::ConfigureShop, "settings { shop_id: '" + shop +
                                             "' time_zone: 'Asia/Shanghai' currency_code: '" +
                                             currency + "' }")
                  .status());
  }
  absl::Status OrderIn(const std::string& shop, const std::string& order) {
    v1::ImportOrdersRequest request;
    request.mutable_header()->set_shop_id(shop);
    *request.add_rows()->mutable_order() = Parse<v1::Order>(order);
    return Stream(&Stub::ImportOrders, {request}, As("org-a"), /*with_header=*/false).status();
  }
  // Staffing tells that the agent is a base's.
  void TellBase(const std::string& agent, const std::string& base) {
    kefu::common::v1::Event event;
    event.set_org_id("org-a");
    event.mutable_create_time()->set_seconds(kMidnight);
    staffing::v1::AgentChanged changed;
    changed.mutable_agent()->set_agent_id(agent);
    changed.mutable_agent()->set_base_id(base);
    event.mutable_payload()->PackFrom(changed);
    ASSERT_OK(Db().db().RunInTransaction(absl::Now() + absl::Seconds(60), [&](db::Transaction& t) {
      return ApplyStaffingEvent(t, event);
    }));
  }

  absl::StatusOr<v1::Report> Create(const std::string& text, std::string_view org = "org-a") {
    return rpc::Call(*reports_, &ReportStub::CreateReport, Parse<v1::CreateReportRequest>(text),
                     As(org));
  }
  absl::StatusOr<v1::Report> Get(const std::string& text, std::string_view org = "org-a",
                                 std::vector<std::string> shops = {}) {
    return rpc::Call(*stub_, &Stub::GetReport, Parse<v1::GetReportRequest>(text),
                     As(org, std::move(shops)));
  }
  absl::StatusOr<v1::CompareReportsResponse> Compare(const std::string& a, const std::string& b) {
    v1::CompareReportsRequest request;
    request.set_report_id(a);
    request.set_other_report_id(b);
    return rpc::Call(*reports_, &ReportStub::CompareReports, request, As("org-a"));
  }

  // The file, and its name.
  absl::StatusOr<std::string> Export(const std::string& report_id, v1::ReportFormat format,
                                     const std::string& language, std::string* name = nullptr) {
    v1::ExportReportRequest request;
    request.set_report_id(report_id);
    request.set_format(format);
    request.set_language(language);
    grpc::ClientContext context;
    rpc::Prepare(As("org-a"), context);
    const auto reader = reports_->ExportReport(&context, request);
    std::string file;
    for (v1::ExportReportResponse part; reader->Read(&part);) {
      if (name != nullptr && !part.file_name().empty()) *name = part.file_name();
      file += part.data();
    }
    const grpc::Status status = reader->Finish();
    if (!status.ok()) return rpc::FromGrpc(status);
    return file;
  }
  std::string SavedExport(const std::string& report_id, v1::ReportFormat format,
                          const std::string& language) {
    const auto file = Export(report_id, format, language);
    EXPECT_OK(file);
    const std::string path = ::testing::TempDir() + "kefu-report-" + std::to_string(::getpid());
    std::ofstream(path, std::ios::binary) << file.value_or("");
    return path;
  }

  // The value of a figure of a row.
  static const v1::MetricValue& ValueIn(const v1::Report& report, std::string_view section_id,
                                        std::string_view row_id, std::string_view metric_id) {
    for (const auto& section : report.sections()) {
      for (const auto& row : section.rows()) {
        for (const auto& value : row.values()) {
          if (section.section_id() == section_id && row.row_id() == row_id &&
              value.metric_id() == metric_id)
            return value;
        }
      }
    }
    ADD_FAILURE() << "no " << section_id << " " << row_id << " " << metric_id;
    return v1::MetricValue::default_instance();
  }

  std::unique_ptr<ReportStub> reports_;
};

TEST_F(ReportsTest, AReportHoldsTheFiguresOfItsPeriod) {
  Load();
  ASSERT_OK_AND_ASSIGN(const auto head, Create(kWeek));
  EXPECT_EQ(head.version(), 1);
  EXPECT_EQ(head.sections_size(), 0);
  EXPECT_EQ(head.period().start_date().day(), 11);
  EXPECT_EQ(head.period().end_date().day(), 17);
  EXPECT_THAT(head.content_hash(), SizeIs(64));
  ASSERT_OK_AND_ASSIGN(const auto report, Get("report_id: \"" + head.report_id() + "\""));
  EXPECT_EQ(ValueIn(report, "summary", "total", "sales").numerator(), 15050);
  EXPECT_EQ(ValueIn(report, "days", "2024-11-11", "sales").numerator(), 15050);
  EXPECT_EQ(ValueIn(report, "days", "2024-11-12", "sales").numerator(), 0);
  EXPECT_EQ(ValueIn(report, "agents", "a", "sales").numerator(), 10000);
  EXPECT_EQ(ValueIn(report, "agents", "b", "response_seconds_mean").value(), 40);
  // The highest sales first.
  EXPECT_EQ(report.sections(2).rows(0).row_id(), "a");
  ASSERT_OK_AND_ASSIGN(const auto days,
                       Get("report_id: \"" + head.report_id() + "\" section_ids: \"days\""));
  ASSERT_EQ(days.sections_size(), 1);
  EXPECT_EQ(days.sections(0).rows_size(), 7);
}

TEST_F(ReportsTest, LateFactsMakeANewVersionAndLeaveTheOldOne) {
  Load();
  ASSERT_OK_AND_ASSIGN(const auto first, Create(kWeek));
  ASSERT_OK_AND_ASSIGN(const auto again, Create(kWeek));
  EXPECT_THAT(again, testing::EqualsProto(first));
  ASSERT_OK(Orders({Sale("o3", "u1", 42000, 99)}).status());
  ASSERT_OK_AND_ASSIGN(const auto second, Create(kWeek));
  EXPECT_EQ(second.version(), 2);
  ASSERT_OK_AND_ASSIGN(const auto old, Get(std::string(kWeek) + " version: 1"));
  EXPECT_EQ(ValueIn(old, "summary", "total", "sales").numerator(), 15050);
  ASSERT_OK_AND_ASSIGN(const auto newest, Get(kWeek));
  EXPECT_EQ(ValueIn(newest, "summary", "total", "sales").numerator(), 15149);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM report"), 2);

  ASSERT_OK_AND_ASSIGN(const auto compared, Compare(first.report_id(), second.report_id()));
  std::map<std::string, double> differences;
  for (const auto& difference : compared.differences()) {
    differences[difference.section_id() + "/" + difference.row_id() + "/" +
                difference.value().metric_id()] = difference.difference();
  }
  EXPECT_EQ(differences["summary/total/sales"], 99);
  EXPECT_EQ(differences["days/1/sales"], 99);
  EXPECT_EQ(differences["agents/a/sales"], 99);
  EXPECT_FALSE(differences.contains("agents/b/sales"));
  EXPECT_GT(compared.equal_figures(), 20);
  ASSERT_OK_AND_ASSIGN(const auto same, Compare(first.report_id(), first.report_id()));
  EXPECT_EQ(same.differences_size(), 0);
}

TEST_F(ReportsTest, AReportNamedByItsDayIsMadeWhenItIsNotThere) {
  Load();
  ASSERT_OK_AND_ASSIGN(const auto made, Get(kWeek));
  ASSERT_OK_AND_ASSIGN(const auto read, Get(kWeek));
  EXPECT_THAT(read, testing::EqualsProto(made));
  EXPECT_THAT(Get(std::string(kWeek) + " version: 7"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ReportsTest, RefusesWhatCannotBe) {
  Load();
  const auto status =
      Create(R"(kind: REPORT_KIND_UNSPECIFIED subject { shop_id: "" team_id: "t" agent_id: "a" })")
          .status();
  EXPECT_THAT(status, HasReason("INVALID_FIELDS"));
  for (const std::string_view field : {"kind", "subject.shop_id", "subject.agent_id", "day"})
    EXPECT_THAT(FieldsOf(status), ::testing::Contains(std::string(field)));
  EXPECT_THAT(Create(R"(kind: REPORT_KIND_MONTHLY subject { shop_id: "s" }
                        day { year: 2024 month: 11 day: 1 })"),
              HasReason("PERIOD_NOT_OVER"));
  EXPECT_THAT(Create(std::string(kWeek) + R"( definition_id: "none")"),
              HasReason("UNKNOWN_DEFINITION"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM report"), 0);
  EXPECT_THAT(Get("report_id: \"01H00000000000000000000000\""),
              StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK_AND_ASSIGN(const auto report, Create(kWeek));
  EXPECT_THAT(Export(report.report_id(), v1::REPORT_FORMAT_UNSPECIFIED, "fr"),
              HasReason("INVALID_FIELDS"));
  clock_.Advance(absl::Hours(24 * 30));
  ASSERT_OK_AND_ASSIGN(const auto month,
                       Create(R"(kind: REPORT_KIND_MONTHLY subject { shop_id: "s" }
                                 day { year: 2024 month: 11 day: 1 })"));
  EXPECT_THAT(Compare(report.report_id(), month.report_id()), HasReason("REPORTS_NOT_COMPARABLE"));
}

// A mistyped id must not be kept as a report of nothing.
TEST_F(ReportsTest, NobodysReportIsNotMade) {
  Load();
  TellBase("b", "base-1");
  const auto of = [&](const std::string& subject) {
    return Create("kind: REPORT_KIND_WEEKLY subject { shop_id: 's' " + subject +
                  " } day { year: 2024 month: 11 day: 13 }");
  };
  for (const char* nobody : {"agent_id: 'aa'", "team_id: 't9'", "base_id: 'base-9'"})
    EXPECT_THAT(of(nobody).status(), StatusIs(absl::StatusCode::kNotFound)) << nobody;
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM report"), 0);
  // Whoever is there and had nothing to do has a report that says so.
  TellBase("idle", "base-2");
  EXPECT_OK(of("base_id: 'base-2'"));
  EXPECT_OK(of("agent_id: 'a'"));
  EXPECT_OK(Create(kWeek));
}

TEST_F(ReportsTest, OthersSeeNothingOfIt) {
  Load();
  ASSERT_OK_AND_ASSIGN(const auto report, Create(kWeek));
  const std::string by_id = "report_id: \"" + report.report_id() + "\"";
  EXPECT_THAT(Get(by_id, "org-b"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Get(by_id, "org-a", {"another"}), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Create(kWeek, "org-b"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_OK(Get(by_id, "org-a", {"s"}));
}

TEST_F(ReportsTest, ARetryAnswersWhatTheFirstCallDid) {
  Load();
  const std::string request = std::string(kWeek) + R"( request_id: "r1")";
  ASSERT_OK_AND_ASSIGN(const auto first, Create(request));
  ASSERT_OK(Orders({Sale("o3", "u1", 42000, 99)}).status());
  ASSERT_OK_AND_ASSIGN(const auto again, Create(request));
  EXPECT_THAT(again, testing::EqualsProto(first));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM report"), 1);
  EXPECT_THAT(Create(R"(kind: REPORT_KIND_WEEKLY subject { shop_id: "s" agent_id: "a" }
                        day { year: 2024 month: 11 day: 13 } request_id: "r1")"),
              HasReason("REQUEST_ID_REUSED"));
}

TEST_F(ReportsTest, ListsTheLatestPeriodFirstPageByPage) {
  Load();
  clock_.Advance(absl::Hours(24 * 21));
  for (const int day : {11, 18, 25}) {
    ASSERT_OK(Create("kind: REPORT_KIND_WEEKLY subject { shop_id: 's' } day { year: 2024 month: 11 "
                     "day: " +
                     std::to_string(day) + " }")
                  .status());
  }
  std::vector<int> days;
  v1::ListReportsRequest request;
  request.set_shop_id("s");
  request.set_page_size(2);
  do {
    ASSERT_OK_AND_ASSIGN(const auto page,
                         rpc::Call(*reports_, &ReportStub::ListReports, request, As("org-a")));
    for (const auto& report : page.reports()) days.push_back(report.period().start_date().day());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(days, ::testing::ElementsAre(25, 18, 11));
  request.set_kind(v1::REPORT_KIND_MONTHLY);
  request.clear_page_token();
  ASSERT_OK_AND_ASSIGN(const auto none,
                       rpc::Call(*reports_, &ReportStub::ListReports, request, As("org-a")));
  EXPECT_EQ(none.reports_size(), 0);
}

TEST_F(ReportsTest, CsvHoldsEveryFigureExactly) {
  Load();
  ASSERT_OK_AND_ASSIGN(const auto report, Create(kWeek));
  std::string name;
  ASSERT_OK_AND_ASSIGN(const auto csv,
                       Export(report.report_id(), v1::REPORT_FORMAT_CSV, "zh", &name));
  EXPECT_EQ(name, "weekly-s-2024-11-11-v1.csv");
  EXPECT_THAT(
      csv,
      ::testing::StartsWith(
          "\xEF\xBB\xBFsection,row,metric,name,unit,value,compared,row_name,thin,low,high\r\n"));
  EXPECT_THAT(
      csv, HasSubstr("\"summary\",\"total\",\"sales\",\"销售额\",\"CNY\",150.50,0.00,\"\",,,\r\n"));
  EXPECT_THAT(csv, HasSubstr("\"agents\",\"a\",\"sales\",\"销售额\",\"CNY\",100.00,,\"\",,,\r\n"));
}

// An id that a spreadsheet would compute is shown as it is.
TEST_F(ReportsTest, WhatLooksLikeAFormulaIsText) {
  Load();
  ASSERT_OK(Conversations({Talk("c-formula", "u-formula", 36000, "=1+2")}).status());
  ASSERT_OK_AND_ASSIGN(const auto report, Create(kWeek));
  ASSERT_OK_AND_ASSIGN(const auto csv, Export(report.report_id(), v1::REPORT_FORMAT_CSV, "en"));
  EXPECT_THAT(csv, HasSubstr("\"agents\",\"'=1+2\","));
  EXPECT_THAT(csv, ::testing::Not(HasSubstr("\"=1+2\"")));
  const std::string path = SavedExport(report.report_id(), v1::REPORT_FORMAT_XLSX, "en");
  const std::string all =
      Output("python3 -c \"import zipfile; z = zipfile.ZipFile('" + path +
             "'); [print(n, z.read(n).decode('utf-8', 'replace')) for n in z.namelist()]\"");
  EXPECT_THAT(all, HasSubstr("=1+2"));
  EXPECT_THAT(all, ::testing::Not(HasSubstr("<f>")));
}

TEST_F(ReportsTest, XlsxHoldsNumbersAndAChart) {
  Load();
  ASSERT_OK_AND_ASSIGN(const auto report, Create(kWeek));
  const std::string path = SavedExport(report.report_id(), v1::REPORT_FORMAT_XLSX, "zh");
  const std::string all =
      Output("python3 -c \"import zipfile; z = zipfile.ZipFile('" + path +
             "'); [print(n, z.read(n).decode('utf-8', 'replace')) for n in z.namelist()]\"");
  EXPECT_THAT(all, HasSubstr("name=\"概要\""));
  EXPECT_THAT(all, HasSubstr("<v>150.5</v>"));
  EXPECT_THAT(all, HasSubstr("<c:lineChart>"));
  EXPECT_THAT(all, HasSubstr("销售额 (CNY)"));
}

TEST_F(ReportsTest, PdfHoldsChineseTextAndItsFont) {
  Load();
  ASSERT_OK_AND_ASSIGN(const auto report, Create(kWeek));
  const std::string path = SavedExport(report.report_id(), v1::REPORT_FORMAT_PDF, "zh");
  const std::string text = Output("pdftotext -layout '" + path + "' -");
  EXPECT_THAT(text, HasSubstr("周报 2024-11-11"));
  EXPECT_THAT(text, HasSubstr("询单转化率"));
  EXPECT_THAT(text, HasSubstr("150.50"));
  EXPECT_THAT(Output("pdffonts '" + path + "'"), HasSubstr("NotoSansCJKsc"));
}

TEST_F(ReportsTest, TheJobMakesEachReportOnce) {
  Load();
  clock_.Advance(absl::Hours(24 * 14));  // in the next month
  ReportJob job(calls_.report_dependencies(), calls_.reports(), clock_, {.owner = "one"});
  ReportJob other(calls_.report_dependencies(), calls_.reports(), clock_, {.owner = "two"});
  ASSERT_OK_AND_ASSIGN(const int made, job.RunOnce());
  EXPECT_EQ(made, 2);  // the month, and the week three weeks ago; no fact in those since
  ASSERT_OK_AND_ASSIGN(const int elsewhere, other.RunOnce());
  EXPECT_EQ(elsewhere, 0);
  ASSERT_OK_AND_ASSIGN(const int again, job.RunOnce());
  EXPECT_EQ(again, 0);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM report WHERE kind = 'MONTHLY'"), 1);
}

// Before METRIC_UNIT_MEAN, means of stars and of chats at once were told as ratios.
TEST_F(ReportsTest, OldReportsAreReadWithTodaysUnits) {
  v1::Report body;
  auto& section = *body.add_sections();
  auto& row = *section.add_rows();
  for (const char* id : {"satisfaction", "reply_rate"}) {
    auto& metric = *section.add_metrics();
    metric.set_metric_id(id);
    metric.set_unit(v1::METRIC_UNIT_RATIO);
    for (auto* values : {row.mutable_values(), row.mutable_compared()}) {
      auto& value = *values->Add();
      value.set_metric_id(id);
      value.set_unit(v1::METRIC_UNIT_RATIO);
    }
  }
  ASSERT_OK_AND_ASSIGN(const auto read, convert::ReportFromBytes("", body.SerializeAsString()));
  const auto& mended = read.sections(0);
  EXPECT_EQ(mended.metrics(0).unit(), v1::METRIC_UNIT_MEAN);
  EXPECT_EQ(mended.rows(0).values(0).unit(), v1::METRIC_UNIT_MEAN);
  EXPECT_EQ(mended.rows(0).compared(0).unit(), v1::METRIC_UNIT_MEAN);
  EXPECT_EQ(mended.metrics(1).unit(), v1::METRIC_UNIT_RATIO);
  EXPECT_EQ(mended.rows(0).values(1).unit(), v1::METRIC_UNIT_RATIO);
}

TEST_F(ReportsTest, TheJobMakesThoseOfBasesAndOfTheOrganization) {
  Configure("t");
  Load();
  TellBase("b", "base-1");
  ASSERT_OK(OrderIn("t", Sale("o9", "u9", 40000, 700)));
  // Nobody asks: the base's days are computed in the background, once their marks stand still.
  Recomputer::Look look;
  for (int i = 0; i < 3; ++i) {
    ASSERT_OK(recomputer_.RunQuiet(look, absl::Now() + absl::Seconds(60)));
  }
  ReportJob job(calls_.report_dependencies(), calls_.reports(), clock_, {.owner = "one"});
  ASSERT_OK_AND_ASSIGN(const int made, job.RunOnce());
  EXPECT_EQ(made, 4);  // the week of both shops, of the base in one and of the organization
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM report WHERE subject = 'base:base-1'"), 1);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM report WHERE subject = 'all:CNY'"), 1);
  ASSERT_OK_AND_ASSIGN(const int again, job.RunOnce());
  EXPECT_EQ(again, 0);
}

constexpr char kAllShops[] = R"(kind: REPORT_KIND_WEEKLY subject { all_shops: true }
                                day { year: 2024 month: 11 day: 13 })";

TEST_F(ReportsTest, AnOrganizationsReportSumsItsShopsOfOneCurrency) {
  Configure("t");
  Configure("eu", "EUR");
  Load();
  ASSERT_OK(OrderIn("t", Sale("o9", "u9", 40000, 700)));
  EXPECT_THAT(Get(kAllShops), HasReason("REPORT_CURRENCY"));
  const std::string in_cny = std::string(kAllShops) + " currency_code: 'CNY'";
  ASSERT_OK_AND_ASSIGN(const auto report, Get(in_cny));
  EXPECT_EQ(report.currency_code(), "CNY");
  EXPECT_TRUE(report.subject().all_shops());
  EXPECT_EQ(ValueIn(report, "summary", "total", "sales").numerator(), 15750);
  EXPECT_EQ(ValueIn(report, "shops", "s", "sales").numerator(), 15050);
  EXPECT_EQ(ValueIn(report, "shops", "t", "sales").numerator(), 700);
  EXPECT_EQ(ValueIn(report, "days", "2024-11-11", "sales").numerator(), 15750);
  EXPECT_EQ(ValueIn(report, "agents", "a", "sales").numerator(), 10000);
  // It is for those who answer for all shops only.
  EXPECT_THAT(Get(in_cny, "org-a", {"s"}), HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_THAT(Get("report_id: \"" + report.report_id() + "\"", "org-a", {"s"}),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Get("report_id: \"" + report.report_id() + "\"", "org-b"),
              StatusIs(absl::StatusCode::kNotFound));
  v1::ListReportsRequest list;
  ASSERT_OK_AND_ASSIGN(const auto listed,
                       rpc::Call(*reports_, &ReportStub::ListReports, list, As("org-a")));
  ASSERT_EQ(listed.reports_size(), 1);
  EXPECT_THAT(rpc::Call(*reports_, &ReportStub::ListReports, list, As("org-a", {"s"})),
              HasReason("SHOP_NOT_ALLOWED"));
  std::string name;
  ASSERT_OK_AND_ASSIGN(const auto csv,
                       Export(report.report_id(), v1::REPORT_FORMAT_CSV, "zh", &name));
  EXPECT_EQ(name, "weekly-all-shops-2024-11-11-v1.csv");
  EXPECT_THAT(csv, HasSubstr("\"shops\",\"t\",\"sales\",\"销售额\",\"CNY\",7.00,"));
  EXPECT_THAT(FieldsOf(Create(R"(kind: REPORT_KIND_WEEKLY
                                 subject { all_shops: true shop_id: "s" } currency_code: "XXY"
                                 day { year: 2024 month: 11 day: 13 })")
                           .status()),
              ::testing::UnorderedElementsAre("subject.all_shops", "currency_code"));
}

// What a section leaves out, it says.
TEST_F(ReportsTest, SectionsTellHowManyFiguresThereAre) {
  Load();
  ASSERT_OK_AND_ASSIGN(const auto head, Create(kWeek));
  ASSERT_OK_AND_ASSIGN(const auto report, Get("report_id: \"" + head.report_id() + "\""));
  ASSERT_OK_AND_ASSIGN(const auto all, Call(&Stub::GetMetrics, "shop_id: 's' by_agent: true"));
  for (const v1::ReportSection& section : report.sections()) {
    EXPECT_LT(section.metrics_size(), section.metrics_in_all()) << section.section_id();
    if (section.section_id() == "agents") {
      EXPECT_EQ(section.metrics_in_all(), all.rows(0).values_size());
    }
  }
  const std::string note = fmt::format("8 of {} figures", report.sections(1).metrics_in_all());
  EXPECT_THAT(
      Output("pdftotext '" + SavedExport(head.report_id(), v1::REPORT_FORMAT_PDF, "en") + "' -"),
      HasSubstr(note));
  const std::string path = SavedExport(head.report_id(), v1::REPORT_FORMAT_XLSX, "en");
  EXPECT_THAT(
      Output("python3 -c \"import zipfile; z = zipfile.ZipFile('" + path +
             "'); [print(n, z.read(n).decode('utf-8', 'replace')) for n in z.namelist()]\""),
      HasSubstr(note));
}

// Reports are of whole weeks and months: a base reads those that its contract covers.
TEST_F(ReportsTest, ABaseReadsReportsOfThePeriodsUnderContract) {
  Load();
  TellBase("b", "base-1");
  const auto base = [&](std::vector<std::pair<absl::CivilDay, absl::CivilDay>> contracts,
                        const std::string& id = "base-1") {
    std::vector<auth::Grant> grants;
    for (const auto& [first, last] : contracts) grants.push_back({"org-a", "s", "k", first, last});
    return host_.AsBase(id, {auth::Role::kBaseManager}, grants);
  };
  const absl::CivilDay far(2025, 1, 1);
  const std::string of_base = R"(kind: REPORT_KIND_WEEKLY subject { shop_id: "s" base_id: "base-1" }
                                 day { year: 2024 month: 11 day: 13 })";
  const std::string of_agent = R"(kind: REPORT_KIND_WEEKLY subject { shop_id: "s" agent_id: "b" }
                                  day { year: 2024 month: 11 day: 13 })";
  for (const std::string& text : {of_base, of_agent}) {
    ASSERT_OK_AND_ASSIGN(const auto made, Create(text));
    v1::GetReportRequest get;
    get.set_report_id(made.report_id());
    const auto read = [&](const rpc::CallOptions& options) {
      return rpc::Call(*stub_, &Stub::GetReport, get, options);
    };
    const auto make = [&](const rpc::CallOptions& options) {
      return rpc::Call(*reports_, &ReportStub::CreateReport, Parse<v1::CreateReportRequest>(text),
                       options);
    };
    const auto compared = [](const v1::Report& report) {
      int values = 0;
      for (const auto& section : report.sections()) {
        for (const auto& row : section.rows()) values += row.compared_size();
      }
      return values;
    };
    const auto all = base({{kDay - 7, far}});
    ASSERT_OK_AND_ASSIGN(const auto whole, read(all));
    EXPECT_GT(compared(whole), 0);
    ASSERT_OK_AND_ASSIGN(const auto same, make(all));
    EXPECT_EQ(same.report_id(), made.report_id()) << "what its merchant has made";
    // Two contracts, one after the other.
    const auto since = base({{kDay, kDay + 2}, {kDay + 3, far}});
    ASSERT_OK_AND_ASSIGN(const auto first, read(since));
    EXPECT_EQ(ValueIn(first, "summary", "total", "sales").numerator(), 5050);
    EXPECT_EQ(compared(first), 0);
    EXPECT_THAT(make(since).status(), HasReason("REPORT_BEYOND_CONTRACT"));
    for (const auto& begun_or_ended :
         {base({{kDay + 1, far}}), base({{kDay - 7, kDay + 1}, {kDay + 3, far}})}) {
      EXPECT_THAT(read(begun_or_ended).status(), HasReason("REPORT_BEYOND_CONTRACT"));
      EXPECT_THAT(make(begun_or_ended).status(), HasReason("REPORT_BEYOND_CONTRACT"));
      v1::CompareReportsRequest compare;
      compare.set_report_id(made.report_id());
      compare.set_other_report_id(made.report_id());
      EXPECT_THAT(
          rpc::Call(*reports_, &ReportStub::CompareReports, compare, begun_or_ended).status(),
          HasReason("REPORT_BEYOND_CONTRACT"));
    }
    EXPECT_THAT(read(base({{kDay - 7, far}}, "base-2")), StatusIs(absl::StatusCode::kNotFound));
  }
  EXPECT_THAT(rpc::Call(*reports_, &ReportStub::CreateReport,
                        Parse<v1::CreateReportRequest>(of_agent), base({{kDay - 7, far}}, "base-2"))
                  .status(),
              HasReason("ONLY_OWN_AGENTS"));
}

// Whoever may only read stores nothing.
TEST_F(ReportsTest, ReadingMakesNoReportForWhoeverMayOnlyRead) {
  Load();
  const rpc::CallOptions agent = host_.As("org-a", {auth::Role::kAgent}, {});
  const auto get = Parse<v1::GetReportRequest>(kWeek);
  EXPECT_THAT(rpc::Call(*stub_, &Stub::GetReport, get, agent),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM report"), 0);
  ASSERT_OK(Create(kWeek).status());
  EXPECT_OK(rpc::Call(*stub_, &Stub::GetReport, get, agent));
}

}  // namespace
}  // namespace kefu::performance
