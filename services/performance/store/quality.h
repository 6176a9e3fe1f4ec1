// Inspections, samples and versioned policies of judgement in the database. Every method runs in
// the caller's transaction and returns the Statuses of db::Transaction.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "common/db/transaction.h"
#include "services/performance/domain/facts.h"
#include "services/performance/domain/judgement/quality.h"
#include "services/performance/store/facts.h"

namespace kefu::performance::store {

// --- Policies: bodies that only convert/ understands ---

struct PolicyVersion {
  std::string key;
  int64_t version = 0;
  std::string body;
};
// Adds the next version of the shop's, whose number it answers. ABORTED TRANSACTION_CONFLICT when
// another one was added meanwhile.
absl::StatusOr<int64_t> AddPolicy(db::Transaction& t, const Scope& scope, std::string_view kind,
                                  std::string_view key, absl::CivilDay effective_from,
                                  std::string_view body);
// The version in force on a day; of two from the same day the later one.
absl::StatusOr<std::optional<PolicyVersion>> PolicyOn(db::Transaction& t, const Scope& scope,
                                                      std::string_view kind, std::string_view key,
                                                      absl::CivilDay day);
// The same, and where the shop has none the organization's.
absl::StatusOr<std::optional<PolicyVersion>> PolicyInForce(db::Transaction& t, const Scope& scope,
                                                           std::string_view kind,
                                                           std::string_view key,
                                                           absl::CivilDay day);
// All of a kind, by key and version.
absl::StatusOr<std::vector<PolicyVersion>> ListPolicies(db::Transaction& t, const Scope& scope,
                                                        std::string_view kind);

// --- Samples ---

absl::Status SaveSample(db::Transaction& t, const Scope& scope, std::string_view sample_id,
                        std::string_view body);
absl::StatusOr<std::optional<std::string>> LoadSample(db::Transaction& t, const Scope& scope,
                                                      std::string_view sample_id);
// A keyset page by id, the latest first, before the given id; empty: from the latest.
absl::StatusOr<std::vector<std::string>> PageSamples(db::Transaction& t, const Scope& scope,
                                                     std::string_view before_id, int limit);

// --- Inspections ---

struct InspectionRow {
  std::string id, agent_id, conversation_id, inspector;
  absl::CivilDay day;
  int64_t inspect_us = 0;  // when it was made
  domain::Judged judged;
  bool counts = true;
  std::string body;
};
// Marks its day, as CountFirst does: figures are made of what counts. The shop's settings must be
// locked.
absl::Status InsertInspection(db::Transaction& t, const Scope& scope, const InspectionRow& row);
// Body and whether it is overturned.
absl::Status UpdateInspection(db::Transaction& t, const Scope& scope, std::string_view id,
                              std::string_view body, bool overturned);
// Of each agent's inspections in the conversation the first that stands counts, and no other.
absl::Status CountFirst(db::Transaction& t, const Scope& scope, std::string_view conversation_id);

// Inspections of other systems: their ids here begin with this, which no id of this system does.
inline constexpr std::string_view kImported = "ext.";
struct ImportedInspectionRow {
  std::string id, conversation_id, agent_id, inspector;
  int64_t inspect_us = 0;
  domain::Judged judged;
  std::string body_hash, body;
};
// By the source's ids.
absl::StatusOr<StoredById> FindImportedInspections(db::Transaction& t, const Scope& scope,
                                                   std::span<const std::string_view> source_ids);
// Inserts or replaces; what an appeal has decided stands while it is about the same agent in the
// same conversation. Returns the days whose figures may change
// with them. The shop's settings must be locked.
absl::StatusOr<std::set<absl::CivilDay>> SaveImportedInspections(
    db::Transaction& t, const Scope& scope, std::span<const ImportedInspectionRow> rows);
// Those left of their conversations count as if these had never been.
absl::Status DeleteImportedInspections(db::Transaction& t, const Scope& scope,
                                       std::span<const std::string_view> source_ids);
// Tells inspections on which day their conversations begin, as far as these are there; returns the
// days whose figures may change. For whoever has stored conversations.
absl::StatusOr<std::set<absl::CivilDay>> LinkInspections(
    db::Transaction& t, const Scope& scope, std::span<const std::string_view> conversation_ids);
// Who is inspected in some conversations, and whether inspections of it count as of an agent who
// wrote there.
struct InspectedAgent {
  std::string conversation_id, agent_id;
  bool wrote = true;
  bool operator==(const InspectedAgent&) const = default;
};
absl::StatusOr<std::vector<InspectedAgent>> InspectedIn(
    db::Transaction& t, const Scope& scope, std::span<const std::string_view> conversation_ids);
// From now on they count so.
absl::Status NoteWrote(db::Transaction& t, const Scope& scope,
                       std::span<const InspectedAgent> inspected);
// Of imported inspections, by the source's ids, those that count nowhere as things are.
absl::StatusOr<std::vector<Uncounted>> UncountedInspections(
    db::Transaction& t, const Scope& scope, std::span<const std::string_view> source_ids);
// What counts on a day, by id.
absl::StatusOr<std::vector<domain::Inspected>> InspectedOn(db::Transaction& t, const Scope& scope,
                                                           absl::CivilDay day);
// With its row locked until the end of the transaction.
absl::StatusOr<std::optional<std::string>> LockInspection(db::Transaction& t, const Scope& scope,
                                                          std::string_view id);
// Who has inspected the agent in the conversation; the inspections stay locked.
struct Inspector {
  std::string name;
  bool overturned = false;  // what they found
};
absl::StatusOr<std::vector<Inspector>> LockInspectorsOf(db::Transaction& t, const Scope& scope,
                                                        std::string_view conversation_id,
                                                        std::string_view agent_id);
// A keyset page by (day, id), after the given key. Those whose conversation is not there have none.
struct InspectionPageRow {
  absl::CivilDay day;
  std::string id, body;
  bool second = false;  // an earlier one that stands judges the same
};
absl::StatusOr<std::vector<InspectionPageRow>> PageInspections(
    db::Transaction& t, const Scope& scope, std::string_view agent_id, absl::CivilDay first,
    absl::CivilDay last, absl::CivilDay after_day, std::string_view after_id, int limit);
// A keyset page by id of those whose conversation is not there, and which so have no day.
absl::StatusOr<std::vector<InspectionPageRow>> PageUnlinked(db::Transaction& t, const Scope& scope,
                                                            std::string_view agent_id,
                                                            std::string_view after_id, int limit);
// What counts of [first, last], by agent and day. An empty agent_id takes all.
absl::StatusOr<std::vector<domain::QualitySum>> QualityByAgentDay(db::Transaction& t,
                                                                  const Scope& scope,
                                                                  absl::CivilDay first,
                                                                  absl::CivilDay last,
                                                                  std::string_view agent_id);
// Pairs of inspections of the same agent and conversation by two inspectors, the earlier first.
struct InspectedTwice {
  domain::Judged first, second;
};
// Those that count in no figure are left out: overturned ones, of conversations that are excluded,
// and of agents who did not write there.
absl::StatusOr<std::vector<InspectedTwice>> LoadPairs(db::Transaction& t, const Scope& scope,
                                                      absl::CivilDay first, absl::CivilDay last);

}  // namespace kefu::performance::store
