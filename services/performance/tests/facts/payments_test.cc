// Payments come apart from their orders, before or after them, and decide when and how much these
// are paid.
#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "services/performance/tests/facts/facts_fixture.h"

namespace kefu::performance {
namespace {

using ::testing::ElementsAre;

class PaymentsTest : public FactsTest {
 protected:
  static std::string Pay(const std::string& id, const std::string& order, int64_t second,
                         int64_t minor, bool deposit = false) {
    return fmt::format(
        "payment_id: '{}' order_id: '{}' pay_time {{ seconds: {} }} deposit: {} "
        "amount {{ currency_code: 'CNY' minor_units: {} }}",
        id, order, kMidnight + second, deposit, minor);
  }
  static std::string Unpaid(const std::string& id, const std::string& customer, int64_t second) {
    auto order = Parse<v1::Order>(Sale(id, customer, second, 0));
    order.clear_paid();
    order.clear_pay_time();
    return order.ShortDebugString();
  }
  absl::StatusOr<v1::ImportResponse> Payments(const std::vector<std::string>& texts,
                                              std::string_view org = "org-a") {
    v1::ImportPaymentsRequest request;
    for (const std::string& text : texts) {
      auto* row = request.add_rows();
      row->set_line(request.rows_size() + 1);
      *row->mutable_payment() = Parse<v1::Payment>(text);
    }
    return Send(&Facts::ImportPayments, request, org);
  }
  // Replaces the payments of 2024-11-11.
  absl::StatusOr<v1::ReplaceDayResponse> Replace(const std::vector<std::string>& texts,
                                                 bool validate_only = false,
                                                 std::string_view org = "org-a") {
    v1::ReplaceDayRequest request;
    request.mutable_header()->set_shop_id("s");
    request.mutable_header()->set_kind(v1::FACT_KIND_PAYMENTS);
    request.mutable_header()->set_validate_only(validate_only);
    *request.mutable_header()->mutable_day() = kefu::convert::ToProto(kDay);
    for (const std::string& text : texts)
      *request.add_payments()->mutable_payment() = Parse<v1::Payment>(text);
    grpc::ClientContext context;
    rpc::Prepare(AsOwner(org), context);
    v1::ReplaceDayResponse response;
    auto writer = facts_->ReplaceDay(&context, &response);
    writer->Write(request);
    writer->WritesDone();
    const grpc::Status status = writer->Finish();
    if (!status.ok()) return rpc::FromGrpc(status);
    return response;
  }
  double Sales(int day) {
    return Figure(
        fmt::format("shop_id: 's' period {{ start_date {{ year: 2024 month: 11 day: {0} }} "
                    "end_date {{ year: 2024 month: 11 day: {0} }} }}",
                    day),
        "sales");
  }
  // The orders as they count.
  static std::vector<std::string> Stored() {
    std::vector<std::string> orders;
    EXPECT_OK(Db().db().RunInTransaction(
        absl::Now() + absl::Seconds(30), [&](db::Transaction& t) -> absl::Status {
          const auto rows =
              t.Query(db::Sql{"SELECT CONCAT_WS(' ', order_id, COALESCE(pay_day, '-'), "
                              "COALESCE(paid_minor, '-'), HEX(body)) FROM sales_order UNION ALL "
                              "SELECT CONCAT_WS(' ', subject_kind, subject_id, day, HEX(measures)) "
                              "FROM day_rollup ORDER BY 1"});
          if (!rows.ok()) return rows.status();
          for (const db::Row row : *rows) orders.push_back(row.Str(0));
          return absl::OkStatus();
        }));
    return orders;
  }
};

TEST_F(PaymentsTest, PaymentsBeforeTheirOrderFixTheShopsCurrency) {
  ASSERT_OK(Payments({Pay("p", "o", 36000, 5000)}).status());
  EXPECT_THAT(Call(&Stub::ConfigureShop,
                   "settings { shop_id: 's' time_zone: 'America/New_York' currency_code: 'JPY' }")
                  .status(),
              HasReason("SETTINGS_FIXED"));
  ASSERT_OK(Orders({Unpaid("o", "u", 36000)}).status());
  EXPECT_EQ(Sales(11), 5000);
}

TEST_F(PaymentsTest, WithNothingPaidAnOrderIsNotSoldHoweverItIsTold) {
  ASSERT_OK(Orders({Sale("gift", "u", 36000, 0), Sale("sold", "v", 36000, 700),
                    Unpaid("told", "w", 36000)})
                .status());
  ASSERT_OK(Payments({Pay("p", "told", 36000, 0)}).status());
  EXPECT_EQ(Figure("shop_id: 's'", "orders"), 3);
  EXPECT_EQ(Figure("shop_id: 's'", "paid_orders"), 1);
  EXPECT_EQ(Figure("shop_id: 's'", "average_order_value"), 700);
}

TEST_F(PaymentsTest, APresaleIsSoldOnceItsBalanceIsPaid) {
  ASSERT_OK(Orders({Unpaid("o", "u", 36000)}).status());
  ASSERT_OK(Payments({Pay("deposit", "o", 36000, 5000, true)}).status());
  EXPECT_EQ(Sales(11), 0);
  ASSERT_OK_AND_ASSIGN(const auto paid, Payments({Pay("balance", "o", 86400 + 60, 25000)}));
  EXPECT_EQ(paid.inserted(), 1);
  EXPECT_EQ(Sales(11), 0);
  EXPECT_EQ(Sales(12), 30000);
  ASSERT_OK_AND_ASSIGN(const auto again, Payments({Pay("balance", "o", 86400 + 60, 25000)}));
  EXPECT_EQ(again.unchanged(), 1);
  ASSERT_OK_AND_ASSIGN(const auto less, Payments({Pay("balance", "o", 86400 + 60, 24000)}));
  EXPECT_EQ(less.replaced(), 1);
  EXPECT_EQ(Sales(12), 29000);
  ASSERT_OK(Payments({Pay("balance", "o", 86400 + 60, 0)}).status());
  EXPECT_EQ(Sales(12), 0) << "taken back";
}

TEST_F(PaymentsTest, PaymentsStandAboveWhatTheOrderSays) {
  ASSERT_OK(Payments({Pay("p", "o", 86400 + 60, 700)}).status());
  EXPECT_EQ(Sales(12), 0) << "nobody knows the order";
  ASSERT_OK(Orders({Sale("o", "u", 36000, 1000), Sale("other", "u", 36000, 1)}).status());
  EXPECT_EQ(Sales(11), 1);
  EXPECT_EQ(Sales(12), 700);
  const auto flushes = [] { return Db().Count("SELECT COALESCE(SUM(count), 0) FROM flush_mark"); };
  const int64_t before = flushes();
  ASSERT_OK_AND_ASSIGN(const auto again, Orders({Sale("o", "u", 36000, 1000)}));
  EXPECT_EQ(again.unchanged(), 1);
  EXPECT_EQ(flushes(), before + 1) << "what is there already is called so when it is kept";
  ASSERT_OK(Orders({Sale("o", "u9", 36000, 4)}).status());
  EXPECT_EQ(Sales(12), 700) << "another buyer, the same payment";
}

TEST_F(PaymentsTest, ADayOfPaymentsIsReplacedAsAWhole) {
  ASSERT_OK(Orders({Unpaid("gone", "u", 3600), Unpaid("less", "v", 3600), Unpaid("same", "w", 3600),
                    Unpaid("two", "x", 3600)})
                .status());
  ASSERT_OK(Payments({Pay("p", "gone", 7200, 100), Pay("p", "less", 7200, 200),
                      Pay("p", "same", 7200, 400), Pay("q", "two", 86400 + 7200, 800),
                      Pay("p", "two", 7200, 1600), Pay("early", "unknown", 7200, 5)})
                .status());
  EXPECT_EQ(Sales(11), 2300 + 800);
  // Of a time before days were noted.
  Db().Exec("UPDATE payment SET day = NULL");
  const std::vector<std::string> day{Pay("p", "less", 7300, 50), Pay("p", "same", 7200, 400),
                                     Pay("p", "new", 7200, 3200)};
  ASSERT_OK_AND_ASSIGN(const auto checked, Replace(day, /*validate_only=*/true));
  EXPECT_EQ(checked.rows().received(), 3);
  EXPECT_EQ(Sales(11), 3100);
  ASSERT_OK_AND_ASSIGN(const auto replaced, Replace(day));
  EXPECT_EQ(replaced.removed(), 3);  // of gone, two and unknown
  EXPECT_EQ(replaced.rows().inserted(), 1);
  EXPECT_EQ(replaced.rows().replaced(), 1);
  EXPECT_EQ(replaced.rows().unchanged(), 1);
  EXPECT_EQ(Sales(11), 450);
  EXPECT_EQ(Sales(12), 800) << "of the next day, and all that is left of its order";
  ASSERT_OK_AND_ASSIGN(const auto again, Replace(day));
  EXPECT_EQ(again.removed(), 0);
  EXPECT_EQ(again.rows().unchanged(), 3);
  EXPECT_EQ(again.rows().days_recomputed(), 0);
  ASSERT_OK(Orders({Unpaid("new", "y", 3600)}).status());
  EXPECT_EQ(Sales(11), 3650);
  // An order imported again is paid as it says itself, once no payment is known.
  ASSERT_OK(Orders({Sale("gone", "u", 3600, 7)}).status());
  EXPECT_EQ(Sales(11), 3657);
  // Anything wrong, and nothing changes.
  ASSERT_OK_AND_ASSIGN(const auto wrong,
                       Replace({Pay("p", "same", 86400, 1), Pay("p", "less", 60, -1)}));
  std::vector<std::string> reasons;
  for (const v1::RowError& error : wrong.rows().errors()) reasons.push_back(error.reason());
  EXPECT_THAT(reasons, ElementsAre("OTHER_DAY", "NEGATIVE_MONEY"));
  EXPECT_EQ(Sales(11), 3657);
  EXPECT_THAT(Replace(day, false, "org-b").status(), HasReason("SHOP_NOT_CONFIGURED"));
}

// What an order says itself waits while payments stand above it.
TEST_F(PaymentsTest, WithItsPaymentsGoneAnOrderIsPaidAsItSays) {
  ASSERT_OK(Orders({Sale("o", "u", 36000, 1000), Sale("late", "v", 36000, 40)}).status());
  ASSERT_OK(Payments({Pay("p", "o", 36000, 700), Pay("q", "o", 36000, 1)}).status());
  EXPECT_EQ(Sales(11), 741);
  ASSERT_OK(Replace({Pay("q", "o", 36000, 1)}).status());
  EXPECT_EQ(Sales(11), 41);
  ASSERT_OK_AND_ASSIGN(const auto again, Orders({Sale("o", "u", 36000, 1000)}));
  EXPECT_EQ(again.unchanged(), 1);
  ASSERT_OK(Replace({}).status());
  EXPECT_EQ(Sales(11), 1040);
  // Told anew while payments decide, and of payments that come before it.
  ASSERT_OK(Payments({Pay("p", "o", 36000, 5), Pay("p", "early", 36000, 6)}).status());
  ASSERT_OK(Orders({Sale("o", "u", 36000, 2000), Sale("early", "w", 36000, 300)}).status());
  EXPECT_EQ(Sales(11), 51);
  ASSERT_OK(Replace({}).status());
  EXPECT_EQ(Sales(11), 2340);
  ASSERT_OK(Orders({Sale("o", "u", 36000, 3000)}).status());
  ASSERT_OK(Payments({Pay("p", "o", 36000, 5)}).status());
  ASSERT_OK(Replace({}).status());
  EXPECT_EQ(Sales(11), 3340) << "as it said last";
}

TEST_F(PaymentsTest, WrongRowsAreNamedAndTheOthersKept) {
  ASSERT_OK(Orders({Unpaid("o", "u", 36000)}).status());
  ASSERT_OK_AND_ASSIGN(
      const auto response,
      Payments({Pay("good", "o", 36000, 5), Pay("bad", "o", 36000, -5),
                "payment_id: 'none' amount { currency_code: 'USD' minor_units: 1 }",
                Pay("good", "o", 36000, 6)}));
  EXPECT_EQ(response.received(), 4);
  EXPECT_EQ(response.rejected(), 3);
  std::vector<std::string> reasons;
  for (const v1::RowError& error : response.errors())
    reasons.push_back(fmt::format("{} {} {}", error.line(), error.field(), error.reason()));
  EXPECT_THAT(reasons, ElementsAre("3 amount.minor_units NEGATIVE_MONEY",
                                   "4 order_id MISSING_FIELD", "4 pay_time MISSING_FIELD",
                                   "4 amount.currency_code CURRENCY_MISMATCH", "5  DUPLICATE_ID"));
  EXPECT_EQ(Sales(11), 5);
  EXPECT_THAT(Payments({Pay("p", "o", 0, 1)}, "org-b").status(), HasReason("SHOP_NOT_CONFIGURED"));
}

// Whatever comes first, orders and figures are those of orders that were told as they were paid.
TEST_F(PaymentsTest, AnyOrderMakesTheSame) {
  for (const uint32_t seed : {1u, 2u, 3u, 4u, 5u}) {
    std::mt19937 random(seed);
    const auto below = [&](int n) { return static_cast<int>(random() % n); };
    std::vector<std::string> orders, direct;
    std::vector<std::pair<std::string, std::string>> payments;  // order, text
    for (int o = 0; o < 12; ++o) {
      const std::string id = fmt::format("o{}", o), customer = fmt::format("u{}", below(4));
      const int64_t placed = below(86400);
      orders.push_back(Unpaid(id, customer, placed));
      auto paid = Parse<v1::Order>(orders.back());
      for (int p = below(4); p > 0; --p) {
        const int64_t second = placed + below(100'000), minor = 1 + below(10'000);
        const bool deposit = below(2) == 0;
        payments.emplace_back(id, Pay(fmt::format("p{}", p), id, second, minor, deposit));
        paid.mutable_paid()->set_currency_code("CNY");
        paid.mutable_paid()->set_minor_units(paid.paid().minor_units() + minor);
        if (!deposit && (!paid.has_pay_time() || paid.pay_time().seconds() > kMidnight + second))
          paid.mutable_pay_time()->set_seconds(kMidnight + second);
      }
      direct.push_back(paid.ShortDebugString());
    }
    const auto begin = [&] {
      Db().Clear();
      ASSERT_OK(Call(&Stub::ConfigureShop,
                     R"(settings { shop_id: "s" time_zone: "Asia/Shanghai" currency_code: "CNY" })")
                    .status());
      ASSERT_OK(Conversations({Talk("c0", "u0", 3600, "a"), Talk("c1", "u1", 7200, "b"),
                               Talk("c2", "u2", 86400, "a")})
                    .status());
    };
    begin();
    ASSERT_OK(Orders(direct).status());
    const std::vector<std::string> wanted = Stored();
    begin();
    std::vector<std::pair<bool, std::string>> facts;
    for (const std::string& order : orders) facts.emplace_back(true, order);
    for (const auto& [id, text] : payments) facts.emplace_back(false, text);
    std::ranges::shuffle(facts, random);
    for (const auto& [order, text] : facts) {
      if (order) {
        ASSERT_OK(Orders({text}).status());
      } else {
        ASSERT_OK(Payments({text}).status());
      }
    }
    EXPECT_EQ(Stored(), wanted) << "seed " << seed;
  }
}

}  // namespace
}  // namespace kefu::performance
