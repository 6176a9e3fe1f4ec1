// Counts: documents, and stock set at once.
#include "services/warehouse/tests/outbound/fixture.h"

namespace kefu::warehouse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class CountsTest : public OutboundTest {
 protected:
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(MakeWorld()); }
  void TearDown() override { CheckWork(); }

  v1::Count Create(std::string_view scope) {
    const auto count = Out(&OutStub::CreateCount, fmt::format("node_id: '$NODE1' {}", scope));
    EXPECT_OK(count);
    return count.value_or(v1::Count());
  }
  absl::StatusOr<v1::Count> Submit(const v1::Count& count, std::string_view lines,
                                   std::string_view person) {
    return Out(&OutStub::SubmitCount, fmt::format("count_id: '{}' {}", count.count_id(), lines),
               person);
  }
};

TEST_F(CountsTest, StockIsSetAtOnce) {
  ASSERT_OK_AND_ASSIGN(
      const auto counted,
      Call(&Stub::CountStock,
           "node_id: '$NODE1' document: 'year end' lines { key { sku_id: '$SKU1' } counted: 97 }"
           " lines { key { sku_id: '$SKU2' } counted: 100 }"
           " lines { key { sku_id: '$SKU2' location: 'B-1' } counted: 4 }"
           " lines { key { sku_id: '$SKU1' condition: STOCK_CONDITION_DAMAGED } counted: 2 }"));
  EXPECT_THAT(counted.differences(), ElementsAre(-3, 0, 4, 2));
  EXPECT_THAT(counted.entries(), SizeIs(3));
  EXPECT_EQ(counted.entries(0).reason(), "Count");
  EXPECT_EQ(counted.entries(0).reference(), "year end");
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "97/10");
  EXPECT_EQ(StockOf("$NODE1", "$SKU2"), "104/0");
  // Never below what is promised: ten of $SKU1 are.
  const auto refused =
      Call(&Stub::CountStock, "node_id: '$NODE1' lines { key { sku_id: '$SKU1' } counted: 9 }");
  EXPECT_THAT(refused, HasReason("COUNT_BELOW_RESERVED"));
  EXPECT_THAT(
      GetDetail<google::rpc::PreconditionFailure>(refused.status())->violations(0).description(),
      HasSubstr(Fill("release 1 of $RES")));
  EXPECT_EQ(StockOf("$NODE1", "$SKU1"), "97/10");
  ASSERT_OK(Call(&Stub::CountStock,
                 "node_id: '$NODE1' lines { key { sku_id: '$SKU1' }"
                 " counted: 10 }"));
  // Lots by the rules of receipts.
  EXPECT_THAT(Call(&Stub::CountStock,
                   "node_id: '$NODE1' lines { key { sku_id: '$LOTSKU' }"
                   " counted: 1 }"),
              HasReason("LOT_REQUIRED"));
  EXPECT_THAT(Call(&Stub::CountStock,
                   "node_id: '$NODE1' lines { key { sku_id: '$SKU1' lot: 'L' }"
                   " counted: 1 }"),
              HasReason("LOT_NOT_ALLOWED"));
  ASSERT_OK(Call(&Stub::CountStock,
                 "node_id: '$NODE1' lines { key { sku_id: '$LOTSKU' lot: 'L' }"
                 " counted: 6 }"));
  EXPECT_EQ(StockOf("$NODE1", "$LOTSKU"), "6/0");
  EXPECT_THAT(Call(&Stub::CountStock,
                   "node_id: '$NODE1' lines { key { sku_id: '$SKU1' } counted: -1 }"
                   " lines { key { sku_id: '$SKU2' node_id: '$NODE2' } counted: 1 }"
                   " lines { key { sku_id: '$SKU2' } counted: 1 }"),
              HasReason("INVALID_FIELDS"));
}

TEST_F(CountsTest, BlindRecountApproval) {
  Stock("$SKU1", "A-1", 50);
  Stock("$SKU2", "A-1", 1000);
  Stock("$SKU2", "A-2", 7);
  const v1::Count count = Create("locations: 'A-1' locations: 'A-2' blind: true note: 'weekly'");
  ASSERT_THAT(count.lines(), SizeIs(3));
  EXPECT_EQ(count.lines(1).snapshot_quantity(), 0);  // hidden
  EXPECT_FALSE(count.has_accuracy());
  // 3 of 1000 lie within half a percent; of 50 none is allowed to be missing.
  ASSERT_OK_AND_ASSIGN(v1::Count now, Submit(count,
                                             "lines { line_number: 1 counted: 48 }"
                                             " lines { line_number: 2 counted: 997 }"
                                             " lines { line_number: 3 counted: 7 }",
                                             "ann"));
  EXPECT_EQ(now.state(), v1::COUNT_STATE_OPEN);
  EXPECT_EQ(now.lines(0).state(), v1::COUNT_LINE_STATE_RECOUNT);
  EXPECT_EQ(now.lines(1).state(), v1::COUNT_LINE_STATE_SETTLED);
  EXPECT_EQ(now.lines(0).attempts(0).expected(), 0);
  EXPECT_THAT(Submit(count, "lines { line_number: 1 counted: 48 }", "ann"),
              HasReason("COUNT_SAME_PERSON"));
  EXPECT_THAT(Submit(count, "lines { line_number: 2 counted: 48 }", "bob"),
              HasReason("COUNT_STATE"));
  EXPECT_THAT(Submit(count, "lines { line_number: 4 counted: 48 }", "bob"),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Out(&OutStub::ApproveCount, "count_id: '" + count.count_id() + "'", "boss"),
              HasReason("COUNT_STATE"));
  ASSERT_OK_AND_ASSIGN(now, Submit(count, "lines { line_number: 1 counted: 48 }", "bob"));
  EXPECT_EQ(now.state(), v1::COUNT_STATE_SUBMITTED);
  EXPECT_EQ(now.lines(0).snapshot_quantity(), 50);
  EXPECT_EQ(now.accuracy().line_accuracy_bps(), 3333);
  EXPECT_EQ(now.accuracy().different_pieces(), 5);
  EXPECT_THAT(Out(&OutStub::ApproveCount, "count_id: '" + count.count_id() + "'", "ann"),
              HasReason("COUNT_SELF_APPROVAL"));
  ASSERT_OK_AND_ASSIGN(now,
                       Out(&OutStub::ApproveCount, "count_id: '" + count.count_id() + "'", "boss"));
  EXPECT_EQ(now.state(), v1::COUNT_STATE_APPROVED);
  EXPECT_THAT(now.entries(), SizeIs(2));
  EXPECT_EQ(Bin("$SKU1", "A-1"), "48/0");
  EXPECT_EQ(Bin("$SKU2", "A-1"), "997/0");
  EXPECT_THAT(Out(&OutStub::CancelCount, "count_id: '" + count.count_id() + "'"),
              HasReason("COUNT_STATE"));
  EXPECT_THAT(Submit(count, "lines { line_number: 1 counted: 48 }", "cid"),
              HasReason("COUNT_STATE"));
}

TEST_F(CountsTest, WhatMovesMeanwhileIsNoDifference) {
  Stock("$SKU1", "A-1", 50);
  Stock("$SKU2", "A-1", 20);
  const v1::Count count = Create("locations: 'A-1'");
  EXPECT_EQ(count.lines(0).snapshot_quantity(), 50);
  clock_.Advance(absl::Minutes(1));
  const absl::Time counted = clock_.Now();
  clock_.Advance(absl::Minutes(1));
  // After the counter was at the bin, eight more came and two were picked.
  Stock("$SKU1", "A-1", 8);
  ASSERT_OK(Call(&Stub::CountStock,
                 "node_id: '$NODE1' lines { key { sku_id: '$SKU1' }"
                 " counted: 10 }"));  // so that the bin is picked from
  const std::string id = Shipped(Sold({{"$NODE1", "$SKU1", 2}}));
  Wave("zones: 'A'");
  PickAll(id);
  EXPECT_EQ(Bin("$SKU1", "A-1"), "56/0");
  clock_.Advance(absl::Minutes(1));
  ASSERT_OK_AND_ASSIGN(
      v1::Count now,
      Submit(count,
             fmt::format("lines {{ line_number: 1 counted: 50 count_time {{ seconds: {} }} }}"
                         " lines {{ line_number: 2 counted: 20 }}",
                         absl::ToUnixSeconds(counted)),
             "ann"));
  EXPECT_EQ(now.state(), v1::COUNT_STATE_SUBMITTED);
  EXPECT_EQ(now.lines(0).attempts(0).expected(), 50);
  EXPECT_EQ(now.lines(0).difference(), 0);
  ASSERT_OK_AND_ASSIGN(now,
                       Out(&OutStub::ApproveCount, "count_id: '" + count.count_id() + "'", "boss"));
  EXPECT_THAT(now.entries(), SizeIs(0));
  EXPECT_EQ(Bin("$SKU1", "A-1"), "56/0");
  const v1::Count again = Create("locations: 'A-1'");
  EXPECT_THAT(Submit(again,
                     fmt::format("lines {{ line_number: 1 counted: 50 count_time {{"
                                 " seconds: {} }} }}",
                                 absl::ToUnixSeconds(counted)),
                     "ann"),
              HasReason("COUNT_TIME"));
  ASSERT_OK(Out(&OutStub::CancelCount, "count_id: '" + again.count_id() + "'"));
}

TEST_F(CountsTest, ScopesByBinSkuAndClass) {
  Stock("$SKU1", "A-1", 50);
  Stock("$SKU2", "A-2", 20);
  const std::string id = Shipped(Sold({{"$NODE1", "$SKU1", 60}}));
  Wave();
  PickAll(id);
  EXPECT_THAT(Create("abc_class: ABC_CLASS_A").lines(), SizeIs(2));  // not what is staged
  EXPECT_THAT(Create("abc_class: ABC_CLASS_C").lines(), SizeIs(2));  // $SKU2 in two bins
  EXPECT_THAT(Create("sku_ids: '$SKU2' locations: 'A-2'").lines(), SizeIs(1));
  EXPECT_THAT(Create("").lines(), SizeIs(4));
  EXPECT_THAT(Out(&OutStub::CreateCount, "node_id: '$NODE2'"), HasReason("COUNT_EMPTY"));
  EXPECT_THAT(Out(&OutStub::CreateCount, "node_id: '$NODE1' abc_class: ABC_CLASS_B"),
              HasReason("COUNT_EMPTY"));
  std::vector<std::string> ids;
  std::string token;
  do {
    ASSERT_OK_AND_ASSIGN(const auto page,
                         Out(&OutStub::ListCounts,
                             fmt::format("node_id: '$NODE1' state: COUNT_STATE_OPEN page_size: 3"
                                         " page_token: '{}'",
                                         token)));
    for (const auto& count : page.counts()) ids.push_back(count.count_id());
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_THAT(ids, SizeIs(4));
}

}  // namespace
}  // namespace kefu::warehouse
