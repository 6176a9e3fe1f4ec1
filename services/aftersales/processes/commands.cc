#include "services/aftersales/processes/commands.h"

#include <algorithm>

#include "common/convert/fields.h"
#include "common/rpc/acting.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "services/aftersales/errors_processes.h"

namespace kefu::aftersales {
namespace {

namespace warehouse = ::kefu::warehouse::v1;
namespace performance = ::kefu::performance::v1;
namespace staffing = ::kefu::staffing::v1;
using domain::Action;
using domain::Input;

// Marks goods of after-sales in the warehouse's reports.
constexpr std::string_view kChannel = "aftersales";
// No division has this code: every node is equally far.
constexpr std::string_view kAnywhere = "000000";

rpc::CallOptions OptionsOf(const Command& command, const CommandPeers& peers) {
  return {.deadline = command.deadline, .token = peers.token ? peers.token() : ""};
}

const warehouse::ReservationLine* LineOf(const warehouse::Reservation& reservation,
                                         const std::string& sku) {
  for (const warehouse::ReservationLine& line : reservation.lines()) {
    if (line.sku_id() == sku) return &line;
  }
  return nullptr;
}

}  // namespace

Input InputOf(const absl::Status& answer) {
  switch (answer.code()) {
    case absl::StatusCode::kOk:
      return Input::kOk;
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kOutOfRange:
      return Input::kRefused;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnimplemented:
      return Input::kRejected;
    default:
      return Input::kFailed;
  }
}

PeerCommands::PeerCommands(CommandPeers peers) : peers_(std::move(peers)) {
  if (peers_.warehouse) {
    warehouse_ = warehouse::WarehouseService::NewStub(peers_.warehouse);
    inbound_ = warehouse::InboundService::NewStub(peers_.warehouse);
  }
  if (peers_.performance) {
    performance_ = performance::PerformanceService::NewStub(peers_.performance);
  }
  if (peers_.staffing) staffing_ = staffing::StaffingService::NewStub(peers_.staffing);
}

absl::Status PeerCommands::Reaches(Action action) const {
  switch (action) {
    case Action::kPay:
    case Action::kRepay:
      return peers_.gateway ? absl::OkStatus() : error::PeerNotConfigured("payments.ledger_file");
    case Action::kReportRefund:
      return performance_ ? absl::OkStatus() : error::PeerNotConfigured("peers.performance");
    case Action::kRecordConduct:
      return staffing_ ? absl::OkStatus() : error::PeerNotConfigured("peers.staffing");
    default:
      return warehouse_ ? absl::OkStatus() : error::PeerNotConfigured("peers.warehouse");
  }
}

CommandOutcome PeerCommands::Execute(const Command& command) {
  CommandOutcome outcome{.facts = command.facts};
  outcome.why = Do(command, outcome);
  outcome.input = InputOf(outcome.why);
  // Only a hold that is gone leads to another one; anything else needs a person.
  if (command.action == Action::kConfirm && outcome.input == Input::kRefused &&
      ReasonOf(outcome.why) != "RESERVATION_NOT_HELD") {
    outcome.input = Input::kRejected;
  }
  return outcome;
}

absl::Status PeerCommands::Do(const Command& command, CommandOutcome& outcome) {
  switch (command.action) {
    case Action::kLocateReturn:
      return Locate(command, outcome.facts);
    case Action::kExpectReturn:
      return Expect(command, outcome.facts);
    case Action::kCancelReturn:
      return CancelReturn(command);
    case Action::kReserve:
      return Reserve(command, outcome.facts);
    case Action::kConfirm:
      return Confirm(command);
    case Action::kRelease:
      return Release(command, command.facts.reservation_id());
    case Action::kPay:
    case Action::kRepay: {
      ASSIGN_OR_RETURN(outcome.receipt, peers_.gateway->Pay(*command.payment));
      return absl::OkStatus();
    }
    case Action::kReportRefund:
      return Report(command);
    case Action::kRecordConduct:
      return Record(command, outcome.facts);
    default:
      return Internal(fmt::format("{} is not a command", NameOf(command.action)));
  }
}

absl::StatusOr<warehouse::Reservation> PeerCommands::ReservationOf(const Command& command,
                                                                   const std::string& id) {
  warehouse::GetReservationRequest request;
  request.set_reservation_id(id);
  return rpc::CallFor(command.org_id, *warehouse_,
                      &warehouse::WarehouseService::Stub::GetReservation, request,
                      OptionsOf(command, peers_));
}

// Goods come back to where they were sent from, else to where the policy says.
absl::Status PeerCommands::Locate(const Command& command, v1::ProcessFacts& facts) {
  if (facts.lines_size() == 0) return absl::OkStatus();  // nothing is expected
  if (command.order && !command.order->reservation_id.empty()) {
    const auto sale = ReservationOf(command, command.order->reservation_id);
    if (!sale.ok() && !absl::IsNotFound(sale.status())) return sale.status();
    if (sale.ok() && sale->state() == warehouse::RESERVATION_STATE_SHIPPED) {
      facts.set_sale_reservation_id(sale->reservation_id());
      for (v1::ProcessLine& line : *facts.mutable_lines()) {
        const warehouse::ReservationLine* sold = LineOf(*sale, line.sku());
        if (sold == nullptr) continue;
        line.set_owner_id(sold->owner_id());
        if (facts.node_id().empty()) facts.set_node_id(sold->node_id());
      }
    }
  }
  if (facts.node_id().empty()) facts.set_node_id(command.policy.return_node_id);
  return facts.node_id().empty() ? error::ReturnNodeUnknown(command.order_id) : absl::OkStatus();
}

absl::Status PeerCommands::Expect(const Command& command, v1::ProcessFacts& facts) {
  warehouse::ExpectReturnRequest request;
  warehouse::CustomerReturn& wanted = *request.mutable_customer_return();
  wanted.set_node_id(facts.node_id());
  wanted.set_order_id(command.order_id);
  wanted.set_reservation_id(facts.sale_reservation_id());
  wanted.set_case_id(command.case_id);
  for (const v1::ProcessLine& line : facts.lines()) {
    warehouse::ReturnLine& added = *wanted.add_lines();
    added.set_sku_id(line.sku());
    added.set_owner_id(line.owner_id());
    added.set_quantity(line.quantity());
  }
  request.set_request_id(command.request_id);
  ASSIGN_OR_RETURN(
      const warehouse::CustomerReturn made,
      rpc::CallFor(command.org_id, *inbound_, &warehouse::InboundService::Stub::ExpectReturn,
                   request, OptionsOf(command, peers_)));
  facts.set_return_id(made.return_id());
  return absl::OkStatus();
}

// Called off already is called off.
absl::Status PeerCommands::CancelReturn(const Command& command) {
  warehouse::CancelReturnRequest request;
  request.set_return_id(command.facts.return_id());
  request.set_reason(command.facts.undo_reason());
  request.set_request_id(command.request_id);
  const absl::Status cancelled =
      rpc::CallFor(command.org_id, *inbound_, &warehouse::InboundService::Stub::CancelReturn,
                   request, OptionsOf(command, peers_))
          .status();
  if (ReasonOf(cancelled) != "RETURN_STATE") return cancelled;
  warehouse::GetReturnRequest question;
  question.set_return_id(command.facts.return_id());
  ASSIGN_OR_RETURN(
      const warehouse::CustomerReturn now,
      rpc::CallFor(command.org_id, *inbound_, &warehouse::InboundService::Stub::GetReturn, question,
                   OptionsOf(command, peers_)));
  return now.state() == warehouse::RETURN_STATE_CANCELLED ? absl::OkStatus() : cancelled;
}

absl::Status PeerCommands::Reserve(const Command& command, v1::ProcessFacts& facts) {
  warehouse::AllocateRequest request;
  warehouse::AllocationOrder& order = *request.add_orders();
  order.set_order_id(command.case_id);
  order.set_channel(std::string(kChannel));
  order.mutable_destination()->set_region_code(facts.region_code().empty() ? std::string(kAnywhere)
                                                                           : facts.region_code());
  for (const v1::ProcessLine& line : facts.sent_lines()) {
    warehouse::OrderLine& added = *order.add_lines();
    added.set_sku_id(line.sku());
    added.set_quantity(line.quantity());
  }
  request.set_ttl_seconds(absl::ToInt64Seconds(command.policy.reservation_ttl));
  request.set_explain_nodes(-1);
  request.set_request_id(command.request_id);
  ASSIGN_OR_RETURN(
      const warehouse::AllocateResponse response,
      rpc::CallFor(command.org_id, *warehouse_, &warehouse::WarehouseService::Stub::Allocate,
                   request, OptionsOf(command, peers_)));
  if (response.results_size() != 1) return Internal("the warehouse answers another question");
  const warehouse::AllocationResult& result = response.results(0);
  if (result.outcome() == warehouse::ALLOCATION_OUTCOME_ALLOCATED) {
    facts.set_reservation_id(result.reservation_id());
    return absl::OkStatus();
  }
  // A part is no use: the buyer gets all of it or decides anew.
  if (!result.reservation_id().empty()) {
    RETURN_IF_ERROR(Release(command, result.reservation_id()));
  }
  if (result.has_error()) return FromProto(result.error());
  const std::string sku = result.short_lines_size() > 0 ? result.short_lines(0).sku_id() : "";
  return error::OutOfStock(sku);
}

absl::Status PeerCommands::Confirm(const Command& command) {
  warehouse::ConfirmReservationRequest request;
  request.set_reservation_id(command.facts.reservation_id());
  request.set_request_id(command.request_id);
  const absl::Status confirmed =
      rpc::CallFor(command.org_id, *warehouse_,
                   &warehouse::WarehouseService::Stub::ConfirmReservation, request,
                   OptionsOf(command, peers_))
          .status();
  if (ReasonOf(confirmed) != "RESERVATION_NOT_HELD") return confirmed;
  // Nobody else confirms it: what has left was confirmed by an attempt whose answer was lost.
  ASSIGN_OR_RETURN(const warehouse::Reservation now,
                   ReservationOf(command, command.facts.reservation_id()));
  return now.state() == warehouse::RESERVATION_STATE_SHIPPED ? absl::OkStatus() : confirmed;
}

absl::Status PeerCommands::Release(const Command& command, const std::string& reservation_id) {
  warehouse::ReleaseReservationRequest request;
  request.set_reservation_id(reservation_id);
  request.set_reason(command.facts.undo_reason());
  // A part that is given back by Reserve has an id beside that of the command.
  const bool of_reserve = command.action == Action::kReserve;
  request.set_request_id(of_reserve ? "" : command.request_id);
  const auto released = rpc::CallFor(command.org_id, *warehouse_,
                                     &warehouse::WarehouseService::Stub::ReleaseReservation,
                                     request, OptionsOf(command, peers_));
  if (ReasonOf(released.status()) == "RESERVATION_CLOSED") {
    ASSIGN_OR_RETURN(const warehouse::Reservation now, ReservationOf(command, reservation_id));
    return now.state() == warehouse::RESERVATION_STATE_EXPIRED ? absl::OkStatus()
                                                               : released.status();
  }
  RETURN_IF_ERROR(released.status());
  const bool partly = std::ranges::any_of(
      released->lines(), [](const auto& line) { return line.shipped_quantity() > 0; });
  return partly ? error::PartlyShipped(reservation_id) : absl::OkStatus();
}

// Rows are known by the payment's id: telling one again changes nothing.
absl::Status PeerCommands::Report(const Command& command) {
  performance::ImportRefundsRequest request;
  request.mutable_header()->set_shop_id(command.shop_id);
  request.mutable_header()->set_source_name("kefu-aftersales");
  performance::Refund& refund = *request.add_rows()->mutable_refund();
  refund.set_refund_id(command.refund->payment_id);
  refund.set_order_id(command.order_id);
  *refund.mutable_refund_time() = ::kefu::convert::ToProto(command.refund_time);
  refund.mutable_amount()->set_currency_code(command.refund->amount.currency);
  refund.mutable_amount()->set_minor_units(command.refund->amount.minor);
  refund.set_reason(command.refund->memo);
  grpc::ClientContext context;
  rpc::PrepareFor(command.org_id, OptionsOf(command, peers_), context);
  performance::ImportResponse response;
  const auto writer = performance_->ImportRefunds(&context, &response);
  if (writer->Write(request)) writer->WritesDone();
  RETURN_IF_ERROR(rpc::OutcomeOf(writer->Finish()));
  if (response.rejected() == 0) return absl::OkStatus();
  const bool said = response.errors_size() > 0;
  return error::RefundRowRefused(said ? response.errors(0).reason() : "",
                                 said ? response.errors(0).description() : "");
}

absl::Status PeerCommands::Record(const Command& command, v1::ProcessFacts& facts) {
  staffing::RecordConductRequest request;
  request.set_request_id(command.request_id);
  request.set_shop_id(command.shop_id);
  request.set_agent_id(facts.agent_id());
  *request.mutable_day() = facts.day();
  request.set_kind_id(facts.conduct_kind_id());
  request.set_evidence(command.case_id);
  request.set_note(facts.note());
  request.set_source_id(command.source_id);
  ASSIGN_OR_RETURN(
      const staffing::Conduct made,
      rpc::CallFor(command.org_id, *staffing_, &staffing::StaffingService::Stub::RecordConduct,
                   request, OptionsOf(command, peers_)));
  facts.set_conduct_id(made.conduct_id());
  return absl::OkStatus();
}

}  // namespace kefu::aftersales
