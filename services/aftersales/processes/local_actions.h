// What a process does in this service's own transaction: it judges goods and fixes amounts.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "kefu/aftersales/v1/payments.pb.h"
#include "kefu/aftersales/v1/processes.pb.h"
#include "services/aftersales/domain/processes/decisions.h"
#include "services/aftersales/domain/processes/process.h"
#include "services/aftersales/store/payments.h"
#include "services/aftersales/store/processes.h"

namespace kefu::aftersales {

// What came of it: kOk, kSkipped, or kRefused with the reason.
struct LocalOutcome {
  domain::Input input = domain::Input::kOk;
  absl::Status why;
};

// Does the present action of the locked process, and writes what it has learnt into its facts.
// Whoever fixes an amount holds the order's lock: refunds of an order together never exceed what
// was paid, whatever cases and processes they belong to. Errors: the database's only.
absl::StatusOr<LocalOutcome> DoLocally(db::Transaction& t, store::ProcessRow& row,
                                       const domain::FlowPolicy& policy, absl::Time now);

// The payment that the process has requested and that is not settled.
absl::StatusOr<store::Payment> OpenPayment(db::Transaction& t, const store::ProcessRow& row);
// Writes what became of a payment, and tells of it.
absl::Status SettlePayment(db::Transaction& t, store::Payment payment, absl::Time now);
// What becomes of the payment that is held up when a person settles its step: it was made by other
// means, to be found by the reference, or is waived.
absl::Status SettleByHand(db::Transaction& t, const store::ProcessRow& row, domain::Input input,
                          const std::string& reference, absl::Time now);

v1::Payment ToProto(const store::Payment& payment);

}  // namespace kefu::aftersales
