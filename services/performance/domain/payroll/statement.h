// From a month's figures to its statements: the one place where pay is computed. Pure: equal plans
// and inputs give equal statements, and the lines of a statement add up to its total by
// construction. Amounts are minor units; what is rounded is rounded half up once, and what is
// divided is divided by largest remainder.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "services/performance/domain/measures.h"
#include "services/performance/domain/payroll/plan.h"

namespace kefu::performance::domain::payroll {

// --- What goes in ---

// Sums of an agent over a period, by the published metrics' definitions.
struct Figures {
  int64_t sales_minor = 0;    // credited to the agent
  int64_t refunds_minor = 0;  // of these orders and earlier ones, by day paid back
  int64_t consulted = 0, assisted = 0, converted = 0, paid_customers = 0;
  int64_t reviews = 0, positive_reviews = 0;
  int64_t ratings = 0, rating_points = 0;
  Figures& operator+=(const Figures& other);
  bool operator==(const Figures&) const = default;
};
Figures FiguresOf(const Measures& measures);

enum Buyer : uint8_t { kReturning, kNew };
inline constexpr size_t kBuyers = 2;

// Days of the month with one grade, and what was sold on them: the refunds are those of the same
// month.
struct GradeDays {
  absl::CivilDay first = {}, last = {};
  std::string grade_id = {};  // empty: none is known
  std::array<int64_t, kBuyers> sales_minor{}, refunds_minor{};
  bool operator==(const GradeDays&) const = default;
};

// Refunds of this month of orders that were sold in an earlier one.
struct EarlierSale {
  absl::CivilDay month = {};  // of the sale: its first day
  Buyer buyer = kReturning;
  int64_t refunds_minor = 0;
  // Of the same sales in the months between, for which commission has been taken back already.
  int64_t refunded_before_minor = 0;
  // What the agent sold in that month to such buyers, and the commission it came to: their quotient
  // is the rate at which it is taken back.
  int64_t sales_minor = 0, commission_minor = 0;
  bool operator==(const EarlierSale&) const = default;
};

// Money decided about conduct; positive gives, negative takes.
struct ConductMoney {
  // Ids are a shop's own: where several shops are paid together, "shop/conduct".
  std::string reference, kind;
  absl::CivilDay day;
  int64_t amount_minor = 0;
  // Whether a fine may be taken: policy takes fines, and the event is decided. Else it is shown.
  bool taken = true;
  // Policy would take it, but nobody has decided yet, or an appeal is open: taken in the month in
  // which it is decided. One that may be taken waits likewise for a month with a wage here.
  bool pending = false;
  bool operator==(const ConductMoney&) const = default;
};

// What facts that came after a month was closed change of that month's pay; of a fine that is given
// back its name and what it was for.
struct LateChange {
  absl::CivilDay month = {};
  int64_t amount_minor = 0;
  std::string reference = {}, note = {};
  bool operator==(const LateChange&) const = default;
};

// A correction that a person has entered.
struct Entry {
  std::string id, reason;
  int64_t amount_minor = 0;
  bool operator==(const Entry&) const = default;
};

// How a person's month is shared where an organization pays by shop. What is the person's — base
// pay, steps of tenure, overtime, the minimum wage, and what attendance is fined — is one sum,
// divided by largest remainder among the organization's shops in order of their ids; unpaid time,
// which is of the person's whole month, reduces each shop's part for itself. What is earned in a
// shop (commission, bonuses, awards, the score by its card) and conduct that it records are that
// shop's. The weights are the customers who consulted the person at each shop in the month, on days
// that were not a base's; of whoever had none, 1 at each shop with attendance of it; else, at the
// shops where anybody has some in this month or, when nobody has, in the last one with any: the
// customers of the last month with any of those before that the plan looks back on, those of the
// members of the teams, or
// 1. Only shops of one currency have parts (KeepOneCurrency): whoever works for several is paid by
// those of the one where the weights come to most, and elsewhere what is earned there.
// They are fixed when the first of the shops closes the month, be it the only one, so that what
// comes later, or is computed by another definition, neither pays a part twice nor never. No
// weights: nothing of it is paid here.
struct ShopParts {
  std::vector<int64_t> weights = {};
  std::vector<size_t> here = {};  // positions of the shops whose pay this is
  bool operator==(const ShopParts&) const = default;
};
// Of whoever works in one shop: all of it is paid here.
inline ShopParts AllHere() { return {{1}, {0}}; }
// The part of an amount that is paid here.
int64_t PartHere(const ShopParts& parts, int64_t whole);
// The weights here and of all.
struct WeightHere {
  int64_t here = 0, all = 0;
};
WeightHere WeightOf(const ShopParts& parts);

struct AgentInput {
  std::string agent_id;
  bool employment_known = false;
  // Whole months of service on the month's first day, over all employments; nothing of whoever is
  // employed on no day of it.
  std::optional<int32_t> service_months = {};
  int32_t employed_days = 0;  // of the month; all of its days when no employment is known
  ShopParts parts = {};
  Figures month = {}, quarter = {}, year = {};  // quarter and year: filled in their last months
  // The same at each shop paid; empty: of one shop.
  std::vector<Figures> month_by_shop = {}, quarter_by_shop = {}, year_by_shop = {};
  bool has_figures = false;          // has answered or sold in this month
  std::vector<GradeDays> days = {};  // by first day
  std::vector<EarlierSale> earlier_sales = {};
  int64_t scheduled_minutes = 0, unpaid_minutes = 0;
  OvertimeMinutes overtime{};
  int64_t late_count = 0, early_count = 0, absence_count = 0;
  std::vector<ConductMoney> conduct = {};
  // Whole points by the plan's scorecard; nothing where it cannot be scored to the end.
  std::optional<int64_t> score = {};
  std::string scorecard = {};    // with its version
  int32_t score_effect_bps = 0;  // what it does to pay, -10000 and more
  // Conduct that nobody has decided, or whose appeal is open, would change that effect.
  bool score_pending = false;
  std::vector<LateChange> late_changes = {};
  // A closed month of the agent's cannot be computed to the end any more: nothing of it is
  // corrected.
  bool correction_incomplete = false;
  std::vector<LateChange> left_out = {};  // of months too old to be corrected: told, not paid
  std::vector<Entry> entries = {};
  int64_t carried_in_minor = 0;  // what the month before could not take back; not negative
  bool operator==(const AgentInput&) const = default;
};

struct MonthInput {
  absl::CivilDay month;                 // its first day
  int64_t shop_net_sales_minor = 0;     // silent orders included
  std::vector<AgentInput> agents = {};  // by agent id
  // Conduct of the month that would give or take money and is not decided: told, no obstacle.
  std::vector<std::string> pending_conduct = {};
  bool operator==(const MonthInput&) const = default;
};

// --- What comes out ---

enum class LineKind : uint8_t {
  kUnspecified,
  kBase,
  kTenure,
  kUnpaidTime,
  kCommission,
  kBuyerFactor,
  kCoefficient,
  kBonus,
  kShopShare,
  kAward,
  kScore,
  kConductReward,
  kRefund,
  kCorrection,
  kEntry,
  kCarriedIn,
  kCarriedOut,
  kConductFine,
  kAttendanceFine,
  kOvertime,
  kLeftOut
};
KEFU_ENUM_NAMES(LineKind, "UNSPECIFIED", "BASE", "TENURE", "UNPAID_TIME", "COMMISSION",
                "BUYER_FACTOR", "COEFFICIENT", "BONUS", "SHOP_SHARE", "AWARD", "SCORE",
                "CONDUCT_REWARD", "REFUND", "CORRECTION", "ENTRY", "CARRIED_IN", "CARRIED_OUT",
                "CONDUCT_FINE", "ATTENDANCE_FINE", "OVERTIME", "LEFT_OUT")

struct Line {
  LineKind kind = LineKind::kUnspecified;
  int64_t amount_minor = 0;
  int64_t basis_minor = 0;      // money that the rate applies to
  int32_t rate_bps = 0;         // 0: none
  int64_t quantity = 0;         // steps, times, rank or minutes
  int64_t not_taken_minor = 0;  // of a fine: beyond the caps, so shown and not taken
  bool pending = false;         // of a fine not taken: it is not decided, or finds no wage
  std::string reference = {};  // grade, conduct event or entry; of an award and a bonus: its metric
  // Kind of the conduct event; reason of the entry; of what shops share: weight here / of all.
  std::string note = {};
  absl::CivilDay first = {}, last = {};  // days that it is about
  std::optional<Buyer> buyer = {};       // of whom, where it is about some buyers only
  bool operator==(const Line&) const = default;
};

// Nothing over nothing is no figure.
struct Fraction {
  int64_t numerator = 0, denominator = 0;
  bool operator==(const Fraction&) const = default;
};

struct GateResult {
  GateKind kind = GateKind::kUnspecified;
  bool passed = false;
  Fraction value = {}, mean = {};  // kMinimumSales: sales over 1 and the minimum over 1
  bool operator==(const GateResult&) const = default;
};

enum class Problem : uint8_t {
  kUnspecified,
  kGradeUnknown,
  kScheduleMissing,
  kScoreMissing,
  kEmploymentUnknown,
  kCorrectionIncomplete,
  kScorePending
};
KEFU_ENUM_NAMES(Problem, "UNSPECIFIED", "GRADE_UNKNOWN", "SCHEDULE_MISSING", "SCORE_MISSING",
                "EMPLOYMENT_UNKNOWN", "CORRECTION_INCOMPLETE", "SCORE_PENDING")

struct Statement {
  std::string agent_id;
  std::vector<Line> lines = {};
  int64_t total_minor = 0;  // sum of the lines
  // Before fines and before what the score takes of what was earned: what the caps are a share of.
  int64_t wage_minor = 0;
  int64_t carried_out_minor = 0;
  std::vector<GateResult> gates = {};
  // The month's sales less its refunds by buyer, and the commission with factor, coefficient and
  // score: the rate at which later refunds are taken back.
  std::array<int64_t, kBuyers> commissioned_sales_minor{}, commission_minor{};
  std::vector<Problem> problems = {};  // what keeps the month from being closed
  bool operator==(const Statement&) const = default;
};

// The statements in the order of the agents. OUT_OF_RANGE MONEY_OVERFLOW when an input exceeds
// kMaxMinor.
//
// A shop's means, for the gates, are over its agents with figures in the month, each weighted by
// its customers: conversion Σ converted ÷ Σ (consulted − assisted), average order value Σ sales ÷ Σ
// paying customers, bad reviews Σ (reviews − positive reviews) ÷ Σ reviews. Who works in several of
// the shops paid is held against the means of these, each weighted by what the agent's own figure
// there is of (the denominators above): Σ mean × own ÷ Σ own, compared exactly and shown in
// thousandths of the numerator, half up. At the mean passes for the first two; the third must lie
// below it, and no bad review passes in any case. An agent without the figure does not pass the
// first two.
//
// Awards by conversion and average order value over several shops rank by the agent's figure over
// such means of the award's period, exactly: of one shop that is the order of the figures.
//
// A score that raises pay adds its share of bonuses and monthly awards, with ScoreOn::kVariable of
// commission and the share of the shop's sales too. One that lowers it takes from the former
// without a limit: they are given for it. What it takes of the latter was earned, and falls under
// the caps of fines, on the month's own wage: it comes first, fines share what it leaves.
absl::StatusOr<std::vector<Statement>> Compute(const PayPlan& plan, const MonthInput& input);

// What a statement earns by its own month: without corrections, entries, carried amounts and fines.
int64_t OwnEarnings(const Statement& statement);
bool IsFine(LineKind kind);
// What was taken in fines; not negative.
int64_t FinesTaken(const Statement& statement);

}  // namespace kefu::performance::domain::payroll
