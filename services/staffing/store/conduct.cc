#include "services/staffing/store/conduct.h"

#include "services/staffing/errors_conduct.h"
#include "services/staffing/store/rows.h"

namespace kefu::staffing::store {
namespace {

using conduct::Entry;
using conduct::Event;
using db::Row;
using db::Sql;

#define CATALOGUE_COLUMNS "version, body, create_us"
constexpr Sql kLastCatalogue{"SELECT " CATALOGUE_COLUMNS
                             " FROM conduct_catalogue WHERE org_id = ? ORDER BY version DESC"
                             " LIMIT 1"};
constexpr Sql kCatalogueVersion{"SELECT " CATALOGUE_COLUMNS
                                " FROM conduct_catalogue WHERE org_id = ? AND version = ?"};
constexpr Sql kInsertCatalogue{"INSERT INTO conduct_catalogue (org_id, " CATALOGUE_COLUMNS
                               ", actor) VALUES (?,?,?,?,?)"};

#define TERM_COLUMNS "points, currency, money_minor, days_off, sanction"
#define EVENT_COLUMNS                                                                           \
  "e.conduct_id, e.shop_id, e.agent_id, e.team_id, e.day, e.kind_id, e.severity, e.evidence,"   \
  " e.note, e.points, e.currency, e.money_minor, e.days_off, e.sanction, e.state, e.source_id," \
  " e.catalogue_version, e.recorded_by, e.decided_by, e.decision_reason, e.appeal_until,"       \
  " e.appeal_agent_id, e.appeal_reason, e.closed_by, e.close_reason, e.version, e.create_us,"   \
  " e.update_us, e.rule_id, e.rule_version"
constexpr Sql kFind{"SELECT " EVENT_COLUMNS
                    " FROM conduct_event e WHERE e.org_id = ? AND e.conduct_id = ?"};
constexpr Sql kLock{"SELECT " EVENT_COLUMNS
                    " FROM conduct_event e WHERE e.org_id = ? AND e.conduct_id = ? FOR UPDATE"};
constexpr Sql kFindBySource{"SELECT " EVENT_COLUMNS
                            " FROM conduct_event e WHERE e.org_id = ? AND e.source_id = ?"};
constexpr Sql kInsert{
    "INSERT INTO conduct_event (org_id, conduct_id, shop_id, agent_id, team_id, day, kind_id,"
    " severity, evidence, note, " TERM_COLUMNS
    ", state, source_id, catalogue_version, recorded_by, decided_by, decision_reason,"
    " appeal_until, appeal_agent_id, appeal_reason, closed_by, close_reason, version, create_us,"
    " update_us, rule_id, rule_version)"
    " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"};
constexpr Sql kUpdate{
    "UPDATE conduct_event SET points = ?, currency = ?, money_minor = ?, days_off = ?,"
    " sanction = ?, state = ?, decided_by = ?, decision_reason = ?, appeal_until = ?,"
    " appeal_agent_id = ?, appeal_reason = ?, closed_by = ?, close_reason = ?, version = ?,"
    " update_us = ? WHERE org_id = ? AND conduct_id = ?"};
#define EVENT_FILTER                                                                     \
  " AND (? = '' OR e.shop_id = ?) AND (? = '' OR FIND_IN_SET(e.shop_id, ?) > 0)"         \
  " AND (? = '' OR e.kind_id = ?) AND (? = '' OR e.state = ?) AND e.day BETWEEN ? AND ?" \
  " ORDER BY e.conduct_id LIMIT ?"
constexpr Sql kList{"SELECT " EVENT_COLUMNS
                    " FROM conduct_event e WHERE e.org_id = ? AND e.conduct_id > ?" EVENT_FILTER};
constexpr Sql kListConcerning{
    "SELECT " EVENT_COLUMNS
    " FROM conduct_concerned c JOIN conduct_event e ON e.org_id = c.org_id"
    " AND e.conduct_id = c.conduct_id WHERE c.org_id = ? AND c.agent_id = ?"
    " AND c.conduct_id > ?" EVENT_FILTER};

constexpr std::string_view kInsertConcerned =
    "INSERT INTO conduct_concerned (org_id, agent_id, conduct_id)";
constexpr Sql kConcerned{
    "SELECT agent_id FROM conduct_concerned WHERE org_id = ? AND conduct_id = ? ORDER BY agent_id"};
constexpr Sql kMembers{
    "SELECT agent_id FROM team_membership WHERE org_id = ? AND team_id = ? AND start_date <= ?"
    " AND (end_date IS NULL OR end_date >= ?) ORDER BY agent_id"};

#define SAME_BEFORE                                                                      \
  " FROM conduct_event WHERE org_id = ? AND shop_id = ? AND kind_id = ? AND team_id = ?" \
  " AND (team_id <> '' OR agent_id = ?) AND state IN ('DECIDED', 'UPHELD')"              \
  " AND (day < ? OR (day = ? AND conduct_id < ?))"
constexpr Sql kCountEarlier{"SELECT COUNT(*)" SAME_BEFORE};
constexpr Sql kEarlier{"SELECT conduct_id" SAME_BEFORE
                       " ORDER BY day DESC, conduct_id DESC LIMIT ?"};

#define ENTRY_COLUMNS "sequence, state, actor, reason, " TERM_COLUMNS ", record_us"
constexpr Sql kInsertEntry{"INSERT INTO conduct_entry (org_id, conduct_id, " ENTRY_COLUMNS
                           ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"};
constexpr Sql kEntries{"SELECT " ENTRY_COLUMNS
                       " FROM conduct_entry WHERE org_id = ? AND conduct_id = ? ORDER BY sequence"};

int32_t Int32(const Row& row, size_t column) { return static_cast<int32_t>(row.Int(column)); }

// Five columns.
conduct::Terms TermsAt(const Row& row, size_t column) {
  return {.points = Int32(row, column),
          .currency = row.Str(column + 1),
          .money_minor = row.Int(column + 2),
          .days_off = Int32(row, column + 3),
          .sanction = EnumAt<conduct::Sanction>(row, column + 4)};
}

Event EventFromRow(const Row& row) {
  return {.id = row.Str(0),
          .shop_id = row.Str(1),
          .agent_id = row.Str(2),
          .team_id = row.Str(3),
          .day = row.Day(4),
          .kind_id = row.Str(5),
          .severity = EnumAt<conduct::Severity>(row, 6),
          .evidence = row.Str(7),
          .note = row.Str(8),
          .terms = TermsAt(row, 9),
          .state = EnumAt<conduct::State>(row, 14),
          .source_id = row.Str(15),
          .catalogue_version = row.Int(16),
          .recorded_by = row.Str(17),
          .decided_by = row.Str(18),
          .decision_reason = row.Str(19),
          .appeal_until = row.OptDay(20),
          .appeal_agent_id = row.Str(21),
          .appeal_reason = row.Str(22),
          .closed_by = row.Str(23),
          .close_reason = row.Str(24),
          .info = InfoAt(row, 25),
          .rule_id = row.Str(28),
          .rule_version = static_cast<int32_t>(row.Int(29))};
}

Entry EntryFromRow(const Row& row) {
  return {.sequence = row.Int(0),
          .state = EnumAt<conduct::State>(row, 1),
          .actor = row.Str(2),
          .reason = row.Str(3),
          .terms = TermsAt(row, 4),
          .record_time = row.Time(9)};
}

absl::StatusOr<Event> One(absl::StatusOr<db::Rows> rows, std::string_view id) {
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return error::ConductNotFound(id);
  return EventFromRow(rows->front());
}

absl::StatusOr<CatalogueRow> Version(absl::StatusOr<db::Rows> rows) {
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return CatalogueRow{};
  const Row row = rows->front();
  return CatalogueRow{row.Int(0), row.Str(1), row.Time(2)};
}

}  // namespace

absl::StatusOr<CatalogueRow> LastCatalogue(Reader reader, std::string_view org_id) {
  return Version(reader.Query(kLastCatalogue, {org_id}));
}

absl::StatusOr<CatalogueRow> CatalogueVersion(Reader reader, std::string_view org_id,
                                              int64_t version) {
  return Version(reader.Query(kCatalogueVersion, {org_id, version}));
}

absl::Status InsertCatalogue(db::Transaction& t, std::string_view org_id, const CatalogueRow& row,
                             std::string_view actor) {
  return t
      .Execute(kInsertCatalogue,
               {org_id, row.version, db::Param::Bytes(row.body), row.create_time, actor})
      .status();
}

absl::StatusOr<Event> FindConduct(Reader reader, std::string_view org_id,
                                  std::string_view conduct_id) {
  return One(reader.Query(kFind, {org_id, conduct_id}), conduct_id);
}

absl::StatusOr<Event> LockConduct(db::Transaction& t, std::string_view org_id,
                                  std::string_view conduct_id) {
  return One(t.Query(kLock, {org_id, conduct_id}), conduct_id);
}

absl::StatusOr<std::optional<Event>> FindConductBySource(Reader reader, std::string_view org_id,
                                                         std::string_view source_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kFindBySource, {org_id, source_id}));
  if (rows.empty()) return std::nullopt;
  return EventFromRow(rows.front());
}

absl::Status InsertConduct(db::Transaction& t, std::string_view org_id, const Event& event,
                           std::span<const std::string> concerned) {
  const absl::Status inserted = t.Execute(kInsert, {org_id,
                                                    event.id,
                                                    event.shop_id,
                                                    event.agent_id,
                                                    event.team_id,
                                                    event.day,
                                                    event.kind_id,
                                                    NameOf(event.severity),
                                                    event.evidence,
                                                    event.note,
                                                    event.terms.points,
                                                    event.terms.currency,
                                                    event.terms.money_minor,
                                                    event.terms.days_off,
                                                    NameOf(event.terms.sanction),
                                                    NameOf(event.state),
                                                    NullIfEmpty(event.source_id),
                                                    event.catalogue_version,
                                                    event.recorded_by,
                                                    event.decided_by,
                                                    event.decision_reason,
                                                    event.appeal_until,
                                                    event.appeal_agent_id,
                                                    event.appeal_reason,
                                                    event.closed_by,
                                                    event.close_reason,
                                                    event.info.version,
                                                    event.info.create_time,
                                                    event.info.update_time,
                                                    event.rule_id,
                                                    event.rule_version})
                                    .status();
  if (db::IsDuplicate(inserted, "conduct_event_source")) {
    return error::ConductExists(event.source_id);
  }
  RETURN_IF_ERROR(inserted);
  std::vector<db::Param> flat;
  for (const std::string& agent_id : concerned) {
    flat.insert(flat.end(), {org_id, agent_id, event.id});
  }
  return t.InsertMany(kInsertConcerned, 3, flat).status();
}

absl::Status UpdateConduct(db::Transaction& t, std::string_view org_id, const Event& event) {
  return t
      .Execute(kUpdate,
               {event.terms.points, event.terms.currency, event.terms.money_minor,
                event.terms.days_off, NameOf(event.terms.sanction), NameOf(event.state),
                event.decided_by, event.decision_reason, event.appeal_until, event.appeal_agent_id,
                event.appeal_reason, event.closed_by, event.close_reason, event.info.version,
                event.info.update_time, org_id, event.id})
      .status();
}

absl::StatusOr<std::vector<std::string>> ConductConcerned(Reader reader, std::string_view org_id,
                                                          std::string_view conduct_id) {
  return Collect(reader.Query(kConcerned, {org_id, conduct_id}),
                 [](const Row& row) { return row.Str(0); });
}

absl::StatusOr<std::vector<std::string>> TeamMembersOn(Reader reader, std::string_view org_id,
                                                       std::string_view team_id,
                                                       absl::CivilDay day) {
  return Collect(reader.Query(kMembers, {org_id, team_id, day, day}),
                 [](const Row& row) { return row.Str(0); });
}

absl::StatusOr<std::vector<Event>> ListConduct(Reader reader, std::string_view org_id, Page page,
                                               const ConductFilter& filter) {
  const auto& f = filter;
  if (f.agent_id.empty()) {
    return Collect(
        reader.Query(kList, {org_id, page.after, f.shop_id, f.shop_id, f.shops, f.shops, f.kind_id,
                             f.kind_id, f.state, f.state, f.first, f.last, page.limit}),
        EventFromRow);
  }
  return Collect(reader.Query(kListConcerning, {org_id, f.agent_id, page.after, f.shop_id,
                                                f.shop_id, f.shops, f.shops, f.kind_id, f.kind_id,
                                                f.state, f.state, f.first, f.last, page.limit}),
                 EventFromRow);
}

absl::StatusOr<EarlierConduct> EarlierThan(Reader reader, std::string_view org_id,
                                           const Event& event, int limit) {
  EarlierConduct earlier;
  ASSIGN_OR_RETURN(const db::Rows count,
                   reader.Query(kCountEarlier, {org_id, event.shop_id, event.kind_id, event.team_id,
                                                event.agent_id, event.day, event.day, event.id}));
  earlier.count = count.front().Int(0);
  ASSIGN_OR_RETURN(
      earlier.ids,
      Collect(reader.Query(kEarlier, {org_id, event.shop_id, event.kind_id, event.team_id,
                                      event.agent_id, event.day, event.day, event.id, limit}),
              [](const Row& row) { return row.Str(0); }));
  return earlier;
}

absl::Status InsertConductEntry(db::Transaction& t, std::string_view org_id,
                                std::string_view conduct_id, const Entry& entry) {
  return t
      .Execute(kInsertEntry,
               {org_id, conduct_id, entry.sequence, NameOf(entry.state), entry.actor, entry.reason,
                entry.terms.points, entry.terms.currency, entry.terms.money_minor,
                entry.terms.days_off, NameOf(entry.terms.sanction), entry.record_time})
      .status();
}

absl::StatusOr<std::vector<Entry>> ConductEntries(Reader reader, std::string_view org_id,
                                                  std::string_view conduct_id) {
  return Collect(reader.Query(kEntries, {org_id, conduct_id}), EntryFromRow);
}

}  // namespace kefu::staffing::store
