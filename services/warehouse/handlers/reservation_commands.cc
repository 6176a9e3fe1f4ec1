#include "services/warehouse/handlers/reservation_commands.h"

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "common/hash/sha256.h"
#include "fmt/format.h"
#include "services/warehouse/convert/reservation_commands.h"
#include "services/warehouse/handlers/support.h"

namespace kefu::warehouse {
namespace {

constexpr int kMaxCommands = 1000;
constexpr int kMaxLines = 10'000;  // of all commands of a message: bounds the answer below 4 MiB

constexpr std::string_view kReserve = "/kefu.warehouse.v1.WarehouseService/Reserve";
constexpr std::string_view kConfirm = "/kefu.warehouse.v1.WarehouseService/ConfirmReservation";
constexpr std::string_view kRelease = "/kefu.warehouse.v1.WarehouseService/ReleaseReservation";
constexpr std::string_view kExtend = "/kefu.warehouse.v1.WarehouseService/ExtendReservation";

convert::CommandOrigin OriginOf(const RequestContext& ctx, const Dependencies& deps) {
  return {ctx.principal.subject, StoredNow(ctx), deps.default_ttl};
}

// Fills in the command that the request asks for.
template <class Request>
absl::Status Fill(const Request& request, const RequestContext& ctx, std::string_view method,
                  const convert::CommandOrigin& origin, IdGenerator& ids, fold::Command& command) {
  ASSIGN_OR_RETURN(command.command, convert::FromProto(request, origin));
  command.command.shops = ctx.principal.shops;
  RETURN_IF_ERROR(events::CheckRequestId(request.request_id()));
  if (auto* reserve = std::get_if<domain::ReserveCommand>(&command.command.what)) {
    RETURN_IF_ERROR(RequireOwnShop(ctx, reserve->reservation));
    reserve->reservation.id = ids.Next();
  }
  command.key = {std::string(ctx.org_id()), request.request_id(), std::string(method),
                 events::BodyHash(request)};
  return absl::OkStatus();
}

absl::Status FillOne(const v1::ReservationCommand& proto, const RequestContext& ctx,
                     const convert::CommandOrigin& origin, IdGenerator& ids,
                     fold::Command& command) {
  switch (proto.command_case()) {
    case v1::ReservationCommand::kReserve:
      return Fill(proto.reserve(), ctx, kReserve, origin, ids, command);
    case v1::ReservationCommand::kConfirm:
      return Fill(proto.confirm(), ctx, kConfirm, origin, ids, command);
    case v1::ReservationCommand::kRelease:
      return Fill(proto.release(), ctx, kRelease, origin, ids, command);
    case v1::ReservationCommand::kExtend:
      return Fill(proto.extend(), ctx, kExtend, origin, ids, command);
    case v1::ReservationCommand::COMMAND_NOT_SET:
      break;
  }
  FieldViolations violations;
  violations.Add("command", "must be one of reserve, confirm, release and extend");
  return violations.ToStatus();
}

// Adds a command; those that are malformed or not allowed with their result.
void AddCommand(const v1::ReservationCommand& proto, const RequestContext& ctx,
                const convert::CommandOrigin& origin, const Dependencies& deps,
                std::set<std::string>& request_ids, fold::Job& job) {
  fold::Command& command = job.commands.emplace_back();
  absl::Status status = FillOne(proto, ctx, origin, deps.ids, command);
  if (status.ok() && !command.key.request_id.empty() &&
      !request_ids.insert(command.key.request_id).second) {
    status = InvalidArgument("INVALID_FIELDS", "request_id", "stands in a command before");
  }
  if (status.ok()) return;
  command.malformed = true;
  command.result = std::move(status);
}

// Shape of a message with several commands; get: (item) -> const v1::ReservationCommand&.
template <class Items, class F>
absl::Status CheckCommands(const Items& items, F get) {
  FieldViolations violations;
  violations.Check(items.size() >= 1 && items.size() <= kMaxCommands, "commands",
                   fmt::format("must have 1 to {} items", kMaxCommands));
  int lines = 0;
  for (const auto& item : items) lines += get(item).reserve().reservation().lines_size();
  violations.Check(lines <= kMaxLines, "commands",
                   fmt::format("must have at most {} lines in all", kMaxLines));
  return violations.ToStatus();
}

class SingleJob final : public fold::Job {
 public:
  SingleJob(const RequestContext& ctx, ReservationHandlers::Done done)
      : Job(ctx), done_(std::move(done)) {}
  void Answer() override { done_(*std::move(commands.front().result)); }

 private:
  ReservationHandlers::Done done_;
};

class BatchJob final : public fold::Job {
 public:
  BatchJob(const RequestContext& ctx, ReservationHandlers::BatchDone done)
      : Job(ctx), done_(std::move(done)) {}
  void Answer() override {
    if (!batch_refused.ok()) return done_(std::move(batch_refused));
    if (batch_answer.has_value()) return done_(*std::move(batch_answer));
    v1::BatchReserveResponse response;
    for (fold::Command& command : commands) {
      convert::SetResult(*std::move(command.result), response.add_results());
    }
    done_(std::move(response));
  }

 private:
  ReservationHandlers::BatchDone done_;
};

// What the jobs of one stream and the thread that writes their results share.
class Results {
 public:
  // Blocks while too many commands are under way; false: the client has gone.
  bool Reserve(size_t commands) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return broken_ || under_way_ == 0 || under_way_ < kWindow; });
    if (broken_) return false;
    under_way_ += commands;
    return true;
  }
  void Add(v1::ReserveStreamResponse results) {
    const std::lock_guard lock(mutex_);
    if (ready_.results_size() == 0) {
      ready_ = std::move(results);
    } else {
      ready_.MergeFrom(results);
    }
    changed_.notify_all();
  }
  // No more commands will come.
  void Close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }
  // Writes results until all that were reserved are written and Close was called.
  void Drain(rpc::StreamWriter<v1::ReserveStreamResponse>& writer) {
    for (;;) {
      v1::ReserveStreamResponse next;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock,
                      [&] { return ready_.results_size() > 0 || (closed_ && under_way_ == 0); });
        if (ready_.results_size() == 0) return;
        next.Swap(&ready_);
      }
      const auto count = static_cast<size_t>(next.results_size());
      const bool written = writer.Write(std::move(next));
      const std::lock_guard lock(mutex_);
      broken_ = broken_ || !written;
      under_way_ -= count;
      changed_.notify_all();
    }
  }

 private:
  static constexpr size_t kWindow = 4000;  // commands of one stream at a time
  std::mutex mutex_;
  std::condition_variable changed_;
  v1::ReserveStreamResponse ready_;  // all are guarded by mutex_
  size_t under_way_ = 0;             // taken from the client, result not written
  bool closed_ = false;
  bool broken_ = false;
};

class StreamJob final : public fold::Job {
 public:
  StreamJob(const RequestContext& ctx, std::vector<int64_t> numbers, Results& results)
      : Job(ctx), numbers_(std::move(numbers)), results_(results) {}
  void Answer() override {
    v1::ReserveStreamResponse response;
    for (size_t i = 0; i < commands.size(); ++i) {
      v1::NumberedResult& numbered = *response.add_results();
      numbered.set_sequence_number(numbers_[i]);
      convert::SetResult(*std::move(commands[i].result), numbered.mutable_result());
    }
    results_.Add(std::move(response));
  }

 private:
  const std::vector<int64_t> numbers_;
  Results& results_;
};

}  // namespace

template <class Request>
void ReservationHandlers::Single(const RequestContext& ctx, const Request& request,
                                 std::string_view method, Done done) const {
  absl::Status status = RequireOrganization(ctx);
  auto job = std::make_unique<SingleJob>(ctx, std::move(done));
  fold::Command& command = job->commands.emplace_back();
  if (status.ok()) {
    status = Fill(request, ctx, method, OriginOf(ctx, deps_), deps_.ids, command);
  }
  if (status.ok()) return folder_.Submit(std::move(job));
  command.result = std::move(status);
  job->Answer();
}

void ReservationHandlers::Reserve(const RequestContext& ctx, const v1::ReserveRequest& request,
                                  Done done) const {
  Single(ctx, request, kReserve, std::move(done));
}

void ReservationHandlers::ConfirmReservation(const RequestContext& ctx,
                                             const v1::ConfirmReservationRequest& request,
                                             Done done) const {
  Single(ctx, request, kConfirm, std::move(done));
}

void ReservationHandlers::ReleaseReservation(const RequestContext& ctx,
                                             const v1::ReleaseReservationRequest& request,
                                             Done done) const {
  Single(ctx, request, kRelease, std::move(done));
}

void ReservationHandlers::ExtendReservation(const RequestContext& ctx,
                                            const v1::ExtendReservationRequest& request,
                                            Done done) const {
  Single(ctx, request, kExtend, std::move(done));
}

void ReservationHandlers::BatchReserve(const RequestContext& ctx,
                                       const v1::BatchReserveRequest& request,
                                       BatchDone done) const {
  absl::Status status = RequireOrganization(ctx);
  if (status.ok()) status = CheckCommands(request.commands(), std::identity());
  if (status.ok()) status = events::CheckRequestId(request.request_id());
  if (!status.ok()) return done(std::move(status));
  auto job = std::make_unique<BatchJob>(ctx, std::move(done));
  job->batch = {job->org_id, request.request_id(), ctx.method, events::BodyHash(request)};
  const convert::CommandOrigin origin = OriginOf(ctx, deps_);
  std::set<std::string> request_ids = {request.request_id()};
  for (const v1::ReservationCommand& proto : request.commands()) {
    AddCommand(proto, ctx, origin, deps_, request_ids, *job);
    if (request.request_id().empty()) continue;
    job->commands.back().derived_id =
        Hex(Sha256({request.request_id(), "/", fmt::format_int(job->commands.size()).c_str()}));
  }
  folder_.Submit(std::move(job));
}

absl::Status ReservationHandlers::ReserveStream(
    const RequestContext& ctx, rpc::StreamReader<v1::ReserveStreamRequest>& reader,
    rpc::StreamWriter<v1::ReserveStreamResponse>& writer) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  Results results;
  std::thread drain([&] { results.Drain(writer); });
  absl::Status malformed;
  v1::ReserveStreamRequest request;
  while (malformed.ok() && reader.Read(&request)) {
    malformed = CheckCommands(request.commands(),
                              [](const v1::NumberedCommand& item) -> const v1::ReservationCommand& {
                                return item.command();
                              });
    if (!malformed.ok()) break;
    std::vector<int64_t> numbers;
    for (const auto& item : request.commands()) numbers.push_back(item.sequence_number());
    auto job = std::make_unique<StreamJob>(ctx, std::move(numbers), results);
    convert::CommandOrigin origin = OriginOf(ctx, deps_);
    origin.now = FromMicros(ToMicros(deps_.clock->Now()));  // of the command, not of the stream
    std::set<std::string> request_ids;
    for (const v1::NumberedCommand& item : request.commands()) {
      AddCommand(item.command(), ctx, origin, deps_, request_ids, *job);
    }
    if (!results.Reserve(job->commands.size())) break;
    folder_.SubmitWhenRoom(std::move(job));
  }
  results.Close();
  drain.join();
  return malformed.ok() ? reader.status() : malformed;
}

}  // namespace kefu::warehouse
