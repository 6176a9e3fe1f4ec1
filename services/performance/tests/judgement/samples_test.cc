// Lists of samples.
#include <fmt/format.h>

#include "services/performance/tests/judgement/judgement_fixture.h"

namespace kefu::performance {
namespace {

using Quality = v1::QualityService::Stub;

class SamplesTest : public JudgementTest {
 protected:
  absl::StatusOr<v1::InspectionSample> Draw(int seed) {
    return Ask(*quality_, &Quality::DrawSample,
               fmt::format("shop_id: 's' plan {{ kind: SAMPLING_KIND_RANDOM size: 2 seed: {} {} }}",
                           seed, kDayPeriod));
  }
  absl::StatusOr<v1::ListSamplesResponse> List(const std::string& request) {
    return Ask(*quality_, &Quality::ListSamples, request);
  }
};

TEST_F(SamplesTest, AreListedTheLatestFirstPageByPageWithoutTheirConversations) {
  ASSERT_OK(Conversations(
                {Talk("c1", "u1", 60, "a"), Talk("c2", "u2", 60, "a"), Talk("c3", "u3", 60, "b")})
                .status());
  std::vector<std::string> drawn;
  for (const int seed : {1, 2, 3}) {
    ASSERT_OK_AND_ASSIGN(const auto sample, Draw(seed));
    EXPECT_EQ(sample.drawn(), 2);
    drawn.insert(drawn.begin(), sample.sample_id());
    clock_.Advance(absl::Seconds(1));
  }
  std::vector<std::string> listed;
  std::string token;
  int pages = 0;
  do {
    ASSERT_OK_AND_ASSIGN(const auto page,
                         List(fmt::format("shop_id: 's' page_size: 2 page_token: '{}'", token)));
    for (const auto& sample : page.samples()) {
      listed.push_back(sample.sample_id());
      EXPECT_EQ(sample.drawn(), 2);
      EXPECT_EQ(sample.population(), 3);
      EXPECT_EQ(sample.conversations_size(), 0);
      EXPECT_EQ(sample.plan().seed(), 4 - static_cast<int>(listed.size()));
    }
    token = page.next_page_token();
    ++pages;
  } while (!token.empty());
  EXPECT_EQ(listed, drawn);
  EXPECT_EQ(pages, 2);
  // One that was stored before their number was noted tells it all the same.
  ASSERT_OK_AND_ASSIGN(auto old, Ask(*quality_, &Quality::GetSample,
                                     fmt::format("shop_id: 's' sample_id: '{}'", drawn[0])));
  old.clear_drawn();
  std::string hex;
  for (const unsigned char byte : old.SerializeAsString()) hex += fmt::format("{:02x}", byte);
  Db().Exec(fmt::format("UPDATE inspection_sample SET body = x'{}' WHERE sample_id = '{}'", hex,
                        drawn[0]));
  ASSERT_OK_AND_ASSIGN(const auto again, List("shop_id: 's' page_size: 1"));
  EXPECT_EQ(again.samples(0).drawn(), 2);
}

TEST_F(SamplesTest, AreOfOneShopAndNotForBases) {
  ASSERT_OK(Conversations({Talk("c1", "u1", 60, "a")}).status());
  ASSERT_OK(Draw(1));
  ASSERT_OK(Call(&Stub::ConfigureShop,
                 "settings { shop_id: 't' time_zone: 'Asia/Shanghai' currency_code: 'CNY' }"));
  ASSERT_OK_AND_ASSIGN(const auto other, List("shop_id: 't'"));
  EXPECT_EQ(other.samples_size(), 0);
  const auto base = host_.AsBase("base-1", {auth::Role::kBaseManager},
                                 {{"org-a", "s", "k", kDay - 30, kDay + 60}});
  EXPECT_THAT(rpc::Call(*quality_, &Quality::ListSamples,
                        Parse<v1::ListSamplesRequest>("shop_id: 's'"), base)
                  .status(),
              HasReason("ONLY_OWN_AGENTS"));
}

}  // namespace
}  // namespace kefu::performance
