// The audit of an organization's ledger, for the call and for the nightly job.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/database.h"
#include "services/warehouse/domain/verification.h"

namespace kefu::warehouse {

struct LedgerVerdict {
  int64_t nodes = 0;
  int64_t entries = 0;
  int64_t rows = 0;
  int64_t findings = 0;
  int64_t unattested = 0;  // of them

  bool clean() const { return unattested == 0; }
};

struct VerifyOptions {
  std::string node_id;     // empty: every node, and what spans them: CLEARING, sales guards
  absl::Time now;          // what is due by then is missing
  absl::Time deadline;     // of the whole
  int entries = 2000;      // a read
  int rows = 1000;         // a read
  int reservations = 500;  // a read
  std::function<bool()> cancelled;  // may be empty
};

// Where the parts of the answer go; false ends the audit with CANCELLED.
struct VerifySink {
  std::function<bool(const domain::LedgerFinding&)> on_finding;
  std::function<bool(const domain::NodeAudit&)> on_node;
};

// Verifies while everybody works on: rows are compared with entries up to the moment at which they
// were read. Reads every entry once, in order, and once more where trades have to be acknowledged;
// takes about 10 µs an entry. NOT_FOUND for a node
// that is not there; CANCELLED; the database's errors.
absl::StatusOr<LedgerVerdict> VerifyOrganization(db::Database& database, std::string_view org_id,
                                                 const VerifyOptions& options,
                                                 const VerifySink& sink);

}  // namespace kefu::warehouse
