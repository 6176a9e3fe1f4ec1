// kefuctl cases, insight and process through the gateway's own HTTP server.
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "clients/kefuctl/cases/commands.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/insight/commands.h"
#include "clients/kefuctl/processes/commands.h"
#include "common/rpc/grpc_status.h"
#include "common/status/error.h"
#include "common/testing/temp_folder.h"
#include "kefu/aftersales/v1/aftersales_service.grpc.pb.h"
#include "kefu/aftersales/v1/case_figures.grpc.pb.h"
#include "kefu/aftersales/v1/intake.grpc.pb.h"
#include "kefu/aftersales/v1/processes.grpc.pb.h"
#include "kefu/warehouse/v1/warehouse_service.grpc.pb.h"
#include "tests/kefuctl/test_gateway.h"

namespace kefu::kefuctl {
namespace {

namespace as = aftersales::v1;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class FakeCases final : public as::AftersalesService::Service {
  grpc::Status ListCases(grpc::ServerContext*, const as::ListCasesRequest* request,
                         as::ListCasesResponse*) override {
    asked = *request;
    return grpc::Status::OK;
  }
  grpc::Status OpenCase(grpc::ServerContext*, const as::OpenCaseRequest* request,
                        as::Case* response) override {
    *response = request->case_();
    response->set_case_id("c1");
    return grpc::Status::OK;
  }

 public:
  as::ListCasesRequest asked;
};

class FakeIntake final : public as::IntakeService::Service {
  grpc::Status QuoteChannel(grpc::ServerContext*, const as::QuoteChannelRequest*,
                            as::ChannelQuote* response) override {
    response->set_channel(as::CASE_CHANNEL_EMAIL);
    response->set_reason(reason);
    return grpc::Status::OK;
  }
  grpc::Status ImportCases(grpc::ServerContext*, const as::ImportCasesRequest*,
                           as::ImportCasesResponse* response) override {
    Fill(results, *response);
    return grpc::Status::OK;
  }

 public:
  const char* reason = "";
  const char* results = "";
};

class FakeWarehouse final : public warehouse::v1::WarehouseService::Service {
  grpc::Status GetSku(grpc::ServerContext*, const warehouse::v1::GetSkuRequest* request,
                      warehouse::v1::Sku* response) override {
    ++asked;
    if (request->sku_id() != "01M846HT69HQNKBN6BKA4GDFXN") {
      return rpc::ToGrpc(NotFound("sku", request->sku_id()));
    }
    response->set_code("YQ-bath-02");
    return grpc::Status::OK;
  }

 public:
  int asked = 0;
};

class FakeFigures final : public as::CaseFigureService::Service {
  grpc::Status GetBacklog(grpc::ServerContext*, const as::GetBacklogRequest* request,
                          as::GetBacklogResponse*) override {
    backlog = *request;
    return grpc::Status::OK;
  }
  grpc::Status ListSlaDeadlines(grpc::ServerContext*, const as::ListSlaDeadlinesRequest* request,
                                as::ListSlaDeadlinesResponse* response) override {
    deadlines = *request;
    Fill(R"pb(
           deadlines {
             case_id: "c1"
             start_time { seconds: 1768449600 }
             due_time { seconds: 1768453200 }
           })pb",
         *response);
    return grpc::Status::OK;
  }

 public:
  as::GetBacklogRequest backlog;
  as::ListSlaDeadlinesRequest deadlines;
};

class FakeProcesses final : public as::ProcessService::Service {
  grpc::Status GetProcess(grpc::ServerContext*, const as::GetProcessRequest* request,
                          as::Process* response) override {
    Fill(R"pb(
           case_id: "c1"
           shop_id: "s1"
           kind: PROCESS_KIND_RETURN
           state: PROCESS_STATE_STUCK
           step: "EXPECT_RETURN"
           create_time { seconds: 1768449600 }
           update_time { seconds: 1768449600 }
           etag: "e7"
           facts {
             lines { sku: "01M846HT69HQNKBN6BKA4GDFXN" quantity: 2 }
             lines { sku: "01M846HT69HQNKBN6BKA4GDFXZ" quantity: 1 }
             lines { sku: "S-1" quantity: 1 }
             sent_lines { sku: "01M846HT69HQNKBN6BKA4GDFXN" quantity: 1 }
           }
         )pb",
         *response);
    response->set_process_id(request->process_id());
    return grpc::Status::OK;
  }
  grpc::Status SettleStep(grpc::ServerContext*, const as::SettleStepRequest* request,
                          as::Process* response) override {
    settled = *request;
    if (request->etag() != "e7") {
      return rpc::ToGrpc(Aborted("ETAG_MISMATCH", "the process has moved"));
    }
    response->set_process_id(request->process_id());
    return grpc::Status::OK;
  }
  grpc::Status GetFlowPolicy(grpc::ServerContext*, const as::GetFlowPolicyRequest*,
                             as::FlowPolicy* response) override {
    Fill(R"pb(
           policy_id: "flows"
           version: 4
           missing_goods: GOODS_FAULT_ACTION_REDUCE
           damaged_goods: GOODS_FAULT_ACTION_HOLD
           breach_conduct_kind_id: "own_shop_problem_ignored"
           max_attempts: 8
           etag: "e4")pb",
         *response);
    return grpc::Status::OK;
  }
  grpc::Status SetFlowPolicy(grpc::ServerContext*, const as::SetFlowPolicyRequest* request,
                             as::FlowPolicy* response) override {
    set = *request;
    *response = request->policy();
    return grpc::Status::OK;
  }

 public:
  as::SettleStepRequest settled;
  as::SetFlowPolicyRequest set;
};

void AddAll(CLI::App& program, Context& context) {
  AddListCommands(program, context);
  insight::AddInsightCommands(program, context);
  processes::AddProcessCommands(program, context);
  cases::AddCaseCommands(*program.get_subcommand("cases"), context);
}

class AfterSalesCommandsTest : public ::testing::Test {
 protected:
  // What the command tells people beside its answer.
  std::string Said(const std::string& command_line) {
    ::testing::internal::CaptureStderr();
    runner_.Run(command_line);
    return ::testing::internal::GetCapturedStderr();
  }

  FakeCases cases_;
  FakeIntake intake_;
  FakeWarehouse warehouse_;
  FakeFigures figures_;
  FakeProcesses processes_;
  OneShop staffing_;
  CommandRunner runner_{AddAll,
                        {{"kefu.aftersales.v1.AftersalesService", &cases_},
                         {"kefu.aftersales.v1.CaseFigureService", &figures_},
                         {"kefu.aftersales.v1.IntakeService", &intake_},
                         {"kefu.aftersales.v1.ProcessService", &processes_},
                         {"kefu.staffing.v1.StaffingService", &staffing_},
                         {"kefu.warehouse.v1.WarehouseService", &warehouse_}}};
  const absl::Status& status_ = runner_.status();
};

TEST_F(AfterSalesCommandsTest, CasesAreListedByEveryState) {
  runner_.Run("cases --state approval,appealed,merged");
  EXPECT_TRUE(status_.ok()) << status_;
  EXPECT_THAT(cases_.asked.states(), ElementsAre(as::CASE_STATE_AWAITING_APPROVAL,
                                                 as::CASE_STATE_APPEALED, as::CASE_STATE_MERGED));
  runner_.Run("cases --state gone");
  EXPECT_FALSE(status_.ok());
}

TEST_F(AfterSalesCommandsTest, InsightTakesAShopByItsNumberAndShowsItsTimes) {
  runner_.Run("insight backlog --shop jd-1");
  EXPECT_TRUE(status_.ok()) << status_;
  EXPECT_EQ(figures_.backlog.shop_id(), "s1");
  const std::string shown = runner_.Run(
      "insight deadlines --from 2026-01-01 --to 2026-01-31 --by shop --value s1"
      " --clock first_answer --outcome breached --shop jd-1");
  EXPECT_TRUE(status_.ok()) << status_;
  EXPECT_EQ(figures_.deadlines.shop_id(), "s1");
  EXPECT_THAT(shown, AllOf(HasSubstr("2026-01-15 12:00"), HasSubstr("2026-01-15 13:00")));
  runner_.Run("insight backlog --shop nobody");
  EXPECT_FALSE(status_.ok()) << "no shop is no empty backlog";
}

TEST_F(AfterSalesCommandsTest, AProcessIsShownInItsShopsTimeAndSettledAsItWasSeen) {
  const std::string shown = runner_.Run("process show p1");
  EXPECT_TRUE(status_.ok()) << status_;
  EXPECT_THAT(shown, AllOf(HasSubstr("p1"), HasSubstr("stuck"), HasSubstr("2026-01-15 12:00:00"),
                           HasSubstr("e7")));
  runner_.Run("process settle p1 --as done_elsewhere --etag e6 --note bank --reference B-7");
  EXPECT_TRUE(absl::IsAborted(status_)) << "it has moved since somebody looked at it: " << status_;
  EXPECT_EQ(processes_.settled.etag(), "e6");
  runner_.Run("process settle p1 --as done_elsewhere --etag e7 --note bank --reference B-7");
  EXPECT_TRUE(status_.ok()) << status_;
  EXPECT_EQ(processes_.settled.settlement(), as::STEP_SETTLEMENT_DONE_ELSEWHERE);
  EXPECT_EQ(processes_.settled.etag(), "e7");
  EXPECT_EQ(processes_.settled.reference(), "B-7");
  EXPECT_FALSE(processes_.settled.outcome_verified());
}

TEST_F(AfterSalesCommandsTest, APolicyKeepsWhatIsNotSaid) {
  runner_.Run("process set-policy --shop jd-1 --return-node n1 --breach grave_error");
  EXPECT_TRUE(status_.ok()) << status_;
  const as::FlowPolicy& policy = processes_.set.policy();
  EXPECT_EQ(policy.shop_id(), "s1");
  EXPECT_EQ(policy.return_node_id(), "n1");
  EXPECT_EQ(policy.breach_conduct_kind_id(), "grave_error");
  EXPECT_EQ(policy.missing_goods(), as::GOODS_FAULT_ACTION_REDUCE);
  EXPECT_EQ(policy.max_attempts(), 8);
  EXPECT_EQ(policy.etag(), "e4") << "what somebody else has changed meanwhile is not overwritten";
}

TEST_F(AfterSalesCommandsTest, GoodsAreToldAsPeopleKnowThem) {
  const std::string shown = runner_.Run("process show p1");
  EXPECT_THAT(shown, AllOf(HasSubstr("YQ-bath-02 (01M846HT69HQNKBN6BKA4GDFXN) × 2, "
                                     "01M846HT69HQNKBN6BKA4GDFXZ × 1, S-1 × 1"),
                           HasSubstr("YQ-bath-02 (01M846HT69HQNKBN6BKA4GDFXN) × 1")));
  EXPECT_EQ(warehouse_.asked, 2) << "once for each, and not for what is no id of the warehouse";
  EXPECT_THAT(runner_.Run("process show p1", /*json=*/true), Not(HasSubstr("YQ-bath-02")));
}

TEST_F(AfterSalesCommandsTest, AChannelsReasonIsToldInTheReadersLanguage) {
  const std::string open = "cases open --shop jd-1 --kind return --problem torn";
  intake_.reason = "nothing is pressing";
  EXPECT_THAT(Said(open), HasSubstr("(nothing is pressing)"));
  EXPECT_TRUE(status_.ok()) << status_;
  SetLanguage(Language::kChinese);
  EXPECT_THAT(Said(open), AllOf(HasSubstr("（不紧急）"), Not(HasSubstr("pressing"))));
  intake_.reason = "our own rule";
  EXPECT_THAT(Said(open), HasSubstr("（our own rule）")) << "in the merchant's words";
}

TEST_F(AfterSalesCommandsTest, AKnownNumberWithOtherContentsIsToldByItsColumn) {
  const testing::TempFolder folder("kefuctl-test");
  const std::string file =
      folder.Write("orders.csv",
                   "work_order_id,receive_time,problem,order_id\n"
                   "W-1,2026-01-15 09:00:00,torn,o1\nW-2,2026-01-15 09:00:00,late,o2\n");
  intake_.results = R"pb(
    results {
      outcome: IMPORT_OUTCOME_CONFLICT
      case_id: "c1"
      different_fields: "case.problem"
      different_fields: "case.order_id"
    }
    results { outcome: IMPORT_OUTCOME_KNOWN case_id: "c2" })pb";
  const std::string command =
      "cases import-work-orders " + file + " --shop jd-1 --errors " + folder.File("errors.txt");
  const auto errors = [&] {
    std::ifstream read(folder.File("errors.txt"));
    return std::string(std::istreambuf_iterator<char>(read), {});
  };
  EXPECT_THAT(runner_.Run(command),
              HasSubstr("work_orders: 2 received, 0 opened, 1 known, 1 conflicting, 0 replies, 0 "
                        "refused"));
  EXPECT_TRUE(status_.ok()) << status_;
  EXPECT_EQ(errors(), file +
                          ":2:3: case.problem: case c1 was taken in with other contents; "
                          "nothing was changed\n" +
                          file +
                          ":2:4: case.order_id: case c1 was taken in with other contents; "
                          "nothing was changed\n");
  SetLanguage(Language::kChinese);
  EXPECT_THAT(runner_.Run(command),
              HasSubstr("平台工单：收到 2，新开 0，已有 1，内容冲突 1，回复 0，拒收 0"));
  EXPECT_EQ(errors(), file + ":2:3: case.problem：与售后单 c1 先前收到的内容不同，未作改动\n" +
                          file + ":2:4: case.order_id：与售后单 c1 先前收到的内容不同，未作改动\n");
  EXPECT_THAT(runner_.Run(command, /*json=*/true), HasSubstr("\"conflicts\":1"));
}

}  // namespace
}  // namespace kefu::kefuctl
