#include "services/performance/domain/payroll/fines.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/match.h"
#include "services/performance/domain/payroll/arithmetic.h"

namespace kefu::performance::domain::payroll {

bool AreOneFine(const Line& one, const Line& other) {
  const auto names = [](const Line& a, const Line& b) {
    return a.reference == b.reference ||
           (a.kind == LineKind::kConductFine && absl::EndsWith(b.reference, "/" + a.reference));
  };
  return one.kind == other.kind && IsFine(one.kind) && (names(one, other) || names(other, one));
}

std::string GivenBackAs(const Line& fine) {
  return fine.kind == LineKind::kAttendanceFine ? "attendance/" + fine.reference : fine.reference;
}

std::vector<LateChange> FinesToGiveBack(const Statement& paid, const Statement& now,
                                        const GivenBack& before) {
  std::vector<LateChange> fines;
  std::vector<int64_t> lessened;
  int64_t stands = 0, given = 0;
  for (const Line& line : paid.lines) {
    if (!IsFine(line.kind) || line.amount_minor == 0) continue;
    int64_t asked_now = 0;
    for (const Line& other : now.lines) asked_now += AreOneFine(line, other) ? AskedBy(other) : 0;
    const std::string name = GivenBackAs(line);
    const auto found = before.find(name);
    const int64_t back = found == before.end() ? 0 : found->second;
    const int64_t most = std::max<int64_t>(0, AskedBy(line) - back);
    stands += std::min(most, asked_now);
    given += back;
    lessened.push_back(most - std::min(most, asked_now));
    fines.push_back({.reference = name, .note = line.note});
  }
  const int64_t due = std::max<int64_t>(0, FinesTaken(paid) - stands - given);
  const std::vector<int64_t> parts = Divide(due, lessened);
  for (size_t i = 0; i < fines.size(); ++i) fines[i].amount_minor = parts[i];
  std::erase_if(fines, [](const LateChange& fine) { return fine.amount_minor == 0; });
  return fines;
}

int64_t DueAgain(int64_t minor, const FineAsked& asked) {
  return std::max<int64_t>(0, std::min(minor, asked.most) - asked.net);
}

}  // namespace kefu::performance::domain::payroll
