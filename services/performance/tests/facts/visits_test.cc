// Visits, ratings that come apart, and days replaced as a whole.
#include <fmt/format.h>

#include "services/performance/handlers/facts/fact_handlers.h"
#include "services/performance/tests/facts/facts_fixture.h"

namespace kefu::performance {
namespace {

using ::testing::ElementsAre;

constexpr char kShop[] = "shop_id: 's'";

class VisitsTest : public FactsTest {
 protected:
  absl::StatusOr<v1::ImportResponse> Visits(const std::string& rows) {
    return Send(&Facts::ImportVisits, Parse<v1::ImportVisitsRequest>(rows));
  }
  absl::StatusOr<v1::ImportResponse> Rate(const std::string& id, int score) {
    return Send(&Facts::ImportRatings,
                Parse<v1::ImportRatingsRequest>(fmt::format(
                    "rows {{ line: 1 rating {{ conversation_id: '{}' score: {} }} }}", id, score)));
  }
  // Replaces 2024-11-11.
  absl::StatusOr<v1::ReplaceDayResponse> Replace(const std::string& kind,
                                                 std::vector<v1::ReplaceDayRequest> parts) {
    grpc::ClientContext context;
    rpc::Prepare(AsOwner("org-a"), context);
    v1::ReplaceDayResponse response;
    auto writer = facts_->ReplaceDay(&context, &response);
    auto& header = *parts.at(0).mutable_header();
    if (header.shop_id().empty()) {
      header.set_shop_id("s");
      v1::FactKind value = v1::FACT_KIND_UNSPECIFIED;
      v1::FactKind_Parse("FACT_KIND_" + kind, &value);
      header.set_kind(value);
      *header.mutable_day() = kefu::convert::ToProto(kDay);
    }
    for (const auto& part : parts) writer->Write(part);
    writer->WritesDone();
    const grpc::Status status = writer->Finish();
    if (!status.ok()) return rpc::FromGrpc(status);
    return response;
  }
  static v1::ReplaceDayRequest Talks(const std::vector<std::string>& texts) {
    v1::ReplaceDayRequest request;
    for (const std::string& text : texts) {
      auto* row = request.add_conversations();
      row->set_line(request.conversations_size());
      *row->mutable_conversation() = Parse<v1::Conversation>(text);
    }
    return request;
  }
};

constexpr char kNovember[] = R"(rows { line: 2 visits {
  day { year: 2024 month: 11 day: 11 } visits: 5000 clicks: 1000 ad_orders: 13
  ad_spend { currency_code: "CNY" minor_units: 100000 } } })";

TEST_F(VisitsTest, CountForTheShopsDayOnceAndAreReplaced) {
  ASSERT_OK_AND_ASSIGN(const auto first, Visits(kNovember));
  EXPECT_EQ(first.inserted(), 1);
  ASSERT_OK_AND_ASSIGN(const auto again, Visits(kNovember));
  EXPECT_EQ(again.unchanged(), 1);
  EXPECT_EQ(again.days_recomputed(), 0);
  EXPECT_EQ(Figure(kShop, "visits"), 5000);
  EXPECT_EQ(Figure(kShop, "cost_per_click"), 100);
  EXPECT_EQ(Figure(kShop, "click_conversion"), 0.013);
  ASSERT_OK_AND_ASSIGN(const auto mended, Visits(R"(rows { visits {
    day { year: 2024 month: 11 day: 11 } visits: 4000 } })"));
  EXPECT_EQ(mended.replaced(), 1);
  EXPECT_EQ(Figure(kShop, "visits"), 4000);
  EXPECT_EQ(Figure(kShop, "ad_spend"), 0);
}

TEST_F(VisitsTest, EveryWrongRowIsNamed) {
  ASSERT_OK_AND_ASSIGN(const auto answer, Visits(R"(
    rows { line: 1 visits { day { year: 2024 month: 2 day: 30 } visits: -1 } }
    rows { line: 2 visits { clicks: 1 ad_orders: 2 ad_spend { currency_code: "USD" } } })"));
  std::vector<std::string> told;
  for (const auto& error : answer.errors())
    told.push_back(fmt::format("{} {} {}", error.line(), error.field(), error.reason()));
  EXPECT_THAT(
      told, ElementsAre("1 day BAD_TIME", "1 visits OUT_OF_RANGE", "2 day MISSING_FIELD",
                        "2 ad_orders OUT_OF_RANGE", "2 ad_spend.currency_code CURRENCY_MISMATCH"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM daily_visits"), 0);
  ASSERT_OK_AND_ASSIGN(const auto rating, Rate("c", 6));
  EXPECT_EQ(rating.errors(0).field(), "score");
  EXPECT_THAT(
      Send(&Facts::ImportVisits, Parse<v1::ImportVisitsRequest>(kNovember), "org-b").status(),
      HasReason("SHOP_NOT_CONFIGURED"));
}

TEST_F(VisitsTest, ARatingCountsBeforeAndAfterItsConversationAndOutlivesIt) {
  ASSERT_OK(Rate("early", 2).status());
  ASSERT_OK(
      Conversations({Talk("early", "u", 3600, "a"), Talk("late", "v", 7200, "a") + " rating: 1"})
          .status());
  EXPECT_EQ(Figure(kShop, "satisfaction"), 1.5);
  ASSERT_OK(Rate("late", 5).status());
  EXPECT_EQ(Figure(kShop, "satisfaction"), 3.5);
  ASSERT_OK_AND_ASSIGN(const auto listed, Call(&Stub::ListConversations, kShop));
  ASSERT_EQ(listed.conversations_size(), 2);
  EXPECT_EQ(listed.conversations(1).rating(), 5) << "not its own";
  ASSERT_OK(Conversations({Talk("late", "v", 7200 + 86400, "a") + " rating: 1"}).status());
  EXPECT_EQ(Figure(kShop, "satisfaction"), 3.5);
  ASSERT_OK_AND_ASSIGN(const auto mended, Rate("late", 4));
  EXPECT_EQ(mended.replaced(), 1);
  EXPECT_EQ(Figure(kShop, "satisfaction"), 3);
  EXPECT_EQ(Figure(fmt::format("shop_id: 's' {}", kDayPeriod), "satisfaction"), 2);
}

TEST_F(VisitsTest, SatisfactionIsWhatItsRowsAddUpToAndTellsWhichRatingsWait) {
  ASSERT_OK(Conversations({Talk("c1", "u", 3600, "a"), Talk("c2", "v", 7200, "b"),
                           Talk("c3", "w", 7300, ""), Talk("ad", "x", 7400, "a")})
                .status());
  ASSERT_OK(Ask(&Facts::ReviewExclusion,
                "shop_id: 's' conversation_id: 'ad' decision: EXCLUSION_DECISION_FRAUD reason: 'r'")
                .status());
  for (const auto& [id, score] :
       {std::pair{"c1", 5}, {"c2", 4}, {"c3", 1}, {"ad", 1}, {"mistyped", 2}})
    ASSERT_OK(Rate(id, score).status());
  const auto explain = [&](const std::string& subject, double value,
                           const std::vector<std::string>& waiting) {
    const auto answer = Call(&Stub::ExplainMetric,
                             fmt::format("subject {{ {} }} metric_id: 'satisfaction'", subject));
    ASSERT_OK(answer.status());
    int64_t points = 0, ratings = 0;
    for (const v1::ExplainRow& row : answer->rows()) {
      EXPECT_NE(row.conversation_id(), "");
      points += row.numerator();
      ratings += row.denominator();
    }
    EXPECT_EQ(answer->value().numerator(), points) << subject;
    EXPECT_EQ(answer->value().denominator(), ratings) << subject;
    EXPECT_NEAR(answer->value().value(), value, 1e-6);
    EXPECT_NEAR(Figure(subject, "satisfaction"), value, 1e-6);
    EXPECT_EQ(answer->waiting_ratings(), static_cast<int64_t>(waiting.size()));
    EXPECT_THAT(answer->waiting_conversation_ids(), ::testing::ElementsAreArray(waiting));
  };
  explain(kShop, 10 / 3.0, {"mistyped"});
  explain("shop_id: 's' agent_id: 'a'", 5, {"mistyped"});
  // A conversation that is gone leaves its rating waiting, until it comes again.
  ASSERT_OK(Replace("CONVERSATIONS", {Talks({Talk("c1", "u", 3600, "a")})}).status());
  explain(kShop, 5, {"ad", "c2", "c3", "mistyped"});
  ASSERT_OK_AND_ASSIGN(const auto again, Rate("c2", 3));
  ASSERT_EQ(again.uncounted_size(), 1);
  EXPECT_EQ(again.uncounted(0).reason(), "NO_CONVERSATION");
  ASSERT_OK(Conversations({Talk("c2", "v", 7200, "b")}).status());
  explain(kShop, 4, {"ad", "c3", "mistyped"});
}

// An agent took it up before midnight, and the first words came after.
TEST_F(VisitsTest, AConversationItsRatingAndInspectionCountOnTheDayOnWhichItIsListed) {
  auto talk = Parse<v1::Conversation>(Talk("c", "u", 600, "a"));
  talk.set_rating(4);
  v1::Handling* handling = talk.add_handlings();
  handling->set_agent_id("a");
  handling->mutable_start_time()->set_seconds(kMidnight - 600);
  handling->mutable_end_time()->set_seconds(kMidnight + 900);
  ASSERT_OK(Conversations({talk.ShortDebugString()}).status());
  ASSERT_OK(Send(&Facts::ImportInspections,
                 Parse<v1::ImportInspectionsRequest>(
                     "rows { inspection { source_id: 'q' conversation_id: 'c' agent_id: 'a' "
                     "inspector: 'Li' inspect_time { seconds: 1731340800 } centipoints: 9000 } }"))
                .status());
  for (const int day : {10, 11}) {
    const std::string question = fmt::format(
        "shop_id: 's' agent_id: 'a' period {{ start_date {{ year: 2024 month: 11 day: "
        "{0} }} end_date {{ year: 2024 month: 11 day: {0} }} }}",
        day);
    const int counts = day == 10 ? 1 : 0;
    EXPECT_EQ(Figure(question, "conversations"), counts) << day;
    EXPECT_EQ(Figure(question, "inspections"), counts) << day;
    EXPECT_EQ(Figure(question, "satisfaction"), counts == 1 ? 4 : -1) << day;
    EXPECT_EQ(Figure(question, "consulted"), 1 - counts) << "asked after midnight";
  }
}

TEST_F(VisitsTest, VisitsAndRatingsOfADayAreReplacedAsAWhole) {
  const auto ratings = [](const std::vector<std::pair<std::string, int>>& scores) {
    v1::ReplaceDayRequest request;
    for (const auto& [id, score] : scores) {
      auto* row = request.add_ratings();
      row->set_line(request.ratings_size());
      row->mutable_rating()->set_conversation_id(id);
      row->mutable_rating()->set_score(score);
    }
    return request;
  };
  ASSERT_OK(Visits(kNovember).status());
  ASSERT_OK_AND_ASSIGN(const auto none, Replace("VISITS", {v1::ReplaceDayRequest()}));
  EXPECT_EQ(none.removed(), 1);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM daily_visits"), 0);
  ASSERT_OK(Conversations({Talk("c1", "u", 3600, "a"), Talk("c2", "v", 7200, "a"),
                           Talk("c3", "w", 3600 + 86400, "a")})
                .status());
  for (const char* id : {"c1", "c2", "c3"}) ASSERT_OK(Rate(id, 2).status());
  EXPECT_EQ(Figure(kShop, "satisfaction"), 2);
  ASSERT_OK_AND_ASSIGN(const auto refused,
                       Replace("RATINGS", {ratings({{"c1", 5}, {"c3", 5}, {"c9", 5}})}));
  ASSERT_EQ(refused.rows().errors_size(), 2);
  for (const int i : {0, 1}) {
    EXPECT_EQ(refused.rows().errors(i).reason(), "OTHER_DAY");
    EXPECT_EQ(refused.rows().errors(i).line(), i + 2);
  }
  EXPECT_EQ(Figure(kShop, "satisfaction"), 2);
  ASSERT_OK_AND_ASSIGN(const auto replaced, Replace("RATINGS", {ratings({{"c1", 5}})}));
  EXPECT_EQ(replaced.removed(), 1);
  EXPECT_EQ(replaced.rows().replaced(), 1);
  EXPECT_EQ(Figure(fmt::format("shop_id: 's' {}", kDayPeriod), "satisfaction"), 5);
  EXPECT_EQ(Figure(kShop, "satisfaction"), 3.5);
}

TEST_F(VisitsTest, ImportedInspectionsOfADayAreReplacedAsAWhole) {
  const auto inspection = [](const std::string& id, const std::string& conversation, int score,
                             int second) {
    return Parse<v1::ImportedInspectionRow>(fmt::format(
        "inspection {{ source_id: '{}' conversation_id: '{}' agent_id: 'a' inspector: '{}' "
        "inspect_time {{ seconds: {} }} centipoints: {} }}",
        id, conversation, id, kMidnight + second, score));
  };
  ASSERT_OK(
      Conversations({Talk("c1", "u", 3600, "a"), Talk("c2", "w", 3600 + 86400, "a")}).status());
  v1::ImportInspectionsRequest rows;
  *rows.add_rows() = inspection("q1", "c1", 1000, 100);
  *rows.add_rows() = inspection("q2", "c1", 3000, 200);
  *rows.add_rows() = inspection("q3", "c2", 8000, 100);
  ASSERT_OK(Send(&Facts::ImportInspections, rows).status());
  EXPECT_EQ(Figure(kShop, "quality"), 45);
  v1::ReplaceDayRequest day;
  *day.add_inspections() = inspection("q2", "c1", 3000, 200);
  ASSERT_OK_AND_ASSIGN(const auto replaced, Replace("INSPECTIONS", {day}));
  EXPECT_EQ(replaced.removed(), 1);
  EXPECT_EQ(replaced.rows().unchanged(), 1);
  EXPECT_EQ(Figure(kShop, "quality"), 55);  // the one that is left of c1 counts now
  EXPECT_EQ(Figure(kShop, "inspections"), 2);
}

TEST_F(VisitsTest, AReplacedDayHoldsWhatWasSentAndNothingElse) {
  ASSERT_OK(Conversations({Talk("stays", "u", 3600, "a"), Talk("goes", "v", 7200, "a"),
                           Talk("next", "w", 3600 + 86400, "a")})
                .status());
  ASSERT_OK_AND_ASSIGN(
      const auto answer,
      Replace("CONVERSATIONS",
              {Talks({Talk("stays", "u", 3600, "a")}),
               Talks({Talk("new", "x", 4000, "b"), Talk("next", "w", 5000, "a")})}));
  EXPECT_EQ(answer.removed(), 1);
  EXPECT_EQ(answer.rows().inserted(), 1);
  EXPECT_EQ(answer.rows().replaced(), 1);
  EXPECT_EQ(answer.rows().unchanged(), 1);
  EXPECT_EQ(Figure(fmt::format("shop_id: 's' {}", kDayPeriod), "conversations"), 3);
  EXPECT_EQ(Figure(kShop, "consulted"), 3);
  ASSERT_OK_AND_ASSIGN(
      const auto same,
      Replace("CONVERSATIONS", {Talks({Talk("stays", "u", 3600, "a"), Talk("new", "x", 4000, "b"),
                                       Talk("next", "w", 5000, "a")})}));
  EXPECT_EQ(same.rows().unchanged(), 3);
  EXPECT_EQ(same.rows().days_recomputed(), 0);
}

TEST_F(VisitsTest, OrdersThatAreGoneTakeTheirCreditAlong) {
  ASSERT_OK(Conversations({Talk("c", "u", 3600, "a")}).status());
  ASSERT_OK(Orders({Sale("o", "u", 7200, 500)}).status());
  ASSERT_OK(Refunds({R"(refund_id: "r" order_id: "o" refund_time { seconds: 1731270000 }
                        amount { currency_code: "CNY" minor_units: 100 })"})
                .status());
  EXPECT_EQ(Figure("shop_id: 's' agent_id: 'a'", "net_sales"), 400);
  ASSERT_OK_AND_ASSIGN(const auto answer, Replace("ORDERS", {v1::ReplaceDayRequest()}));
  EXPECT_EQ(answer.removed(), 1);
  EXPECT_EQ(Figure("shop_id: 's' agent_id: 'a'", "net_sales"), 0);
  EXPECT_EQ(Figure(kShop, "net_sales"), 0) << "its refund waits for it";
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM order_credit"), 0);
  ASSERT_OK(Replace("REFUNDS", {v1::ReplaceDayRequest()}).status());
  EXPECT_EQ(Figure(kShop, "refunds"), 0);
}

TEST_F(VisitsTest, ARefundCountsOnceItsOrderArrives) {
  ASSERT_OK(Refunds({R"(refund_id: "r" order_id: "o" refund_time { seconds: 1731270000 }
                        amount { currency_code: "CNY" minor_units: 100 })"})
                .status());
  EXPECT_EQ(Figure(kShop, "refunds"), 0);
  EXPECT_EQ(Figure(kShop, "net_sales"), 0);
  ASSERT_OK(Orders({Sale("o", "u", 7200, 500)}).status());
  EXPECT_EQ(Figure(kShop, "refunds"), 100);
  EXPECT_EQ(Figure(kShop, "net_sales"), 400);
}

TEST_F(VisitsTest, AReviewCountsOnceItsOrderArrivesAndAsLongAsThatCounts) {
  ASSERT_OK(Reviews({"review_id: 'e' order_id: 'o' score: 5 create_time { seconds: 1731270000 }"})
                .status());
  EXPECT_EQ(Figure(kShop, "positive_review_rate"), -1);
  ASSERT_OK(Orders({Sale("o", "u", 7200, 500)}).status());
  EXPECT_EQ(Figure(kShop, "positive_review_rate"), 1);
  ASSERT_OK(Orders({Sale("o", "u", 7200, 500) + " exclusion: EXCLUSION_FRAUD"}).status());
  EXPECT_EQ(Figure(kShop, "positive_review_rate"), -1);
}

TEST_F(VisitsTest, ARatingThatWaitsForItsConversationIsTold) {
  ASSERT_OK(Conversations({Talk("c", "u", 3600, "a")}).status());
  ASSERT_OK_AND_ASSIGN(const auto linked, Rate("c", 5));
  EXPECT_EQ(linked.uncounted_size(), 0);
  ASSERT_OK_AND_ASSIGN(const auto mistyped, Rate("C", 5));
  EXPECT_EQ(mistyped.inserted(), 1);
  ASSERT_EQ(mistyped.uncounted_size(), 1);
  EXPECT_EQ(mistyped.uncounted(0).source_id(), "C");
  EXPECT_EQ(mistyped.uncounted(0).reason(), "NO_CONVERSATION");
}

TEST_F(VisitsTest, OneDayOfAKindIsReplacedAtATimeInAShop) {
  ASSERT_OK(rpc::Call(*stub_, &Stub::ConfigureShop,
                      Parse<v1::ConfigureShopRequest>(
                          "settings { shop_id: 's' time_zone: 'Asia/Shanghai' currency_code: "
                          "'CNY' }"),
                      AsOwner("org-b"))
                .status());
  auto request = Talks({Talk("c", "u", 3600, "a")});
  request.mutable_header()->set_shop_id("s");
  request.mutable_header()->set_kind(v1::FACT_KIND_CONVERSATIONS);
  *request.mutable_header()->mutable_day() = kefu::convert::ToProto(kDay);
  absl::Status second;
  do {  // until the first comes in before the second
    grpc::ClientContext context;
    rpc::Prepare(AsOwner("org-a"), context);
    v1::ReplaceDayResponse response;
    auto first = facts_->ReplaceDay(&context, &response);
    first->Write(request);
    second = Replace("CONVERSATIONS", {Talks({})}).status();
    if (!second.ok()) {
      EXPECT_OK(Replace("ORDERS", {v1::ReplaceDayRequest()}).status());
      grpc::ClientContext other;
      rpc::Prepare(AsOwner("org-b"), other);
      v1::ReplaceDayResponse of_other;
      auto theirs = facts_->ReplaceDay(&other, &of_other);
      theirs->Write(request);
      theirs->WritesDone();
      EXPECT_TRUE(theirs->Finish().ok());
      EXPECT_EQ(of_other.rows().inserted() + of_other.rows().unchanged(), 1);
    }
    first->WritesDone();
    const bool replaced = first->Finish().ok();
    if (second.ok()) continue;
    EXPECT_TRUE(replaced);
    EXPECT_EQ(response.rows().inserted() + response.rows().unchanged(), 1);
  } while (second.ok());
  EXPECT_THAT(second, HasReason("DAY_IN_HAND"));
  EXPECT_TRUE(GetDetail<google::rpc::RetryInfo>(second).has_value());
  EXPECT_OK(Replace("CONVERSATIONS", {Talks({})}).status());
}

// The messages of a day, as a stream brings them.
struct DayReader : rpc::StreamReader<v1::ReplaceDayRequest> {
  explicit DayReader(std::vector<v1::ReplaceDayRequest> all) : messages(std::move(all)) {
    messages.front().mutable_header()->set_shop_id("s");
    messages.front().mutable_header()->set_kind(v1::FACT_KIND_CONVERSATIONS);
    *messages.front().mutable_header()->mutable_day() = kefu::convert::ToProto(kDay);
  }
  bool Read(v1::ReplaceDayRequest* message) override {
    if (next == messages.size()) return false;
    *message = messages[next++];
    return true;
  }
  absl::Status status() const override { return absl::OkStatus(); }
  std::vector<v1::ReplaceDayRequest> messages;
  size_t next = 0;
};

TEST_F(VisitsTest, DaysTakeSoMuchMemoryAndLetItGoBeforeTheirFiguresAreComputed) {
  RequestContext ctx;
  ctx.principal.org_id = "org-a";
  ctx.principal.roles = {auth::Role::kOwner};
  ctx.deadline = absl::Now() + absl::Seconds(60);
  const FactHandlers* handlers = nullptr;
  absl::Status meanwhile = absl::UnknownError("not asked");
  Recomputer recomputer(Db().db(), clock_, [&] {
    DayReader reader({Talks({Talk("c", "u", 3600, "a")})});
    meanwhile = handlers->ReplaceDay(ctx, reader).status();
  });
  const std::string text(2'000, 'x');
  const auto long_talk = [&](const std::string& id) {
    auto talk = Parse<v1::Conversation>(Talk(id, "u", 3600, "a"));
    talk.mutable_messages(0)->set_text(text);
    return talk.ShortDebugString();
  };
  const Dependencies deps{Db().db(), recomputer, ids_, [] {}};
  const FactHandlers limited(deps, {.most_bytes = 3'000});
  handlers = &limited;
  DayReader large({Talks({long_talk("a")}), Talks({long_talk("b")})});
  EXPECT_THAT(limited.ReplaceDay(ctx, large).status(), HasReason("NO_ROOM_FOR_DAY"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM conversation"), 0);
  const FactHandlers small_days(deps, {.most_day_bytes = 3'000});
  DayReader too_large({Talks({long_talk("a")}), Talks({long_talk("b")})});
  EXPECT_THAT(small_days.ReplaceDay(ctx, too_large).status(), HasReason("DAY_TOO_LARGE"));
  DayReader small({Talks({Talk("c", "u", 3600, "b")})});
  EXPECT_OK(limited.ReplaceDay(ctx, small).status());
  EXPECT_OK(meanwhile);
  const FactHandlers impatient(deps, {.most_silence = absl::ZeroDuration()});
  DayReader silent({Talks({}), Talks({})});
  EXPECT_THAT(impatient.ReplaceDay(ctx, silent).status(), HasReason("DAY_SILENT"));
}

TEST_F(VisitsTest, AStreamMayBeSoLongAndNoLonger) {
  struct Reader : rpc::StreamReader<v1::ImportOrdersRequest> {
    bool Read(v1::ImportOrdersRequest* message) override {
      if (messages == 0) return false;
      --messages;
      message->Clear();
      if (messages == 2) message->mutable_header()->set_shop_id("s");
      for (int i = 0; i < 2; ++i)
        *message->add_rows()->mutable_order() =
            Parse<v1::Order>(Sale(fmt::format("o{}-{}", messages, i), "u", 7200, 500));
      return true;
    }
    absl::Status status() const override { return absl::OkStatus(); }
    int messages = 3;
  };
  RequestContext ctx;
  ctx.principal.org_id = "org-a";
  ctx.principal.roles = {auth::Role::kOwner};
  ctx.deadline = absl::Now() + absl::Seconds(60);
  const auto import_at_most = [&](int64_t rows) {
    const Handlers handlers(
        {Db().db(), recomputer_, ids_, [] {}, /*most_corrected_rows=*/100, rows});
    Reader reader;
    return handlers.ImportOrders(ctx, reader);
  };
  EXPECT_THAT(import_at_most(5).status(), HasReason("STREAM_TOO_LONG"));
  EXPECT_EQ(import_at_most(6)->received(), 6);
}

TEST_F(VisitsTest, WithOneWrongRowNothingOfADayIsChanged) {
  ASSERT_OK(Conversations({Talk("old", "u", 3600, "a")}).status());
  ASSERT_OK_AND_ASSIGN(const auto answer,
                       Replace("CONVERSATIONS", {Talks({Talk("new", "v", 3600, "a"),
                                                        Talk("other", "v", 3600 + 86400, "a"),
                                                        "conversation_id: 'empty'"})}));
  std::vector<std::string> told;
  for (const auto& error : answer.rows().errors())
    told.push_back(fmt::format("{} {} {}", error.line(), error.field(), error.reason()));
  EXPECT_THAT(
      told, ElementsAre("2  OTHER_DAY", "3 customer_id MISSING_FIELD", "3 messages MISSING_FIELD"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM conversation WHERE conversation_id = 'old'"), 1);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM conversation"), 1);
  EXPECT_THAT(Replace("ORDERS", {Talks({Talk("c", "u", 0, "a")})}).status(),
              HasReason("ROWS_OF_OTHER_KIND"));
  EXPECT_THAT(FieldsOf(Replace("NONE", {v1::ReplaceDayRequest()}).status()),
              ElementsAre("header.kind"));
  v1::ReplaceDayRequest check = Talks({});
  check.mutable_header()->set_validate_only(true);
  ASSERT_OK(Replace("CONVERSATIONS", {check}).status());
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM conversation"), 1);
}

}  // namespace
}  // namespace kefu::performance
