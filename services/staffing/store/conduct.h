// Rows of the conduct ledger. As store.h says of the others.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/staffing/domain/conduct/conduct.h"
#include "services/staffing/store/store.h"

namespace kefu::staffing::store {

// A stored version of the catalogue; version 0: the organization has none.
struct CatalogueRow {
  int64_t version = 0;
  std::string body;
  absl::Time create_time;
};
absl::StatusOr<CatalogueRow> LastCatalogue(Reader reader, std::string_view org_id);
absl::StatusOr<CatalogueRow> CatalogueVersion(Reader reader, std::string_view org_id,
                                              int64_t version);
absl::Status InsertCatalogue(db::Transaction& transaction, std::string_view org_id,
                             const CatalogueRow& row, std::string_view actor);

// NOT_FOUND of an event.
absl::StatusOr<conduct::Event> FindConduct(Reader reader, std::string_view org_id,
                                           std::string_view conduct_id);
absl::StatusOr<conduct::Event> LockConduct(db::Transaction& transaction, std::string_view org_id,
                                           std::string_view conduct_id);
// Nothing when the source id is not on record.
absl::StatusOr<std::optional<conduct::Event>> FindConductBySource(Reader reader,
                                                                  std::string_view org_id,
                                                                  std::string_view source_id);
// With whom it concerns. ALREADY_EXISTS CONDUCT_EXISTS of its source id.
absl::Status InsertConduct(db::Transaction& transaction, std::string_view org_id,
                           const conduct::Event& event, std::span<const std::string> concerned);
// Terms, state and what was decided. The row must be locked.
absl::Status UpdateConduct(db::Transaction& transaction, std::string_view org_id,
                           const conduct::Event& event);

// By id.
absl::StatusOr<std::vector<std::string>> ConductConcerned(Reader reader, std::string_view org_id,
                                                          std::string_view conduct_id);
// Who is in a team on a day, by id. Memberships end with employments.
absl::StatusOr<std::vector<std::string>> TeamMembersOn(Reader reader, std::string_view org_id,
                                                       std::string_view team_id,
                                                       absl::CivilDay day);

// In order of id; empty texts do not filter. `shops` lists the only shops to show, comma-separated.
struct ConductFilter {
  std::string_view shop_id;
  std::string_view agent_id;  // whom it concerns
  std::string_view kind_id;
  std::string_view state;
  std::string_view shops;
  absl::CivilDay first = absl::CivilDay(1000, 1, 1), last = absl::CivilDay(9999, 12, 31);
};
absl::StatusOr<std::vector<conduct::Event>> ListConduct(Reader reader, std::string_view org_id,
                                                        Page page, const ConductFilter& filter);

// How often the same has counted before the event, and the latest of these, the latest in front.
struct EarlierConduct {
  int64_t count = 0;
  std::vector<std::string> ids;
};
absl::StatusOr<EarlierConduct> EarlierThan(Reader reader, std::string_view org_id,
                                           const conduct::Event& event, int limit);

absl::Status InsertConductEntry(db::Transaction& transaction, std::string_view org_id,
                                std::string_view conduct_id, const conduct::Entry& entry);
absl::StatusOr<std::vector<conduct::Entry>> ConductEntries(Reader reader, std::string_view org_id,
                                                           std::string_view conduct_id);

}  // namespace kefu::staffing::store
