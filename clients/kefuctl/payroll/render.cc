#include "clients/kefuctl/payroll/render.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <utility>
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

// Absent: 12, as the contract says.
int64_t MonthsCorrected(const pay::PayPlan& plan) {
  return plan.has_corrected_months() ? plan.corrected_months() : 12;
}

int64_t MonthsPlacedBack(const pay::PayPlan& plan) {
  return plan.has_placed_back_months() ? plan.placed_back_months() : 12;
}

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

std::string LeftOutText(const pay::PayLeftOut& month) {
  const std::string name = fmt::format("{:04}-{:02}", month.year(), month.month());
  if (month.reason() == pay::PAY_LEFT_OUT_REASON_BEFORE_FIRST) {
    return fmt::format(
        fmt::runtime(In("未计入薪酬：{}早于首个关账月，{}名客服，销售额{}",
                        "in no pay: {} lies before the first closed month; agents {}, sales {}")),
        name, month.agent_count(), ShownMoney(month.sales()));
  }
  if (month.reason() == pay::PAY_LEFT_OUT_REASON_SHOP_CAME_LATER) {
    return fmt::format(
        fmt::runtime(In("未计入薪酬：{}关账后新增店铺的数据，{}名客服，销售额{}",
                        "in no pay: shops that came after {} was closed; agents {}, sales {}")),
        name, month.agent_count(), ShownMoney(month.sales()));
  }
  if (month.reason() == pay::PAY_LEFT_OUT_REASON_OLDER_RULES) {
    return fmt::format(
        fmt::runtime(
            In("未自动更正：{}按旧版规则关账，之后数据有变；现有{}名客服，销售额{}。请核对后补录",
               "not corrected: {} was closed by older rules, and facts have changed since; "
               "now agents {}, sales {}. Compare, and enter what is due")),
        name, month.agent_count(), ShownMoney(month.sales()));
  }
  return fmt::format(
      fmt::runtime(In("未计入薪酬：{}已过更正期，{}名客服，未发{}，未扣回{}",
                      "in no pay: {} is too old to be corrected; agents {}, unpaid {}, not taken "
                      "back {}")),
      name, month.agent_count(), ShownMoney(month.unpaid()), ShownMoney(month.not_taken_back()));
}

// "3.00%", or "3.00% – 5.00%" of several bands.
std::string RatesOf(const pay::CommissionRule& rule) {
  if (rule.bands().empty()) return "";
  int least = rule.bands(0).rate_bps(), most = least;
  for (const pay::CommissionBand& band : rule.bands()) {
    least = std::min(least, band.rate_bps());
    most = std::max(most, band.rate_bps());
  }
  return least == most ? Bps(least) : fmt::format("{} – {}", Bps(least), Bps(most));
}

std::string ShopOf(const pay::PayPlan& plan) {
  if (!plan.shop_id().empty()) return plan.shop_id();
  return plan.pay_plan_id().starts_with("shipped:") ? "" : In("全部店铺", "all shops");
}

// Absent: for simulations only. What is shipped holds from ever.
std::string FromOf(const pay::PayPlan& plan) {
  if (!plan.has_effective_from()) return In("仅试算", "simulations");
  return plan.effective_from().year() <= 1 ? "" : FormatDate(plan.effective_from());
}

// A bonus counts in its metric's unit: money, hundredths of a point, points, basis points.
std::string Shown(const pay::FixedBonus& bonus, int64_t value, const std::string& currency) {
  switch (bonus.metric()) {
    case pay::BONUS_METRIC_NET_SALES: {
      kefu::common::v1::Money money;
      money.set_currency_code(currency);
      money.set_minor_units(value);
      return ShownMoney(money);
    }
    case pay::BONUS_METRIC_SATISFACTION:
      return fmt::format("{}.{:02}", value / 100, value % 100);
    case pay::BONUS_METRIC_SCORE:
      return Count(value);
    default:
      return Bps(value);
  }
}

std::string Between(const std::string& from, const std::string& to) {
  return to.empty() ? fmt::format("≥ {}", from) : fmt::format("{} – {}", from, to);
}

// The rows of a plan's rules.
class Rules {
 public:
  explicit Rules(const pay::PayPlan& plan)
      : plan_(plan),
        table_(
            {{In("项目", "rule")}, {In("条件", "when"), false, 100}, {In("值", "value"), true}}) {}

  kefuctl::Table Run() {
    Add(In("底薪", "base pay"), "", plan_.base_pay());
    if (plan_.has_tenure()) {
      Add(In("工龄", "tenure"),
          fmt::format(fmt::runtime(In("满{}个月起，每{}个月", "from {} months, every {}")),
                      plan_.tenure().first_step_months(), plan_.tenure().step_months()),
          plan_.tenure().step());
    }
    AddGates();
    AddCommission();
    AddPrizes();
    if (plan_.shop_share_bps() > 0) {
      table_.Add({In("全店提成", "share of the shop's sales"), "", Bps(plan_.shop_share_bps())});
    }
    AddLimits();
    return std::move(table_);
  }

 private:
  void Add(std::string rule, std::string when, const kefu::common::v1::Money& money) {
    if (money.minor_units() != 0) table_.Add({std::move(rule), std::move(when), ShownMoney(money)});
  }
  void AddGates() {
    for (const pay::PayGate& gate : plan_.gates()) {
      table_.Add(
          {In("门槛", "gate"), EnumLabel(pay::PayGateKind_descriptor(), gate.kind()),
           gate.has_minimum() ? ShownMoney(gate.minimum()) : In("店铺均值", "the shop's mean")});
    }
  }
  void AddCommission() {
    const pay::CommissionRule& rule = plan_.commission();
    const std::string name = rule.mode() == pay::BAND_MODE_WHOLE
                                 ? In("提成（全额）", "commission on all sales")
                                 : In("提成（分段）", "commission by band");
    for (const pay::CommissionBand& band : rule.bands()) {
      table_.Add({name,
                  Between(ShownMoney(band.from()), band.has_to() ? ShownMoney(band.to()) : ""),
                  Bps(band.rate_bps())});
    }
    const auto factor = [&](bool present, int32_t bps, const std::string& buyers) {
      if (!present || bps == 10'000) return;
      table_.Add({In("新老客系数", "factor"), buyers, Bps(bps)});
    };
    factor(rule.has_new_buyer_factor_bps(), rule.new_buyer_factor_bps(), In("新客", "new buyers"));
    factor(rule.has_returning_buyer_factor_bps(), rule.returning_buyer_factor_bps(),
           In("老客", "returning buyers"));
    for (const pay::GradeCoefficient& grade : rule.coefficients()) {
      table_.Add({In("职级系数", "coefficient"), grade.grade_id(), Bps(grade.coefficient_bps())});
    }
  }
  void AddPrizes() {
    for (const pay::PayAward& award : plan_.awards()) {
      for (int i = 0; i < award.prizes_size(); ++i) {
        Add(In("名次奖", "award"),
            fmt::format(fmt::runtime(In("{}度{}第{}名", "{}, {}, rank {}")),
                        EnumLabel(pay::AwardPeriod_descriptor(), award.period()),
                        EnumLabel(pay::AwardMetric_descriptor(), award.metric()), i + 1),
            award.prizes(i));
      }
    }
    for (const pay::FixedBonus& bonus : plan_.bonuses()) {
      for (const pay::PayBonusBand& band : bonus.bands()) {
        const auto value = [&](int64_t of) { return Shown(bonus, of, plan_.currency_code()); };
        Add(In("固定奖金", "bonus"),
            EnumLabel(pay::BonusMetric_descriptor(), bonus.metric()) + " " +
                Between(value(band.from()), band.has_to() ? value(band.to()) : ""),
            band.amount());
      }
    }
    if (!plan_.scorecard_id().empty()) {
      table_.Add({In("积分影响", "points change"),
                  plan_.score_on() == pay::SCORE_ON_VARIABLE
                      ? In("提成、全店提成与奖金", "commission, share and bonuses")
                      : In("奖金", "bonuses"),
                  plan_.scorecard_id()});
    }
  }
  void AddLimits() {
    const pay::PayAttendanceRule& rule = plan_.attendance();
    Add(In("加班费", "overtime"), In("每小时", "an hour"), rule.overtime_hour());
    Add(In("考勤扣款", "fine"), In("迟到", "late"), rule.late_fine());
    Add(In("考勤扣款", "fine"), In("早退", "gone early"), rule.early_fine());
    Add(In("考勤扣款", "fine"), In("旷工", "absence"), rule.absence_fine());
    Add(In("最低工资", "minimum wage"), "", plan_.caps().minimum_wage());
    table_.Add({In("扣款上限", "most that fines take"), In("当月工资", "of the wage"),
                Bps(plan_.caps().has_max_taken_bps() ? plan_.caps().max_taken_bps() : 2'000)});
    table_.Add({In("更正往月", "months corrected"), "", Count(MonthsCorrected(plan_))});
    table_.Add({In("无接待者归属回溯", "months looked back"), "", Count(MonthsPlacedBack(plan_))});
  }

  const pay::PayPlan& plan_;
  kefuctl::Table table_;
};

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
  for (const pay::PayLeftOut& month : period.left_out()) head += "\n" + LeftOutText(month);
  for (const pay::PayUnclosedParts& parts : period.unclosed_parts()) {
    head +=
        fmt::format(fmt::runtime(In("\n尚未发放：{:04}-{:02}有{}名客服的份额在店铺{}，该店未关账",
                                    "\nnot paid yet: of {:04}-{:02} parts of {} agents lie at "
                                    "shop {}, which has not closed it")),
                    parts.year(), parts.month(), parts.agent_count(), parts.shop_id());
  }
  return head;
}

kefuctl::Table StatementsTable(const google::protobuf::RepeatedPtrField<pay::Statement>& statements,
                               const kefuctl::Names& agents) {
  kefuctl::Table table({{In("客服", "agent")},
                        {In("底薪", "base"), true},
                        {In("提成与奖金", "variable"), true},
                        {In("往月与更正", "other months"), true},
                        {In("扣款", "fines"), true},
                        {In("应发", "total"), true},
                        {In("问题", "problems")}});
  for (const pay::Statement& statement : statements) {
    table.Add({kefuctl::ShownAgent(agents, statement.agent_id()),
               ShownMoney(Sum(statement, IsBase)), ShownMoney(Sum(statement, IsVariable)),
               ShownMoney(Sum(statement, IsOther)), ShownMoney(Sum(statement, IsFine)),
               ShownMoney(statement.total()), ProblemsOf(statement.problems())});
  }
  return table;
}

kefuctl::Table PeriodsTable(const google::protobuf::RepeatedPtrField<pay::PayPeriod>& periods) {
  kefuctl::Table table({{In("月份", "month")},
                        {In("工资单", "statements"), true},
                        {In("合计", "total"), true},
                        {In("方案", "plan")},
                        {In("关账人", "closed by")},
                        {In("校验值", "hash")}});
  for (const pay::PayPeriod& period : periods) {
    table.Add({fmt::format("{:04}-{:02}", period.year(), period.month()),
               Count(period.statement_count()), ShownMoney(period.total()), period.pay_plan_id(),
               period.closed_by(), period.period_hash().substr(0, kShortHash)});
  }
  return table;
}

kefuctl::Table PlansTable(const google::protobuf::RepeatedPtrField<pay::PayPlan>& plans) {
  kefuctl::Table table({{In("方案", "plan")},
                        {In("店铺", "shop")},
                        {In("版本", "version"), true},
                        {In("生效", "from")},
                        {In("名称", "name")},
                        {In("底薪", "base"), true},
                        {In("提成", "commission"), true},
                        {In("门槛", "gates"), true},
                        {In("更正月数", "months corrected"), true}});
  for (const pay::PayPlan& plan : plans) {
    table.Add({plan.pay_plan_id(), ShopOf(plan), Count(plan.version()), FromOf(plan),
               plan.display_name(), ShownMoney(plan.base_pay()), RatesOf(plan.commission()),
               Count(plan.gates_size()), Count(MonthsCorrected(plan))});
  }
  return table;
}

kefuctl::Table RulesTable(const pay::PayPlan& plan) { return Rules(plan).Run(); }

std::string StatementHead(const pay::Statement& statement, const kefuctl::Names& agents) {
  return fmt::format("{} {:04}-{:02}  {}  {} {}", kefuctl::ShownAgent(agents, statement.agent_id()),
                     statement.year(), statement.month(),
                     EnumLabel(pay::PayState_descriptor(), statement.state()), In("应发", "total"),
                     ShownMoney(statement.total()));
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

kefuctl::Table PeopleTable(const pay::SimulatePayrollResponse& simulation,
                           const kefuctl::Names& agents) {
  kefuctl::Table table({{In("客服", "agent")},
                        {In("原方案", "before"), true},
                        {In("新方案", "after"), true},
                        {In("差额", "difference"), true}});
  for (const pay::SimulatedPerson& person : simulation.people()) {
    const int64_t difference = person.difference().minor_units();
    table.Add({kefuctl::ShownAgent(agents, person.agent_id()), ShownMoney(person.before()),
               ShownMoney(person.after()),
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
