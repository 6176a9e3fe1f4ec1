// Every benchmark runs to its end and prints whole, well-formed lines.
#include <cstdio>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace kefu::bench {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::SizeIs;

// The lines on stdout of a benchmark that must succeed.
std::vector<json> RunBench(const std::string& name_and_arguments) {
  const std::string command = KEFU_BENCH_FOLDER "/kefu-bench-" + name_and_arguments;
  std::FILE* pipe = popen(command.c_str(), "r");
  std::vector<json> lines;
  std::string line;
  for (int c; (c = std::fgetc(pipe)) != EOF;) {
    if (c != '\n') {
      line += static_cast<char>(c);
      continue;
    }
    lines.push_back(json::parse(line, nullptr, /*allow_exceptions=*/false));
    line.clear();
  }
  EXPECT_EQ(line, "") << "the last line is not ended";
  EXPECT_EQ(pclose(pipe), 0) << command;
  return lines;
}

void ExpectMeasurement(const json& line, const std::string& bench, const std::string& name,
                       int callers) {
  SCOPED_TRACE(line.dump());
  std::set<std::string> keys;
  for (const auto& [key, value] : line.items()) keys.insert(key);
  EXPECT_THAT(keys, ElementsAre("baseline", "baseline_value", "bench", "callers", "case", "p50_ms",
                                "p99_ms", "ratio", "unit", "value"));
  EXPECT_EQ(line["bench"], bench);
  EXPECT_EQ(line["case"], name);
  EXPECT_EQ(line["callers"], callers);
  EXPECT_NE(line["unit"], "");
  EXPECT_NE(line["baseline"], "");
  EXPECT_GT(line["value"], 0);
  EXPECT_GT(line["baseline_value"], 0);
  EXPECT_GT(line["p50_ms"], 0);
  EXPECT_GE(line["p99_ms"], line["p50_ms"]);
  const double ratio = line["value"].get<double>() / line["baseline_value"].get<double>();
  EXPECT_NEAR(line["ratio"], ratio, 0.001 + 0.01 * ratio);
}

TEST(BenchSmokeTest, RpcPrintsOneLinePerNumberOfCallers) {
  const std::vector<json> lines = RunBench("rpc --seconds 0.05 --rounds 3 --callers 1,9");
  ASSERT_THAT(lines, SizeIs(2));
  ExpectMeasurement(lines[0], "rpc", "unary_vs_echo", 1);
  ExpectMeasurement(lines[1], "rpc", "unary_vs_echo", 9);
}

TEST(BenchSmokeTest, ImportPrintsOneLineAndStoresTheSameRows) {
  const std::vector<json> lines =
      RunBench("import --conversations 300 --days 3 --agents 4 --rounds 3");
  ASSERT_THAT(lines, SizeIs(1));
  ExpectMeasurement(lines[0], "import", "conversations_vs_load_data", 1);
}

TEST(BenchSmokeTest, ReservePrintsOneLinePerCaseAndNumberOfCallers) {
  const std::vector<json> lines = RunBench("reserve --seconds 0.05 --rounds 3 --callers 1,5");
  const std::vector<std::string> cases = {"unary_hot_vs_echo",  "unary_spread_vs_echo",
                                          "unary_hot_vs_naive", "batch_vs_naive",
                                          "stream_vs_naive",    "availability_vs_echo"};
  ASSERT_THAT(lines, SizeIs(2 * cases.size()));
  for (size_t i = 0; i < lines.size(); ++i) {
    ExpectMeasurement(lines[i], "reserve", cases[i / 2], i % 2 == 0 ? 1 : 5);
  }
}

TEST(BenchSmokeTest, ReserveSoakPrintsMemory) {
  const std::vector<json> lines = RunBench("reserve --soak 1 --callers 2 --request-ids");
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_GT(lines[0]["resident_kb"], 1000);
  EXPECT_GT(lines[0]["commands_per_second"], 0);
}

TEST(BenchSmokeTest, CasesTakeTheirWayAndTheNextDueAreFound) {
  const std::vector<json> lines =
      RunBench("cases --seconds 0.1 --rounds 3 --callers 2 --open-cases 4000 --pool-gb 1");
  ASSERT_THAT(lines, SizeIs(3));
  ExpectMeasurement(lines[0], "cases", "case_flow_vs_sql", 2);
  ExpectMeasurement(lines[1], "cases", "next_1000_due_claimed", 1);
  ExpectMeasurement(lines[2], "cases", "next_1000_due_listed", 1);
}

TEST(BenchSmokeTest, ScaleWritesStockWhoseBooksBalanceAndComparesTwoSizes) {
  const std::vector<json> lines = RunBench(
      "scale --skus 200 --rows 2000 --divisor 10 --seconds 0.05 --rounds 3 --callers 2 --pool-gb "
      "1");
  const std::vector<std::string> cases = {
      "availability_growth",        "availability_exact_growth", "availability_network_growth",
      "availability_region_growth", "allocation_growth",         "promise_growth"};
  ASSERT_THAT(lines, SizeIs(cases.size()));
  for (size_t i = 0; i < lines.size(); ++i) ExpectMeasurement(lines[i], "scale", cases[i], 2);
}

TEST(BenchSmokeTest, KpiAgreesWithSqlAndPrintsOneLinePerCase) {
  const std::vector<json> lines =
      RunBench("kpi --messages 4000 --agents 20 --calls 3 --late 2 --pool-gb 1");
  const std::vector<std::string> cases = {"import_vs_load_data", "month_vs_sql",
                                          "month_after_change", "late_message"};
  ASSERT_THAT(lines, SizeIs(cases.size() + 1));
  for (size_t i = 0; i < cases.size(); ++i) ExpectMeasurement(lines[i], "kpi", cases[i], 1);
  EXPECT_EQ(lines.back()["case"], "memory");
  EXPECT_GT(lines.back()["value"], 1);
}

TEST(BenchSmokeTest, PayrollAgreesWithSqlAndPrintsOneLinePerCase) {
  const std::vector<json> lines =
      RunBench("payroll --agents 20 --months 2 --customers 4 --calls 3 --pool-gb 1");
  const std::vector<std::string> cases = {"payroll_month", "statement", "close_month",
                                          "simulate_year"};
  ASSERT_THAT(lines, SizeIs(cases.size()));
  for (size_t i = 0; i < cases.size(); ++i) ExpectMeasurement(lines[i], "payroll", cases[i], 1);
}

}  // namespace
}  // namespace kefu::bench
