// The problem log: what is recorded, answered and found.
#include "services/staffing/tests/problems/problem_fixture.h"

namespace kefu::staffing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(ProblemTest, IsRecordedAndAnsweredAndKeepsWhatWasAnswered) {
  ASSERT_OK_AND_ASSIGN(
      const v1::Problem recorded,
      Do(&Log::RecordProblem,
         R"(problem { shop_id: "$SHOP1" question: "买家13912345678问会不会掉色" product_id: "SKU-7"
                      attribute: "材质" link: "https://item.example/7" conversation_id: "c-1" })",
         Agent()));
  EXPECT_EQ(recorded.agent_id(), world_["$AGENT"]);
  EXPECT_EQ(recorded.question(), "买家139****5678问会不会掉色");
  EXPECT_EQ(recorded.state(), v1::PROBLEM_STATE_OPEN);
  EXPECT_THAT(Do(&Log::RecordProblem,
                 R"(problem { shop_id: "$SHOP1" agent_id: "another" question: "x" })", Agent()),
              HasReason("TIME_OF_OTHERS"));
  ASSERT_OK(Answer(recorded, "不会", Agent()));
  EXPECT_THAT(Answer(recorded, "会", Agent()), HasReason("PROBLEM_ANSWERED"));
  EXPECT_THAT(Answer(recorded, "会", As("org-a"), R"(etag: "old")"), HasReason("ETAG_MISMATCH"));
  clock_.Advance(absl::Minutes(1));
  ASSERT_OK_AND_ASSIGN(const v1::Problem replaced, Answer(recorded, "首次洗会", As("org-a")));
  EXPECT_EQ(replaced.answered_by(), "tester");
  ASSERT_OK_AND_ASSIGN(const auto read, Do(&Log::GetProblem, fmt::format(R"(problem_id: "{}")",
                                                                         recorded.problem_id())));
  EXPECT_THAT(read.problem(), EqualsProto(replaced));
  ASSERT_EQ(read.answers_size(), 2);
  EXPECT_EQ(read.answers(0).answer(), "不会");
  EXPECT_EQ(read.answers(1).sequence(), 2);
  EXPECT_THAT(EventTypes(), ::testing::Contains("ProblemChanged").Times(3));
}

TEST_F(ProblemTest, IsFoundByItsWordsTheBestInFront) {
  for (const char* question :
       {"这件衣服会掉色吗", "衣服尺码偏大吗", "iPhone 15 能用吗", "发票怎么开"}) {
    ASSERT_OK(Record(question));
  }
  EXPECT_THAT(Search("衣服掉色"), ElementsAre("这件衣服会掉色吗"));
  EXPECT_THAT(Search("掉色"), ElementsAre("这件衣服会掉色吗"));
  EXPECT_THAT(Search("衣服"), ElementsAre("衣服尺码偏大吗", "这件衣服会掉色吗")) << "the latest";
  EXPECT_THAT(Search("ＩＰＨＯＮＥ"), ElementsAre("iPhone 15 能用吗"));
  EXPECT_THAT(Search("票"), ElementsAre("发票怎么开"));
  EXPECT_THAT(Search("退款运费险"), IsEmpty());
  EXPECT_THAT(Search("衣服", "limit: 1"), ElementsAre("衣服尺码偏大吗"));
  EXPECT_THAT(Do(&Log::SearchProblems, R"(query: "？！")"), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Do(&Log::SearchProblems, R"(query: "x" limit: 101)"), HasReason("INVALID_FIELDS"));
}

TEST_F(ProblemTest, IsFoundByItsAnswerInForceProductAndAttribute) {
  ASSERT_OK_AND_ASSIGN(const v1::Problem one,
                       Record("洗了会怎样", R"(product_id: "SKU-7" attribute: "材质")"));
  ASSERT_OK(Record("材质是什么"));
  EXPECT_THAT(Search("掉色"), IsEmpty());
  EXPECT_THAT(Search("材质"), ElementsAre("材质是什么", "洗了会怎样"))
      << "the question weighs more";
  EXPECT_THAT(Search("sku-7"), ElementsAre("洗了会怎样"));
  ASSERT_OK(Answer(one, "轻微掉色", As("org-a")));
  EXPECT_THAT(Search("掉色"), ElementsAre("洗了会怎样"));
  EXPECT_THAT(Search("材质", "answered_only: true"), ElementsAre("洗了会怎样"));
  ASSERT_OK(Answer(one, "不褪", As("org-a")));
  EXPECT_THAT(Search("掉色"), IsEmpty());
}

TEST_F(ProblemTest, TokensOfShopsSeeTheirShopsAndOtherOrganizationsNothing) {
  ASSERT_OK_AND_ASSIGN(const v1::Problem here, Record("掉色吗"));
  ASSERT_OK_AND_ASSIGN(const v1::Problem there, Record("会掉色吗", "", "$SHOP2"));
  const rpc::CallOptions confined = As("org-a", {world_["$SHOP1"]});
  EXPECT_THAT(Search("掉色", "", confined), ElementsAre("掉色吗"));
  EXPECT_THAT(Search("掉色", R"(shop_id: "$SHOP2")"), ElementsAre("会掉色吗"));
  EXPECT_THAT(Search("掉色", "", As("org-b")), IsEmpty());
  EXPECT_THAT(Answer(there, "不", confined), HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_THAT(
      Do(&Log::GetProblem, fmt::format(R"(problem_id: "{}")", there.problem_id()), confined),
      HasReason("SHOP_NOT_ALLOWED"));
  const auto listed = [&](const std::string& filter, const rpc::CallOptions& as) {
    const auto page = Do(&Log::ListProblems, filter, as);
    EXPECT_OK(page);
    return page->problems_size();
  };
  EXPECT_EQ(listed("", As("org-a")), 2);
  EXPECT_EQ(listed("", confined), 1);
  EXPECT_EQ(listed(R"(shop_id: "$SHOP2")", confined), 0);
  EXPECT_EQ(listed("state: PROBLEM_STATE_OPEN", As("org-a")), 2);
  ASSERT_OK(Answer(here, "不会", As("org-a")));
  EXPECT_EQ(listed("state: PROBLEM_STATE_OPEN", As("org-a")), 1);
  EXPECT_EQ(listed(R"(agent_id: "nobody")", As("org-a")), 0);
  const auto bad = Do(&Log::RecordProblem, R"(problem { question: " " link: "\n" })");
  EXPECT_THAT(bad, HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Record("x", "", "no-shop"), HasReason("NOT_FOUND"));
}

}  // namespace
}  // namespace kefu::staffing
