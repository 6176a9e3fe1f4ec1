// Writes of cases that come at the same time share a transaction. What they have in common — locks
// taken by one statement, rows of one table inserted by one, what is read of a shop, the flush of
// the commit — is paid once. Nobody waits for company: whoever comes while others write is written
// with those who come meanwhile.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/batching/batching_executor.h"
#include "common/context/request_context.h"
#include "common/events/write.h"
#include "kefu/aftersales/v1/resources.pb.h"
#include "services/aftersales/fold/case_batch.h"
#include "services/aftersales/handlers/dependencies.h"

namespace kefu::aftersales {

// One write of one case.
struct CaseWrite {
  // What is done in the transaction with the locked case, or nothing where there is none. It may
  // run several times, on any thread while the caller waits, and touches nothing outside the
  // database. A write that refuses by what the contract names has put nothing but into the batch.
  using Body =
      std::function<absl::StatusOr<v1::Case>(CaseBatch& batch, std::optional<domain::Case> locked)>;

  std::string org_id;   // of the case
  std::string case_id;  // empty: the case is yet to be opened
  Body body;
};

// Thread-safe; any number of processes may fold on one database. What one write of a transaction
// may not do is told to its caller alone. A transaction that fails, unless the database is away, is
// carried out write by write; a lost COMMIT is answered as such to all of its callers. Two writes
// of one case, or with one request id, never share a transaction. Nor does a write of a case that
// somebody else holds: it waits in a transaction of its own.
class CaseFold {
 public:
  explicit CaseFold(const Dependencies& deps);
  CaseFold(const CaseFold&) = delete;
  CaseFold& operator=(const CaseFold&) = delete;

  // As events::RunWrite: claims or replays request.request_id(), stores the answer, records the
  // write. Blocks.
  template <class Request>
  absl::StatusOr<v1::Case> Run(const RequestContext& ctx, const Request& request, CaseWrite write,
                               events::WriteInfo* info = nullptr) {
    return RunKeyed(ctx, request.request_id(), events::BodyHash(request), write, info);
  }

 private:
  struct Call;
  class Job;

  absl::StatusOr<v1::Case> RunKeyed(const RequestContext& ctx, const std::string& request_id,
                                    std::string body_sha256, const CaseWrite& write,
                                    events::WriteInfo* info);
  absl::Status Fold(std::span<batching::Job* const> jobs);
  void RunAlone(Call& call);
  absl::Status Transact(std::span<Call* const> calls, bool wait);

  const Dependencies deps_;
  batching::BatchingExecutor executor_;  // last: its threads use the others
};

}  // namespace kefu::aftersales
