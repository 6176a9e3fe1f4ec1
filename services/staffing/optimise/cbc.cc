#include "services/staffing/optimise/cbc.h"

#include <coin/Cbc_C_Interface.h>

#include <memory>
#include <mutex>

#include "fmt/format.h"

namespace kefu::staffing::optimise {
namespace {

using Model = std::unique_ptr<Cbc_Model, decltype(&Cbc_deleteModel)>;

// Column by column, as CBC wants it.
void Load(const Program& program, Cbc_Model* model) {
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
    row_lower.push_back(row.lower);
    row_upper.push_back(row.upper);
  }
  Cbc_loadProblem(model, static_cast<int>(columns), static_cast<int>(program.rows.size()),
                  start.data(), rows.data(), values.data(), lower.data(), upper.data(), cost.data(),
                  row_lower.data(), row_upper.data());
  for (size_t c = 0; c < columns; ++c) {
    if (program.columns[c].integer) Cbc_setInteger(model, static_cast<int>(c));
  }
}

}  // namespace

Solution Solve(const Program& program, const Limits& limits) {
  static std::mutex one_at_a_time;  // CBC keeps state of its own outside the model
  const std::lock_guard lock(one_at_a_time);
  const Model model(Cbc_newModel(), &Cbc_deleteModel);
  Load(program, model.get());
  Cbc_setLogLevel(model.get(), 0);
  Cbc_setParameter(model.get(), "log", "0");
  Cbc_setParameter(model.get(), "timeMode", "elapsed");
  Cbc_setParameter(model.get(), "seconds",
                   fmt::format("{:.3f}", absl::ToDoubleSeconds(limits.time)).c_str());
  Cbc_setParameter(model.get(), "maxNodes", fmt::format("{}", limits.nodes).c_str());
  Cbc_setParameter(model.get(), "ratioGap", fmt::format("{}", limits.relative_gap).c_str());
  Cbc_solve(model.get());

  Solution solution;
  const double* values = Cbc_bestSolution(model.get());
  if (values == nullptr) return solution;
  solution.optimal = Cbc_isProvenOptimal(model.get()) != 0;
  solution.objective = Cbc_getObjValue(model.get());
  solution.values.assign(values, values + program.columns.size());
  return solution;
}

}  // namespace kefu::staffing::optimise
