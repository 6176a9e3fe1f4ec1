#include "services/aftersales/store/base_people.h"

#include <algorithm>
#include <initializer_list>
#include <vector>

#include "common/status/status_macros.h"

namespace kefu::aftersales::store {
namespace {

using db::Param;
using db::Row;
using db::Sql;

constexpr Sql kFindPerson{"SELECT 1 FROM base_person WHERE org_id = ? AND subject = ?"};
constexpr Sql kKeepPerson{
    "INSERT INTO base_person (org_id, subject) VALUES (?,?)"
    " ON DUPLICATE KEY UPDATE subject = VALUES(subject)"};
constexpr Sql kOwnPeople{"SELECT subject FROM base_person WHERE org_id = ? AND subject IN (?*)"};
// The base's own rows, and those of merchants that name it.
constexpr Sql kOwnAgents{
    "SELECT agent_id FROM agent WHERE (org_id = ? OR base_id = ?) AND (org_id, agent_id) IN (?*)"};

constexpr size_t kAtOnce = 1000;  // tuples of one list

// The first column of all rows; `list` holds tuples of `width` values.
absl::StatusOr<NameSet> Names(db::Transaction& t, Sql sql, std::initializer_list<Param> before,
                              std::span<const Param> list, size_t width) {
  NameSet names;
  while (!list.empty()) {
    const auto some = list.first(std::min(list.size(), kAtOnce * width));
    ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(sql, before, some, width));
    for (const Row row : rows) names.insert(row.Str(0));
    list = list.subspan(some.size());
  }
  return names;
}

}  // namespace

absl::Status KeepBasePerson(db::Transaction& t, std::string_view base_id,
                            std::string_view subject) {
  ASSIGN_OR_RETURN(const db::Rows known, t.Query(kFindPerson, {base_id, subject}));
  return known.empty() ? t.Execute(kKeepPerson, {base_id, subject}).status() : absl::OkStatus();
}

absl::StatusOr<NameSet> OwnPeople(db::Transaction& t, std::string_view base_id,
                                  const NameSet& subjects) {
  const std::vector<Param> list(subjects.begin(), subjects.end());
  return Names(t, kOwnPeople, {base_id}, list, 1);
}

absl::StatusOr<NameSet> OwnAgents(db::Transaction& t, std::string_view base_id,
                                  std::span<const std::string> merchants,
                                  const NameSet& agent_ids) {
  std::vector<Param> list;
  for (const std::string& agent_id : agent_ids) {
    list.insert(list.end(), {base_id, agent_id});
    for (const std::string& org_id : merchants) list.insert(list.end(), {org_id, agent_id});
  }
  return Names(t, kOwnAgents, {base_id, base_id}, list, 2);
}

}  // namespace kefu::aftersales::store
