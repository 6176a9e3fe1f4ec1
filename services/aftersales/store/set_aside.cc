#include "services/aftersales/store/set_aside.h"

#include "common/time/civil.h"

namespace kefu::aftersales::store {
namespace {

using db::Sql;

constexpr Sql kSetCaseAside{
    "UPDATE aftersales_case SET next_us = ? WHERE org_id = ? AND case_id = ? AND next_us <= ?"};
constexpr Sql kSetUnassignedAside{
    "UPDATE case_unassigned SET next_us = ? WHERE org_id = ? AND case_id = ? AND next_us <= ?"};

}  // namespace

absl::Status SetCaseAside(db::Transaction& t, std::string_view org_id, std::string_view case_id,
                          absl::Time now, absl::Time until) {
  return t.Execute(kSetCaseAside, {ToMicros(until), org_id, case_id, ToMicros(now)}).status();
}

absl::Status SetUnassignedAside(db::Transaction& t, std::string_view org_id,
                                std::string_view case_id, absl::Time now, absl::Time until) {
  return t.Execute(kSetUnassignedAside, {ToMicros(until), org_id, case_id, ToMicros(now)}).status();
}

}  // namespace kefu::aftersales::store
