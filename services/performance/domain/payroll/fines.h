// A person's fines over closed months: what was taken for them, given back, and taken again.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "services/performance/domain/payroll/statement.h"

namespace kefu::performance::domain::payroll {

// Whether two lines are about one fine: of the same conduct or attendance, whatever its day, which
// may be corrected. An organization's months closed before named conduct without its shop.
bool AreOneFine(const Line& one, const Line& other);

// What a fine was to cost, taken or not; not negative.
inline int64_t AskedBy(const Line& fine) { return fine.not_taken_minor - fine.amount_minor; }

// How a correction that gives a fine back names it: conduct as the fine's line does, attendance
// "attendance/late".
std::string GivenBackAs(const Line& fine);

// What was given back of a closed month's fines so far, by that name.
using GivenBack = std::map<std::string, int64_t>;

// What is to be given back of the fines that money was taken for in a closed month, beyond what was
// given back before. Each stands as much as its month, as it is known now, asks for it, at most as
// it was asked then less what was given back of it: what stands again is taken again under the caps
// of another month (DueAgain), never here. Fines that have come since hide nothing, and what the
// caps cut of several stands for those that are left. Given back by largest remainder, by what each
// was lessened. Their month is left to the caller.
std::vector<LateChange> FinesToGiveBack(const Statement& paid, const Statement& now,
                                        const GivenBack& before);

// What closed months have asked for one fine.
struct FineAsked {
  int64_t most = 0;  // by one of them
  int64_t net = 0;   // by all of them, less what was given back
};
// What may be taken of a fine of `minor` that closed months have asked: what was given back and
// stands again. Nothing is asked for what has grown since, nor again for what the caps left.
int64_t DueAgain(int64_t minor, const FineAsked& asked);

}  // namespace kefu::performance::domain::payroll
