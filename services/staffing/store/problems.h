// Rows of the problem log. As store.h says of the others.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "services/staffing/domain/problems/problem.h"
#include "services/staffing/store/store.h"

namespace kefu::staffing::store {

// NOT_FOUND of a problem.
absl::StatusOr<problems::Problem> FindProblem(Reader reader, std::string_view org_id,
                                              std::string_view problem_id);
absl::StatusOr<problems::Problem> LockProblem(db::Transaction& transaction, std::string_view org_id,
                                              std::string_view problem_id);
// Adds a problem with what it is found by.
absl::Status InsertProblem(db::Transaction& transaction, std::string_view org_id,
                           const problems::Problem& problem);
// Writes an answer that is now in force, beside those before, and what the problem is found by now.
// The row must be locked.
absl::Status SaveAnswer(db::Transaction& transaction, std::string_view org_id,
                        const problems::Problem& problem);
// The latest `limit`, oldest first.
absl::StatusOr<std::vector<problems::Answer>> ProblemAnswers(Reader reader, std::string_view org_id,
                                                             std::string_view problem_id,
                                                             int limit);

// In order of id; empty texts do not filter. `shops` lists the only shops to show, comma-separated.
struct ProblemFilter {
  std::string_view shop_id;
  std::string_view agent_id;
  std::string_view product_id;
  std::string_view state;
  std::string_view shops;
};
absl::StatusOr<std::vector<problems::Problem>> ListProblems(Reader reader, std::string_view org_id,
                                                            Page page, const ProblemFilter& filter);

// Problems that hold at least `least_hits` of the tokens: those with the most in front, of equals
// those with the most in the question, then the latest.
struct FoundProblem {
  problems::Problem problem;
  int hits = 0;
};
absl::StatusOr<std::vector<FoundProblem>> SearchProblems(db::Transaction& transaction,
                                                         std::string_view org_id,
                                                         const std::set<std::string>& tokens,
                                                         int least_hits, int limit,
                                                         const ProblemFilter& filter);

}  // namespace kefu::staffing::store
