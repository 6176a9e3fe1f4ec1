// The commands that processes send to other services and to the payment gateway.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "grpcpp/channel.h"
#include "kefu/aftersales/v1/processes.pb.h"
#include "kefu/performance/v1/performance_service.grpc.pb.h"
#include "kefu/staffing/v1/staffing_service.grpc.pb.h"
#include "kefu/warehouse/v1/inbound_service.grpc.pb.h"
#include "kefu/warehouse/v1/warehouse_service.grpc.pb.h"
#include "services/aftersales/domain/orders/order.h"
#include "services/aftersales/domain/processes/decisions.h"
#include "services/aftersales/domain/processes/process.h"
#include "services/aftersales/payments/gateway.h"

namespace kefu::aftersales {

// Everything that a command needs, read in the transaction that announces it: the same command sent
// again is the same to the last byte.
struct Command {
  std::string org_id, shop_id, case_id, order_id;
  domain::Action action = domain::Action::kNone;
  std::string request_id;
  std::string source_id;  // of what other services keep for good under our id
  domain::FlowPolicy policy;
  v1::ProcessFacts facts;
  std::optional<domain::Order> order;   // of those that are about it
  std::optional<PaymentOrder> payment;  // of kPay and kRepay
  std::optional<PaymentOrder> refund;   // of kReportRefund, with the time at which it was paid
  absl::Time refund_time;
  absl::Time deadline;  // by the machine's clock; not later than the end of the lease
};

// What came of it, with what was learnt.
struct CommandOutcome {
  domain::Input input = domain::Input::kOk;
  absl::Status why;
  v1::ProcessFacts facts;
  std::optional<PaymentReceipt> receipt;
};

// Thread-safe.
class Commands {
 public:
  virtual ~Commands() = default;
  // OK, or FAILED_PRECONDITION PEER_NOT_CONFIGURED: nobody there to send it to.
  virtual absl::Status Reaches(domain::Action action) const = 0;
  virtual CommandOutcome Execute(const Command& command) = 0;
};

// Channels and gateway may be null: then their commands are not reached.
struct CommandPeers {
  std::shared_ptr<grpc::Channel> warehouse, performance, staffing;
  PaymentGateway* gateway = nullptr;
  std::function<std::string()> token;  // of this process
};

class PeerCommands final : public Commands {
 public:
  explicit PeerCommands(CommandPeers peers);
  absl::Status Reaches(domain::Action action) const override;
  CommandOutcome Execute(const Command& command) override;

 private:
  absl::Status Do(const Command& command, CommandOutcome& outcome);
  absl::Status Locate(const Command& command, v1::ProcessFacts& facts);
  absl::Status Expect(const Command& command, v1::ProcessFacts& facts);
  absl::Status CancelReturn(const Command& command);
  absl::Status Reserve(const Command& command, v1::ProcessFacts& facts);
  absl::Status Confirm(const Command& command);
  absl::Status Release(const Command& command, const std::string& reservation_id);
  absl::Status Report(const Command& command);
  absl::Status Record(const Command& command, v1::ProcessFacts& facts);
  absl::StatusOr<::kefu::warehouse::v1::Reservation> ReservationOf(const Command& command,
                                                                   const std::string& id);

  const CommandPeers peers_;
  std::unique_ptr<::kefu::warehouse::v1::WarehouseService::Stub> warehouse_;
  std::unique_ptr<::kefu::warehouse::v1::InboundService::Stub> inbound_;
  std::unique_ptr<::kefu::performance::v1::PerformanceService::Stub> performance_;
  std::unique_ptr<::kefu::staffing::v1::StaffingService::Stub> staffing_;
};

// How an answer counts. What another service's rules or state forbid is refused; what it does not
// take as it is, or not from us, is rejected; everything else may go better later.
domain::Input InputOf(const absl::Status& answer);

}  // namespace kefu::aftersales
