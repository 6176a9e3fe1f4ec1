#include "clients/kefuctl/payroll/render.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <vector>

#include "clients/kefuctl/figures.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/text.h"
#include "clients/kefuctl/words.h"

namespace kefu::payroll {
namespace {

namespace pay = performance::v1;
using kefuctl::Cell;
using kefuctl::Colour;
using kefuctl::Count;
using kefuctl::EnumLabel;
using kefuctl::FormatDate;
using kefuctl::In;
using kefuctl::ShownMoney;

std::string Bps(int64_t bps) {
  return fmt::format("{}{}.{:02}%", bps < 0 ? "-" : "", std::abs(bps) / 100, std::abs(bps) % 100);
}

kefu::common::v1::Money Sum(const pay::Statement& statement, bool (*wanted)(pay::PayLineKind)) {
  kefu::common::v1::Money sum = statement.total();
  sum.set_minor_units(0);
  for (const pay::PayLine& line : statement.lines()) {
    if (wanted(line.kind())) sum.set_minor_units(sum.minor_units() + line.amount().minor_units());
  }
  return sum;
}

bool IsBase(pay::PayLineKind kind) {
  return kind == pay::PAY_LINE_KIND_BASE || kind == pay::PAY_LINE_KIND_TENURE ||
         kind == pay::PAY_LINE_KIND_UNPAID_TIME || kind == pay::PAY_LINE_KIND_OVERTIME;
}
bool IsFine(pay::PayLineKind kind) {
  return kind == pay::PAY_LINE_KIND_CONDUCT_FINE || kind == pay::PAY_LINE_KIND_ATTENDANCE_FINE;
}
// What other months leave, and entries.
bool IsOther(pay::PayLineKind kind) {
  return kind == pay::PAY_LINE_KIND_REFUND || kind == pay::PAY_LINE_KIND_CORRECTION ||
         kind == pay::PAY_LINE_KIND_ENTRY || kind == pay::PAY_LINE_KIND_CARRIED_IN ||
         kind == pay::PAY_LINE_KIND_CARRIED_OUT;
}
bool IsVariable(pay::PayLineKind kind) { return !IsBase(kind) && !IsFine(kind) && !IsOther(kind); }

std::string Gini(int64_t bps) { return fmt::format("{}.{:04}", bps / 10'000, bps % 10'000); }

template <class Problems>
Cell ProblemsOf(const Problems& problems) {
  std::vector<std::string> words;
  for (const int problem : problems) {
    words.push_back(EnumLabel(pay::PayProblem_descriptor(), problem));
  }
  return {fmt::format("{}", fmt::join(words, In("，", ", "))), Colour::kRed};
}

std::string NoteOf(const pay::PayLine& line) {
  std::vector<std::string> notes;
  if (line.has_new_buyers()) {
    notes.push_back(line.new_buyers() ? In("新客", "new buyers") : In("老客", "returning buyers"));
  }
  if (!line.reference().empty()) notes.push_back(line.reference());
  if (!line.note().empty()) notes.push_back(line.note());
  if (line.not_taken().minor_units() != 0) {
    notes.push_back(
        fmt::format("{} {}", In("依法未扣", "not taken"), ShownMoney(line.not_taken())));
  }
  return fmt::format("{}", fmt::join(notes, In("，", ", ")));
}

// Half up, as all of pay.
int64_t Rounded(int64_t numerator, int64_t denominator) {
  return (2 * numerator + denominator) / (2 * denominator);
}

std::string Shown(pay::PayGateKind kind, const pay::PayFraction& fraction,
                  const std::string& currency) {
  if (fraction.denominator() == 0) return "–";
  if (kind == pay::PAY_GATE_KIND_MINIMUM_SALES || kind == pay::PAY_GATE_KIND_AVERAGE_ORDER_VALUE) {
    kefu::common::v1::Money money;
    money.set_currency_code(currency);
    money.set_minor_units(Rounded(fraction.numerator(), fraction.denominator()));
    return ShownMoney(money);
  }
  return Bps(Rounded(fraction.numerator() * 10'000, fraction.denominator()));
}

}  // namespace

std::string PeriodHead(const pay::PayPeriod& period) {
  std::string head = fmt::format(
      "{} {:04}-{:02}  {}  {} {}  {} {}",
      period.shop_id().empty() ? In("全部店铺", "all shops") : period.shop_id(), period.year(),
      period.month(), EnumLabel(pay::PayState_descriptor(), period.state()), In("方案", "plan"),
      period.pay_plan_id(), In("合计", "total"), ShownMoney(period.total()));
  if (period.problem_count() > 0) {
    head += fmt::format(fmt::runtime(In("\n有问题的工资单：{}，解决后才能关账",
                                        "\nstatements with problems: {}. Solve them before the "
                                        "month can be closed")),
                        period.problem_count());
  }
  return head;
}

kefuctl::Table StatementsTable(
    const google::protobuf::RepeatedPtrField<pay::Statement>& statements) {
  kefuctl::Table table({{In("客服", "agent")},
                        {In("底薪", "base"), true},
                        {In("提成与奖金", "variable"), true},
                        {In("往月与更正", "other months"), true},
                        {In("扣款", "fines"), true},
                        {In("应发", "total"), true},
                        {In("问题", "problems")}});
  for (const pay::Statement& statement : statements) {
    table.Add({statement.agent_id(), ShownMoney(Sum(statement, IsBase)),
               ShownMoney(Sum(statement, IsVariable)), ShownMoney(Sum(statement, IsOther)),
               ShownMoney(Sum(statement, IsFine)), ShownMoney(statement.total()),
               ProblemsOf(statement.problems())});
  }
  return table;
}

std::string StatementHead(const pay::Statement& statement) {
  return fmt::format("{} {:04}-{:02}  {}  {} {}", statement.agent_id(), statement.year(),
                     statement.month(), EnumLabel(pay::PayState_descriptor(), statement.state()),
                     In("应发", "total"), ShownMoney(statement.total()));
}

kefuctl::Table LinesTable(const pay::Statement& statement) {
  kefuctl::Table table({{In("行", "line"), true},
                        {In("项目", "what")},
                        {In("起", "from")},
                        {In("止", "to")},
                        {In("数量", "quantity"), true},
                        {In("基数", "basis"), true},
                        {In("比例", "rate"), true},
                        {In("金额", "amount"), true},
                        {In("说明", "note"), false, 100}});
  for (const pay::PayLine& line : statement.lines()) {
    const bool negative = line.amount().minor_units() < 0;
    table.Add({std::to_string(line.line_number()),
               EnumLabel(pay::PayLineKind_descriptor(), line.kind()), FormatDate(line.first_date()),
               FormatDate(line.last_date()), line.quantity() == 0 ? "" : Count(line.quantity()),
               line.basis().minor_units() == 0 ? "" : ShownMoney(line.basis()),
               line.rate_bps() == 0 ? "" : Bps(line.rate_bps()),
               Cell(ShownMoney(line.amount()), negative ? Colour::kRed : Colour::kNone),
               NoteOf(line)});
  }
  return table;
}

kefuctl::Table GatesTable(const pay::Statement& statement) {
  kefuctl::Table table({{In("门槛", "gate")},
                        {In("本人", "agent"), true},
                        {In("标准", "needed"), true},
                        {In("结果", "result")}});
  for (const pay::PayGateResult& gate : statement.gates()) {
    table.Add({EnumLabel(pay::PayGateKind_descriptor(), gate.kind()),
               Shown(gate.kind(), gate.value(), statement.total().currency_code()),
               Shown(gate.kind(), gate.threshold(), statement.total().currency_code()),
               gate.passed() ? Cell(In("达标", "met"), Colour::kGreen)
                             : Cell(In("未达标", "not met"), Colour::kRed)});
  }
  return table;
}

kefuctl::Table SourcesTable(const google::protobuf::RepeatedPtrField<pay::PaySource>& sources) {
  kefuctl::Table table({{In("来源", "source")},
                        {In("编号", "id")},
                        {In("日期", "day")},
                        {In("基数", "basis"), true},
                        {In("数量", "quantity"), true},
                        {In("金额", "amount"), true},
                        {In("说明", "note"), false, 100}});
  for (const pay::PaySource& source : sources) {
    table.Add({EnumLabel(pay::PaySourceKind_descriptor(), source.kind()), source.source_id(),
               FormatDate(source.day()),
               source.basis().minor_units() == 0 ? "" : ShownMoney(source.basis()),
               source.quantity() == 0 ? "" : Count(source.quantity()), ShownMoney(source.amount()),
               source.note()});
  }
  return table;
}

kefuctl::Table PeopleTable(const pay::SimulatePayrollResponse& simulation) {
  kefuctl::Table table({{In("客服", "agent")},
                        {In("原方案", "before"), true},
                        {In("新方案", "after"), true},
                        {In("差额", "difference"), true}});
  for (const pay::SimulatedPerson& person : simulation.people()) {
    const int64_t difference = person.difference().minor_units();
    table.Add({person.agent_id(), ShownMoney(person.before()), ShownMoney(person.after()),
               Cell(ShownMoney(person.difference()), difference > 0   ? Colour::kGreen
                                                     : difference < 0 ? Colour::kRed
                                                                      : Colour::kNone)});
  }
  return table;
}

std::string SimulationSums(const pay::SimulatePayrollResponse& simulation) {
  return fmt::format(
      "{} {}   {} {}   {} {}\n{} {}   {} {}   {} {}\n{} {} → {}", In("原成本", "cost before"),
      ShownMoney(simulation.before()), In("新成本", "after"), ShownMoney(simulation.after()),
      In("差额", "difference"), ShownMoney(simulation.difference()), In("增加", "winners"),
      simulation.winner_count(), In("减少", "losers"), simulation.loser_count(),
      In("不变", "unchanged"), simulation.unchanged_count(), In("基尼系数", "Gini"),
      Gini(simulation.gini_before_bps()), Gini(simulation.gini_after_bps()));
}

}  // namespace kefu::payroll
