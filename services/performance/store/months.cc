#include "services/performance/store/months.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <span>
#include <string>
#include <utility>

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/performance/store/rollups.h"

namespace kefu::performance::store {
namespace {

using db::Param;
using db::Sql;
using domain::Measures;
using domain::SubjectKind;

constexpr Sql kTouch{
    "INSERT INTO month_state (org_id, shop_id, definition_id, month, version, summed) VALUES (?, "
    "?, ?, ?, 1, 0) ON DUPLICATE KEY UPDATE version = version + 1"};
constexpr Sql kLockState{
    "SELECT version, summed FROM month_state WHERE org_id = ? AND shop_id = ? AND definition_id = "
    "? AND month = ? FOR UPDATE"};
constexpr Sql kSetState{
    "UPDATE month_state SET version = ?, summed = ? WHERE org_id = ? AND shop_id = ? AND "
    "definition_id = ? AND month = ?"};
constexpr Sql kStates{
    "SELECT month, version = summed FROM month_state WHERE org_id = ? AND shop_id = ? AND "
    "definition_id = ? AND month BETWEEN ? AND ? ORDER BY month"};

constexpr Sql kVersions{
    "SELECT version FROM month_state WHERE org_id = ? AND shop_id = ? AND definition_id = ? AND "
    "month BETWEEN ? AND ?"};

constexpr Sql kSelectDays{
    "SELECT subject_kind, subject_id, measures, histogram FROM day_rollup WHERE org_id = ? AND "
    "shop_id = ? AND definition_id = ? AND day BETWEEN ? AND ?"};
constexpr Sql kDeleteMonth{
    "DELETE FROM month_rollup WHERE org_id = ? AND shop_id = ? AND definition_id = ? AND month = "
    "?"};
constexpr std::string_view kInsertMonth =
    "INSERT INTO month_rollup (org_id, shop_id, definition_id, month, subject_kind, subject_id, "
    "measures, histogram)";
constexpr std::string_view kInsertDay =
    "INSERT INTO day_rollup (org_id, shop_id, definition_id, day, subject_kind, subject_id, "
    "measures, histogram)";
constexpr std::string_view kReplaceSums =
    " ON DUPLICATE KEY UPDATE measures = VALUES(measures), histogram = VALUES(histogram)";
constexpr Sql kSelectKind{
    "SELECT month, subject_id, measures, histogram FROM month_rollup WHERE org_id = ? AND shop_id "
    "= ? AND definition_id = ? AND month BETWEEN ? AND ? AND subject_kind = ? ORDER BY month, "
    "subject_id"};
constexpr Sql kSelectSubject{
    "SELECT month, subject_id, measures, histogram FROM month_rollup WHERE org_id = ? AND shop_id "
    "= ? AND definition_id = ? AND month BETWEEN ? AND ? AND subject_kind = ? AND subject_id = ? "
    "ORDER BY month"};
// In this order: the few shops, of each its month, of that the subjects.
constexpr Sql kSumsAtShops{
    "SELECT s.shop_id, s.version = s.summed, r.subject_id, r.measures FROM shop_settings g "
    "STRAIGHT_JOIN month_state s ON s.org_id = g.org_id AND s.shop_id = g.shop_id AND "
    "s.definition_id = ? AND s.month = ? LEFT JOIN month_rollup r ON r.org_id = s.org_id AND "
    "r.shop_id = s.shop_id AND r.definition_id = s.definition_id AND r.month = s.month AND "
    "r.subject_kind = ? WHERE g.org_id = ?"};
// The primary key would read the whole organization.
constexpr Sql kDaysAtShops{
    "SELECT shop_id, day, subject_id, measures FROM day_rollup FORCE INDEX (day_rollup_by_subject) "
    "WHERE org_id = ? AND subject_kind = 'AGENT' AND subject_id IN (?*) AND day BETWEEN ? AND ? "
    "AND definition_id = ?"};
constexpr size_t kListSize = 1000;
constexpr Sql kDaySums{
    "SELECT measures, histogram FROM day_rollup WHERE org_id = ? AND shop_id = ? AND "
    "definition_id = ? AND day = ? AND subject_kind = ? AND subject_id = ?"};
constexpr Sql kMonthSums{
    "SELECT measures, histogram FROM month_rollup WHERE org_id = ? AND shop_id = ? AND "
    "definition_id = ? AND month = ? AND subject_kind = ? AND subject_id = ?"};
constexpr Sql kDeleteDaySums{
    "DELETE FROM day_rollup WHERE org_id = ? AND shop_id = ? AND definition_id = ? AND day = ? AND "
    "subject_kind = ? AND subject_id = ?"};
constexpr Sql kDeleteMonthSums{
    "DELETE FROM month_rollup WHERE org_id = ? AND shop_id = ? AND definition_id = ? AND month = ? "
    "AND subject_kind = ? AND subject_id = ?"};

absl::CivilDay FirstOf(absl::CivilMonth month) { return absl::CivilDay(month); }
absl::CivilDay LastOf(absl::CivilMonth month) { return absl::CivilDay(month + 1) - 1; }

absl::StatusOr<Measures> Decoded(std::string_view values, std::string_view histogram,
                                 std::string_view shop_id) {
  auto measures = Measures::Decode(values, histogram);
  if (!measures) return Internal(fmt::format("stored figures of shop {} cannot be read", shop_id));
  return *std::move(measures);
}
absl::StatusOr<Measures> Decoded(const db::Row& row, size_t column, const Scope& scope) {
  return Decoded(row.Text(column), row.Text(column + 1), scope.shop_id);
}

// Sums to write, by kind and subject; keeps their bytes alive until they are written.
class Written {
 public:
  Written(const Scope& scope, std::string_view definition_id, absl::CivilDay day)
      : scope_(scope), definition_id_(definition_id), day_(day) {}

  void Add(std::string_view kind, std::string_view id, const Measures& sums) {
    const auto& [values, histogram] =
        bytes_.emplace_back(sums.EncodeValues(), sums.response.Encode());
    flat_.insert(flat_.end(), {scope_.org_id, scope_.shop_id, definition_id_, day_, kind, id,
                               Param::Bytes(values), Param::Bytes(histogram)});
  }
  absl::Status Save(db::Transaction& t, std::string_view head, std::string_view tail = "") const {
    return t.InsertMany(head, 8, flat_, tail).status();
  }

 private:
  using Bytes = std::pair<std::string, std::string>;
  const Scope& scope_;
  const std::string_view definition_id_;
  const absl::CivilDay day_;
  std::deque<Bytes> bytes_;  // stay where they are
  std::vector<Param> flat_;
};

// Sums a month anew unless somebody has just done so. The days are read once the month is locked:
// whoever changes one later waits, and touches the month afterwards.
absl::Status SumMonth(db::Transaction& t, const Scope& scope, std::string_view definition_id,
                      absl::CivilMonth month) {
  const absl::CivilDay first = FirstOf(month);
  ASSIGN_OR_RETURN(const db::Rows state,
                   t.Query(kLockState, {scope.org_id, scope.shop_id, definition_id, first}));
  if (state.empty() || state.front().Int(0) == state.front().Int(1)) return absl::OkStatus();
  const int64_t version = state.front().Int(0);
  ASSIGN_OR_RETURN(
      const db::Rows days,
      t.Query(kSelectDays, {scope.org_id, scope.shop_id, definition_id, first, LastOf(month)}));
  std::map<std::pair<std::string_view, std::string_view>, Measures> sums;
  for (const db::Row row : days) {
    ASSIGN_OR_RETURN(const Measures measures, Decoded(row, 2, scope));
    sums[{row.Text(0), row.Text(1)}].Merge(measures);
  }
  Written written(scope, definition_id, first);
  for (const auto& [subject, measures] : sums) written.Add(subject.first, subject.second, measures);
  RETURN_IF_ERROR(
      t.Execute(kDeleteMonth, {scope.org_id, scope.shop_id, definition_id, first}).status());
  RETURN_IF_ERROR(written.Save(t, kInsertMonth));
  return t.Execute(kSetState, {version, version, scope.org_id, scope.shop_id, definition_id, first})
      .status();
}

// Corrects the sums of some subjects in one table. False: what is to be taken was not there.
absl::StatusOr<bool> Correct(db::Transaction& t, const Scope& scope, std::string_view definition_id,
                             absl::CivilDay day, Sql select, Sql erase, std::string_view insert,
                             const Deltas& deltas) {
  Written written(scope, definition_id, day);
  for (const auto& [subject, delta] : deltas) {
    const std::string_view kind = KindName(subject.kind);
    ASSIGN_OR_RETURN(const db::Rows rows, t.Query(select, {scope.org_id, scope.shop_id,
                                                           definition_id, day, kind, subject.id}));
    Measures sums;
    if (!rows.empty()) {
      ASSIGN_OR_RETURN(sums, Decoded(rows.front(), 0, scope));
    }
    sums.Merge(delta.added);
    if (!sums.Subtract(delta.taken)) return false;
    if (sums != Measures{}) {
      written.Add(kind, subject.id, sums);
    } else if (!rows.empty()) {
      RETURN_IF_ERROR(
          t.Execute(erase, {scope.org_id, scope.shop_id, definition_id, day, kind, subject.id})
              .status());
    }
  }
  RETURN_IF_ERROR(written.Save(t, insert, kReplaceSums));
  return true;
}

// What a period is made of.
struct Parts {
  std::vector<absl::CivilMonth> months;
  std::vector<std::pair<absl::CivilDay, absl::CivilDay>> days;
};

// Leaves out months that have never had figures.
absl::StatusOr<Parts> PartsOf(db::Transaction& t, const Scope& scope,
                              std::string_view definition_id, absl::CivilDay first,
                              absl::CivilDay last, bool sum) {
  ASSIGN_OR_RETURN(const db::Rows states,
                   t.Query(kStates, {scope.org_id, scope.shop_id, definition_id,
                                     FirstOf(absl::CivilMonth(first)), last}));
  Parts parts;
  for (const db::Row row : states) {
    const absl::CivilMonth month(row.Day(0));
    const bool whole = FirstOf(month) >= first && LastOf(month) <= last;
    bool holds = row.Bool(1);
    if (whole && !holds && sum) {
      RETURN_IF_ERROR(SumMonth(t, scope, definition_id, month));
      holds = true;
    }
    if (whole && holds) {
      parts.months.push_back(month);
      continue;
    }
    const absl::CivilDay from = std::max(first, FirstOf(month)), to = std::min(last, LastOf(month));
    if (!parts.days.empty() && parts.days.back().second + 1 == from) {
      parts.days.back().second = to;
    } else {
      parts.days.emplace_back(from, to);
    }
  }
  return parts;
}

}  // namespace

absl::Status TouchMonth(db::Transaction& t, const Scope& scope, std::string_view definition_id,
                        absl::CivilMonth month) {
  return t.Execute(kTouch, {scope.org_id, scope.shop_id, definition_id, FirstOf(month)}).status();
}

absl::StatusOr<bool> CorrectDay(db::Transaction& t, const Scope& scope,
                                std::string_view definition_id, absl::CivilDay day,
                                const Deltas& deltas) {
  ASSIGN_OR_RETURN(const bool corrected, Correct(t, scope, definition_id, day, kDaySums,
                                                 kDeleteDaySums, kInsertDay, deltas));
  if (!corrected) return false;
  const absl::CivilMonth month(day);
  ASSIGN_OR_RETURN(const db::Rows state, t.Query(kLockState, {scope.org_id, scope.shop_id,
                                                              definition_id, FirstOf(month)}));
  if (state.empty() || state.front().Int(0) != state.front().Int(1)) {
    RETURN_IF_ERROR(TouchMonth(t, scope, definition_id, month));
    return true;
  }
  const int64_t version = state.front().Int(0) + 1;
  ASSIGN_OR_RETURN(const bool whole, Correct(t, scope, definition_id, FirstOf(month), kMonthSums,
                                             kDeleteMonthSums, kInsertMonth, deltas));
  RETURN_IF_ERROR(t.Execute(kSetState, {version, whole ? version : 0, scope.org_id, scope.shop_id,
                                        definition_id, FirstOf(month)})
                      .status());
  return true;
}

absl::StatusOr<int64_t> VersionOfMonths(db::Transaction& t, const Scope& scope,
                                        std::string_view definition_id, absl::CivilDay first,
                                        absl::CivilDay last) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kVersions, {scope.org_id, scope.shop_id, definition_id,
                                       FirstOf(absl::CivilMonth(first)), last}));
  int64_t sum = 0;
  for (const db::Row row : rows) sum += row.Int(0);
  return sum;
}

absl::StatusOr<std::vector<SubjectSums>> SumPeriod(db::Transaction& t, const Scope& scope,
                                                   std::string_view definition_id,
                                                   absl::CivilDay first, absl::CivilDay last,
                                                   SubjectKind kind, std::string_view id) {
  const bool one = !id.empty() || kind == SubjectKind::kShop;
  ASSIGN_OR_RETURN(const Parts parts, PartsOf(t, scope, definition_id, first, last, /*sum=*/!one));
  std::vector<SubjectSums> all;
  if (!parts.months.empty()) {
    std::vector<Param> params{scope.org_id,
                              scope.shop_id,
                              definition_id,
                              FirstOf(parts.months.front()),
                              FirstOf(parts.months.back()),
                              KindName(kind)};
    if (!id.empty()) params.emplace_back(id);
    ASSIGN_OR_RETURN(const db::Rows rows,
                     t.Query(id.empty() ? kSelectKind : kSelectSubject, params));
    all.reserve(rows.size());
    for (const db::Row row : rows) {
      if (!std::ranges::binary_search(parts.months, absl::CivilMonth(row.Day(0)))) continue;
      ASSIGN_OR_RETURN(Measures measures, Decoded(row, 2, scope));
      all.push_back({{kind, row.Str(1)}, std::move(measures)});
    }
  }
  for (const auto& [from, to] : parts.days) {
    ASSIGN_OR_RETURN(auto rows, LoadRollups(t, scope, definition_id, from, to, kind, id));
    for (RollupRow& row : rows) all.push_back({std::move(row.subject), std::move(row.measures)});
  }
  if (parts.days.empty() && parts.months.size() <= 1) return all;
  std::map<domain::SubjectId, Measures> sums;
  for (SubjectSums& part : all) sums[std::move(part.subject)].Merge(part.measures);
  all.clear();
  for (auto& [subject, measures] : sums) all.push_back({subject, std::move(measures)});
  return all;
}

absl::StatusOr<std::vector<SumsAtShop>> SumMonthAtShops(db::Transaction& t, std::string_view org_id,
                                                        std::string_view definition_id,
                                                        absl::CivilMonth month, SubjectKind kind) {
  while (true) {
    ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kSumsAtShops, {definition_id, FirstOf(month),
                                                                 KindName(kind), org_id}));
    std::vector<SumsAtShop> all;
    all.reserve(rows.size());
    std::set<std::string> behind;
    for (const db::Row row : rows) {
      if (!row.Bool(1)) {
        behind.insert(row.Str(0));
      } else if (!row.IsNull(2)) {
        ASSIGN_OR_RETURN(Measures measures, Decoded(row.Text(3), "", row.Text(0)));
        all.push_back({row.Str(0), FirstOf(month), {kind, row.Str(2)}, std::move(measures)});
      }
    }
    if (behind.empty()) return all;
    // They stay locked, so that this ends.
    for (const std::string& shop_id : behind) {
      RETURN_IF_ERROR(SumMonth(t, {std::string(org_id), shop_id}, definition_id, month));
    }
  }
}

absl::StatusOr<std::vector<SumsAtShop>> LoadDaysAtShops(db::Transaction& t, std::string_view org_id,
                                                        std::string_view definition_id,
                                                        absl::CivilDay first, absl::CivilDay last,
                                                        const std::set<std::string>& agent_ids) {
  const std::vector<Param> flat(agent_ids.begin(), agent_ids.end());
  std::vector<SumsAtShop> all;
  for (size_t begin = 0; begin < flat.size(); begin += kListSize) {
    const auto part = std::span(flat).subspan(begin, std::min(kListSize, flat.size() - begin));
    ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kDaysAtShops, {org_id}, part, /*width=*/1,
                                                    {first, last, definition_id}));
    for (const db::Row row : rows) {
      ASSIGN_OR_RETURN(Measures measures, Decoded(row.Text(3), "", row.Text(0)));
      all.push_back(
          {row.Str(0), row.Day(1), {SubjectKind::kAgent, row.Str(2)}, std::move(measures)});
    }
  }
  return all;
}

}  // namespace kefu::performance::store
