// Processes on a real database, with a real ledger, against other services that behave as theirs
// do: what they have done under a request id they answer again.
#pragma once

#include <atomic>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/convert/fields.h"
#include "common/testing/temp_folder.h"
#include "kefu/aftersales/v1/payments.grpc.pb.h"
#include "kefu/aftersales/v1/processes.grpc.pb.h"
#include "kefu/warehouse/v1/events.pb.h"
#include "kefu/warehouse/v1/inbound.pb.h"
#include "services/aftersales/payments/file_ledger.h"
#include "services/aftersales/processes/signals.h"
#include "services/aftersales/processes/worker.h"
#include "services/aftersales/tests/fixture.h"

namespace kefu::aftersales {

// The other services and the ledger, in memory. Thread-safe.
class FakeWorld final : public Commands {
 public:
  explicit FakeWorld(PaymentGateway& gateway) : gateway_(gateway) {}

  absl::Status Reaches(domain::Action action) const override {
    if (action == unconfigured) return FailedPrecondition("PEER_NOT_CONFIGURED", "peer", "not set");
    return absl::OkStatus();
  }

  CommandOutcome Execute(const Command& command) override {
    const std::lock_guard lock(mutex_);
    CommandOutcome outcome{.facts = command.facts};
    ++calls[command.action];
    if (before) outcome.why = before(command);
    if (outcome.why.ok()) outcome.why = Do(command, outcome);
    if (outcome.why.ok() && lose_answer && lose_answer(command)) {
      outcome = {.why = Unavailable("LOST", "the answer was lost", absl::ZeroDuration()),
                 .facts = command.facts};
    }
    outcome.input = InputOf(outcome.why);
    return outcome;
  }

  struct Made {
    std::string id, case_id, state;
    std::vector<std::pair<std::string, int64_t>> lines;
  };
  std::map<std::string, Made> returns, reservations;
  std::map<std::string, int64_t> reports;      // minor units by payment
  std::map<std::string, std::string> conduct;  // agent/kind by source_id
  std::map<domain::Action, int> calls;

  domain::Action unconfigured = domain::Action::kNone;
  std::function<absl::Status(const Command&)> before;  // not OK: nothing is done
  std::function<bool(const Command&)> lose_answer;

 private:
  absl::Status Do(const Command& command, CommandOutcome& outcome) {
    using domain::Action;
    v1::ProcessFacts& facts = outcome.facts;
    switch (command.action) {
      case Action::kLocateReturn:
        facts.set_node_id("node-1");
        return absl::OkStatus();
      case Action::kExpectReturn:
        facts.set_return_id(Make(returns, "return", command, facts.lines(), "EXPECTED"));
        return absl::OkStatus();
      case Action::kReserve:
        facts.set_reservation_id(
            Make(reservations, "reservation", command, facts.sent_lines(), "HELD"));
        return absl::OkStatus();
      case Action::kCancelReturn:
        return Move(returns[facts.return_id()], "EXPECTED", "CANCELLED", "RETURN_STATE");
      case Action::kConfirm: {
        Made& made = reservations[facts.reservation_id()];
        if (made.state == "SHIPPED") return absl::OkStatus();  // as PeerCommands asks
        return Move(made, "HELD", "CONFIRMED", "RESERVATION_NOT_HELD");
      }
      case Action::kRelease: {
        Made& made = reservations[facts.reservation_id()];
        if (made.state == "SHIPPED") return FailedPrecondition("RESERVATION_CLOSED", made.id, "");
        if (made.state != "EXPIRED") made.state = "RELEASED";
        return absl::OkStatus();
      }
      case Action::kPay:
      case Action::kRepay: {
        ASSIGN_OR_RETURN(outcome.receipt, gateway_.Pay(*command.payment));
        return absl::OkStatus();
      }
      case Action::kReportRefund:
        reports[command.refund->payment_id] = command.refund->amount.minor;
        return absl::OkStatus();
      case Action::kRecordConduct:
        RETURN_IF_ERROR(CheckId(command.source_id, "source_id"));  // as staffing does
        conduct[command.source_id] = facts.agent_id() + "/" + facts.conduct_kind_id();
        facts.set_conduct_id("conduct");
        return absl::OkStatus();
      default:
        return Internal("no command");
    }
  }

  static absl::Status CheckId(const std::string& id, std::string_view field) {
    FieldViolations violations;
    ::kefu::convert::Id(id, field, violations);
    return violations.ToStatus();
  }

  template <class Lines>
  std::string Make(std::map<std::string, Made>& all, const std::string& what,
                   const Command& command, const Lines& lines, const std::string& state) {
    std::string& id = answers_[command.request_id];
    if (!id.empty()) return id;
    id = fmt::format("{}-{}", what, all.size() + 1);
    Made& made = all[id];
    made = {id, command.case_id, state, {}};
    for (const auto& line : lines) made.lines.push_back({line.sku(), line.quantity()});
    return id;
  }
  static absl::Status Move(Made& made, const std::string& from, const std::string& to,
                           const std::string& reason) {
    if (made.state != from && made.state != to) return FailedPrecondition(reason, made.id, "");
    made.state = to;
    return absl::OkStatus();
  }

  PaymentGateway& gateway_;
  std::mutex mutex_;
  std::map<std::string, std::string> answers_;
};

class FlowsTest : public AftersalesTest {
 protected:
  using ProcessStub = v1::ProcessService::Stub;
  using PaymentStub = v1::PaymentService::Stub;

  FlowsTest()
      : processes_(v1::ProcessService::NewStub(host_.channel())),
        payments_(v1::PaymentService::NewStub(host_.channel())),
        ledger_(OpenLedger()),
        world_(*ledger_) {}

  std::unique_ptr<FileLedger> OpenLedger() {
    auto ledger = FileLedger::Open(folder_.File("payments.jsonl"), clock_);
    EXPECT_OK(ledger);
    return *std::move(ledger);
  }
  int64_t LedgerLines() const {
    std::ifstream in(folder_.File("payments.jsonl"));
    return std::count(std::istreambuf_iterator<char>(in), {}, '\n');
  }

  using AftersalesTest::Call;
  template <class Request, class Response>
  absl::StatusOr<Response> Call(grpc::Status (ProcessStub::*method)(grpc::ClientContext*,
                                                                    const Request&, Response*),
                                const std::string& text) {
    return rpc::Call(*processes_, method, Parse<Request>(Fill(text)), As("org-a"));
  }
  template <class Request, class Response>
  absl::StatusOr<Response> Call(grpc::Status (PaymentStub::*method)(grpc::ClientContext*,
                                                                    const Request&, Response*),
                                const std::string& text) {
    return rpc::Call(*payments_, method, Parse<Request>(Fill(text)), As("org-a"));
  }

  // Opens and decides a case called `name`.
  v1::Case Decide(const std::string& name, const std::string& more,
                  const std::string& result = "APPROVED", const std::string& review = "") {
    Open(name, more);
    auto decided =
        Call(&Stub::ReviewCase,
             fmt::format(R"(case_id: "{}" result: REVIEW_RESULT_{} {})", name, result, review));
    EXPECT_OK(decided);
    return decided.ok() ? *decided : v1::Case();
  }
  v1::Case CaseOf(const std::string& name) {
    auto read = Call(&Stub::GetCase, fmt::format(R"(case_id: "{}")", name));
    EXPECT_OK(read);
    return read.ok() ? *read : v1::Case();
  }
  // The processes of a case, with all that happened to them.
  std::vector<v1::Process> ProcessesOf(const std::string& name) {
    auto list = Call(&ProcessStub::ListProcesses, fmt::format(R"(case_id: "{}")", name));
    EXPECT_OK(list);
    std::vector<v1::Process> processes;
    for (const v1::Process& process : list->processes()) {
      auto read =
          Call(&ProcessStub::GetProcess, fmt::format(R"(process_id: "{}")", process.process_id()));
      EXPECT_OK(read);
      processes.push_back(*read);
    }
    return processes;
  }
  v1::Process ProcessOf(const std::string& name) {
    const auto processes = ProcessesOf(name);
    EXPECT_FALSE(processes.empty()) << name;
    return processes.empty() ? v1::Process() : processes.back();
  }
  std::vector<v1::Payment> PaymentsOf(const std::string& name) {
    auto list = Call(&PaymentStub::ListPayments, fmt::format(R"(case_id: "{}")", name));
    EXPECT_OK(list);
    return {list->payments().begin(), list->payments().end()};
  }

  // Runs everything that is due now.
  void Run(ProcessWorkerOptions options = {}) {
    ProcessWorker worker({*database_, ids_, [] {}}, clock_, world_, std::move(options));
    RunAll(worker);
  }
  static void RunAll(ProcessWorker& worker) {
    for (int i = 0; i < 1000; ++i) {
      const auto did = worker.RunOnce(absl::Now() + absl::Minutes(1));
      ASSERT_OK(did);
      if (!*did) return;
    }
    FAIL() << "it never comes to rest";
  }

  // Goods are waited for so many days.
  absl::Status WaitFor(int days) {
    return Call(&ProcessStub::SetFlowPolicy,
                fmt::format(R"(policy {{ max_attempts: 3 backoff_min_seconds: 1
                                         backoff_max_seconds: 2 reservation_ttl_seconds: 3600
                                         missing_goods: GOODS_FAULT_ACTION_HOLD
                                         damaged_goods: GOODS_FAULT_ACTION_HOLD
                                         complaint_conduct_kind_id: "upheld_complaint"
                                         return_wait_days: {} }})",
                            days))
        .status();
  }

  // What the warehouse's feed tells.
  void Tell(const google::protobuf::Message& payload, const std::string& org_id = "org-a") {
    ::kefu::common::v1::Event event;
    event.set_org_id(org_id);
    event.mutable_payload()->PackFrom(payload);
    ASSERT_OK(database_->RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction& t) {
      return ApplyWarehouseEvent(t, event, clock_.Now());
    }));
  }
  using AftersalesTest::Tell;
  // How things stand, whether or not they have changed.
  void TellAll() {
    for (const auto& [id, made] : world_.returns) {
      ::kefu::warehouse::v1::ReturnChanged event;
      auto& told = *event.mutable_customer_return();
      told.set_return_id(id);
      told.set_case_id(made.case_id);
      told.set_state(made.state == "EXPECTED" ? ::kefu::warehouse::v1::RETURN_STATE_EXPECTED
                                              : ::kefu::warehouse::v1::RETURN_STATE_CANCELLED);
      told.mutable_update_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
      Tell(event);
    }
    ::kefu::warehouse::v1::ReservationsChanged event;
    for (const auto& [id, made] : world_.reservations) {
      auto& told = *event.add_reservations();
      told.set_reservation_id(id);
      told.set_order_id(made.case_id);
      told.set_state(made.state == "HELD" ? ::kefu::warehouse::v1::RESERVATION_STATE_HELD
                                          : ::kefu::warehouse::v1::RESERVATION_STATE_RELEASED);
      for (const auto& [sku, quantity] : made.lines) {
        auto& line = *told.add_lines();
        line.set_sku_id(sku);
        line.set_quantity(quantity);
      }
      told.mutable_update_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
    }
    Tell(event);
  }
  // How goods come back: of each line so many pieces.
  struct Back {
    int64_t damaged = 0, missing = 0;
    bool sent_wrongly = false;
  };
  // All expected returns come back.
  void ComeBack() { ComeBack(Back()); }
  void ComeBack(const Back& back) {
    for (auto& [id, made] : world_.returns) {
      if (made.state != "EXPECTED") continue;
      made.state = "INSPECTED";
      ::kefu::warehouse::v1::ReturnChanged event;
      auto& told = *event.mutable_customer_return();
      told.set_return_id(id);
      told.set_case_id(made.case_id);
      told.set_state(::kefu::warehouse::v1::RETURN_STATE_INSPECTED);
      told.mutable_update_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
      for (const auto& [sku, quantity] : made.lines) {
        auto& line = *told.add_lines();
        line.set_sku_id(sku);
        line.set_quantity(quantity);
        line.set_received_quantity(quantity - back.missing);
        line.set_intact_quantity(quantity - back.missing - back.damaged);
        line.set_sent_wrongly(back.sent_wrongly);
      }
      Tell(event);
    }
  }
  // All confirmed reservations leave, or become what else is said.
  void Leave(const std::string& state = "SHIPPED") {
    ::kefu::warehouse::v1::ReservationsChanged event;
    for (auto& [id, made] : world_.reservations) {
      if (made.state != "CONFIRMED") continue;
      made.state = state;
      auto& told = *event.add_reservations();
      told.set_reservation_id(id);
      told.set_order_id(made.case_id);
      told.set_state(state == "SHIPPED" ? ::kefu::warehouse::v1::RESERVATION_STATE_SHIPPED
                                        : ::kefu::warehouse::v1::RESERVATION_STATE_RELEASED);
      told.mutable_update_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
    }
    Tell(event);
  }

  testing::TempFolder folder_{"kefu-flows"};
  std::unique_ptr<ProcessStub> processes_;
  std::unique_ptr<PaymentStub> payments_;
  std::unique_ptr<FileLedger> ledger_;
  FakeWorld world_;
};

}  // namespace kefu::aftersales
