// kefuctl cases, insight and process through the gateway's own HTTP server.
#include <gmock/gmock.h>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/insight/commands.h"
#include "clients/kefuctl/processes/commands.h"
#include "kefu/aftersales/v1/aftersales_service.grpc.pb.h"
#include "kefu/aftersales/v1/case_figures.grpc.pb.h"
#include "kefu/aftersales/v1/processes.grpc.pb.h"
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

 public:
  as::ListCasesRequest asked;
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
         )pb",
         *response);
    response->set_process_id(request->process_id());
    return grpc::Status::OK;
  }
  grpc::Status SettleStep(grpc::ServerContext*, const as::SettleStepRequest* request,
                          as::Process* response) override {
    settled = *request;
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
}

class AfterSalesCommandsTest : public ::testing::Test {
 protected:
  FakeCases cases_;
  FakeFigures figures_;
  FakeProcesses processes_;
  OneShop staffing_;
  CommandRunner runner_{AddAll,
                        {{"kefu.aftersales.v1.AftersalesService", &cases_},
                         {"kefu.aftersales.v1.CaseFigureService", &figures_},
                         {"kefu.aftersales.v1.ProcessService", &processes_},
                         {"kefu.staffing.v1.StaffingService", &staffing_}}};
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
  EXPECT_THAT(shown, AllOf(HasSubstr("p1"), HasSubstr("stuck"), HasSubstr("2026-01-15 12:00:00")));
  runner_.Run("process settle p1 --as done_elsewhere --note bank --reference B-7");
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

}  // namespace
}  // namespace kefu::kefuctl
