#include "services/aftersales/processes/start.h"

#include <algorithm>

#include "common/convert/fields.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/aftersales/clocks/former_agent.h"
#include "services/aftersales/domain/processes/decisions.h"
#include "services/aftersales/errors_processes.h"
#include "services/aftersales/processes/compensations.h"
#include "services/aftersales/processes/terms.h"
#include "services/aftersales/store/authority.h"
#include "services/aftersales/store/cases.h"
#include "services/aftersales/store/orders.h"
#include "services/aftersales/store/payments.h"
#include "services/aftersales/store/policies.h"

namespace kefu::aftersales {
namespace {

namespace fields = ::kefu::convert;
using domain::ProcessKind;

store::ProcessRow NewProcess(const domain::Case& record, ProcessKind kind, std::string occasion,
                             const v1::ProcessFacts& facts, absl::Time now, IdGenerator& ids) {
  return {.org_id = record.org_id,
          .process_id = ids.Next(),
          .case_id = record.case_id,
          .shop_id = record.shop_id,
          .order_id = record.order_id,
          .occasion = std::move(occasion),
          .process = domain::StartProcess(kind),
          .next = now,
          .facts = facts.SerializeAsString(),
          .version = 1,
          .create_time = now,
          .update_time = now};
}

void SetLimit(const Money& limit, v1::ProcessFacts& facts) {
  facts.mutable_limit()->set_currency_code(limit.currency);
  facts.mutable_limit()->set_minor_units(limit.minor);
}

// The day in the shop's zone.
absl::StatusOr<absl::CivilDay> DayOf(db::Transaction& t, const domain::Case& record,
                                     absl::Time time) {
  ASSIGN_OR_RETURN(const store::Shop shop, store::FindShop(t, record.org_id, record.shop_id));
  ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(shop.zone.name));
  return absl::ToCivilDay(time, zone);
}

// Whom a complaint concerns: who is named, else who served the buyer of the order. Not who works on
// the case: that agent looks into the complaint. Empty: nobody knows.
absl::StatusOr<std::string> AccusedOf(db::Transaction& t, const domain::Case& record,
                                      const v1::CasePlan& plan) {
  if (!plan.conduct_agent_id().empty()) return plan.conduct_agent_id();
  ASSIGN_OR_RETURN(const auto order,
                   store::FindOrder(t, record.org_id, record.shop_id, record.order_id));
  return order ? order->agent_id : "";
}

// The pieces of the case, one line an SKU: the warehouse takes no two.
void AddLines(const domain::Case& record, v1::ProcessFacts& facts) {
  for (const domain::CaseLine& line : record.lines) {
    auto& lines = *facts.mutable_lines();
    const auto known = std::ranges::find(lines, line.sku, &v1::ProcessLine::sku);
    v1::ProcessLine& added = known == lines.end() ? *lines.Add() : *known;
    added.set_sku(line.sku);
    added.set_quantity(added.quantity() + line.quantity);
  }
}

absl::StatusOr<v1::ProcessFacts> FirstFacts(db::Transaction& t, const domain::Case& record,
                                            ProcessKind kind, const std::optional<Money>& limit,
                                            absl::Time now) {
  ASSIGN_OR_RETURN(const v1::CasePlan plan, PlanOf(t, record));
  v1::ProcessFacts facts;
  AddLines(record, facts);
  if (limit) SetLimit(*limit, facts);
  *facts.mutable_sent_lines() = plan.sent_lines_size() > 0 ? plan.sent_lines() : facts.lines();
  if (plan.has_price_difference()) {
    *facts.mutable_price_difference() = plan.price_difference();
  }
  facts.set_region_code(plan.region_code());
  RETURN_IF_ERROR(AddTerms(t, record, kind, facts));
  if (kind == ProcessKind::kCompensation) {
    facts.set_compensation_kind(static_cast<v1::CompensationKind>(CompensationOf(record.kind)));
  }
  if (kind == ProcessKind::kComplaint) {
    ASSIGN_OR_RETURN(const domain::FlowPolicy policy,
                     store::FindFlowPolicy(t, record.org_id, record.shop_id, now));
    ASSIGN_OR_RETURN(const std::string agent, AccusedOf(t, record, plan));
    ASSIGN_OR_RETURN(const absl::CivilDay day, DayOf(t, record, record.receive_time));
    facts.set_agent_id(agent);
    ASSIGN_OR_RETURN(const bool of_base, store::IsOfBaseOnly(t, record.org_id, agent));
    if (!of_base) facts.set_conduct_kind_id(policy.complaint_conduct_kind_id);
    *facts.mutable_day() = fields::ToProto(day);
    facts.set_note(fmt::format("投诉成立 upheld complaint, case {}", record.case_id));
  }
  return facts;
}

// An upheld complaint is recorded where the policy says as what.
bool SaysNothing(ProcessKind kind, const v1::ProcessFacts& facts) {
  return kind == ProcessKind::kComplaint && facts.conduct_kind_id().empty();
}
bool ConcernsNobody(ProcessKind kind, const v1::ProcessFacts& facts) {
  return kind == ProcessKind::kComplaint && facts.agent_id().empty();
}

}  // namespace

absl::StatusOr<v1::CasePlan> PlanOf(db::Transaction& t, const domain::Case& record) {
  ASSIGN_OR_RETURN(const std::string stored, store::FindPlan(t, record.org_id, record.case_id));
  v1::CasePlan plan;
  if (!plan.ParseFromString(stored)) return Internal("a stored plan is broken");
  return plan;
}

absl::StatusOr<std::vector<domain::FieldChange>> StartFollowing(db::Transaction& t,
                                                                const domain::Case& record,
                                                                const std::optional<Money>& limit,
                                                                absl::Time now, IdGenerator& ids) {
  using Changes = std::vector<domain::FieldChange>;
  const auto kind = domain::FlowOf(record.kind, record.result);
  std::vector<store::ProcessRow> others;
  // Only an earlier decision can have started one that moves the case; one that stands after an
  // appeal is none of its own.
  if (record.work.decision_number > 1 || !record.work.appeals.empty()) {
    ASSIGN_OR_RETURN(others, store::ProcessesOfCase(t, record.org_id, record.case_id));
  }
  for (const store::ProcessRow& other : others) {
    if (!other.moves_case || other.process.state == domain::ProcessState::kCompensated) continue;
    const bool same = other.process.kind == kind;
    // A decision that stands after an appeal, or a plan that comes later, begins nothing twice.
    if (same && other.create_time >= *record.work.decide_time) return Changes{};
    if (!domain::Ended(other.process)) {
      return error::ProcessRunning(other.process_id, NameOf(other.process.kind));
    }
    if (!same) continue;
    // What was recorded of a person stays recorded, however often it is decided.
    if (kind == ProcessKind::kComplaint) return Changes{};
    return error::CarriedOutBefore(NameOf(record.result), other.process_id);
  }
  if (!kind) return Changes{};
  if (*kind == ProcessKind::kCompensation) {
    RETURN_IF_ERROR(CheckNotCompensated(t, record.org_id, record.shop_id, record.order_id,
                                        CompensationOf(record.kind)));
  }
  ASSIGN_OR_RETURN(const v1::ProcessFacts facts, FirstFacts(t, record, *kind, limit, now));
  if (SaysNothing(*kind, facts)) return Changes{};
  if (ConcernsNobody(*kind, facts)) return Changes{{"plan.conduct_agent_id", "", "UNKNOWN"}};
  store::ProcessRow row =
      NewProcess(record, *kind, fmt::format("v{}", record.version), facts, now, ids);
  row.moves_case = true;
  RETURN_IF_ERROR(store::InsertProcess(t, row).status());
  return Changes{};
}

absl::Status CheckNothingBegun(db::Transaction& t, const domain::Case& record) {
  if (domain::FlowOf(record.kind, record.result) != ProcessKind::kComplaint) {
    return error::PlanTooLate(NameOf(record.result));
  }
  ASSIGN_OR_RETURN(const auto processes, store::ProcessesOfCase(t, record.org_id, record.case_id));
  const bool begun = std::ranges::any_of(processes, [](const store::ProcessRow& one) {
    return one.moves_case && one.process.state != domain::ProcessState::kCompensated;
  });
  return begun ? error::PlanTooLate(NameOf(record.result)) : absl::OkStatus();
}

absl::Status CheckNothingRuns(db::Transaction& t, const domain::Case& record) {
  // Nothing follows from its only decision.
  if (record.work.decision_number == 1 && !domain::FlowOf(record.kind, record.result)) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const auto processes, store::ProcessesOfCase(t, record.org_id, record.case_id));
  for (const store::ProcessRow& one : processes) {
    if (one.moves_case && !domain::Ended(one.process)) {
      return error::ProcessRunning(one.process_id, NameOf(one.process.kind));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckNotCompensated(db::Transaction& t, std::string_view org_id,
                                 std::string_view shop_id, std::string_view order_id,
                                 domain::CompensationKind kind) {
  ASSIGN_OR_RETURN(const auto payments, store::PaymentsOfOrder(t, org_id, shop_id, order_id));
  for (const store::Payment& payment : payments) {
    if (payment.purpose == store::PaymentPurpose::kCompensation && payment.detail == NameOf(kind)) {
      return error::CompensatedBefore(payment.payment_id);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<store::ProcessRow> StartCompensation(db::Transaction& t, const domain::Case& record,
                                                    domain::CompensationKind kind,
                                                    const Money& amount, absl::Time now,
                                                    IdGenerator& ids) {
  ASSIGN_OR_RETURN(const auto others, store::ProcessesOfCase(t, record.org_id, record.case_id));
  int undone = 0;
  for (const store::ProcessRow& other : others) {
    if (other.process.kind != ProcessKind::kCompensation ||
        FactsOf(other).compensation_kind() != static_cast<v1::CompensationKind>(kind)) {
      continue;
    }
    if (other.process.state != domain::ProcessState::kCompensated) return other;
    ++undone;
  }
  RETURN_IF_ERROR(CheckNotCompensated(t, record.org_id, record.shop_id, record.order_id, kind));
  v1::ProcessFacts facts;
  facts.set_compensation_kind(static_cast<v1::CompensationKind>(kind));
  SetLimit(amount, facts);
  const store::ProcessRow row =
      NewProcess(record, ProcessKind::kCompensation, fmt::format("{}/{}", NameOf(kind), undone),
                 facts, now, ids);
  RETURN_IF_ERROR(store::InsertProcess(t, row).status());
  return row;
}

absl::Status StartBreach(db::Transaction& t, const std::string& org_id,
                         const v1::DeadlineBreached& event, absl::Time now, IdGenerator& ids) {
  const std::string& owner = event.clock().breach_owner();
  if (owner.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const domain::FlowPolicy policy,
                   store::FindFlowPolicy(t, org_id, event.shop_id(), now));
  if (policy.breach_conduct_kind_id.empty()) return absl::OkStatus();
  // The ledger is the employer's; a base answers for its people by its contract (DOMAIN 2.7).
  ASSIGN_OR_RETURN(const bool of_base, store::IsOfBaseOnly(t, org_id, owner));
  if (of_base) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto record, store::FindCase(t, org_id, event.case_id()));
  if (!record) return absl::OkStatus();
  const auto& due =
      event.clock().has_due_time() ? event.clock().due_time() : event.clock().breach_time();
  // It was missed when it fell due, whenever that was found; here not before there was a case.
  const absl::Time missed =
      std::max(FromMicros(due.seconds() * 1'000'000 + due.nanos() / 1000), record->create_time);
  // Whoever had it last has the breach, and has ignored nothing.
  ASSIGN_OR_RETURN(const bool nobodys, WasHandedToNobody(t, *record, missed));
  if (nobodys) return absl::OkStatus();
  ASSIGN_OR_RETURN(const absl::CivilDay day, DayOf(t, *record, missed));
  const std::string clock = fields::StoredName<v1::ClockKind>(event.clock().kind(), "CLOCK_KIND_");
  v1::ProcessFacts facts;
  facts.set_agent_id(owner);
  facts.set_conduct_kind_id(policy.breach_conduct_kind_id);
  *facts.mutable_day() = fields::ToProto(day);
  facts.set_note(fmt::format("超时 missed {} of case {}", clock, record->case_id));
  // A clock that begins anew, as with the customer's next message, may be missed anew.
  const std::string occasion = fmt::format("{}/{}", clock, event.clock().start_time().seconds());
  return store::InsertProcess(t,
                              NewProcess(*record, ProcessKind::kBreach, occasion, facts, now, ids))
      .status();
}

v1::ProcessFacts FactsOf(const store::ProcessRow& row) {
  v1::ProcessFacts facts;
  facts.ParseFromString(row.facts);
  return facts;
}

std::optional<Money> LimitOf(const v1::ProcessFacts& facts) {
  if (!facts.has_limit()) return std::nullopt;
  return Money{facts.limit().currency_code(), facts.limit().minor_units()};
}

v1::Process ToProto(const store::ProcessRow& row) {
  const domain::Process& process = row.process;
  v1::Process proto;
  proto.set_process_id(row.process_id);
  proto.set_case_id(row.case_id);
  proto.set_shop_id(row.shop_id);
  proto.set_order_id(row.order_id);
  proto.set_kind(static_cast<v1::ProcessKind>(process.kind));
  proto.set_occasion(row.occasion);
  proto.set_state(static_cast<v1::ProcessState>(process.state));
  proto.set_step(std::string(NameOf(process.step)));
  const domain::Action action = domain::ActionOf(process);
  if (action != domain::Action::kNone) proto.set_action(std::string(NameOf(action)));
  const domain::Signal signal = domain::SignalOf(process);
  if (signal != domain::Signal::kNone) proto.set_awaits(std::string(NameOf(signal)));
  proto.set_attempts(process.attempts);
  proto.set_cancelling(process.cancelling);
  proto.set_past_cancelling(process.past_pivot);
  if (row.next != absl::InfiniteFuture() && signal == domain::Signal::kNone) {
    *proto.mutable_next_time() = fields::ToProto(row.next);
  }
  proto.set_error_reason(row.error_reason);
  proto.set_error_text(row.error_text);
  *proto.mutable_facts() = FactsOf(row);
  *proto.mutable_create_time() = fields::ToProto(row.create_time);
  *proto.mutable_update_time() = fields::ToProto(row.update_time);
  proto.set_etag(fmt::format("{:x}", row.version));
  return proto;
}

}  // namespace kefu::aftersales
