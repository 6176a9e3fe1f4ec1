// From checked rows to stored facts, with the marks of what they touch.
#pragma once

#include <cstring>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "services/performance/errors.h"
#include "services/performance/handlers/imports/kinds.h"
#include "services/performance/store/screening.h"

namespace kefu::performance::imports {

inline constexpr int kMaxRowsPerMessage = 10'000;
inline constexpr int kMaxErrors = 1'000;          // told to the caller; all are counted
inline constexpr size_t kMostCorrectedDays = 40;  // more are computed as a whole

// A row that was found good.
template <class Kind>
struct Pending {
  std::string id;
  typename Kind::Fact fact;
  convert::Body body;
  int64_t line = 0;
};

// Checks the rows of one stream, and tells what is wrong in its response.
template <class Kind>
class Intake {
 public:
  explicit Intake(v1::ImportResponse& response) : response_(response) {}

  // Nothing when the row is refused, or stood there before.
  std::optional<Pending<Kind>> Take(int64_t line, const typename Kind::Proto& proto,
                                    const ShopScope& shop) {
    response_.set_received(response_.received() + 1);
    std::string id = Kind::IdOf(proto);
    convert::Problems problems;
    typename Kind::Fact fact = Kind::Check(proto, shop, problems);
    if (!problems.empty()) {
      Refuse(line, id, problems);
      return std::nullopt;
    }
    convert::Body body = convert::ToBody(proto);
    Seen mine{0, static_cast<uint32_t>(line)};
    std::memcpy(&mine.body, body.hash.data(), sizeof(mine.body));
    const auto [seen, fresh] = seen_.try_emplace(absl::Hash<std::string>()(id), mine);
    if (!fresh && seen->second.body == mine.body) {
      response_.set_unchanged(response_.unchanged() + 1);
      return std::nullopt;
    }
    if (!fresh) {
      Refuse(line, id,
             {{"", "DUPLICATE_ID",
               "the same id stands on line " + std::to_string(seen->second.line) +
                   " with other content"}});
      return std::nullopt;
    }
    return Pending<Kind>{std::move(id), std::move(fact), std::move(body), line};
  }

  // What was kept and counts nowhere as things are.
  void Tell(const std::vector<store::Uncounted>& uncounted) {
    for (const store::Uncounted& row : uncounted) {
      if (response_.uncounted_size() >= kMaxErrors) return;
      v1::RowError* told = response_.add_uncounted();
      const auto seen = seen_.find(absl::Hash<std::string>()(row.id));
      if (seen != seen_.end()) told->set_line(seen->second.line);
      told->set_source_id(row.id);
      const bool no_conversation = row.why == store::WhyUncounted::kNoConversation;
      told->set_field(no_conversation ? "conversation_id" : "agent_id");
      told->set_reason(no_conversation ? "NO_CONVERSATION" : "OTHER_AGENT");
      told->set_description(no_conversation ? "counts once its conversation comes"
                                            : "the agent did not write in the conversation");
    }
  }

  void Refuse(int64_t line, std::string_view id, const convert::Problems& problems) {
    response_.set_rejected(response_.rejected() + 1);
    for (const convert::Problem& problem : problems) {
      if (response_.errors_size() >= kMaxErrors) return;
      v1::RowError* error = response_.add_errors();
      error->set_line(line);
      error->set_source_id(std::string(id));
      error->set_field(problem.field);
      error->set_reason(problem.reason);
      error->set_description(problem.description);
    }
  }

 private:
  // Where an id stood and what it said.
  struct Seen {
    uint32_t body;  // the first bytes of its hash
    uint32_t line;
  };
  v1::ImportResponse& response_;
  // The same id twice must say the same. Ids are known by 64 bits: in one of three million streams
  // of this length two share them, and the second is refused.
  absl::flat_hash_map<uint64_t, Seen> seen_;
};

struct Counts {
  int64_t inserted = 0, replaced = 0, unchanged = 0;
  int corrected = 0;  // days, each once for each definition
  // What may be marked: days whose figures, and first days whose screening, are to be computed.
  std::set<absl::CivilDay> days, first_days;
  std::vector<store::Uncounted> uncounted;
};

// One import of a shop stores at a time: what a fact replaces, and the refunds and reviews of an
// order, could otherwise come in unseen from another, and their days stay as they are.
// SETTINGS_CHANGED when zone or currency are not those that the rows were read by.
inline absl::Status LockShop(db::Transaction& t, const ShopScope& shop) {
  ASSIGN_OR_RETURN(const auto settings, store::LoadSettings(t, shop.scope, /*lock=*/true));
  if (!settings) return error::ShopNotConfigured(shop.scope.shop_id);
  const bool same = settings->time_zone == shop.settings.time_zone &&
                    settings->currency_code == shop.settings.currency_code;
  return same ? absl::OkStatus() : error::SettingsChanged();
}

// What of a chunk is new or different.
template <class Kind>
struct Changed {
  Counts counts;
  // Rows and ids point into the chunk, or into this.
  std::map<std::string, Merged<typename Kind::Fact>> merged;
  std::vector<typename Kind::Row> rows;
  std::vector<std::string_view> replaced;
};

// Compares a chunk with what is stored and notes what it touches. The shop must be locked.
template <class Kind>
absl::StatusOr<Changed<Kind>> FindChanged(db::Transaction& t, const ShopScope& shop,
                                          const domain::MetricDefinition& widest,
                                          std::span<const Pending<Kind>> chunk,
                                          FactChange& change) {
  Changed<Kind> changed;
  std::vector<std::string_view> ids;
  ids.reserve(chunk.size());
  for (const Pending<Kind>& row : chunk) ids.push_back(row.id);
  ASSIGN_OR_RETURN(const store::StoredById stored, Kind::Find(t, shop.scope, ids));
  if constexpr (requires { &Kind::Merge; }) {
    std::map<std::string_view, std::string_view> bodies;
    for (const Pending<Kind>& row : chunk) bodies[row.id] = row.body.bytes;
    ASSIGN_OR_RETURN(changed.merged, Kind::Merge(t, shop, bodies));
  }
  changed.rows.reserve(chunk.size());
  for (const Pending<Kind>& row : chunk) {
    const auto merged = changed.merged.find(row.id);
    const auto& fact = merged == changed.merged.end() ? row.fact : merged->second.fact;
    const convert::Body& body = merged == changed.merged.end() ? row.body : merged->second.body;
    const auto old = stored.find(row.id);
    if (old != stored.end() && old->second.body_hash == body.hash) {
      ++changed.counts.unchanged;
      continue;
    }
    if (old != stored.end()) {
      ++changed.counts.replaced;
      changed.replaced.push_back(row.id);
      ASSIGN_OR_RETURN(const auto before, Kind::FromBody(old->second.body));
      Kind::Touch(before, widest, shop, change);
    } else {
      ++changed.counts.inserted;
    }
    Kind::Touch(fact, widest, shop, change);
    changed.rows.push_back(Kind::MakeRow(fact, shop, body));
  }
  return changed;
}

// Of what was just saved.
template <class Kind>
absl::Status NoteUncounted(db::Transaction& t, const ShopScope& shop, Changed<Kind>& changed) {
  if constexpr (requires { &Kind::FindUncounted; }) {
    ASSIGN_OR_RETURN(changed.counts.uncounted, Kind::FindUncounted(t, shop.scope, changed.rows));
  }
  return absl::OkStatus();
}

// Stores what is new or different and notes what it touches. The shop must be locked.
template <class Kind>
absl::StatusOr<Counts> StoreRows(db::Transaction& t, const ShopScope& shop,
                                 const domain::MetricDefinition& widest,
                                 std::span<const Pending<Kind>> chunk, FactChange& change) {
  ASSIGN_OR_RETURN(Changed<Kind> changed, FindChanged<Kind>(t, shop, widest, chunk, change));
  if (!changed.rows.empty()) {
    RETURN_IF_ERROR(Kind::Save(t, shop.scope, changed.rows, changed.replaced, widest, change.days));
    RETURN_IF_ERROR(NoteUncounted<Kind>(t, shop, changed));
  }
  return changed.counts;
}

// Those of some orders that are known, as they say themselves that they are paid: Orders::Merge
// adds the payments that they have.
inline absl::StatusOr<std::vector<Pending<Orders>>> OrdersToPay(
    db::Transaction& t, const ShopScope& shop, std::span<const std::string_view> order_ids) {
  ASSIGN_OR_RETURN(const auto stored, store::FindOrders(t, shop.scope, order_ids));
  ASSIGN_OR_RETURN(const auto told, store::LoadTold(t, shop.scope, order_ids));
  RETURN_IF_ERROR(store::DeleteTold(t, shop.scope, order_ids));
  std::vector<Pending<Orders>> orders;
  for (const std::string_view id : order_ids) {
    const auto known = stored.find(std::string(id));
    if (known == stored.end()) continue;
    convert::Body body{known->second.body, known->second.body_hash};
    if (const auto own = told.find(std::string(id)); own != told.end()) {
      ASSIGN_OR_RETURN(body, convert::PaidAsTold(known->second.body, own->second));
    }
    ASSIGN_OR_RETURN(auto fact, Orders::FromBody(body.bytes));
    orders.push_back({std::string(id), std::move(fact), std::move(body)});
  }
  return orders;
}

// The marks of a change and its version; the last of its transaction.
inline absl::Status MarkTouched(db::Transaction& t, const ShopScope& shop,
                                const FactChange& change) {
  RETURN_IF_ERROR(store::MarkForScreening(t, shop.scope, change.first_days));
  RETURN_IF_ERROR(store::MarkDays(t, shop.scope, change.days));
  return store::BumpFactsVersion(t, shop.scope);
}

}  // namespace kefu::performance::imports
