// Rows of processes, of what other services have told of a case, and of flow policies. Every
// statement but the worker's claim names the tenant. The functions keep no state and are
// thread-safe; all return the database's errors.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "services/aftersales/domain/processes/decisions.h"
#include "services/aftersales/domain/processes/process.h"
#include "services/aftersales/store/cases.h"

namespace kefu::aftersales::store {

struct ProcessRow {
  std::string org_id;
  std::string process_id;
  std::string case_id;
  std::string shop_id;
  std::string order_id;
  std::string occasion;
  bool moves_case = false;
  domain::Process process;
  absl::Time next;  // InfiniteFuture: not by itself
  std::string error_reason;
  std::string error_text;
  std::string facts;  // kefu.aftersales.v1.ProcessFacts
  int64_t version = 0;
  absl::Time create_time;
  absl::Time update_time;
};

struct ProcessEntry {
  std::string step;
  std::string action;
  std::string outcome;
  std::string state;
  std::string error_reason;
  std::string error_text;
  std::string actor;
  absl::Time create_time;
  std::string reference = {};  // of a step that was settled otherwise
};

// Nothing is inserted, and false answered, when the case has this process for this occasion.
absl::StatusOr<bool> InsertProcess(db::Transaction& t, const ProcessRow& row);
absl::StatusOr<std::optional<ProcessRow>> FindProcess(db::Transaction& t, std::string_view org_id,
                                                      std::string_view process_id);
absl::StatusOr<std::optional<ProcessRow>> LockProcess(db::Transaction& t, std::string_view org_id,
                                                      std::string_view process_id);
// The one that has been due longest and that nobody else holds, of any organization; locked.
absl::StatusOr<std::optional<ProcessRow>> LockDueProcess(db::Transaction& t, absl::Time now);
absl::Status UpdateProcess(db::Transaction& t, const ProcessRow& row);
absl::StatusOr<std::vector<ProcessRow>> ProcessesOfCase(db::Transaction& t, std::string_view org_id,
                                                        std::string_view case_id);
// Processes of the case that wait are looked at at once.
absl::Status WakeProcesses(db::Transaction& t, std::string_view org_id, std::string_view case_id,
                           absl::Time now);

struct ProcessFilter {
  std::string whole_org_id;  // every shop of it, or
  std::vector<ShopId> shops;
  std::string base_id;  // see CaseFilter
  std::string case_id;  // empty: every case
  std::string state;    // empty: every state
  std::string kind;     // empty: every kind
};
struct ProcessPage {
  std::string after_id;
  int limit = 0;
};
// In order of id; one more than the limit tells that there are more.
absl::StatusOr<std::vector<ProcessRow>> ListProcesses(db::Transaction& t,
                                                      const ProcessFilter& filter,
                                                      const ProcessPage& page);

// The number of the entry is the process's version.
absl::Status InsertEntry(db::Transaction& t, const ProcessRow& row, const ProcessEntry& entry);
absl::StatusOr<std::vector<ProcessEntry>> ListEntries(db::Transaction& t, std::string_view org_id,
                                                      std::string_view process_id);

// What the warehouse has told.
struct CaseSignal {
  std::string subject;  // "RETURN" or "RESERVATION"
  std::string subject_id;
  std::string state;
  std::string body;
};
// What was told earlier of something that is kept as it was later changes nothing.
absl::Status SaveSignal(db::Transaction& t, std::string_view org_id, std::string_view case_id,
                        const CaseSignal& signal, absl::Time told);
absl::StatusOr<std::vector<CaseSignal>> SignalsOfCase(db::Transaction& t, std::string_view org_id,
                                                      std::string_view case_id);

// kefu.aftersales.v1.CasePlan, or empty.
absl::StatusOr<std::string> FindPlan(db::Transaction& t, std::string_view org_id,
                                     std::string_view case_id);
absl::Status SavePlan(db::Transaction& t, std::string_view org_id, std::string_view case_id,
                      std::string_view body);

// The policy in force for the shop, else for the organization, else the shipped one.
absl::StatusOr<domain::FlowPolicy> FindFlowPolicy(db::Transaction& t, std::string_view org_id,
                                                  std::string_view shop_id, absl::Time at);
// The newest own version of that very scope, locked: who writes the next one waits here.
absl::StatusOr<std::optional<domain::FlowPolicy>> LatestFlowPolicy(db::Transaction& t,
                                                                   std::string_view org_id,
                                                                   std::string_view shop_id);
absl::Status InsertFlowPolicy(db::Transaction& t, const domain::FlowPolicy& policy);

}  // namespace kefu::aftersales::store
