// A problem that an agent could not answer, and its answers. Pure; time is an argument.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/enums/enum_names.h"
#include "services/staffing/domain/types.h"

namespace kefu::staffing::problems {

enum class State : uint8_t { kUnspecified, kOpen, kAnswered };
KEFU_ENUM_NAMES(State, "UNSPECIFIED", "OPEN", "ANSWERED")

// problems::NameOf.
using ::kefu::NameOf;

struct Problem {
  std::string id;
  std::string shop_id;
  std::string agent_id;
  std::string question;
  std::string product_id;
  std::string attribute;
  std::string link;
  std::string conversation_id;
  State state = State::kOpen;
  std::string answer;
  std::string answered_by;
  std::optional<absl::Time> answer_time;
  int64_t answers = 0;  // how many it has had
  std::string recorded_by;
  domain::RecordInfo info;
};

struct Answer {
  int64_t sequence = 0;
  std::string text;
  std::string answered_by;
  absl::Time time;
};

// The problem with an answer in force. FAILED_PRECONDITION PROBLEM_ANSWERED for who may not replace
// one.
absl::StatusOr<Problem> WithAnswer(const Problem& problem, std::string_view answer,
                                   std::string_view actor, bool may_replace, absl::Time now);

// What the problem is found by, and of that what stands in the question.
struct Tokens {
  std::set<std::string> all, question;
};
Tokens TokensOf(const Problem& problem);

}  // namespace kefu::staffing::problems
