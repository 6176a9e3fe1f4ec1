#include "clients/kefuctl/staffing/arrivals.h"

#include <fmt/format.h>

#include <fstream>
#include <map>

#include "absl/strings/str_split.h"
#include "clients/kefuctl/columns.h"
#include "clients/kefuctl/values.h"
#include "common/status/status_macros.h"

namespace kefu::workforce {
namespace {

namespace st = staffing::v1;
using kefuctl::ParseClockTime;

constexpr int64_t kHalfHour = 1'800, kDaySeconds = 86'400;
constexpr int64_t kMaxSeconds = kDaySeconds;  // nobody waits or talks longer than a day
constexpr std::string_view kCallsHeader = "vru+line\t";
constexpr size_t kCallColumns = 17;
enum CallColumn { kDate = 5, kVruEntry, kVruExit, kQueueTime = 11, kOutcome, kServeTime = 15 };

absl::Status At(const std::string& path, int64_t line, const absl::Status& status) {
  return absl::InvalidArgumentError(
      fmt::format("{}:{}: {}", path, line, std::string(status.message())));
}

// The half hour of UTC in which an instant lies.
int64_t HalfHourOf(absl::Time time) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  return seconds - ((seconds % kHalfHour) + kHalfHour) % kHalfHour;
}

using ByHalfHour = std::map<int64_t, st::Arrivals>;

absl::Status AddCall(const std::vector<std::string>& fields, absl::TimeZone zone,
                     ByHalfHour& half_hours) {
  if (fields.size() != kCallColumns) {
    return absl::InvalidArgumentError(fmt::format("must have {} columns", kCallColumns));
  }
  const std::string& outcome = fields[kOutcome];
  if (outcome == "PHANTOM") return absl::OkStatus();
  if (outcome != "AGENT" && outcome != "HANG") {
    return absl::InvalidArgumentError("outcome must be AGENT, HANG or PHANTOM");
  }
  ASSIGN_OR_RETURN(const absl::CivilDay day, kefuctl::ParseShortDate(fields[kDate]));
  ASSIGN_OR_RETURN(const int64_t entry, ParseClockTime(fields[kVruEntry]));
  ASSIGN_OR_RETURN(const int64_t exit, ParseClockTime(fields[kVruExit]));
  ASSIGN_OR_RETURN(const int64_t waited, kefuctl::ParseInteger(fields[kQueueTime], 0, kMaxSeconds));
  ASSIGN_OR_RETURN(const int64_t served, kefuctl::ParseInteger(fields[kServeTime], 0, kMaxSeconds));
  const absl::Time arrived =
      kefuctl::InstantOf(absl::CivilSecond(exit < entry ? day + 1 : day) + exit, zone);
  for (int64_t at = HalfHourOf(kefuctl::InstantOf(absl::CivilSecond(day), zone));
       at < absl::ToUnixSeconds(kefuctl::InstantOf(absl::CivilSecond(day + 1), zone));
       at += kHalfHour) {
    half_hours[at];
  }
  st::Arrivals& sums = half_hours[HalfHourOf(arrived)];
  sums.set_arrivals(sums.arrivals() + 1);
  sums.set_wait_seconds(sums.wait_seconds() + waited);
  if (outcome == "HANG") {
    sums.set_abandoned(sums.abandoned() + 1);
  } else {
    sums.set_answered(sums.answered() + 1);
    sums.set_handle_seconds(sums.handle_seconds() + served);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<ArrivalsRow>> ReadCalls(std::ifstream& file, const std::string& path,
                                                   absl::TimeZone zone) {
  ByHalfHour half_hours;
  std::string line;
  for (int64_t number = 2; std::getline(file, line); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) continue;
    const absl::Status added = AddCall(absl::StrSplit(line, '\t'), zone, half_hours);
    if (!added.ok()) return At(path, number, added);
  }
  std::vector<ArrivalsRow> rows;
  for (auto& [start, arrivals] : half_hours) {
    arrivals.mutable_start_time()->set_seconds(start);
    *rows.emplace_back().mutable_arrivals() = std::move(arrivals);
  }
  return rows;
}

absl::StatusOr<std::vector<ArrivalsRow>> ReadTable(const std::string& path, absl::TimeZone zone) {
  ASSIGN_OR_RETURN(const auto table,
                   kefuctl::ReadColumns(path, 0,
                                        {"start|开始时间", "arrivals|进线量", "?answered|接起量",
                                         "?abandoned|放弃量", "?handle_seconds|处理秒数",
                                         "?wait_seconds|等待秒数"}));
  std::vector<ArrivalsRow> rows;
  for (const kefuctl::ColumnsRow& record : table) {
    ArrivalsRow& row = rows.emplace_back();
    row.set_line(record.line);
    st::Arrivals& arrivals = *row.mutable_arrivals();
    const auto start = kefuctl::ParseTime(record[0], zone);
    if (!start.ok()) return At(path, record.line, start.status());
    *arrivals.mutable_start_time() = kefuctl::ToTimestamp(*start);
    const std::string where = fmt::format("{}:{}", path, record.line);
    const auto count = [&](size_t column) -> absl::StatusOr<int64_t> {
      if (record[column].empty() && column > 1) return 0;
      return kefuctl::ReadCount(where, record[column]);
    };
    ASSIGN_OR_RETURN(const int64_t arrived, count(1));
    ASSIGN_OR_RETURN(const int64_t answered, count(2));
    ASSIGN_OR_RETURN(const int64_t abandoned, count(3));
    ASSIGN_OR_RETURN(const int64_t handled, count(4));
    ASSIGN_OR_RETURN(const int64_t waited, count(5));
    arrivals.set_arrivals(arrived);
    arrivals.set_answered(answered);
    arrivals.set_abandoned(abandoned);
    arrivals.set_handle_seconds(handled);
    arrivals.set_wait_seconds(waited);
  }
  return rows;
}

}  // namespace

absl::StatusOr<std::vector<ArrivalsRow>> ReadArrivals(const std::string& path,
                                                      absl::TimeZone zone) {
  std::ifstream file(path);
  std::string header;
  if (file && std::getline(file, header) && header.starts_with(kCallsHeader)) {
    return ReadCalls(file, path, zone);
  }
  return ReadTable(path, zone);
}

}  // namespace kefu::workforce
