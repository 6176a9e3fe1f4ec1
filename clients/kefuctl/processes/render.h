// Processes and payments as tables. Pure.
#pragma once

#include "absl/time/time.h"
#include "clients/kefuctl/table.h"
#include "kefu/aftersales/v1/payments.pb.h"
#include "kefu/aftersales/v1/processes.pb.h"

namespace kefu::processes {

// One row a process: where it stands, and why it does not go on.
kefuctl::Table ProcessTable(const aftersales::v1::ListProcessesResponse& list, absl::TimeZone zone);
// One process with what it knows, and what happened to it.
kefuctl::Table FactTable(const aftersales::v1::Process& process, absl::TimeZone zone);
kefuctl::Table EntryTable(const aftersales::v1::Process& process, absl::TimeZone zone);
kefuctl::Table PaymentTable(const aftersales::v1::ListPaymentsResponse& list, absl::TimeZone zone);
kefuctl::Table PlanTable(const aftersales::v1::CasePlan& plan);
kefuctl::Table PolicyTable(const aftersales::v1::FlowPolicy& policy);

}  // namespace kefu::processes
