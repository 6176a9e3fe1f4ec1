#include "services/aftersales/processes/local_actions.h"

#include <algorithm>

#include "common/convert/fields.h"
#include "common/events/outbox.h"
#include "common/hash/sha256.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "services/aftersales/convert/processes.h"
#include "services/aftersales/domain/compensation.h"
#include "services/aftersales/domain/orders/order.h"
#include "services/aftersales/errors.h"
#include "services/aftersales/errors_processes.h"
#include "services/aftersales/processes/compensations.h"
#include "services/aftersales/processes/left.h"
#include "services/aftersales/processes/start.h"
#include "services/aftersales/processes/terms.h"
#include "services/aftersales/store/compensation.h"
#include "services/aftersales/store/orders.h"
#include "services/aftersales/store/policies.h"

namespace kefu::aftersales {
namespace {

namespace fields = ::kefu::convert;
using domain::Action;
using domain::Input;
using store::PaymentPurpose;
using store::PaymentState;

constexpr size_t kIdLength = 32;  // hexadecimal digits: 128 bits

struct Work {
  db::Transaction& t;
  store::ProcessRow& row;
  const domain::FlowPolicy& policy;
  const absl::Time now;
  v1::ProcessFacts facts;
};

// Not an outcome of the flow but of this attempt.
bool IsOurs(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return false;
    default:
      return true;
  }
}

absl::StatusOr<domain::Order> OrderOf(const Work& work) {
  ASSIGN_OR_RETURN(auto order,
                   store::LockOrder(work.t, work.row.org_id, work.row.shop_id, work.row.order_id));
  if (!order) return error::OrderUnknown(work.row.order_id);
  return *std::move(order);
}

store::Payment NewPayment(const Work& work, const domain::Order& order, PaymentPurpose purpose,
                          int64_t minor, std::string explanation) {
  const std::string name = fmt::format("{}/{}", work.row.process_id, NameOf(purpose));
  const bool of_merchant = purpose == PaymentPurpose::kCharge;
  const std::string buyer =
      order.customer_id.empty() ? "order/" + order.order_id : order.customer_id;
  return {.org_id = work.row.org_id,
          .payment_id = Hex(Sha256({name})).substr(0, kIdLength),
          .shop_id = work.row.shop_id,
          .order_id = work.row.order_id,
          .case_id = work.row.case_id,
          .process_id = work.row.process_id,
          .purpose = purpose,
          .party = of_merchant ? work.row.org_id : buyer,
          .amount = {order.currency, minor},
          .explanation = std::move(explanation),
          .state = PaymentState::kRequested,
          .create_time = work.now};
}

absl::Status Tell(db::Transaction& t, const store::Payment& payment, absl::Time now) {
  v1::PaymentChanged event;
  *event.mutable_payment() = ToProto(payment);
  return events::Append(t, payment.org_id, payment.case_id, event, now);
}

absl::StatusOr<LocalOutcome> RequestIt(Work& work, const store::Payment& payment) {
  if (payment.amount.minor == 0) return LocalOutcome{Input::kSkipped, {}};
  RETURN_IF_ERROR(store::InsertPayment(work.t, payment));
  RETURN_IF_ERROR(Tell(work.t, payment, work.now));
  work.facts.set_payment_id(payment.payment_id);
  if (payment.purpose == PaymentPurpose::kRefund || payment.purpose == PaymentPurpose::kAdvance) {
    work.facts.set_refund_payment_id(payment.payment_id);
  }
  return LocalOutcome{};
}

absl::StatusOr<domain::CompensationPolicy> PolicyOf(const Work& work) {
  ASSIGN_OR_RETURN(const store::Shop shop,
                   store::FindShop(work.t, work.row.org_id, work.row.shop_id));
  return store::ChooseCompensationPolicy(work.t, shop, work.now);
}

void Quoted(const domain::CompensationPolicy& policy, domain::CompensationKind kind,
            store::Payment& payment) {
  payment.detail = std::string(NameOf(kind));
  payment.policy_id = policy.ref.policy_id;
  payment.policy_version = policy.ref.version;
}

absl::StatusOr<std::vector<domain::CaseLine>> PaidBefore(const Work& work,
                                                         const domain::Order& order) {
  return store::RefundedPieces(work.t, order.org_id, order.shop_id, order.order_id);
}

// The pieces that this amount pays back of those that the case names, else of the whole order.
absl::StatusOr<std::vector<domain::CaseLine>> PaidBackBy(const Work& work,
                                                         const domain::Order& order,
                                                         int64_t amount) {
  if (amount == 0) return std::vector<domain::CaseLine>();
  ASSIGN_OR_RETURN(const auto before, PaidBefore(work, order));
  std::vector<domain::CaseLine> pieces = convert::Pieces(work.facts.lines());
  if (pieces.empty()) pieces = domain::PiecesLeft(order, before);
  return domain::PaidBackBy(order, pieces, before, amount);
}

// What is paid for: what the case names; of goods that came back what was not paid back while they
// were on their way, if anything is left of them.
struct PaidPieces {
  std::vector<domain::CaseLine> pieces;
  int64_t worth = 0;
  bool cut = false;
};
absl::StatusOr<PaidPieces> PiecesToPay(const Work& work, const domain::Order& order) {
  PaidPieces paid{.pieces = convert::Pieces(work.facts.lines())};
  ASSIGN_OR_RETURN(const auto before, PaidBefore(work, order));
  if (work.row.process.kind == domain::ProcessKind::kReturn) {
    RETURN_IF_ERROR(domain::PaidFor(order, paid.pieces, {}).status());
    paid.cut = !domain::CheckNotPaidBack(order, paid.pieces, before).ok();
    std::vector<domain::CaseLine> left = domain::NotPaidBack(order, paid.pieces, before);
    if (paid.cut && !left.empty()) paid.pieces = std::move(left);
  }
  ASSIGN_OR_RETURN(paid.worth, domain::PaidFor(order, paid.pieces, before));
  return paid;
}

// What the reviewer grants, else all that is left, within the policy's share of what was paid.
absl::StatusOr<LocalOutcome> RequestAdvance(Work& work, const domain::Order& order, int64_t left) {
  constexpr auto kKind = domain::CompensationKind::kAdvance;
  if (!work.facts.has_limit() && left == 0) return error::NothingLeft(order.order_id);
  const int64_t claimed = work.facts.has_limit() ? work.facts.limit().minor_units() : left;
  ASSIGN_OR_RETURN(const domain::CompensationPolicy policy, PolicyOf(work));
  ASSIGN_OR_RETURN(const domain::CompensationQuote quote,
                   domain::Compute(policy, {.kind = kKind,
                                            .paid = Money{order.currency, order.paid_minor},
                                            .claimed = Money{order.currency, claimed}}));
  if (quote.amount.minor > left) {
    return error::RefundExceedsPaid(quote.amount, {order.currency, left});
  }
  store::Payment payment =
      NewPayment(work, order, PaymentPurpose::kAdvance, quote.amount.minor, quote.explanation);
  Quoted(policy, kKind, payment);
  ASSIGN_OR_RETURN(payment.lines, PaidBackBy(work, order, payment.amount.minor));
  return RequestIt(work, payment);
}

// What the reviewer said, whatever the goods are worth; where it reaches that, they are paid for.
absl::StatusOr<LocalOutcome> RequestAsReviewed(Work& work, const domain::Order& order,
                                               PaymentPurpose purpose, int64_t left) {
  const int64_t amount = work.facts.limit().minor_units();
  if (amount > left) {
    return error::RefundExceedsPaid({order.currency, amount}, {order.currency, left});
  }
  store::Payment payment = NewPayment(work, order, purpose, amount, "as reviewed");
  ASSIGN_OR_RETURN(payment.lines, PaidBackBy(work, order, amount));
  return RequestIt(work, payment);
}

// Nothing is paid and nobody said so: right of free pieces of an order that was paid only.
bool LeavesNothing(const domain::Order& order, const domain::RefundBounds& bounds,
                   const domain::Refund& refund) {
  if (refund.amount > 0 || bounds.limit) return false;
  return !bounds.goods || *bounds.goods > 0 || order.paid_minor == 0;
}

// What the reviewer said is what is paid; goods that came back are paid by what they are worth, but
// never more than the reviewer said, nor than is left where nobody said anything.
absl::StatusOr<LocalOutcome> RequestRefund(Work& work, PaymentPurpose purpose) {
  ASSIGN_OR_RETURN(const domain::Order order, OrderOf(work));
  ASSIGN_OR_RETURN(const Left left, LeftOf(work.t, order));
  const bool said = work.facts.has_limit();
  if (said && work.facts.limit().currency_code() != order.currency) {
    return error::AmountUnknown(order.order_id);
  }
  if (purpose == PaymentPurpose::kAdvance) return RequestAdvance(work, order, left.all);
  if (said && work.row.process.kind != domain::ProcessKind::kReturn) {
    return RequestAsReviewed(work, order, purpose, left.all);
  }
  // Goods that were to come back for nothing.
  if (said && work.facts.limit().minor_units() == 0) return LocalOutcome{Input::kSkipped, {}};
  domain::RefundBounds bounds{.left = left.all, .freight_left = left.freight};
  if (said) bounds.limit = work.facts.limit().minor_units();
  PaidPieces goods;
  if (work.facts.lines_size() > 0) {
    ASSIGN_OR_RETURN(goods, PiecesToPay(work, order));
    bounds.goods = goods.worth;
  }
  const domain::Refund refund =
      domain::RefundOf(bounds, static_cast<domain::returns::Payer>(work.facts.outbound_freight()));
  if (refund.amount > left.all) {
    return error::RefundExceedsPaid({order.currency, refund.amount}, {order.currency, left.all});
  }
  if (LeavesNothing(order, bounds, refund)) return error::NothingLeft(order.order_id);
  store::Payment payment = NewPayment(work, order, purpose, refund.amount, refund.explanation);
  if (goods.cut) payment.explanation += "; without the pieces that were paid back before";
  payment.freight_minor = refund.freight;
  payment.lines = std::move(goods.pieces);
  if (!bounds.goods) {
    ASSIGN_OR_RETURN(payment.lines, PaidBackBy(work, order, refund.amount));
  }
  return RequestIt(work, payment);
}

// sign 1: the buyer pays it; -1: it is paid back.
absl::StatusOr<LocalOutcome> RequestDifference(Work& work, int sign) {
  const int64_t difference = work.facts.price_difference().minor_units() * sign;
  if (difference <= 0) return LocalOutcome{Input::kSkipped, {}};
  ASSIGN_OR_RETURN(const domain::Order order, OrderOf(work));
  if (work.facts.price_difference().currency_code() != order.currency) {
    return error::AmountUnknown(order.order_id);
  }
  if (sign < 0) {
    ASSIGN_OR_RETURN(const Left left, LeftOf(work.t, order));
    if (difference > left.all) {
      return error::RefundExceedsPaid({order.currency, difference}, {order.currency, left.all});
    }
  }
  return RequestIt(
      work,
      NewPayment(work, order, sign > 0 ? PaymentPurpose::kCollection : PaymentPurpose::kRefund,
                 difference, "price difference of the exchange"));
}

// As much as an earlier payment of the process.
absl::StatusOr<LocalOutcome> RequestAsMuchAs(Work& work, PaymentPurpose earlier,
                                             PaymentPurpose purpose, std::string explanation) {
  ASSIGN_OR_RETURN(const domain::Order order, OrderOf(work));
  ASSIGN_OR_RETURN(const auto payments,
                   store::PaymentsOfProcess(work.t, work.row.org_id, work.row.process_id));
  const auto found = std::ranges::find(payments, earlier, &store::Payment::purpose);
  if (found == payments.end()) return Internal("the payment to be matched is gone");
  return RequestIt(work,
                   NewPayment(work, order, purpose, found->amount.minor, std::move(explanation)));
}

bool IsLate(const domain::Order& order, absl::Time now) {
  return order.promised_ship_time && order.ship_time.value_or(now) > *order.promised_ship_time;
}

absl::StatusOr<LocalOutcome> RequestCompensation(Work& work) {
  ASSIGN_OR_RETURN(const domain::Order order, OrderOf(work));
  const auto kind = static_cast<domain::CompensationKind>(work.facts.compensation_kind());
  // By the policy of when it was granted, as all that was known then.
  ASSIGN_OR_RETURN(PolicyQuote quoted, QuoteFor(work.t, order, kind, work.row.create_time));
  if (kind == domain::CompensationKind::kLateShipment && !IsLate(order, work.now)) {
    return error::ShippedInTime(order.order_id);
  }
  RETURN_IF_ERROR(CheckNotCompensated(work.t, order.org_id, order.shop_id, order.order_id, kind));
  domain::CompensationQuote& quote = quoted.quote;
  const std::optional<Money> granted = LimitOf(work.facts);
  if (!granted && quote.amount.minor == 0) return error::NothingToCompensate(order.order_id);
  if (granted && granted->currency != order.currency) return error::AmountUnknown(order.order_id);
  if (granted && *granted != quote.amount) quote = {*granted, "as reviewed"};
  store::Payment payment =
      NewPayment(work, order, PaymentPurpose::kCompensation, quote.amount.minor, quote.explanation);
  Quoted(quoted.policy, kind, payment);
  return RequestIt(work, payment);
}

// What was paid back while it was on its way is not sent anew.
absl::Status CheckStillOwed(const Work& work, const std::vector<domain::CaseLine>& pieces) {
  ASSIGN_OR_RETURN(const domain::Order order, OrderOf(work));
  ASSIGN_OR_RETURN(const auto before, PaidBefore(work, order));
  return domain::CheckNotPaidBack(order, pieces, before);
}

absl::StatusOr<LocalOutcome> JudgeGoods(Work& work) {
  const std::vector<domain::ReturnedLine> lines = convert::ReturnedLines(work.facts);
  const bool known = work.facts.merchant_faults_size() > 0;
  domain::FlowPolicy policy = work.policy;
  if (work.row.process.kind == domain::ProcessKind::kExchange) {
    // Nothing is paid that could be less: what was reserved goes out whole, or not at all.
    const auto whole = [](domain::GoodsFaultAction& action) {
      if (action == domain::GoodsFaultAction::kReduce) action = domain::GoodsFaultAction::kHold;
    };
    whole(policy.missing_goods);
    whole(policy.damaged_goods);
  }
  ASSIGN_OR_RETURN(const std::vector<domain::CaseLine> pieces,
                   domain::JudgeGoods(policy, lines, known));
  if (std::ranges::any_of(lines, &domain::ReturnedLine::sent_wrongly)) {
    AddFault(work.row.process.kind, domain::MerchantFault::kSentWrongly, work.facts);
  }
  work.facts.clear_lines();
  for (const domain::CaseLine& piece : pieces) {
    v1::ProcessLine& line = *work.facts.add_lines();
    line.set_sku(piece.sku);
    line.set_quantity(piece.quantity);
  }
  if (work.row.process.kind == domain::ProcessKind::kExchange) {
    RETURN_IF_ERROR(CheckStillOwed(work, pieces));
  }
  return LocalOutcome{};
}

absl::StatusOr<LocalOutcome> Withdraw(Work& work) {
  ASSIGN_OR_RETURN(const auto payments,
                   store::PaymentsOfProcess(work.t, work.row.org_id, work.row.process_id));
  for (store::Payment payment : payments) {
    if (payment.state != PaymentState::kRequested) continue;
    payment.state = PaymentState::kWithdrawn;
    if (payment.error_reason.empty()) payment.error_reason = work.facts.undo_reason();
    RETURN_IF_ERROR(SettlePayment(work.t, payment, work.now));
  }
  return LocalOutcome{};
}

absl::StatusOr<LocalOutcome> Do(Work& work) {
  switch (domain::ActionOf(work.row.process)) {
    case Action::kJudgeGoods:
      return JudgeGoods(work);
    case Action::kRequestRefund:
      return RequestRefund(work, PaymentPurpose::kRefund);
    case Action::kRequestAdvance:
      return RequestRefund(work, PaymentPurpose::kAdvance);
    case Action::kRequestDifference:
      return RequestDifference(work, -1);
    case Action::kRequestCollection:
      return RequestDifference(work, 1);
    case Action::kRequestRepayment:
      return RequestAsMuchAs(work, PaymentPurpose::kCollection, PaymentPurpose::kRepayment,
                             "what was collected");
    case Action::kRequestCharge:
      return RequestAsMuchAs(work, PaymentPurpose::kAdvance, PaymentPurpose::kCharge,
                             "what was paid in advance");
    case Action::kRequestCompensation:
      return RequestCompensation(work);
    case Action::kWithdrawPayment:
      return Withdraw(work);
    default:
      return Internal("not an action of this service's own");
  }
}

}  // namespace

absl::StatusOr<LocalOutcome> DoLocally(db::Transaction& t, store::ProcessRow& row,
                                       const domain::FlowPolicy& policy, absl::Time now) {
  Work work{t, row, policy, now, FactsOf(row)};
  absl::StatusOr<LocalOutcome> outcome = Do(work);
  if (!outcome.ok()) {
    if (IsOurs(outcome.status())) return outcome.status();
    return LocalOutcome{Input::kRefused, outcome.status()};
  }
  row.facts = work.facts.SerializeAsString();
  return outcome;
}

absl::StatusOr<store::Payment> OpenPayment(db::Transaction& t, const store::ProcessRow& row) {
  ASSIGN_OR_RETURN(const auto payments, store::PaymentsOfProcess(t, row.org_id, row.process_id));
  const auto found = std::ranges::find(payments, PaymentState::kRequested, &store::Payment::state);
  if (found == payments.end()) {
    return Internal(fmt::format("process {} has no payment to make", row.process_id));
  }
  return *found;
}

absl::Status SettlePayment(db::Transaction& t, store::Payment payment, absl::Time now) {
  RETURN_IF_ERROR(store::UpdatePayment(t, payment));
  return Tell(t, payment, now);
}

absl::Status SettleByHand(db::Transaction& t, const store::ProcessRow& row, Input input,
                          const std::string& reference, absl::Time now) {
  const Action action = domain::HeldAction(row.process);
  if (action != Action::kPay && action != Action::kRepay) return absl::OkStatus();
  // Calling the process off withdraws it, unless that is too late.
  const bool calls_off = !row.process.past_pivot && !row.process.compensating;
  if (input == Input::kWaive && calls_off) return absl::OkStatus();
  ASSIGN_OR_RETURN(store::Payment payment, OpenPayment(t, row));
  if (input == Input::kWaive) {
    payment.state = PaymentState::kWithdrawn;
  } else {
    payment.state = PaymentState::kPaidOutOfBand;
    payment.receipt = reference;
    payment.error_reason.clear();
    payment.pay_time = now;
  }
  return SettlePayment(t, payment, now);
}

v1::Payment ToProto(const store::Payment& payment) {
  v1::Payment proto;
  proto.set_payment_id(payment.payment_id);
  proto.set_shop_id(payment.shop_id);
  proto.set_order_id(payment.order_id);
  proto.set_case_id(payment.case_id);
  proto.set_process_id(payment.process_id);
  proto.set_purpose(static_cast<v1::PaymentPurpose>(payment.purpose));
  proto.set_party(payment.party);
  proto.mutable_amount()->set_currency_code(payment.amount.currency);
  proto.mutable_amount()->set_minor_units(payment.amount.minor);
  proto.set_explanation(payment.explanation);
  proto.set_state(static_cast<v1::PaymentState>(payment.state));
  proto.set_receipt(payment.receipt);
  proto.set_error_reason(payment.error_reason);
  proto.set_policy_id(payment.policy_id);
  proto.set_policy_version(payment.policy_version);
  *proto.mutable_create_time() = fields::ToProto(payment.create_time);
  if (payment.pay_time) *proto.mutable_pay_time() = fields::ToProto(*payment.pay_time);
  if (payment.freight_minor > 0) {
    proto.mutable_freight()->set_currency_code(payment.amount.currency);
    proto.mutable_freight()->set_minor_units(payment.freight_minor);
  }
  return proto;
}

}  // namespace kefu::aftersales
