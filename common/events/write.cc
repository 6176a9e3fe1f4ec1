#include "common/events/write.h"

#include <algorithm>
#include <map>

#include "common/events/durable.h"
#include "common/events/outbox.h"
#include "common/hash/sha256.h"

namespace kefu::events {
namespace {

constexpr size_t kMaxRequestId = 64;

constexpr db::Sql kClaim{
    "INSERT INTO request_log (org_id, request_id, method, body_sha256, response, create_us)"
    " VALUES (?, ?, ?, ?, NULL, ?)"};
constexpr db::Sql kSelect{
    "SELECT method, body_sha256, response FROM request_log WHERE org_id = ? AND request_id = ?"};
constexpr db::Sql kStore{"UPDATE request_log SET response = ? WHERE org_id = ? AND request_id = ?"};
constexpr db::Sql kSelectMany{
    "SELECT org_id, request_id, method, body_sha256, response FROM request_log"
    " WHERE (org_id, request_id) IN (?*)"};
constexpr std::string_view kInsertMany =
    "INSERT INTO request_log (org_id, request_id, method, body_sha256, response, create_us)";
// Each goes on in a new transaction of the same connection.
constexpr db::Sql kRollBack{"ROLLBACK AND CHAIN"};
constexpr db::Sql kCommit{"COMMIT AND CHAIN"};
constexpr db::Sql kDeleteOld{
    "DELETE FROM request_log WHERE create_us < ? ORDER BY create_us LIMIT ?"};

absl::Status Reused() {
  return InvalidArgument("REQUEST_ID_REUSED", "request_id",
                         "was used before with another method or another body");
}

// The stored answer of a committed row, or REQUEST_ID_REUSED. Columns from `first`: method,
// body_sha256, response.
absl::StatusOr<std::string> AnswerOf(const db::Row& row, size_t first, std::string_view method,
                                     std::string_view hash) {
  if (row.Text(first) != method || row.Text(first + 1) != hash) return Reused();
  if (row.IsNull(first + 2)) return Internal("a committed claim has no response");
  return row.Str(first + 2);
}

// Claims the id, or reads the answer of the call that has it. A twin that is still running holds
// the key's lock, so the INSERT waits for its end: then either its row is there to be read, or it
// has rolled back and the claim succeeds.
absl::StatusOr<std::optional<std::string>> ClaimOrReplay(db::Transaction& transaction,
                                                         const RequestContext& context,
                                                         std::string_view request_id,
                                                         std::string_view hash) {
  const absl::Status claim = transaction
                                 .Execute(kClaim, {context.org_id(), request_id, context.method,
                                                   db::Param::Bytes(hash), context.now})
                                 .status();
  if (claim.ok()) return std::nullopt;
  if (!db::IsDuplicate(claim)) return claim;
  ASSIGN_OR_RETURN(const db::Rows rows, transaction.Query(kSelect, {context.org_id(), request_id}));
  // Housekeeping may delete the row in between: the call is then as old as the promise and starts
  // afresh.
  if (rows.empty()) return Aborted(db::kConflict, "the stored answer is being removed");
  RETURN_IF_ERROR(MarkDurable(transaction));
  return AnswerOf(rows.front(), 0, context.method, hash);
}

// What a body refuses because of a state that somebody has brought about is told when that state
// outlives a crash. The body's own writes are undone before; the caller's transaction, which fails
// with the refusal, is an empty one then.
absl::Status KeepReason(db::Transaction& transaction, const absl::Status& refused) {
  if (!absl::IsFailedPrecondition(refused) && !absl::IsAlreadyExists(refused)) return refused;
  RETURN_IF_ERROR(transaction.Execute(kRollBack).status());
  RETURN_IF_ERROR(MarkDurable(transaction));
  RETURN_IF_ERROR(transaction.Execute(kCommit).status());
  return refused;
}

}  // namespace

std::string BodyHash(const google::protobuf::Message& request) {
  return Sha256({SerializeDeterministically(request)});
}

absl::Status CheckRequestId(std::string_view request_id) {
  FieldViolations violations;
  const bool printable =
      std::all_of(request_id.begin(), request_id.end(), [](char c) { return c > ' ' && c <= '~'; });
  violations.Check(printable && request_id.size() <= kMaxRequestId, "request_id",
                   "must be at most 64 printable ASCII characters without spaces");
  return violations.ToStatus();
}

absl::StatusOr<std::string> RunWriteBytes(
    db::Database& database, const RequestContext& context, std::string_view request_id,
    const google::protobuf::Message& request,
    const std::function<absl::Status(db::Transaction&, std::string*)>& body, WriteInfo* info) {
  RETURN_IF_ERROR(CheckRequestId(request_id));
  const std::string hash = BodyHash(request);
  const OutboxRow audit = MakeAuditRow(context, request_id, hash);
  bool replayed = false;
  absl::StatusOr<std::string> result = database.RunInTransaction(
      context.deadline, [&](db::Transaction& transaction) -> absl::StatusOr<std::string> {
        replayed = false;
        if (!request_id.empty()) {
          ASSIGN_OR_RETURN(std::optional<std::string> answer,
                           ClaimOrReplay(transaction, context, request_id, hash));
          if (answer.has_value()) {
            replayed = true;
            return *std::move(answer);
          }
        }
        std::string response;
        const absl::Status done = body(transaction, &response);
        if (!done.ok()) return KeepReason(transaction, done);
        if (!request_id.empty()) {
          RETURN_IF_ERROR(transaction.Execute(
              kStore, {db::Param::Bytes(response), context.org_id(), request_id}));
        }
        RETURN_IF_ERROR(AppendMany(transaction, {&audit, 1}));
        return response;
      });
  if (info != nullptr) info->replayed = replayed && result.ok();
  return result;
}

absl::StatusOr<std::vector<FoundWrite>> FindWrites(db::Transaction& transaction,
                                                   std::span<const WriteKey> keys) {
  constexpr size_t kKeysPerQuery = 64;  // keeps the number of prepared variants and the plan small
  std::vector<FoundWrite> found(keys.size());
  for (size_t from = 0; from < keys.size(); from += kKeysPerQuery) {
    const auto part = keys.subspan(from, std::min(kKeysPerQuery, keys.size() - from));
    std::vector<db::Param> flat;
    using Key = std::pair<std::string_view, std::string_view>;
    std::multimap<Key, size_t> index;
    for (size_t i = 0; i < part.size(); ++i) {
      flat.insert(flat.end(), {part[i].org_id, part[i].request_id});
      index.emplace(Key(part[i].org_id, part[i].request_id), from + i);
    }
    ASSIGN_OR_RETURN(const db::Rows rows, transaction.QueryIn(kSelectMany, {}, flat, 2));
    for (const db::Row row : rows) {
      const auto [first, last] = index.equal_range(Key(row.Text(0), row.Text(1)));
      for (auto it = first; it != last; ++it) {
        const WriteKey& key = keys[it->second];
        auto answer = AnswerOf(row, 2, key.method, key.body_sha256);
        if (answer.ok()) {
          found[it->second].response = *std::move(answer);
        } else if (ReasonOf(answer.status()) == "REQUEST_ID_REUSED") {
          found[it->second].reused = answer.status();
        } else {
          return answer.status();
        }
      }
    }
  }
  return found;
}

absl::Status StoreWrites(db::Transaction& transaction, std::span<const StoredWrite> writes,
                         absl::Time now) {
  std::vector<db::Param> flat;
  flat.reserve(writes.size() * 6);
  for (const StoredWrite& write : writes) {
    flat.insert(flat.end(),
                {write.key.org_id, write.key.request_id, write.key.method,
                 db::Param::Bytes(write.key.body_sha256), db::Param::Bytes(write.response), now});
  }
  return transaction.InsertMany(kInsertMany, 6, flat).status();
}

absl::StatusOr<int64_t> DeleteOldRequests(db::Database& database, absl::Time now, absl::Time before,
                                          int limit) {
  if (before > now - kRequestLogKeep) {
    return InvalidArgument("KEEP_TOO_SHORT", "before", "answers are kept for at least 3 days");
  }
  return database.RunInTransaction(absl::Now() + absl::Minutes(1), [&](db::Transaction& t) {
    return t.Execute(kDeleteOld, {before, limit});
  });
}

}  // namespace kefu::events
