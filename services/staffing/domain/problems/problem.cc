#include "services/staffing/domain/problems/problem.h"

#include "services/staffing/domain/problems/search.h"
#include "services/staffing/errors_conduct.h"

namespace kefu::staffing::problems {

absl::StatusOr<Problem> WithAnswer(const Problem& problem, std::string_view answer,
                                   std::string_view actor, bool may_replace, absl::Time now) {
  if (problem.state == State::kAnswered && !may_replace) return error::ProblemAnswered(problem.id);
  Problem answered = problem;
  answered.state = State::kAnswered;
  answered.answer = answer;
  answered.answered_by = actor;
  answered.answer_time = now;
  ++answered.answers;
  answered.info = {problem.info.version + 1, problem.info.create_time, now};
  return answered;
}

Tokens TokensOf(const Problem& problem) {
  Tokens tokens{.question = IndexTokens(problem.question)};
  tokens.all = tokens.question;
  for (const std::string* text : {&problem.product_id, &problem.attribute, &problem.answer}) {
    tokens.all.merge(IndexTokens(*text));
  }
  return tokens;
}

}  // namespace kefu::staffing::problems
