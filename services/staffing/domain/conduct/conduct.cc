#include "services/staffing/domain/conduct/conduct.h"

#include <algorithm>
#include <tuple>

#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/staffing/errors.h"
#include "services/staffing/errors_conduct.h"

namespace kefu::staffing::conduct {
namespace {

auto FactsOf(const Event& event) {
  return std::tie(event.shop_id, event.agent_id, event.team_id, event.day, event.kind_id,
                  event.severity, event.evidence, event.note, event.rule_id);
}

std::vector<std::string> PointProblems(const Kind& kind, int32_t points) {
  if (points == 0) return {};
  if (kind.least_points == 0 && kind.most_points == 0) {
    return {"points: the scheme has its own for this kind"};
  }
  if (points >= kind.least_points && points <= kind.most_points) return {};
  return {fmt::format("points: must be {} to {}, or 0 for the scheme's own", kind.least_points,
                      kind.most_points)};
}

std::vector<std::string> TermProblems(const Kind& kind, const Terms& terms) {
  std::vector<std::string> problems = PointProblems(kind, terms.points);
  const auto check = [&](bool ok, std::string problem) {
    if (!ok) problems.push_back(std::move(problem));
  };
  const bool reward = kind.direction == Direction::kReward;
  check(terms.money_minor == 0 || kind.takes_money, "money: none may be stated for this kind");
  check(reward ? terms.money_minor >= 0 : terms.money_minor <= 0,
        reward ? "money: must not be negative: a reward gives"
               : "money: must not be positive: a deduction takes");
  check(terms.days_off <= kind.most_days_off,
        fmt::format("days_off: must be at most {}", kind.most_days_off));
  check(terms.sanction == Sanction::kUnspecified ||
            std::ranges::find(kind.sanctions, terms.sanction) != kind.sanctions.end(),
        fmt::format("sanction: {} is not among those of this kind", NameOf(terms.sanction)));
  check(terms.sanction != Sanction::kCompensation || terms.money_minor != 0,
        "sanction: COMPENSATION needs money");
  return problems;
}

absl::Status CheckCurrency(const Terms& terms, std::string_view shop_currency) {
  return terms.currency.empty() || terms.currency == shop_currency
             ? absl::OkStatus()
             : error::CurrencyMismatch(terms.currency, shop_currency);
}

absl::Status RequireState(const Event& event, State wanted) {
  return event.state == wanted ? absl::OkStatus()
                               : error::ConductState(event.id, NameOf(event.state));
}

absl::Status RequireUnconcerned(const Actor& actor) {
  return actor.concerned
             ? error::SecondPersonRequired("somebody whom it does not concern must decide it")
             : absl::OkStatus();
}

Event Moved(const Event& event, State state, absl::Time now) {
  Event moved = event;
  moved.state = state;
  moved.info = {event.info.version + 1, event.info.create_time, now};
  return moved;
}

}  // namespace

bool SameFacts(const Event& one, const Event& other) { return FactsOf(one) == FactsOf(other); }

absl::Status CheckRecord(const Event& event, const Kind& kind, const Catalogue& catalogue,
                         std::string_view shop_currency, absl::CivilDay today) {
  std::vector<std::string> problems = TermProblems(kind, event.terms);
  const auto check = [&](bool ok, std::string problem) {
    if (!ok) problems.push_back(std::move(problem));
  };
  check(event.day <= today, fmt::format("day: must not be after today, {}", FormatDay(today)));
  check(event.day >= today - catalogue.record_days,
        fmt::format("day: must be within the last {} days", catalogue.record_days));
  check(!kind.needs_evidence || !event.evidence.empty(), "evidence: must be named for this kind");
  check(kind.of_group || event.team_id.empty(), "team_id: no group answers for this kind");
  check(kind.of_group || !event.agent_id.empty(), "agent_id: must be named for this kind");
  if (!problems.empty()) return error::ConductTerms(kind.id, problems);
  return CheckCurrency(event.terms, shop_currency);
}

absl::StatusOr<Event> Decide(const Event& event, const Kind& kind, const Catalogue& catalogue,
                             std::string_view shop_currency, const Decision& decision,
                             const Actor& actor, absl::CivilDay today, absl::Time now) {
  RETURN_IF_ERROR(RequireState(event, State::kRecorded));
  RETURN_IF_ERROR(RequireUnconcerned(actor));
  if (actor.subject == event.recorded_by) {
    return error::SecondPersonRequired("somebody else than who recorded it must decide it");
  }
  Event decided = Moved(event, decision.dismiss ? State::kDismissed : State::kDecided, now);
  decided.decided_by = actor.subject;
  decided.decision_reason = decision.reason;
  if (decision.dismiss) return decided;
  if (decision.terms) decided.terms = *decision.terms;
  const std::vector<std::string> problems = TermProblems(kind, decided.terms);
  if (!problems.empty()) return error::ConductTerms(kind.id, problems);
  RETURN_IF_ERROR(CheckCurrency(decided.terms, shop_currency));
  decided.appeal_until = today + catalogue.appeal_days;
  return decided;
}

absl::StatusOr<Event> Appeal(const Event& event, std::string_view agent_id,
                             std::span<const std::string> concerned, std::string_view reason,
                             absl::CivilDay today, absl::Time now) {
  if (std::ranges::find(concerned, agent_id) == concerned.end()) {
    return error::ConductNotConcerned(event.id, agent_id);
  }
  RETURN_IF_ERROR(RequireState(event, State::kDecided));
  if (today > *event.appeal_until) return error::AppealTermOver(event.id, *event.appeal_until);
  Event appealed = Moved(event, State::kAppealed, now);
  appealed.appeal_agent_id = agent_id;
  appealed.appeal_reason = reason;
  return appealed;
}

absl::StatusOr<Event> DecideAppeal(const Event& event, bool overturn, std::string_view reason,
                                   const Actor& actor, absl::Time now) {
  RETURN_IF_ERROR(RequireState(event, State::kAppealed));
  RETURN_IF_ERROR(RequireUnconcerned(actor));
  if (actor.subject == event.recorded_by || actor.subject == event.decided_by) {
    return error::SecondPersonRequired(
        "somebody else than who recorded or decided it must decide the appeal");
  }
  Event closed = Moved(event, overturn ? State::kOverturned : State::kUpheld, now);
  closed.closed_by = actor.subject;
  closed.close_reason = reason;
  return closed;
}

absl::StatusOr<Event> Void(const Event& event, std::string_view reason, const Actor& actor,
                           absl::Time now) {
  if (!Counts(event.state) && !Waits(event.state)) {
    return error::ConductState(event.id, NameOf(event.state));
  }
  RETURN_IF_ERROR(RequireUnconcerned(actor));
  Event voided = Moved(event, State::kVoided, now);
  voided.closed_by = actor.subject;
  voided.close_reason = reason;
  return voided;
}

Tally& Tally::operator+=(const Tally& other) {
  counted += other.counted;
  pending += other.pending;
  points += other.points;
  days_off += other.days_off;
  for (const auto& [currency, minor] : other.money_minor) money_minor[currency] += minor;
  return *this;
}

std::map<std::string, Tally> Tallies(std::span<const Event> events) {
  std::map<std::string, Tally> tallies;
  for (const Event& event : events) {
    Tally& tally = tallies[event.kind_id];
    if (Waits(event.state)) ++tally.pending;
    if (!Counts(event.state)) continue;
    Tally one{.counted = 1, .points = event.terms.points, .days_off = event.terms.days_off};
    if (event.terms.money_minor != 0)
      one.money_minor[event.terms.currency] = event.terms.money_minor;
    tally += one;
  }
  return tallies;
}

}  // namespace kefu::staffing::conduct
