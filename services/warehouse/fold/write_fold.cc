#include "services/warehouse/fold/write_fold.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/cord.h"
#include "common/events/durable.h"
#include "common/hash/sha256.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "kefu/common/v1/audit.pb.h"
#include "services/warehouse/convert/reservation_commands.h"
#include "services/warehouse/convert/resources.h"
#include "services/warehouse/errors.h"
#include "services/warehouse/fold/foreseen_fold.h"
#include "services/warehouse/handlers/posting.h"
#include "services/warehouse/store/sales_guards.h"
#include "services/warehouse/store/store.h"
#include "services/warehouse/store/totals.h"

namespace kefu::warehouse::fold {
namespace {

// What is reserved of each total, whatever is given back meanwhile.
using Taken = std::map<domain::TotalKey, int64_t>;

Taken TakenBy(std::span<const domain::Movement> movements) {
  Taken taken;
  for (const domain::Movement& movement : movements) {
    if (movement.to == domain::LedgerAccount::kReserved) {
      taken[movement.key.total] += movement.quantity;
    }
  }
  return taken;
}

// Whether so many times as much is there. Once is enough for reserving in any order.
bool Holds(const domain::Totals& totals, const Taken& taken, int64_t times) {
  return std::ranges::all_of(taken, [&](const auto& entry) {
    const auto total = totals.find(entry.first);
    return total != totals.end() && total->second.available() / times >= entry.second;
  });
}

// With as much again left, hardly anybody takes it before this fold has the lock.
constexpr int64_t kMargin = 2;

bool IsShort(const domain::FoldDecision& decision) {
  return std::ranges::any_of(decision.results, [](const auto& result) {
    return !result.ok() && ReasonOf(result.status()) == "INSUFFICIENT_STOCK";
  });
}

// The commands of one organization.
struct Part {
  std::vector<Command*> commands;
  std::vector<const domain::ReservationCommand*> asked;
  domain::FoldNeeds needs;
  domain::FoldBasis basis;
  domain::FoldDecision decision;
  domain::Totals totals;  // locked
  Taken taken;            // by the decision, when it was foreseen
};

constexpr char kSurprise[] = "kefu.warehouse/surprise";

// Never leaves the service.
absl::Status Surprise() {
  absl::Status status = absl::AbortedError("less is there than was foreseen");
  status.SetPayload(kSurprise, absl::Cord());
  return status;
}

class Writer {
 public:
  Writer(db::Transaction& t, const Dependencies& deps, std::span<const Unit> units, bool foresee)
      : t_(t), deps_(deps), units_(units), foresee_(foresee) {}

  absl::Status Run() {
    RETURN_IF_ERROR(FindAnswers());
    GroupByOrganization();
    for (auto& [org_id, part] : parts_) RETURN_IF_ERROR(LockReservations(org_id, part));
    for (auto& [org_id, part] : parts_) RETURN_IF_ERROR(ReadPlaces(org_id, part));
    if (foresee_) RETURN_IF_ERROR(Foresee());
    if (foreseen_) RETURN_IF_ERROR(WriteOwn());
    for (auto& [org_id, part] : parts_) {
      ASSIGN_OR_RETURN(part.totals, store::LockTotals(t_, org_id, part.needs.totals));
      if (foreseen_ && !Holds(part.totals, part.taken, 1)) return Surprise();
    }
    if (!foreseen_) {
      for (auto& [org_id, part] : parts_) {
        part.basis.totals = part.totals;
        part.decision = domain::DecideFold(part.asked, std::move(part.basis));
        RETURN_IF_ERROR(part.decision.broken);
      }
      RETURN_IF_ERROR(WriteOwn());
    }
    for (auto& [org_id, part] : parts_) RETURN_IF_ERROR(PostMovements(org_id, part));
    RecordWrites();
    if (outbox_.empty()) return TellsOfOthers() ? events::MarkDurable(t_) : absl::OkStatus();
    t_.AfterCommit(deps_.on_events);
    return events::AppendMany(t_, outbox_);
  }

 private:
  absl::Status FindAnswers() {
    std::vector<events::WriteKey> keys;
    std::vector<Command*> owners;  // null: of the batch of `batches`
    std::vector<Job*> batches;
    for (const Unit& unit : units_) {
      unit.job->batch_answer.reset();
      unit.job->batch_refused = absl::OkStatus();
      for (const Command& c : unit.job->commands) now_ = std::max(now_, c.command.now);
      if (unit.whole && !unit.job->batch.request_id.empty()) {
        keys.push_back(unit.job->batch);
        owners.push_back(nullptr);
        batches.push_back(unit.job);
      }
      for (Command* command : unit.commands) {
        command->result.reset();
        command->replayed = false;
        if (command->id().empty()) continue;
        keys.push_back(command->key);
        keys.back().request_id = command->id();
        owners.push_back(command);
      }
    }
    if (keys.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const std::vector<events::FoundWrite> found, events::FindWrites(t_, keys));
    auto batch = batches.begin();
    for (size_t i = 0; i < found.size(); ++i) {
      RETURN_IF_ERROR(owners[i] == nullptr ? Replay(found[i], **batch++)
                                           : Replay(found[i], *owners[i]));
    }
    return absl::OkStatus();
  }

  static absl::Status Replay(const events::FoundWrite& found, Command& command) {
    if (!found.reused.ok()) command.result = found.reused;
    if (!found.response.has_value()) return absl::OkStatus();
    v1::Reservation answer;
    if (!answer.ParseFromString(*found.response)) return Internal("a stored answer does not parse");
    if (Sees(command, answer)) {
      command.result = std::move(answer);
    } else {
      command.result = error::ReservationNotFound(answer.reservation_id());
    }
    command.replayed = true;
    return absl::OkStatus();
  }

  // A stored answer is for those who see its reservation.
  static bool Sees(const Command& command, const v1::Reservation& answer) {
    const std::vector<std::string>& shops = command.command.shops;
    return shops.empty() || std::ranges::find(shops, answer.shop_id()) != shops.end();
  }

  static absl::Status Replay(const events::FoundWrite& found, Job& job) {
    if (!found.reused.ok()) {
      for (Command& command : job.commands) command.result = found.reused;
      job.batch_refused = found.reused;
    }
    if (!found.response.has_value()) return absl::OkStatus();
    job.batch_answer.emplace();
    if (!job.batch_answer->ParseFromString(*found.response) ||
        job.batch_answer->results_size() != static_cast<int>(job.commands.size())) {
      return Internal("a stored answer does not parse");
    }
    for (size_t i = 0; i < job.commands.size(); ++i) {
      v1::ReservationResult& result = *job.batch_answer->mutable_results(static_cast<int>(i));
      if (!result.has_reservation() || Sees(job.commands[i], result.reservation())) continue;
      convert::SetResult(error::ReservationNotFound(result.reservation().reservation_id()),
                         &result);
    }
    return absl::OkStatus();
  }

  static bool IsAnswered(const Job& job) {
    return job.batch_answer.has_value() || !job.batch_refused.ok();
  }

  void GroupByOrganization() {
    for (const Unit& unit : units_) {
      if (unit.whole && IsAnswered(*unit.job)) continue;
      for (Command* command : unit.commands) {
        if (command->result.has_value()) continue;
        Part& part = parts_[unit.job->org_id];
        part.commands.push_back(command);
        part.asked.push_back(&command->command);
      }
    }
  }

  absl::Status LockReservations(std::string_view org_id, Part& part) {
    std::set<std::string> ids;
    for (const domain::ReservationCommand* command : part.asked) {
      if (const std::string* id = domain::NamedReservation(*command)) ids.insert(*id);
    }
    ASSIGN_OR_RETURN(part.basis.reservations, store::LockReservations(t_, org_id, ids));
    part.needs = domain::NeedsOf(part.asked, part.basis.reservations);
    return absl::OkStatus();
  }

  // Nodes and SKUs are not locked: a reservation that commits just after its node was archived came
  // just before. Sales guards are, where there are any: what is left of them is given away once.
  absl::Status ReadPlaces(std::string_view org_id, Part& part) {
    ASSIGN_OR_RETURN(const auto nodes, store::NodeBriefs(t_, org_id, part.needs.nodes));
    for (const auto& [id, node] : nodes) {
      ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(node.time_zone));
      part.basis.nodes.emplace(id, node.state);
      part.basis.today.emplace(id, DayOf(now_, zone));
    }
    ASSIGN_OR_RETURN(const auto skus, store::SkuBriefs(t_, org_id, part.needs.skus));
    std::set<std::string> guarded;
    for (const auto& [id, sku] : skus) {
      part.basis.skus.emplace(id, sku.state);
      if (sku.guarded) guarded.insert(id);
    }
    const auto keys = domain::GuardKeysOf(part.asked, part.basis.reservations, guarded);
    ASSIGN_OR_RETURN(part.basis.guards, store::LockGuards(t_, org_id, keys));
    return absl::OkStatus();
  }

  // Decides on totals that are not locked, which others may be changing. What comes of it counts
  // only if all fits and much more is there.
  absl::Status Foresee() {
    for (auto& [org_id, part] : parts_) {
      domain::FoldBasis basis = part.basis;
      ASSIGN_OR_RETURN(const domain::Totals seen, store::ReadTotals(t_, org_id, part.needs.totals));
      basis.totals = seen;
      part.decision = domain::DecideFold(part.asked, std::move(basis));
      part.taken = TakenBy(part.decision.movements);
      if (!part.decision.broken.ok() || IsShort(part.decision) ||
          !Holds(seen, part.taken, kMargin)) {
        return absl::OkStatus();
      }
    }
    foreseen_ = true;
    return absl::OkStatus();
  }

  // Sets the results and writes what belongs to the commands alone, and to no total or chain.
  absl::Status WriteOwn() {
    for (auto& [org_id, part] : parts_) {
      domain::FoldDecision& decision = part.decision;
      for (size_t i = 0; i < part.commands.size(); ++i) {
        absl::StatusOr<domain::Reservation>& result = decision.results[i];
        if (result.ok()) {
          part.commands[i]->result = convert::ToProto(*result);
        } else {
          part.commands[i]->result = std::move(result).status();
        }
      }
      RETURN_IF_ERROR(store::Insert(t_, org_id, decision.made));
      RETURN_IF_ERROR(store::SaveAll(t_, org_id, decision.changed));
      RETURN_IF_ERROR(store::SaveUse(t_, org_id, decision.guards));
      std::vector<domain::Reservation> told = std::move(decision.made);
      std::ranges::move(decision.changed, std::back_inserter(told));
      RETURN_IF_ERROR(Announce(PostingOf(org_id), told));
    }
    return StoreAnswers();
  }

  absl::Status PostMovements(std::string_view org_id, Part& part) {
    const std::vector<domain::Movement>& movements = part.decision.movements;
    if (movements.empty()) return absl::OkStatus();
    domain::Totals touched;
    for (const domain::TotalKey& key : domain::KeysOf(movements)) {
      touched.insert(part.totals.extract(key));
    }
    return Post(PostingOf(org_id), movements, touched).status();
  }

  // Whether, with nothing written, somebody is told what others have brought about: a stored answer
  // or the state of a reservation. (That stock is short needs no keeping.)
  bool TellsOfOthers() const {
    return std::ranges::any_of(units_, [](const Unit& unit) {
      if (unit.whole && unit.job->batch_answer.has_value()) return true;
      return std::ranges::any_of(unit.commands, [](const Command* command) {
        const absl::Status& status = command->result->status();
        return command->replayed ||
               (absl::IsFailedPrecondition(status) && ReasonOf(status) != "INSUFFICIENT_STOCK");
      });
    });
  }

  Posting PostingOf(std::string_view org_id) { return {deps_, t_, org_id, "", now_, &outbox_}; }

  // One audit record an organization: commands that were carried out now, batches as a whole.
  void RecordWrites() {
    std::map<std::string_view, common::v1::WritesRecorded> records;
    const auto record = [&](const Job& job, const events::WriteKey& key) {
      common::v1::WriteRecorded& write = *records[job.org_id].add_writes();
      write.set_actor(job.actor);
      write.set_method(key.method);
      write.set_request_id(key.request_id);
      write.set_request_sha256(Hex(key.body_sha256));
      write.set_trace_id(job.trace_id);
    };
    for (const Unit& unit : units_) {
      if (unit.whole && IsAnswered(*unit.job)) continue;
      if (unit.job->is_batch() && unit.whole) {
        record(*unit.job, unit.job->batch);
        continue;
      }
      for (const Command* command : unit.commands) {
        if (command->result->ok() && !command->replayed) record(*unit.job, command->key);
      }
    }
    for (const auto& [org_id, writes] : records) {
      outbox_.push_back(events::MakeOutboxRow(org_id, "", writes, now_));
    }
  }

  // In key order, so that two folds that share several ids wait for each other one way round.
  absl::Status StoreAnswers() {
    std::vector<events::StoredWrite> writes;
    for (const Unit& unit : units_) {
      if (unit.whole && IsAnswered(*unit.job)) continue;
      for (const Command* command : unit.commands) {
        if (!command->result->ok() || command->replayed) continue;
        const std::string& id = unit.whole ? command->key.request_id : command->id();
        if (id.empty()) continue;
        writes.push_back({command->key, (*command->result)->SerializeAsString()});
        writes.back().key.request_id = id;
      }
      if (!unit.whole || unit.job->batch.request_id.empty()) continue;
      v1::BatchReserveResponse answer;
      for (const Command& command : unit.job->commands) {
        convert::SetResult(*command.result, answer.add_results());
      }
      writes.push_back({unit.job->batch, answer.SerializeAsString()});
    }
    std::ranges::sort(writes, {}, [](const events::StoredWrite& write) {
      return std::pair(std::string_view(write.key.org_id), std::string_view(write.key.request_id));
    });
    return events::StoreWrites(t_, writes, now_);
  }

  db::Transaction& t_;
  const Dependencies& deps_;
  const std::span<const Unit> units_;
  const bool foresee_;
  bool foreseen_ = false;  // the decisions were made before the totals were locked
  std::map<std::string, Part, std::less<>> parts_;  // in key order, in which rows are locked
  absl::Time now_ = absl::UnixEpoch();              // of the latest command
  std::vector<events::OutboxRow> outbox_;
};

}  // namespace

absl::Status WriteFold(db::Transaction& t, const Dependencies& deps, std::span<const Unit> units) {
  return Writer(t, deps, units, /*foresee=*/false).Run();
}

absl::Status WriteForeseenFold(db::Transaction& t, const Dependencies& deps,
                               std::span<const Unit> units) {
  return Writer(t, deps, units, /*foresee=*/true).Run();
}

bool IsSurprise(const absl::Status& status) { return status.GetPayload(kSurprise).has_value(); }

}  // namespace kefu::warehouse::fold
