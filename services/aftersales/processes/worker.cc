#include "services/aftersales/processes/worker.h"

#include <algorithm>
#include <functional>

#include "absl/time/clock.h"
#include "common/hash/sha256.h"
#include "common/obs/log.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/aftersales/convert/processes.h"
#include "services/aftersales/domain/orders/order.h"
#include "services/aftersales/errors.h"
#include "services/aftersales/errors_processes.h"
#include "services/aftersales/processes/left.h"
#include "services/aftersales/processes/local_actions.h"
#include "services/aftersales/processes/process_store.h"
#include "services/aftersales/processes/signals.h"
#include "services/aftersales/processes/start.h"
#include "services/aftersales/store/orders.h"
#include "services/aftersales/store/payments.h"

namespace kefu::aftersales {
namespace {

using domain::Action;
using domain::Input;

constexpr absl::Duration kRoundLimit = absl::Minutes(2);
// A process whose row cannot be handled does not stand in the way of the others.
constexpr absl::Duration kPutOff = absl::Minutes(1);
// Another policy may set another term, or one at last.
constexpr absl::Duration kLookAgain = absl::Hours(24);

// 32 hexadecimal digits over what names a command for good.
std::string RequestId(const store::ProcessRow& row) {
  const domain::Process& process = row.process;
  const std::string name = fmt::format("{}/{}/{}/{}", row.process_id, NameOf(process.step),
                                       NameOf(domain::ActionOf(process)), process.round);
  return Hex(Sha256({name})).substr(0, 32);
}

// An id as other services take ids: letters, digits and . _ : -
std::string SourceId(const store::ProcessRow& row) {
  std::string id = fmt::format("{}:{}", row.case_id, row.occasion);
  std::ranges::replace(id, '/', ':');
  return id;
}

PaymentOrder OrderOf(const store::Payment& payment) {
  return {.payment_id = payment.payment_id,
          .org_id = payment.org_id,
          .shop_id = payment.shop_id,
          .order_id = payment.order_id,
          .purpose = std::string(NameOf(payment.purpose)),
          .party = payment.party,
          .amount = payment.amount,
          .memo = "case " + payment.case_id};
}

// The same for the same process and attempt, in [0, 1).
double SpreadOf(const store::ProcessRow& row) {
  constexpr size_t kSteps = 1024;
  const size_t hash = std::hash<std::string>()(row.process_id) + row.version * 7919;
  return static_cast<double>(hash % kSteps) / kSteps;
}

bool NeedsOrder(Action action) {
  return action == Action::kLocateReturn || action == Action::kExpectReturn ||
         action == Action::kReserve;
}

// A case about the whole order is about what is left of it: what was paid back before neither comes
// back nor is sent again.
absl::Status FillLines(db::Transaction& t, const domain::Order& order, v1::ProcessFacts& facts) {
  if (facts.lines_size() == 0) {
    ASSIGN_OR_RETURN(const auto before,
                     store::RefundedPieces(t, order.org_id, order.shop_id, order.order_id));
    for (const domain::CaseLine& left : domain::PiecesLeft(order, before)) {
      v1::ProcessLine& added = *facts.add_lines();
      added.set_sku(left.sku);
      added.set_quantity(left.quantity);
    }
  }
  if (facts.sent_lines_size() == 0) *facts.mutable_sent_lines() = facts.lines();
  return absl::OkStatus();
}

// What was paid back of an order, and what may still be.
struct PaidBack {
  std::vector<domain::CaseLine> pieces;
  Left left;
};
absl::StatusOr<PaidBack> PaidBackOf(db::Transaction& t, const Command& command) {
  PaidBack paid;
  if (command.action != Action::kExpectReturn || !command.order) return paid;
  const domain::Order& order = *command.order;
  ASSIGN_OR_RETURN(paid.pieces,
                   store::RefundedPieces(t, order.org_id, order.shop_id, order.order_id));
  ASSIGN_OR_RETURN(paid.left, LeftOf(t, order));
  return paid;
}

// There is something to be sent, or to come back; what is to come back was not paid back before,
// and something is left that can be paid for it.
absl::Status CheckPieces(const store::ProcessRow& row, const Command& command,
                         const PaidBack& paid) {
  const v1::ProcessFacts& facts = command.facts;
  const bool returns = command.action == Action::kExpectReturn;
  if ((returns && facts.lines_size() == 0) ||
      (command.action == Action::kReserve && facts.sent_lines_size() == 0)) {
    return command.order ? error::NothingLeft(command.order_id)
                         : error::OrderUnknown(command.order_id);
  }
  const bool pays = row.process.kind == domain::ProcessKind::kReturn;
  // Goods that were paid back may be had back for nothing, where somebody says so.
  const bool for_nothing = pays && facts.has_limit() && facts.limit().minor_units() == 0;
  if (!returns || !command.order || for_nothing) return absl::OkStatus();
  RETURN_IF_ERROR(
      domain::CheckNotPaidBack(*command.order, convert::Pieces(facts.lines()), paid.pieces));
  return pays && paid.left.all == 0 && command.order->paid_minor > 0
             ? error::NothingLeft(command.order_id)
             : absl::OkStatus();
}

// Makes nothing anew that is there already; true when there is.
absl::StatusOr<bool> AdoptWhatThereIs(db::Transaction& t, store::ProcessRow& row) {
  const Action action = domain::ActionOf(row.process);
  if (action != Action::kExpectReturn && action != Action::kReserve) return false;
  ASSIGN_OR_RETURN(const auto signals, store::SignalsOfCase(t, row.org_id, row.case_id));
  if (signals.empty()) return false;
  ASSIGN_OR_RETURN(const auto of_case, store::ProcessesOfCase(t, row.org_id, row.case_id));
  v1::ProcessFacts facts = FactsOf(row);
  if (!Adopt(action, signals, GivenUp(of_case, row.process_id), facts)) return false;
  row.facts = facts.SerializeAsString();
  return true;
}

}  // namespace

ProcessWorker::ProcessWorker(Dependencies deps, const Clock& clock, Commands& commands,
                             ProcessWorkerOptions options)
    : deps_(std::move(deps)), clock_(clock), commands_(commands), options_(std::move(options)) {}

absl::Time ProcessWorker::Now() const { return FromMicros(ToMicros(clock_.Now())); }

absl::StatusOr<Command> ProcessWorker::CommandOf(db::Transaction& t, const store::ProcessRow& row,
                                                 const domain::FlowPolicy& policy) {
  Command command{.org_id = row.org_id,
                  .shop_id = row.shop_id,
                  .case_id = row.case_id,
                  .order_id = row.order_id,
                  .action = domain::ActionOf(row.process),
                  .request_id = RequestId(row),
                  .source_id = SourceId(row),
                  .policy = policy,
                  .facts = FactsOf(row)};
  if (NeedsOrder(command.action)) {
    ASSIGN_OR_RETURN(command.order, store::FindOrder(t, row.org_id, row.shop_id, row.order_id));
    if (command.order) RETURN_IF_ERROR(FillLines(t, *command.order, command.facts));
  }
  if (command.action == Action::kPay || command.action == Action::kRepay) {
    ASSIGN_OR_RETURN(const store::Payment payment, OpenPayment(t, row));
    command.payment = OrderOf(payment);
  }
  if (command.action == Action::kReportRefund) {
    ASSIGN_OR_RETURN(const auto refund,
                     store::FindPayment(t, row.org_id, command.facts.refund_payment_id()));
    if (!refund || !refund->pay_time) return Internal("the refund to be reported is gone");
    command.refund = OrderOf(*refund);
    command.refund_time = *refund->pay_time;
  }
  return command;
}

absl::Status ProcessWorker::Announce(db::Transaction& t, store::ProcessRow& row, absl::Time now,
                                     Claim& claim) {
  ASSIGN_OR_RETURN(const domain::FlowPolicy policy,
                   store::FindFlowPolicy(t, row.org_id, row.shop_id, now));
  const Action action = domain::ActionOf(row.process);
  const absl::Status reaches = commands_.Reaches(action);
  if (!reaches.ok()) {
    return MoveProcess(t, deps_, policy, row,
                       {.input = Input::kUnreachable, .why = reaches, .now = now});
  }
  ASSIGN_OR_RETURN(const bool there, AdoptWhatThereIs(t, row));
  if (there) return MoveProcess(t, deps_, policy, row, {.input = Input::kOk, .now = now});
  ASSIGN_OR_RETURN(claim.command, CommandOf(t, row, policy));
  ASSIGN_OR_RETURN(const PaidBack paid, PaidBackOf(t, claim.command));
  // Not of a command whose answer was lost: it may have been carried out, and refusing it here
  // would leave that behind. The other side's answer decides.
  const absl::Status pieces =
      row.process.attempts == 0 ? CheckPieces(row, claim.command, paid) : absl::OkStatus();
  if (!pieces.ok()) {
    return MoveProcess(t, deps_, policy, row,
                       {.input = Input::kRefused, .why = pieces, .now = now});
  }
  row.facts = claim.command.facts.SerializeAsString();
  RETURN_IF_ERROR(
      MoveProcess(t, deps_, policy, row,
                  {.input = Input::kSend, .now = now, .lease_end = now + options_.lease}));
  claim.row = row;
  return absl::OkStatus();
}

absl::Status ProcessWorker::Await(db::Transaction& t, store::ProcessRow& row, absl::Time now) {
  ASSIGN_OR_RETURN(const auto signals, store::SignalsOfCase(t, row.org_id, row.case_id));
  v1::ProcessFacts facts = FactsOf(row);
  const Heard heard = Listen(row.process, signals, facts);
  ASSIGN_OR_RETURN(const domain::FlowPolicy policy,
                   store::FindFlowPolicy(t, row.org_id, row.shop_id, now));
  if (heard.anything) {
    row.facts = facts.SerializeAsString();
    return MoveProcess(t, deps_, policy, row, {.input = heard.input, .why = heard.why, .now = now});
  }
  row.next = absl::InfiniteFuture();  // whoever tells something wakes it
  const bool of_goods = domain::SignalOf(row.process) == domain::Signal::kGoodsInspected;
  if (of_goods && !facts.goods_arrived()) {
    const absl::Time deadline = domain::ReturnDeadline(policy, row.create_time);
    if (now >= deadline) {
      return MoveProcess(t, deps_, policy, row,
                         {.input = Input::kOverdue,
                          .why = error::ReturnOverdue(facts.return_id(), policy.return_wait_days),
                          .now = now});
    }
    row.next = std::min(deadline, now + kLookAgain);
  }
  return store::UpdateProcess(t, row);
}

absl::Status ProcessWorker::Advance(db::Transaction& t, store::ProcessRow& row, absl::Time now,
                                    Claim& claim) {
  if (row.process.state == domain::ProcessState::kWaiting) return Await(t, row, now);
  if (domain::IsRemote(domain::ActionOf(row.process))) return Announce(t, row, now, claim);
  ASSIGN_OR_RETURN(const domain::FlowPolicy policy,
                   store::FindFlowPolicy(t, row.org_id, row.shop_id, now));
  ASSIGN_OR_RETURN(const LocalOutcome outcome, DoLocally(t, row, policy, now));
  return MoveProcess(t, deps_, policy, row,
                     {.input = outcome.input, .why = outcome.why, .now = now});
}

absl::StatusOr<ProcessWorker::Claim> ProcessWorker::ClaimNext(absl::Time deadline) {
  const absl::Time now = Now();
  std::optional<store::ProcessRow> seen;
  const absl::StatusOr<Claim> claim =
      deps_.database.RunInTransaction(deadline, [&](db::Transaction& t) -> absl::StatusOr<Claim> {
        Claim claim;
        seen.reset();
        ASSIGN_OR_RETURN(auto row, store::LockDueProcess(t, now));
        if (!row) return claim;
        seen = row;
        claim.found = true;
        RETURN_IF_ERROR(Advance(t, *row, now, claim));
        t.AfterCommit(deps_.on_events);
        return claim;
      });
  if (claim.ok() || !seen) return claim;
  RETURN_IF_ERROR(PutOff(*seen, claim.status()));
  return Claim{.found = true};
}

absl::Status ProcessWorker::PutOff(const store::ProcessRow& seen, const absl::Status& why) {
  obs::Log(obs::Level::kWarning, "a process could not be handled; put off",
           {{"process", seen.process_id}, {"status", why}, {"cause", CauseOf(why)}});
  return deps_.database.RunInTransaction(
      absl::Now() + kRoundLimit, [&](db::Transaction& t) -> absl::Status {
        ASSIGN_OR_RETURN(auto row, store::LockProcess(t, seen.org_id, seen.process_id));
        if (!row || row->version != seen.version) return absl::OkStatus();
        row->next = Now() + kPutOff;
        row->error_reason = ReasonOf(why);
        row->error_text = std::string(why.message());
        return store::UpdateProcess(t, *row);
      });
}

absl::Status ProcessWorker::Finish(const store::ProcessRow& claimed, const CommandOutcome& outcome,
                                   absl::Time deadline) {
  const absl::Time now = Now();
  return deps_.database.RunInTransaction(deadline, [&](db::Transaction& t) -> absl::Status {
    ASSIGN_OR_RETURN(auto row, store::LockProcess(t, claimed.org_id, claimed.process_id));
    // Somebody has moved it: the lease had run out, or a person was faster.
    if (!row || row->version != claimed.version) return absl::OkStatus();
    ASSIGN_OR_RETURN(const domain::FlowPolicy policy,
                     store::FindFlowPolicy(t, row->org_id, row->shop_id, now));
    const Action action = domain::ActionOf(row->process);
    if (action == Action::kPay || action == Action::kRepay) {
      ASSIGN_OR_RETURN(store::Payment payment, OpenPayment(t, *row));
      payment.error_reason = ReasonOf(outcome.why);
      if (outcome.receipt) {
        payment.state = store::PaymentState::kPaid;
        payment.receipt = outcome.receipt->receipt;
        payment.pay_time = outcome.receipt->pay_time;
      }
      RETURN_IF_ERROR(SettlePayment(t, payment, now));
    }
    row->facts = outcome.facts.SerializeAsString();
    RETURN_IF_ERROR(MoveProcess(
        t, deps_, policy, *row,
        {.input = outcome.input, .why = outcome.why, .now = now, .spread = SpreadOf(*row)}));
    t.AfterCommit(deps_.on_events);
    return absl::OkStatus();
  });
}

absl::StatusOr<bool> ProcessWorker::RunOnce(absl::Time deadline) {
  const absl::Time began = absl::Now();  // leases are taken by the machine's clock as well
  ASSIGN_OR_RETURN(Claim claim, ClaimNext(deadline));
  if (!claim.row) return claim.found;
  if (DiesAt("claimed")) return true;
  const absl::Time send_until = began + options_.lease - options_.call_timeout;
  if (absl::Now() > send_until) return true;  // the commit took so long that another may be at it
  claim.command.deadline = absl::Now() + options_.call_timeout;
  const CommandOutcome outcome = commands_.Execute(claim.command);
  if (DiesAt("executed")) return true;
  RETURN_IF_ERROR(Finish(*claim.row, outcome, deadline));
  return true;
}

void ProcessWorker::Start() {
  for (int i = 0; i < options_.threads; ++i) {
    threads_.push_back(std::make_unique<Repeater>(options_.interval));
    threads_.back()->Start([this] {
      const auto did = RunOnce(absl::Now() + kRoundLimit);
      if (did.ok()) return *did;
      obs::Log(obs::Level::kWarning, "running processes failed; tried again",
               {{"status", did.status()}});
      return false;
    });
  }
}

void ProcessWorker::Stop() {
  for (const auto& thread : threads_) thread->Stop();
}

}  // namespace kefu::aftersales
