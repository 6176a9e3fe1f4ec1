// What processes hear of: the warehouse's returns and reservations, and this service's own missed
// deadlines.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "common/ids/id_generator.h"
#include "kefu/aftersales/v1/processes.pb.h"
#include "kefu/common/v1/event.pb.h"
#include "services/aftersales/domain/processes/process.h"
#include "services/aftersales/store/processes.h"

namespace kefu::aftersales {

// The payloads that ApplyWarehouseEvent understands, for the consumer's filter.
std::vector<std::string> WarehouseEventTypes();
// Keeps what the warehouse tells of a case here, whether or not a process waits for it, and wakes
// those that wait. Idempotent; what is older than what is kept changes nothing.
absl::Status ApplyWarehouseEvent(db::Transaction& t, const ::kefu::common::v1::Event& event,
                                 absl::Time now);

// The same for this service's own feed.
std::vector<std::string> OwnEventTypes();
absl::Status ApplyOwnEvent(db::Transaction& t, const ::kefu::common::v1::Event& event,
                           absl::Time now, IdGenerator& ids);

// Whether what a waiting process waits for has happened. Fills in what is learnt of it.
struct Heard {
  bool anything = false;
  domain::Input input = domain::Input::kOk;  // kRefused: it will not happen any more
  absl::Status why;
};
Heard Listen(const domain::Process& process, const std::vector<store::CaseSignal>& signals,
             v1::ProcessFacts& facts);

// The returns and reservations that other processes of the case have called off or given back; the
// feed may have yet to tell of it.
std::set<std::string, std::less<>> GivenUp(const std::vector<store::ProcessRow>& of_case,
                                           std::string_view process_id);
// What the feed has told of that a command is about to make: its answer was lost longer ago than
// request ids are remembered, or somebody in the warehouse was faster. Fills in its id.
bool Adopt(domain::Action action, const std::vector<store::CaseSignal>& signals,
           const std::set<std::string, std::less<>>& given_up, v1::ProcessFacts& facts);

}  // namespace kefu::aftersales
