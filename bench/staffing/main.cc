// kefu-bench-staffing: planning staff on real data, each case against what one would do without
// it. Prints one JSON line a case to stdout.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "bench/staffing/benches.h"

namespace kefu::bench {
namespace {

struct NamedCase {
  const char* name;
  absl::StatusOr<double> (*run)(const std::string& data);
  double least;  // of the ratio, with --check
};
constexpr NamedCase kCases[] = {
    {"forecast_vs_last_week", ForecastVsLastWeek, 1},
    {"erlang_a_vs_c", ErlangAVsC, 1},
    {"roster_vs_bound", RosterVsBound, 0.95},
    {"roster_sick_call", RosterSickCall, 0.99},
};

int Main(int argc, char** argv) {
  std::string data = KEFU_DATA_DIR;
  std::vector<std::string> names, only;
  bool check = false;
  for (const NamedCase& each : kCases) names.emplace_back(each.name);
  CLI::App program("Forecast, staffing need and rosters on real data", "kefu-bench-staffing");
  program.add_option("--data", data, "Folder of the data sets, with call_centre/ in it")
      ->type_name("DIR")
      ->envname("KEFU_DEV_DATA_DIR")
      ->capture_default_str();
  program.add_option("--case", only, "Only these cases")->check(CLI::IsMember(names));
  program.add_flag("--check", check, "Fail when a ratio is lower than it must be");
  CLI11_PARSE(program, argc, argv);
  for (const NamedCase& each : kCases) {
    if (!only.empty() && std::find(only.begin(), only.end(), each.name) == only.end()) continue;
    const absl::StatusOr<double> ratio = each.run(data);
    if (ratio.ok() && (!check || *ratio > each.least)) continue;
    std::fprintf(stderr, "kefu-bench-staffing: %s: %s\n", each.name,
                 ratio.ok() ? "the ratio is too low" : ratio.status().ToString().c_str());
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace kefu::bench

int main(int argc, char** argv) { return kefu::bench::Main(argc, argv); }
