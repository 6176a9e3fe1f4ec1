#include "common/solver/cbc.h"

#include <coin/Cbc_C_Interface.h>

#include <algorithm>
#include <memory>
#include <mutex>

#include "fmt/format.h"

namespace kefu::solver {
namespace {

using Model = std::unique_ptr<Cbc_Model, decltype(&Cbc_deleteModel)>;

// Column by column, as CBC wants it.
void Load(const LinearProgram& program, Cbc_Model* model) {
  const size_t columns = program.columns.size();
  std::vector<CoinBigIndex> start(columns + 1);
  for (const auto& entry : program.entries) ++start[entry.column + 1];
  for (size_t c = 0; c < columns; ++c) start[c + 1] += start[c];
  std::vector<CoinBigIndex> next(start.begin(), start.end() - 1);
  std::vector<int> rows(program.entries.size());
  std::vector<double> values(program.entries.size());
  for (const auto& entry : program.entries) {
    const CoinBigIndex at = next[entry.column]++;
    rows[at] = entry.row;
    values[at] = entry.value;
  }
  std::vector<double> lower, upper, cost, row_lower, row_upper;
  for (const auto& column : program.columns) {
    lower.push_back(column.lower);
    upper.push_back(column.upper);
    cost.push_back(column.cost);
  }
  for (const auto& row : program.rows) {
    row_lower.push_back(std::max(row.lower, -kUnbounded));
    row_upper.push_back(row.upper);
  }
  Cbc_loadProblem(model, static_cast<int>(columns), static_cast<int>(program.rows.size()),
                  start.data(), rows.data(), values.data(), lower.data(), upper.data(), cost.data(),
                  row_lower.data(), row_upper.data());
  for (size_t c = 0; c < columns; ++c) {
    if (program.columns[c].integer) Cbc_setInteger(model, static_cast<int>(c));
  }
}

void SetStart(const LinearProgram& program, const std::vector<int>& open, Cbc_Model* model) {
  std::vector<int> columns;
  std::vector<double> values;
  for (size_t c = 0; c < program.columns.size(); ++c) {
    if (!program.columns[c].integer) continue;
    columns.push_back(static_cast<int>(c));
    values.push_back(std::ranges::find(open, static_cast<int>(c)) == open.end() ? 0 : 1);
  }
  Cbc_setMIPStartI(model, static_cast<int>(columns.size()), columns.data(), values.data());
}

}  // namespace

Solution Solve(const LinearProgram& program, const Limits& limits,
               const std::optional<std::vector<int>>& open) {
  static std::mutex one_at_a_time;  // CBC keeps state of its own outside the model
  const std::lock_guard lock(one_at_a_time);
  const Model model(Cbc_newModel(), &Cbc_deleteModel);
  Load(program, model.get());
  const bool mixed = std::ranges::any_of(program.columns, [](const auto& c) { return c.integer; });
  Cbc_setLogLevel(model.get(), 0);
  Cbc_setParameter(model.get(), "log", "0");
  Cbc_setParameter(model.get(), "timeMode", "elapsed");
  Cbc_setParameter(model.get(), "seconds",
                   fmt::format("{:.3f}", absl::ToDoubleSeconds(limits.time)).c_str());
  if (limits.nodes)
    Cbc_setParameter(model.get(), "maxNodes", fmt::format("{}", *limits.nodes).c_str());
  Cbc_setParameter(model.get(), "ratioGap", fmt::format("{}", limits.relative_gap).c_str());
  if (open) SetStart(program, *open, model.get());
  Cbc_solve(model.get());

  Solution solution;
  const bool optimal = Cbc_isProvenOptimal(model.get()) != 0;
  const double* values = mixed     ? Cbc_bestSolution(model.get())
                         : optimal ? Cbc_getColSolution(model.get())
                                   : nullptr;
  if (values == nullptr) {
    if (Cbc_isProvenInfeasible(model.get()) != 0) solution.status = Solution::Status::kInfeasible;
    return solution;
  }
  solution.status = optimal ? Solution::Status::kOptimal : Solution::Status::kFeasible;
  solution.objective = Cbc_getObjValue(model.get());
  solution.bound = mixed ? std::min(solution.objective, Cbc_getBestPossibleObjValue(model.get()))
                         : solution.objective;
  solution.values.assign(values, values + program.columns.size());
  return solution;
}

}  // namespace kefu::solver
