// What one call puts into the fold.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/batching/job.h"
#include "common/context/request_context.h"
#include "common/events/write.h"
#include "kefu/warehouse/v1/reservation_batch.pb.h"
#include "services/warehouse/domain/fold.h"

namespace kefu::warehouse::fold {

// One command and what becomes of it.
struct Command {
  domain::ReservationCommand command;
  // Of the single call, however it came, so that it may be sent again in another way. request_id
  // empty: it is carried out each time it comes.
  events::WriteKey key;
  // Stands in for an empty request_id where the commands of a batch that has one are carried out
  // one by one: whatever of them was done is found again by a retry of the batch.
  std::string derived_id;
  // Set from the beginning when it is malformed.
  std::optional<absl::StatusOr<v1::Reservation>> result;
  bool malformed = false;
  bool replayed = false;  // the result is a stored answer

  const std::string& id() const { return key.request_id.empty() ? derived_id : key.request_id; }
};

// The commands of one call. A batch is carried out in one transaction with its stored answer.
class Job : public batching::Job {
 public:
  explicit Job(const RequestContext& ctx)
      : batching::Job(ctx.deadline, ctx.cancelled),
        org_id(ctx.org_id()),
        actor(ctx.principal.subject),
        trace_id(ctx.trace_id) {}

  size_t size() const final { return commands.size(); }
  // The request ids.
  void AddKeys(std::vector<Key>& keys) const final {
    if (!batch.request_id.empty()) keys.emplace_back(org_id, batch.request_id);
    for (const Command& command : commands) {
      if (!command.malformed && !command.id().empty()) keys.emplace_back(org_id, command.id());
    }
  }
  void Fail(const absl::Status& status) final {
    for (Command& command : commands) {
      if (!command.malformed) command.result = status;
    }
    if (is_batch()) batch_refused = status;
  }

  std::string org_id, actor, trace_id;
  std::vector<Command> commands;
  // Of a batch; method empty: the commands are writes of their own that only came together.
  events::WriteKey batch;
  // The stored answer of the whole batch, or that its request id was used for something else.
  std::optional<v1::BatchReserveResponse> batch_answer;
  absl::Status batch_refused;

  bool is_batch() const { return !batch.method.empty(); }
};

}  // namespace kefu::warehouse::fold
