#include "services/staffing/store/problems.h"

#include <algorithm>
#include <map>

#include "services/staffing/errors_conduct.h"
#include "services/staffing/store/rows.h"

namespace kefu::staffing::store {
namespace {

using db::Row;
using db::Sql;
using problems::Answer;
using problems::Problem;

#define COLUMNS                                                                            \
  "problem_id, shop_id, agent_id, question, product_id, attribute, link, conversation_id," \
  " state, answer, answered_by, answer_us, answers, recorded_by, version, create_us, update_us"
constexpr Sql kFind{"SELECT " COLUMNS " FROM problem WHERE org_id = ? AND problem_id = ?"};
constexpr Sql kLock{"SELECT " COLUMNS
                    " FROM problem WHERE org_id = ? AND problem_id = ? FOR UPDATE"};
constexpr Sql kFindMany{"SELECT " COLUMNS " FROM problem WHERE org_id = ? AND problem_id IN (?*)"};
constexpr Sql kInsert{"INSERT INTO problem (org_id, " COLUMNS
                      ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"};
constexpr Sql kUpdate{
    "UPDATE problem SET state = ?, answer = ?, answered_by = ?, answer_us = ?, answers = ?,"
    " version = ?, update_us = ? WHERE org_id = ? AND problem_id = ?"};
constexpr Sql kList{"SELECT " COLUMNS
                    " FROM problem WHERE org_id = ? AND problem_id > ?"
                    " AND (? = '' OR shop_id = ?) AND (? = '' OR FIND_IN_SET(shop_id, ?) > 0)"
                    " AND (? = '' OR agent_id = ?) AND (? = '' OR product_id = ?)"
                    " AND (? = '' OR state = ?) ORDER BY problem_id LIMIT ?"};

#define ANSWER_COLUMNS "sequence, answer, answered_by, answer_us"
constexpr Sql kInsertAnswer{"INSERT INTO problem_answer (org_id, problem_id, " ANSWER_COLUMNS
                            ") VALUES (?,?,?,?,?,?)"};
constexpr Sql kAnswers{"SELECT " ANSWER_COLUMNS
                       " FROM problem_answer WHERE org_id = ? AND problem_id = ?"
                       " ORDER BY sequence DESC LIMIT ?"};

constexpr Sql kDeleteTokens{"DELETE FROM problem_token WHERE org_id = ? AND problem_id = ?"};
constexpr std::string_view kInsertTokens =
    "INSERT INTO problem_token (org_id, token, problem_id, in_question)";
constexpr Sql kSearch{
    "SELECT t.problem_id, COUNT(*) AS hits, SUM(t.in_question) AS asked FROM problem_token t"
    " JOIN problem p ON p.org_id = t.org_id AND p.problem_id = t.problem_id WHERE t.org_id = ?"
    " AND t.token IN (?*) AND (? = '' OR p.shop_id = ?)"
    " AND (? = '' OR FIND_IN_SET(p.shop_id, ?) > 0) AND (? = '' OR p.state = ?)"
    " GROUP BY t.problem_id HAVING COUNT(*) >= ?"
    " ORDER BY hits DESC, asked DESC, t.problem_id DESC LIMIT ?"};

Problem FromRow(const Row& row) {
  return {.id = row.Str(0),
          .shop_id = row.Str(1),
          .agent_id = row.Str(2),
          .question = row.Str(3),
          .product_id = row.Str(4),
          .attribute = row.Str(5),
          .link = row.Str(6),
          .conversation_id = row.Str(7),
          .state = EnumAt<problems::State>(row, 8),
          .answer = row.Str(9),
          .answered_by = row.Str(10),
          .answer_time = row.OptTime(11),
          .answers = row.Int(12),
          .recorded_by = row.Str(13),
          .info = InfoAt(row, 14)};
}

absl::StatusOr<Problem> One(absl::StatusOr<db::Rows> rows, std::string_view id) {
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return error::ProblemNotFound(id);
  return FromRow(rows->front());
}

absl::Status InsertTokens(db::Transaction& t, std::string_view org_id, const Problem& problem) {
  const problems::Tokens tokens = problems::TokensOf(problem);
  std::vector<db::Param> flat;
  for (const std::string& token : tokens.all) {
    flat.insert(flat.end(),
                {org_id, db::Param::Bytes(token), problem.id, tokens.question.contains(token)});
  }
  return t.InsertMany(kInsertTokens, 4, flat).status();
}

}  // namespace

absl::StatusOr<Problem> FindProblem(Reader reader, std::string_view org_id,
                                    std::string_view problem_id) {
  return One(reader.Query(kFind, {org_id, problem_id}), problem_id);
}

absl::StatusOr<Problem> LockProblem(db::Transaction& t, std::string_view org_id,
                                    std::string_view problem_id) {
  return One(t.Query(kLock, {org_id, problem_id}), problem_id);
}

absl::Status InsertProblem(db::Transaction& t, std::string_view org_id, const Problem& problem) {
  RETURN_IF_ERROR(t.Execute(kInsert, {org_id, problem.id, problem.shop_id, problem.agent_id,
                                      problem.question, problem.product_id, problem.attribute,
                                      problem.link, problem.conversation_id, NameOf(problem.state),
                                      problem.answer, problem.answered_by, problem.answer_time,
                                      problem.answers, problem.recorded_by, problem.info.version,
                                      problem.info.create_time, problem.info.update_time})
                      .status());
  return InsertTokens(t, org_id, problem);
}

absl::Status SaveAnswer(db::Transaction& t, std::string_view org_id, const Problem& problem) {
  RETURN_IF_ERROR(t.Execute(kUpdate, {NameOf(problem.state), problem.answer, problem.answered_by,
                                      problem.answer_time, problem.answers, problem.info.version,
                                      problem.info.update_time, org_id, problem.id})
                      .status());
  RETURN_IF_ERROR(t.Execute(kInsertAnswer, {org_id, problem.id, problem.answers, problem.answer,
                                            problem.answered_by, problem.answer_time})
                      .status());
  RETURN_IF_ERROR(t.Execute(kDeleteTokens, {org_id, problem.id}).status());
  return InsertTokens(t, org_id, problem);
}

absl::StatusOr<std::vector<Answer>> ProblemAnswers(Reader reader, std::string_view org_id,
                                                   std::string_view problem_id, int limit) {
  ASSIGN_OR_RETURN(auto answers,
                   Collect(reader.Query(kAnswers, {org_id, problem_id, limit}), [](const Row& row) {
                     return Answer{row.Int(0), row.Str(1), row.Str(2), row.Time(3)};
                   }));
  std::ranges::reverse(answers);
  return answers;
}

absl::StatusOr<std::vector<Problem>> ListProblems(Reader reader, std::string_view org_id, Page page,
                                                  const ProblemFilter& filter) {
  const ProblemFilter& f = filter;
  return Collect(
      reader.Query(kList, {org_id, page.after, f.shop_id, f.shop_id, f.shops, f.shops, f.agent_id,
                           f.agent_id, f.product_id, f.product_id, f.state, f.state, page.limit}),
      FromRow);
}

absl::StatusOr<std::vector<FoundProblem>> SearchProblems(db::Transaction& t,
                                                         std::string_view org_id,
                                                         const std::set<std::string>& tokens,
                                                         int least_hits, int limit,
                                                         const ProblemFilter& filter) {
  std::vector<db::Param> wanted;
  for (const std::string& token : tokens) wanted.push_back(db::Param::Bytes(token));
  ASSIGN_OR_RETURN(const db::Rows ranked,
                   t.QueryIn(kSearch, {org_id}, wanted, 1,
                             {filter.shop_id, filter.shop_id, filter.shops, filter.shops,
                              filter.state, filter.state, least_hits, limit}));
  std::vector<db::Param> ids;
  for (const Row row : ranked) ids.emplace_back(row.Text(0));
  ASSIGN_OR_RETURN(const auto rows, Collect(t.QueryIn(kFindMany, {org_id}, ids), FromRow));
  std::map<std::string_view, const Problem*> by_id;
  for (const Problem& problem : rows) by_id[problem.id] = &problem;
  std::vector<FoundProblem> found;
  for (const Row row : ranked) {
    const auto problem = by_id.find(row.Text(0));
    if (problem == by_id.end()) continue;
    found.push_back({*problem->second, static_cast<int>(row.Int(1))});
  }
  return found;
}

}  // namespace kefu::staffing::store
