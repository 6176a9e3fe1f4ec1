// kefuctl exclusions and word-hits through the gateway's own HTTP server.
#include <gmock/gmock.h>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/screening/commands.h"
#include "kefu/performance/v1/facts.grpc.pb.h"
#include "tests/kefuctl/test_gateway.h"

namespace kefu::screening {
namespace {

namespace pf = performance::v1;
using kefuctl::Fill;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class FakeFacts final : public pf::FactService::Service {
 public:
  // The gateway finds the service by its descriptor, which nothing else here would link.
  FakeFacts() { EXPECT_NE(pf::ImportConductRequest::descriptor(), nullptr); }
  grpc::Status ListExclusions(grpc::ServerContext*, const pf::ListExclusionsRequest* request,
                              pf::ListExclusionsResponse* response) override {
    listed = *request;
    if (request->page_token().empty()) {
      Fill(R"pb(exclusions {
                  conversation_id: "c-1"
                  day { year: 2025 month: 6 day: 18 }
                  customer_id: "u-1"
                  exclusion: EXCLUSION_ADVERTISEMENT
                  source: EXCLUSION_SOURCE_RULE
                  rule_id: "links"
                  evidence: "http\x1b[31m"
                })pb",
           *response);
      response->set_next_page_token("more");
    } else {
      Fill(R"pb(exclusions {
                  conversation_id: "c-2"
                  day { year: 2025 month: 6 day: 19 }
                  source: EXCLUSION_SOURCE_REVIEW
                  reviewer: "mei"
                  reason: "a buyer"
                })pb",
           *response);
    }
    return grpc::Status::OK;
  }
  grpc::Status ListOrderExclusions(grpc::ServerContext*, const pf::ListOrderExclusionsRequest*,
                                   pf::ListOrderExclusionsResponse*) override {
    return grpc::Status::OK;
  }
  grpc::Status ReviewExclusion(grpc::ServerContext*, const pf::ReviewExclusionRequest* request,
                               pf::ConversationExclusion* response) override {
    reviewed = *request;
    response->set_conversation_id(request->conversation_id());
    return grpc::Status::OK;
  }
  grpc::Status ReviewOrderExclusion(grpc::ServerContext*,
                                    const pf::ReviewOrderExclusionRequest* request,
                                    pf::OrderExclusion* response) override {
    reviewed_order = *request;
    response->set_order_id(request->order_id());
    response->set_exclusion(pf::EXCLUSION_FRAUD);
    return grpc::Status::OK;
  }
  grpc::Status ListWordHits(grpc::ServerContext*, const pf::ListWordHitsRequest* request,
                            pf::ListWordHitsResponse* response) override {
    hits = *request;
    Fill(R"pb(hits {
                conversation_id: "c-9"
                day { year: 2025 month: 6 day: 2 }
                message_index: 1
                agent_id: "amy"
                word: "亲"
                text: "亲，有货"
              })pb",
         *response);
    return grpc::Status::OK;
  }

  pf::ListExclusionsRequest listed;
  pf::ReviewExclusionRequest reviewed;
  pf::ReviewOrderExclusionRequest reviewed_order;
  pf::ListWordHitsRequest hits;
};

class ScreeningCommandsTest : public ::testing::Test {
 protected:
  FakeFacts facts_;
  kefuctl::OneShop staffing_;
  kefuctl::CommandRunner runner_{AddScreeningCommands,
                                 {{"kefu.performance.v1.FactService", &facts_},
                                  {"kefu.staffing.v1.StaffingService", &staffing_}}};
};

TEST_F(ScreeningCommandsTest, ExclusionsAreListedToTheLastPage) {
  const std::string shown =
      runner_.Run("exclusions list --shop s1 --from 2025-06-01 --to 2025-06-30 --reviewed");
  EXPECT_TRUE(runner_.status().ok()) << runner_.status();
  EXPECT_THAT(shown, AllOf(HasSubstr("c-1"), HasSubstr("advertisement"), HasSubstr("links"),
                           HasSubstr("c-2"), HasSubstr("counts"), HasSubstr("a buyer"),
                           Not(HasSubstr("\x1b[31m"))));
  EXPECT_TRUE(facts_.listed.reviewed_only());
  EXPECT_EQ(facts_.listed.period().end_date().day(), 30);
  EXPECT_EQ(runner_.Run("exclusions list --shop s1 --orders"), "");
  EXPECT_TRUE(runner_.status().ok()) << runner_.status();
  runner_.Run("exclusions list --shop s1 --from june");
  EXPECT_TRUE(absl::IsInvalidArgument(runner_.status())) << runner_.status();
}

TEST_F(ScreeningCommandsTest, APersonDecidesAboutOneConversationOrOrder) {
  runner_.Run(
      "exclusions review count --shop s1 --conversation c-1 --reason asked --request-id r1");
  EXPECT_TRUE(runner_.status().ok()) << runner_.status();
  EXPECT_EQ(facts_.reviewed.conversation_id(), "c-1");
  EXPECT_EQ(facts_.reviewed.decision(), pf::EXCLUSION_DECISION_COUNT);
  EXPECT_EQ(facts_.reviewed.reason(), "asked");
  EXPECT_EQ(facts_.reviewed.request_id(), "r1");
  EXPECT_THAT(runner_.Run("exclusions review fraud --shop s1 --order o-1 --reason bought"),
              AllOf(HasSubstr("o-1"), HasSubstr("fraud")));
  EXPECT_EQ(facts_.reviewed_order.decision(), pf::EXCLUSION_DECISION_FRAUD);
  runner_.Run("exclusions review perhaps --shop s1 --order o-1 --reason bought");
  EXPECT_FALSE(runner_.status().ok());
}

TEST_F(ScreeningCommandsTest, WordHitsShowTheMessage) {
  EXPECT_THAT(runner_.Run("word-hits --shop s1 --agent amy"),
              AllOf(HasSubstr("2025-06-02  c-9                 2  amy    亲    亲，有货")));
  EXPECT_EQ(facts_.hits.agent_id(), "amy");
}

}  // namespace
}  // namespace kefu::screening
