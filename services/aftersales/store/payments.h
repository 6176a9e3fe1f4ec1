// Rows of payments. Every statement names the tenant. The functions keep no state and are
// thread-safe; all return the database's errors.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "common/enums/enum_names.h"
#include "common/money/money.h"
#include "services/aftersales/domain/types.h"
#include "services/aftersales/store/cases.h"

namespace kefu::aftersales::store {

enum class PaymentPurpose : uint8_t {
  kUnspecified,
  kRefund,
  kCollection,
  kRepayment,
  kCompensation,
  kAdvance,
  kCharge
};
enum class PaymentState : uint8_t { kUnspecified, kRequested, kPaid, kWithdrawn, kPaidOutOfBand };
KEFU_ENUM_NAMES(PaymentPurpose, "UNSPECIFIED", "REFUND", "COLLECTION", "REPAYMENT", "COMPENSATION",
                "ADVANCE", "CHARGE")
KEFU_ENUM_NAMES(PaymentState, "UNSPECIFIED", "REQUESTED", "PAID", "WITHDRAWN", "PAID_OUT_OF_BAND")

struct Payment {
  std::string org_id;
  std::string payment_id;
  std::string shop_id;
  std::string order_id;
  std::string case_id;
  std::string process_id;
  PaymentPurpose purpose = PaymentPurpose::kUnspecified;
  std::string detail;  // of compensation: its kind
  std::string party;
  Money amount;
  std::string explanation;
  PaymentState state = PaymentState::kUnspecified;
  std::string receipt;
  std::string error_reason;
  std::string policy_id;
  int32_t policy_version = 0;
  absl::Time create_time;
  std::optional<absl::Time> pay_time;
  int64_t freight_minor = 0;                 // of the amount: what gives back the first freight
  std::vector<domain::CaseLine> lines = {};  // what a refund is for; not read by Find and List
};

absl::Status InsertPayment(db::Transaction& t, const Payment& payment);
absl::StatusOr<std::optional<Payment>> FindPayment(db::Transaction& t, std::string_view org_id,
                                                   std::string_view payment_id);
// State, receipt, error and time of payment.
absl::Status UpdatePayment(db::Transaction& t, const Payment& payment);
absl::StatusOr<std::vector<Payment>> PaymentsOfProcess(db::Transaction& t, std::string_view org_id,
                                                       std::string_view process_id);
// Those that were not called off. The caller holds the order's lock.
absl::StatusOr<std::vector<Payment>> PaymentsOfOrder(db::Transaction& t, std::string_view org_id,
                                                     std::string_view shop_id,
                                                     std::string_view order_id);
// The pieces that refunds of the order are for, of those that were not called off.
absl::StatusOr<std::vector<domain::CaseLine>> RefundedPieces(db::Transaction& t,
                                                             std::string_view org_id,
                                                             std::string_view shop_id,
                                                             std::string_view order_id);

struct PaymentFilter {
  std::string whole_org_id;  // every shop of it, or
  std::vector<ShopId> shops;
  std::string base_id;   // see CaseFilter
  std::string case_id;   // empty: every case
  std::string order_id;  // empty: every order
  std::string purpose;   // empty: every purpose
  std::string state;     // empty: every state
};
struct PaymentPage {
  absl::Time after_time = absl::UnixEpoch();
  std::string after_id;
  int limit = 0;
};
// By time of request, then id; one more than the limit tells that there are more.
absl::StatusOr<std::vector<Payment>> ListPayments(db::Transaction& t, const PaymentFilter& filter,
                                                  const PaymentPage& page);

}  // namespace kefu::aftersales::store
