#include "services/performance/domain/payroll/statement.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/performance/domain/payroll/arithmetic.h"
#include "services/performance/domain/payroll/awards.h"
#include "services/performance/domain/payroll/commission.h"

namespace kefu::performance::domain::payroll {
namespace {

constexpr int64_t kMinutesOfHour = 60;

// What belongs to another month, or was decided by hand.
bool IsForeign(LineKind kind) {
  return kind == LineKind::kCorrection || kind == LineKind::kEntry ||
         kind == LineKind::kCarriedIn || kind == LineKind::kCarriedOut;
}

bool IsCommission(LineKind kind) {
  return kind == LineKind::kCommission || kind == LineKind::kBuyerFactor ||
         kind == LineKind::kCoefficient;
}
// What is earned by selling, and what is given for doing well: awards of longer periods are no
// matter of the month's score.
bool IsEarned(const Line& line) {
  return IsCommission(line.kind) || line.kind == LineKind::kShopShare;
}
bool IsBonus(const Line& line) {
  return line.kind == LineKind::kBonus ||
         (line.kind == LineKind::kAward &&
          absl::CivilMonth(line.first) == absl::CivilMonth(line.last));
}

// --- Amounts that would not stay exact are refused ---

bool Fits(int64_t minor) { return minor >= -kMaxMinor && minor <= kMaxMinor; }

bool Fits(const AgentInput& agent) {
  const auto figures = [](const Figures& f) {
    return Fits(f.sales_minor) && Fits(f.refunds_minor) && Fits(f.consulted) && Fits(f.assisted) &&
           Fits(f.converted) && Fits(f.paid_customers) && Fits(f.reviews) && Fits(f.ratings);
  };
  const auto counts = [&](int64_t count) { return count >= 0 && count <= 1'000'000; };
  Wide sum = 0;  // of all parts, so that every partial sum fits as well
  const auto add = [&](int64_t minor) { sum += minor < 0 ? -Wide{minor} : Wide{minor}; };
  for (const GradeDays& days : agent.days) {
    for (size_t b = 0; b < kBuyers; ++b) {
      add(days.sales_minor[b]);
      add(days.refunds_minor[b]);
    }
  }
  for (const EarlierSale& sale : agent.earlier_sales) {
    add(sale.refunds_minor);
    add(sale.refunded_before_minor);
    add(sale.sales_minor);
    add(sale.commission_minor);
  }
  for (const ConductMoney& conduct : agent.conduct) add(conduct.amount_minor);
  for (const LateChange& change : agent.late_changes) add(change.amount_minor);
  for (const LateChange& change : agent.left_out) add(change.amount_minor);
  for (const Entry& entry : agent.entries) add(entry.amount_minor);
  add(agent.carried_in_minor);
  return figures(agent.month) && figures(agent.quarter) && figures(agent.year) &&
         std::ranges::all_of(agent.month_by_shop, figures) &&
         std::ranges::all_of(agent.quarter_by_shop, figures) &&
         std::ranges::all_of(agent.year_by_shop, figures) && sum <= kMaxMinor &&
         counts(agent.late_count) && counts(agent.early_count) && counts(agent.absence_count) &&
         std::ranges::all_of(agent.overtime, counts) && Fits(agent.score.value_or(0)) &&
         agent.score_effect_bps >= -kWholeBps && agent.score_effect_bps <= kMaxFactorBps;
}

// --- One agent ---

class StatementMaker {
 public:
  StatementMaker(const PayPlan& plan, const MonthInput& input, std::span<const Means> means,
                 const AgentInput& agent)
      : plan_(plan),
        agent_(agent),
        means_(means),
        first_(input.month),
        last_(LastDayOf(input.month)) {
    statement_.agent_id = agent.agent_id;
  }

  Statement Run(int64_t shop_share, std::vector<Line> awards) {
    AddBase();
    AddAttendance();
    AddCommission();
    AddBonuses(shop_share, std::move(awards));
    AddScore();
    for (const ConductMoney& conduct : agent_.conduct) {
      if (conduct.amount_minor > 0) AddConduct(conduct, LineKind::kConductReward);
    }
    AddRefunds();
    TakeByScore();
    AddForeign();
    CarryOut();
    AddFines();
    statement_.total_minor = Sum([](const Line&) { return true; });
    return std::move(statement_);
  }

 private:
  void Add(Line line) {
    if (line.first == absl::CivilDay()) line.first = first_;
    if (line.last == absl::CivilDay()) line.last = last_;
    statement_.lines.push_back(std::move(line));
  }

  template <class Which>
  int64_t Sum(Which which) const {
    int64_t sum = 0;
    for (const Line& line : statement_.lines) sum += which(line) ? line.amount_minor : 0;
    return sum;
  }

  // A part of a month earns its days' part of the month's pay, and each shop pays its part of that.
  int64_t ByDays(int64_t minor) const {
    return PartHere(agent_.parts, MulDiv(minor, agent_.employed_days, last_ - first_ + 1));
  }
  // "120/300": the weight here and that of all, where several shops pay.
  std::string PartsNote() const {
    const auto [here, all] = WeightOf(agent_.parts);
    return here == all ? "" : fmt::format("{}/{}", here, all);
  }
  // The most that may be taken of a wage. 20 % is rounded down: never more.
  int64_t MostTaken(int64_t wage) const {
    const Wide share = Wide{std::max<int64_t>(0, wage)} * plan_.max_taken_bps / kWholeBps;
    return std::max<int64_t>(
        0, std::min(static_cast<int64_t>(share), wage - ByDays(plan_.minimum_wage_minor)));
  }

  void AddBase() {
    if (!agent_.employment_known) {
      if (plan_.unknown_employment == UnknownEmployment::kNoBase) {
        Add({.kind = LineKind::kBase, .basis_minor = plan_.base_minor});
        return;
      }
      const bool pays = plan_.base_minor > 0 || (plan_.tenure && plan_.tenure->step_minor > 0);
      if (plan_.unknown_employment != UnknownEmployment::kWholeMonth && agent_.has_figures &&
          pays) {
        statement_.problems.push_back(Problem::kEmploymentUnknown);
      }
    }
    Add({.kind = LineKind::kBase,
         .amount_minor = ByDays(plan_.base_minor),
         .basis_minor = plan_.base_minor,
         .quantity = agent_.employed_days,
         .note = PartsNote()});
    if (const auto& tenure = plan_.tenure; tenure && agent_.service_months) {
      const int months = *agent_.service_months;
      int64_t steps = 0;
      if (months >= tenure->first_step_months) {
        steps = 1 + (months - tenure->first_step_months) / tenure->step_months;
      }
      if (tenure->max_steps > 0) steps = std::min<int64_t>(steps, tenure->max_steps);
      if (steps > 0) {
        Add({.kind = LineKind::kTenure,
             .amount_minor = ByDays(steps * tenure->step_minor),
             .basis_minor = tenure->step_minor,
             .quantity = steps,
             .note = PartsNote()});
      }
    }
  }

  void AddAttendance() {
    AddUnpaidTime();
    for (const auto& [day, reference] :
         {std::pair{kOnWorkday, "workday"}, std::pair{kOnRestDay, "rest_day"},
          std::pair{kOnHoliday, "holiday"}}) {
      const int64_t hour = plan_.attendance.overtime_hour_minor, minutes = agent_.overtime[day];
      if (hour == 0 || minutes == 0) continue;
      const int32_t rate = plan_.attendance.overtime_bps[day];
      Add({.kind = LineKind::kOvertime,
           .amount_minor = PartHere(
               agent_.parts, MulDiv(Wide{hour} * minutes, rate, Wide{kMinutesOfHour} * kWholeBps)),
           .basis_minor = hour,
           .rate_bps = rate,
           .quantity = minutes,
           .reference = reference,
           .note = PartsNote()});
    }
  }

  void AddUnpaidTime() {
    if (!plan_.attendance.unpaid_time || agent_.unpaid_minutes <= 0) return;
    if (agent_.scheduled_minutes <= 0) {
      statement_.problems.push_back(Problem::kScheduleMissing);
      return;
    }
    const int64_t pay = Sum([](const Line&) { return true; });
    const int64_t minutes = std::min(agent_.unpaid_minutes, agent_.scheduled_minutes);
    Add({.kind = LineKind::kUnpaidTime,
         .amount_minor = -MulDiv(pay, minutes, agent_.scheduled_minutes),
         .basis_minor = pay,
         .quantity = minutes});
  }

  void AddCommission() {
    CommissionResult result = Commission(plan_.commission, agent_.days);
    net_sales_ = result.sales_minor[kReturning] + result.sales_minor[kNew];
    statement_.commissioned_sales_minor = result.sales_minor;
    statement_.gates = JudgeGates(plan_, means_, agent_, net_sales_);
    if (result.grade_unknown) statement_.problems.push_back(Problem::kGradeUnknown);
    if (std::ranges::all_of(statement_.gates, &GateResult::passed)) {
      statement_.commission_minor = result.commission_minor;
      for (Line& line : result.lines) Add(std::move(line));
    } else if (!plan_.commission.bands.empty()) {
      // Says that there is none, and on what.
      Add({.kind = LineKind::kCommission, .basis_minor = net_sales_});
    }
  }

  void AddBonuses(int64_t shop_share, std::vector<Line> awards) {
    for (const FixedBonus& bonus : plan_.bonuses) {
      if (!agent_.has_figures) break;
      if (auto line = BonusLine(bonus, agent_, net_sales_)) Add(*std::move(line));
    }
    if (plan_.shop_share_bps > 0) {
      Add({.kind = LineKind::kShopShare,
           .amount_minor = shop_share,
           .rate_bps = plan_.shop_share_bps,
           .quantity = agent_.employed_days});
    }
    for (Line& line : awards) Add(std::move(line));
  }

  bool IsScored() const { return !plan_.scorecard_id.empty() && agent_.score.has_value(); }

  // Whether a bonus is given for the points themselves.
  bool PaysPoints() const {
    return agent_.has_figures && std::ranges::find(plan_.bonuses, BonusMetric::kScore,
                                                   &FixedBonus::metric) != plan_.bonuses.end();
  }

  void AddScore() {
    if (plan_.scorecard_id.empty()) return;
    const bool variable = plan_.score_on == ScoreOn::kVariable;
    const int64_t bonuses = Sum(IsBonus), earned = variable ? Sum(IsEarned) : 0;
    if (agent_.has_figures && !agent_.score) {
      statement_.problems.push_back(Problem::kScoreMissing);
    } else if (agent_.score_pending && (bonuses > 0 || earned > 0 || PaysPoints())) {
      statement_.problems.push_back(Problem::kScorePending);
    }
    if (!IsScored() || agent_.score_effect_bps == 0) return;
    const bool all = variable && agent_.score_effect_bps > 0;
    const int64_t basis = bonuses + (all ? earned : 0);
    if (basis <= 0) return;
    const int64_t amount = MulBps(basis, agent_.score_effect_bps);
    AddScoreLine(basis, amount);
    if (all) ShareWithCommission(basis, amount);
  }

  // What it takes of commission and share.
  void TakeByScore() {
    if (!IsScored() || plan_.score_on != ScoreOn::kVariable || agent_.score_effect_bps >= 0) return;
    const int64_t basis = Sum(IsEarned);
    if (basis <= 0) return;
    const int64_t asked = -MulBps(basis, agent_.score_effect_bps);
    taken_by_score_ = std::min(asked, MostTaken(Sum([](const Line&) { return true; })));
    AddScoreLine(basis, -taken_by_score_).not_taken_minor = asked - taken_by_score_;
    ShareWithCommission(basis, -taken_by_score_);
  }

  Line& AddScoreLine(int64_t basis, int64_t amount) {
    Add({.kind = LineKind::kScore,
         .amount_minor = amount,
         .basis_minor = basis,
         .rate_bps = agent_.score_effect_bps,
         .quantity = *agent_.score,
         .reference = agent_.scorecard});
    return statement_.lines.back();
  }

  // Its parts in each commission, so that refunds take back neither more nor less than was given.
  void ShareWithCommission(int64_t basis, int64_t amount) {
    auto& commission = statement_.commission_minor;
    const std::vector<int64_t> parts = Divide(
        amount, std::array{commission[0], commission[1], basis - commission[0] - commission[1]});
    for (size_t b = 0; b < kBuyers; ++b) commission[b] += parts[b];
  }

  void AddConduct(const ConductMoney& conduct, LineKind kind) {
    Add({.kind = kind,
         .amount_minor = conduct.amount_minor,
         .reference = conduct.reference,
         .note = conduct.kind,
         .first = conduct.day,
         .last = conduct.day});
  }

  // Commission of the month of the sale, in proportion to what was paid back. It is rounded over
  // all refunds of the sales so far, so that whatever way they are paid back the whole commission
  // is taken back once.
  void AddRefunds() {
    for (const EarlierSale& sale : agent_.earlier_sales) {
      if (sale.refunds_minor == 0) continue;
      Line line{.kind = LineKind::kRefund,
                .basis_minor = sale.refunds_minor,
                .first = sale.month,
                .last = LastDayOf(sale.month),
                .buyer = sale.buyer};
      if (sale.sales_minor > 0) {
        const auto taken = [&](int64_t refunds) {
          return MulDiv(std::clamp<int64_t>(refunds, 0, sale.sales_minor), sale.commission_minor,
                        sale.sales_minor);
        };
        line.amount_minor = taken(sale.refunded_before_minor) -
                            taken(sale.refunded_before_minor + sale.refunds_minor);
        line.rate_bps =
            static_cast<int32_t>(MulDiv(sale.commission_minor, kWholeBps, sale.sales_minor));
      }
      Add(std::move(line));
    }
  }

  void AddForeign() {
    if (agent_.correction_incomplete) {
      statement_.problems.push_back(Problem::kCorrectionIncomplete);
    }
    for (const LateChange& change : agent_.late_changes) {
      if (change.amount_minor == 0) continue;
      Add({.kind = LineKind::kCorrection,
           .amount_minor = change.amount_minor,
           .reference = change.reference,
           .note = change.note,
           .first = change.month,
           .last = LastDayOf(change.month)});
    }
    for (const LateChange& change : agent_.left_out) {
      Add({.kind = LineKind::kLeftOut,
           .basis_minor = change.amount_minor,
           .first = change.month,
           .last = LastDayOf(change.month)});
    }
    for (const Entry& entry : agent_.entries) {
      Add({.kind = LineKind::kEntry,
           .amount_minor = entry.amount_minor,
           .reference = entry.id,
           .note = entry.reason});
    }
    if (agent_.carried_in_minor > 0) {
      Add({.kind = LineKind::kCarriedIn,
           .amount_minor = -agent_.carried_in_minor,
           .first = absl::CivilDay(absl::CivilMonth(first_) - 1),
           .last = first_ - 1});
    }
  }

  // What is taken back for earlier months does not push the wage below the minimum wage of the days
  // employed: the rest waits for the next month.
  void CarryOut() {
    const int64_t wage = Sum([](const Line&) { return true; });
    int64_t taken_back = 0;
    for (const Line& line : statement_.lines) {
      if (line.amount_minor < 0 && (line.kind == LineKind::kRefund || IsForeign(line.kind))) {
        taken_back -= line.amount_minor;
      }
    }
    const int64_t floor = ByDays(plan_.minimum_wage_minor);
    statement_.carried_out_minor = std::clamp<int64_t>(floor - wage, 0, taken_back);
    if (statement_.carried_out_minor > 0) {
      Add({.kind = LineKind::kCarriedOut, .amount_minor = statement_.carried_out_minor});
    }
    statement_.wage_minor = wage + statement_.carried_out_minor + taken_by_score_;
  }

  // Fines share what the caps leave by largest remainder. Where there is no wage at all there is
  // nothing that caps could be a share of: conduct waits for a month with one.
  void AddFines() {
    const bool wage = statement_.wage_minor > 0;
    for (const ConductMoney& conduct : agent_.conduct) {
      if (conduct.amount_minor >= 0 || (conduct.taken && wage)) continue;
      AddConduct(conduct, LineKind::kConductFine);
      Line& line = statement_.lines.back();
      line.not_taken_minor = -std::exchange(line.amount_minor, 0);
      line.pending = conduct.pending || conduct.taken;
    }
    const size_t begin = statement_.lines.size();
    for (const ConductMoney& conduct : agent_.conduct) {
      if (conduct.amount_minor < 0 && conduct.taken && wage) {
        AddConduct(conduct, LineKind::kConductFine);
      }
    }
    const AttendanceRule& rule = plan_.attendance;
    for (const auto& [reference, count, fine] :
         {std::tuple{"late", agent_.late_count, rule.late_fine_minor},
          std::tuple{"early", agent_.early_count, rule.early_fine_minor},
          std::tuple{"absence", agent_.absence_count, rule.absence_fine_minor}}) {
      if (count == 0 || fine == 0) continue;
      const Wide amount = Wide{count} * fine;
      Add({.kind = LineKind::kAttendanceFine,
           .amount_minor =
               -PartHere(agent_.parts, static_cast<int64_t>(std::min(amount, Wide{kMaxMinor}))),
           .basis_minor = fine,
           .quantity = count,
           .reference = reference,
           .note = PartsNote()});
    }
    std::vector<int64_t> asked;
    for (size_t i = begin; i < statement_.lines.size(); ++i) {
      asked.push_back(-statement_.lines[i].amount_minor);
    }
    const int64_t wanted = std::accumulate(asked.begin(), asked.end(), int64_t{0});
    const int64_t most = std::max<int64_t>(0, MostTaken(statement_.wage_minor) - taken_by_score_);
    const std::vector<int64_t> taken = Divide(std::clamp<int64_t>(wanted, 0, most), asked);
    for (size_t i = 0; i < asked.size(); ++i) {
      statement_.lines[begin + i].amount_minor = -taken[i];
      statement_.lines[begin + i].not_taken_minor = asked[i] - taken[i];
    }
  }

  const PayPlan& plan_;
  const AgentInput& agent_;
  const std::span<const Means> means_;
  const absl::CivilDay first_, last_;
  int64_t net_sales_ = 0, taken_by_score_ = 0;
  Statement statement_;
};

// By the days employed, of each agent the part that is paid here: in 10^-12 of a day, rounded down.
std::vector<int64_t> ShopShares(const PayPlan& plan, const MonthInput& input) {
  constexpr int64_t kDay = 1'000'000'000'000;
  std::vector<int64_t> days;
  for (const AgentInput& agent : input.agents) {
    const auto [here, all] = WeightOf(agent.parts);
    days.push_back(all == 0 ? 0
                            : static_cast<int64_t>(Wide{agent.employed_days} * kDay * here / all));
  }
  return Divide(MulBps(std::max<int64_t>(0, input.shop_net_sales_minor), plan.shop_share_bps),
                days);
}

}  // namespace

int64_t PartHere(const ShopParts& parts, int64_t whole) {
  const std::vector<int64_t> divided = Divide(whole, parts.weights);
  int64_t part = 0;
  for (const size_t shop : parts.here) part += divided[shop];
  return part;
}

WeightHere WeightOf(const ShopParts& parts) {
  WeightHere weight{0, std::accumulate(parts.weights.begin(), parts.weights.end(), int64_t{0})};
  for (const size_t shop : parts.here) weight.here += parts.weights[shop];
  return weight;
}

Figures& Figures::operator+=(const Figures& other) {
  sales_minor += other.sales_minor;
  refunds_minor += other.refunds_minor;
  consulted += other.consulted;
  assisted += other.assisted;
  converted += other.converted;
  paid_customers += other.paid_customers;
  reviews += other.reviews;
  positive_reviews += other.positive_reviews;
  ratings += other.ratings;
  rating_points += other.rating_points;
  return *this;
}

Figures FiguresOf(const Measures& m) {
  return {.sales_minor = m[Measure::kSalesMinor],
          .refunds_minor = m[Measure::kRefundMinor],
          .consulted = m[Measure::kConsulted],
          .assisted = m[Measure::kAssisted],
          .converted = m[Measure::kConverted],
          .paid_customers = m[Measure::kPaidCustomers],
          .reviews = m[Measure::kReviews],
          .positive_reviews = m[Measure::kPositiveReviews],
          .ratings = m[Measure::kRatings],
          .rating_points = m[Measure::kRatingPoints]};
}

absl::StatusOr<std::vector<Statement>> Compute(const PayPlan& plan, const MonthInput& input) {
  if (!Fits(input.shop_net_sales_minor)) {
    return MakeError(absl::StatusCode::kOutOfRange, "MONEY_OVERFLOW",
                     "the shop's sales exceed what pay is computed for");
  }
  for (const AgentInput& agent : input.agents) {
    if (Fits(agent)) continue;
    return MakeError(
        absl::StatusCode::kOutOfRange, "MONEY_OVERFLOW",
        fmt::format("the figures of agent {} exceed what pay is computed for", agent.agent_id));
  }
  std::vector<std::vector<Line>> awards(input.agents.size());
  for (const Award& award : plan.awards) {
    if (!PaidIn(award.period, input.month)) continue;
    std::vector<std::optional<Line>> won = AwardLines(plan, award, input);
    for (size_t i = 0; i < won.size(); ++i) {
      if (won[i]) awards[i].push_back(*std::move(won[i]));
    }
  }
  const std::vector<Means> means = MeansOf(input.agents, AwardPeriod::kMonth);
  const std::vector<int64_t> shares = ShopShares(plan, input);
  std::vector<Statement> statements;
  statements.reserve(input.agents.size());
  for (size_t i = 0; i < input.agents.size(); ++i) {
    statements.push_back(
        StatementMaker(plan, input, means, input.agents[i]).Run(shares[i], std::move(awards[i])));
  }
  return statements;
}

int64_t OwnEarnings(const Statement& statement) {
  int64_t sum = 0;
  for (const Line& line : statement.lines) {
    if (!IsForeign(line.kind) && !IsFine(line.kind)) sum += line.amount_minor;
  }
  return sum;
}

bool IsFine(LineKind kind) {
  return kind == LineKind::kConductFine || kind == LineKind::kAttendanceFine;
}

int64_t FinesTaken(const Statement& statement) {
  int64_t sum = 0;
  for (const Line& line : statement.lines) sum -= IsFine(line.kind) ? line.amount_minor : 0;
  return sum;
}

}  // namespace kefu::performance::domain::payroll
