#include "services/aftersales/processes/signals.h"

#include <algorithm>
#include <map>

#include "common/convert/fields.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "kefu/aftersales/v1/events.pb.h"
#include "kefu/warehouse/v1/events.pb.h"
#include "kefu/warehouse/v1/inbound.pb.h"
#include "services/aftersales/errors_processes.h"
#include "services/aftersales/processes/start.h"
#include "services/aftersales/store/cases.h"

namespace kefu::aftersales {
namespace {

namespace warehouse = ::kefu::warehouse::v1;
using domain::Input;

constexpr std::string_view kReturn = "RETURN", kReservation = "RESERVATION";

absl::Time TimeOf(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

absl::Status Keep(db::Transaction& t, const std::string& org_id, const std::string& case_id,
                  const store::CaseSignal& signal, absl::Time told, absl::Time now) {
  if (case_id.empty()) return absl::OkStatus();
  // Orders of others carry ids that are no case's.
  ASSIGN_OR_RETURN(const auto record, store::FindCase(t, org_id, case_id));
  if (!record) return absl::OkStatus();
  RETURN_IF_ERROR(store::SaveSignal(t, org_id, case_id, signal, told));
  return store::WakeProcesses(t, org_id, case_id, now);
}

absl::Status Keep(db::Transaction& t, const std::string& org_id,
                  const warehouse::ReturnChanged& changed, absl::Time now) {
  const warehouse::CustomerReturn& told = changed.customer_return();
  return Keep(t, org_id, told.case_id(),
              {std::string(kReturn), told.return_id(),
               ::kefu::convert::StoredName<warehouse::ReturnState>(told.state(), "RETURN_STATE_"),
               told.SerializeAsString()},
              TimeOf(told.update_time()), now);
}

absl::Status Keep(db::Transaction& t, const std::string& org_id,
                  const warehouse::ReservationsChanged& changed, absl::Time now) {
  for (const warehouse::Reservation& told : changed.reservations()) {
    // What after-sales sends bears the case as its order.
    RETURN_IF_ERROR(Keep(t, org_id, told.order_id(),
                         {std::string(kReservation), told.reservation_id(),
                          ::kefu::convert::StoredName<warehouse::ReservationState>(
                              told.state(), "RESERVATION_STATE_"),
                          told.SerializeAsString()},
                         TimeOf(told.update_time()), now));
  }
  return absl::OkStatus();
}

void TakeReturned(const store::CaseSignal& signal, v1::ProcessFacts& facts) {
  warehouse::CustomerReturn returned;
  returned.ParseFromString(signal.body);
  facts.clear_returned_lines();
  for (const warehouse::ReturnLine& line : returned.lines()) {
    v1::ProcessLine& added = *facts.add_returned_lines();
    added.set_sku(line.sku_id());
    added.set_owner_id(line.owner_id());
    added.set_quantity(line.quantity());
    added.set_received_quantity(line.received_quantity());
    added.set_intact_quantity(line.intact_quantity());
    added.set_sent_wrongly(line.sent_wrongly());
  }
}

const store::CaseSignal* Find(const std::vector<store::CaseSignal>& signals,
                              std::string_view subject, std::string_view id) {
  const auto found = std::ranges::find_if(signals, [&](const store::CaseSignal& signal) {
    return signal.subject == subject && signal.subject_id == id;
  });
  return found == signals.end() ? nullptr : &*found;
}

Heard ListenForReturn(const store::CaseSignal& signal, v1::ProcessFacts& facts) {
  if (signal.state == "INSPECTED") {
    TakeReturned(signal, facts);
    return {.anything = true};
  }
  if (signal.state == "CANCELLED") {
    return {true, Input::kRefused, error::ReturnCalledOff(signal.subject_id)};
  }
  return {};
}

Heard ListenForShipment(const store::CaseSignal& signal) {
  if (signal.state == "SHIPPED") return {.anything = true};
  if (signal.state == "RELEASED" || signal.state == "EXPIRED") {
    return {true, Input::kRefused, error::GoodsTakenBack(signal.subject_id)};
  }
  return {};
}

// Whether it holds all that is to be sent: a part of it is given back, not used.
bool HoldsAll(const store::CaseSignal& signal, const v1::ProcessFacts& facts) {
  warehouse::Reservation held;
  held.ParseFromString(signal.body);
  std::map<std::string, int64_t> left;
  for (const v1::ProcessLine& line : facts.sent_lines()) left[line.sku()] += line.quantity();
  for (const warehouse::ReservationLine& line : held.lines())
    left[line.sku_id()] -= line.quantity();
  return std::ranges::all_of(left, [](const auto& line) { return line.second == 0; });
}

template <class Payload>
std::string TypeOf() {
  return Payload::descriptor()->full_name();
}

}  // namespace

std::vector<std::string> WarehouseEventTypes() {
  return {TypeOf<warehouse::ReturnChanged>(), TypeOf<warehouse::ReservationsChanged>()};
}

absl::Status ApplyWarehouseEvent(db::Transaction& t, const ::kefu::common::v1::Event& event,
                                 absl::Time now) {
  warehouse::ReturnChanged returned;
  if (event.payload().UnpackTo(&returned)) return Keep(t, event.org_id(), returned, now);
  warehouse::ReservationsChanged reserved;
  if (event.payload().UnpackTo(&reserved)) return Keep(t, event.org_id(), reserved, now);
  return absl::OkStatus();
}

std::vector<std::string> OwnEventTypes() { return {TypeOf<v1::DeadlineBreached>()}; }

absl::Status ApplyOwnEvent(db::Transaction& t, const ::kefu::common::v1::Event& event,
                           absl::Time now, IdGenerator& ids) {
  v1::DeadlineBreached breached;
  if (!event.payload().UnpackTo(&breached)) return absl::OkStatus();
  return StartBreach(t, event.org_id(), breached, now, ids);
}

Heard Listen(const domain::Process& process, const std::vector<store::CaseSignal>& signals,
             v1::ProcessFacts& facts) {
  const bool goods_in = domain::SignalOf(process) == domain::Signal::kGoodsInspected;
  const store::CaseSignal* signal = goods_in ? Find(signals, kReturn, facts.return_id())
                                             : Find(signals, kReservation, facts.reservation_id());
  if (signal == nullptr) return {};
  return goods_in ? ListenForReturn(*signal, facts) : ListenForShipment(*signal);
}

std::set<std::string, std::less<>> GivenUp(const std::vector<store::ProcessRow>& of_case,
                                           std::string_view process_id) {
  std::set<std::string, std::less<>> ids;
  for (const store::ProcessRow& other : of_case) {
    if (other.process_id == process_id ||
        other.process.state != domain::ProcessState::kCompensated) {
      continue;
    }
    const v1::ProcessFacts facts = FactsOf(other);
    ids.insert(facts.reservation_id());
    // Goods that were inspected are there, and are judged anew.
    if (facts.returned_lines_size() == 0) ids.insert(facts.return_id());
  }
  return ids;
}

bool Adopt(domain::Action action, const std::vector<store::CaseSignal>& signals,
           const std::set<std::string, std::less<>>& given_up, v1::ProcessFacts& facts) {
  for (const store::CaseSignal& signal : signals) {
    if (given_up.contains(signal.subject_id)) continue;
    if (action == domain::Action::kExpectReturn && signal.subject == kReturn &&
        signal.state != "CANCELLED") {
      facts.set_return_id(signal.subject_id);
      return true;
    }
    if (action == domain::Action::kReserve && signal.subject == kReservation &&
        signal.state == "HELD" && signal.subject_id != facts.reservation_id() &&
        HoldsAll(signal, facts)) {
      facts.set_reservation_id(signal.subject_id);
      return true;
    }
  }
  return false;
}

}  // namespace kefu::aftersales
