// Files to facts: every format, every rule, every kind of mistake.
#include <gmock/gmock.h>

#include "clients/kefuctl/data_sets.h"
#include "clients/kefuctl/formats.h"
#include "clients/kefuctl/people_formats.h"
#include "clients/kefuctl/tests/test_files.h"

namespace kefu::kefuctl {
namespace {

namespace v1 = performance::v1;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

ShopLocale Locale(const std::string& zone, std::string currency) {
  ShopLocale locale;
  EXPECT_TRUE(absl::LoadTimeZone(zone, &locale.zone));
  locale.currency = std::move(currency);
  return locale;
}
const ShopLocale& Shanghai() {
  static const ShopLocale locale = Locale("Asia/Shanghai", "CNY");
  return locale;
}
const ShopLocale& SaoPaulo() {
  static const ShopLocale locale = Locale("America/Sao_Paulo", "BRL");
  return locale;
}
std::string Utc(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%E*S", TimeOf(time), absl::UTCTimeZone());
}
std::string Utc(absl::StatusOr<absl::Time> time) {
  return time.ok() ? Utc(ToTimestamp(*time)) : "refused";
}

TEST(Values, ReadsTimes) {
  const absl::TimeZone zone = Shanghai().zone;
  EXPECT_EQ(Utc(ParseTime("2026-03-01 09:00:00", zone)), "2026-03-01 01:00:00");
  EXPECT_EQ(Utc(ParseTime("2026-03-01T09:00:00.25", zone)), "2026-03-01 01:00:00.25");
  EXPECT_EQ(Utc(ParseTime("2026-03-01T09:00:00Z", zone)), "2026-03-01 09:00:00");
  EXPECT_EQ(Utc(ParseTime("2026-03-01T09:00:00-03:30", zone)), "2026-03-01 12:30:00");
  EXPECT_EQ(Utc(ParseTime("2026-03-01T09:00:00.5+08:00", zone)), "2026-03-01 01:00:00.5");
  for (const char* wrong :
       {"", "2026-03-01", "2026-02-30 09:00:00", "2026-13-01 09:00:00", "2026-03-01 24:00:00",
        "2026-03-01 09:60:00", "2026-3-1 9:00:00", "1989-12-31 23:59:59", "2100-01-01 00:00:00",
        "2026-03-01 09:00:00 ", "2026-03-01 09:00:00+8", "2026-03-01 09:00:00.", "yesterday"}) {
    EXPECT_EQ(Utc(ParseTime(wrong, zone)), "refused") << wrong;
  }
}

TEST(Values, KeepsTheOrderOfClockTimesOverDaylightSaving) {
  // São Paulo, 2017-10-15: 00:00 to 00:59:59 do not exist; 2018-02-18: 23:00 of the day before
  // comes twice.
  const absl::TimeZone zone = SaoPaulo().zone;
  EXPECT_EQ(Utc(ParseTime("2017-10-15 00:30:00.5", zone)), "2017-10-15 03:00:00");
  EXPECT_EQ(Utc(ParseTime("2017-10-15 01:00:00", zone)), "2017-10-15 03:00:00");
  for (const absl::CivilSecond start :
       {absl::CivilSecond(2017, 10, 14, 22), absl::CivilSecond(2018, 2, 17, 21)}) {
    for (int i = 0; i < 6 * 3600; i += 7)
      EXPECT_LE(InstantOf(start + i, zone), InstantOf(start + i + 7, zone));
  }
}

TEST(Values, ReadsAmounts) {
  EXPECT_EQ(*ParseAmount("12.34", "CNY"), 1234);
  EXPECT_EQ(*ParseAmount("99.9", "BRL"), 9990);
  EXPECT_EQ(*ParseAmount("100", "JPY"), 100);
  const auto why = [](const char* text, const char* currency) {
    return std::string(ParseAmount(text, currency).status().message());
  };
  EXPECT_EQ(why("-1", "CNY"), "must not be negative: '-1'");
  EXPECT_EQ(why("1.234", "CNY"), "CNY has at most 2 decimals: '1.234'");
  EXPECT_EQ(why("1.5", "JPY"), "JPY has at most 0 decimals: '1.5'");
  EXPECT_EQ(why("1e5", "CNY"), "must be an amount such as 12.34: '1e5'");
  EXPECT_EQ(why("¥5", "CNY"), "must be an amount such as 12.34: '¥5'");
  EXPECT_EQ(why("", "CNY"), "must be an amount such as 12.34: ''");
  EXPECT_EQ(why("99999999999999999999", "CNY"), "is too large: '99999999999999999999'");
}

TEST(Formats, EveryExampleImportsAsItStands) {
  TestFolder folder;
  Refusals refusals(folder);
  std::vector<size_t> facts;
  for (const Format& format : Formats()) {
    const std::string path = folder.Write(format.name, format.example);
    const auto count = [&](auto source) {
      EXPECT_TRUE(source.ok()) << source.status();
      facts.push_back(ReadAll(**source, refusals.errors).size());
    };
    if (format.name == "conversations") count(OpenConversations(path, Shanghai()));
    if (format.name == "orders") count(OpenOrders(path, Shanghai()));
    if (format.name == "refunds") count(OpenRefunds(path, Shanghai()));
    if (format.name == "reviews") count(OpenReviews(path, Shanghai()));
    if (format.name == "visits") count(OpenVisits(path, Shanghai()));
    if (format.name == "ratings") count(OpenRatings(path, Shanghai()));
    if (format.name == "payments") count(OpenPayments(path, Shanghai()));
    if (format.name == "inspections") count(OpenInspections(path, Shanghai()));
    if (format.name == "conduct") count(OpenConduct(path, Shanghai()));
    if (format.name == "attendance") count(OpenAttendance(path, Shanghai()));
  }
  EXPECT_THAT(facts, ElementsAre(3, 2, 2, 1, 1, 2, 1, 1, 3, 2));
  EXPECT_THAT(refusals.lines, IsEmpty());
}

TEST(Inspections, ReadScoresAndFaults) {
  TestFolder folder;
  Refusals refusals(folder);
  const auto source = OpenInspections(
      folder.Write("i.csv",
                   "inspection_id,conversation_id,agent_id,inspector,inspect_time,score,impolite\n"
                   "q1,c1,a,Li,2026-03-02 10:00:00,100,\n"
                   "q2,c1,a,Li,2026-03-02 10:00:00,86.5,yes\n"
                   "q3,c1,a,Li,2026-03-02 10:00:00,100.01,\n"
                   "q4,c1,a,Li,2026-03-02 10:00:00,1.234,maybe\n"
                   "q5,c1,a,Li,2026-03-02 10:00:00,-1,\n"),
      Shanghai());
  ASSERT_TRUE(source.ok()) << source.status();
  const auto rows = ReadAll(**source, refusals.errors);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].inspection().centipoints(), 10'000);
  EXPECT_FALSE(rows[0].inspection().impolite());
  EXPECT_EQ(rows[1].inspection().centipoints(), 8'650);
  EXPECT_TRUE(rows[1].inspection().impolite());
  constexpr char kScore[] = "score: must be a score from 0 to 100 with at most 2 decimals: ";
  EXPECT_THAT(refusals.lines, ElementsAre(fmt::format("i.csv:4:6: {}'100.01'", kScore),
                                          fmt::format("i.csv:5:6: {}'1.234'", kScore),
                                          "i.csv:5:7: impolite: must be yes or no: 'maybe'",
                                          fmt::format("i.csv:6:6: {}'-1'", kScore)));
}

TEST(Visits, RefusesWithLineColumnAndReason) {
  TestFolder folder;
  Refusals refusals(folder);
  const auto source = OpenVisits(folder.Write("v.csv",
                                              "day,visits,clicks,ad_orders,ad_spend\n"
                                              "2026-02-30,1,,,\n"
                                              "2026-03-01,-1,,,1.234\n"
                                              "2026-03-02,9,3,4,1.00\n"
                                              "2026-03-03,9,4,4,1.00\n"),
                                 Shanghai());
  ASSERT_TRUE(source.ok()) << source.status();
  const auto rows = ReadAll(**source, refusals.errors);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].visits().ad_spend().minor_units(), 100);
  EXPECT_THAT(refusals.lines,
              ElementsAre("v.csv:2:1: day: '2026-02-30' is no date, YYYY-MM-DD",
                          "v.csv:3:2: visits: must be a whole number from 0 to 1000000000000: '-1'",
                          "v.csv:3:5: ad_spend: CNY has at most 2 decimals: '1.234'",
                          "v.csv:4:4: ad_orders: must not be more than clicks"));
}

constexpr std::string_view kTalkHeader =
    "conversation_id,customer_id,time,side,agent_id,text,handle_seconds,rating\n";

std::vector<v1::ConversationRow> Talks(const TestFolder& folder, Refusals& refusals,
                                       const std::string& rows) {
  auto source =
      OpenConversations(folder.Write("t.csv", std::string(kTalkHeader) + rows), Shanghai());
  EXPECT_TRUE(source.ok()) << source.status();
  return ReadAll(**source, refusals.errors);
}

TEST(Conversations, JoinsAdjacentRows) {
  TestFolder folder;
  Refusals refusals(folder);
  const auto talks = Talks(folder, refusals,
                           "c1,u1,2026-03-01 09:00:00,customer,,hello,,4\n"
                           "c1,,2026-03-01 09:00:12,agent,a1,yes,60,\n"
                           "c2,u2,2026-03-01 09:01:00,顾客,,\"two\nlines\",,\n"
                           "c2,u2,2026-03-01 09:02:00,agent,,x,,5\n");
  EXPECT_THAT(refusals.lines, IsEmpty());
  ASSERT_EQ(talks.size(), 2);
  EXPECT_EQ(talks[0].line(), 2);
  const v1::Conversation& first = talks[0].conversation();
  EXPECT_EQ(first.customer_id(), "u1");
  EXPECT_EQ(first.rating(), 4);
  ASSERT_EQ(first.messages_size(), 2);
  EXPECT_EQ(Utc(first.messages(1).send_time()), "2026-03-01 01:00:12");
  EXPECT_EQ(first.messages(1).side(), v1::SIDE_AGENT);
  ASSERT_EQ(first.handlings_size(), 1);
  EXPECT_EQ(first.handlings(0).agent_id(), "a1");
  EXPECT_EQ(Utc(first.handlings(0).end_time()), "2026-03-01 01:01:12");
  EXPECT_EQ(talks[1].line(), 4);
  EXPECT_EQ(talks[1].conversation().messages(0).text(), "two\nlines");
  EXPECT_EQ(talks[1].conversation().rating(), 5);
}

// Nobody answered, and yet it was somebody's: without that an agent's reply rate were always 100 %.
TEST(Conversations, ACustomersLineMayNameWhoHadIt) {
  TestFolder folder;
  Refusals refusals(folder);
  const auto talks = Talks(folder, refusals,
                           "c1,u1,2026-03-01 09:00:00,customer,a1,hello,240,\n"
                           "c1,u1,2026-03-01 09:01:00,customer,,anybody?,,\n"
                           "c2,u2,2026-03-01 09:00:00,customer,,,60,\n"
                           "c3,u3,2026-03-01 09:00:00,robot,a1,,60,\n");
  EXPECT_THAT(refusals.lines,
              ElementsAre("t.csv:4:7: handle_seconds: on a line of the customer, the agent to whom "
                          "it was assigned and the seconds that they had it go together",
                          "t.csv:5:7: handle_seconds: does not belong on lines of the robot"));
  ASSERT_EQ(talks.size(), 1);
  const v1::Conversation& talk = talks[0].conversation();
  EXPECT_EQ(talk.messages(0).side(), v1::SIDE_CUSTOMER);
  EXPECT_EQ(talk.messages(0).agent_id(), "");
  ASSERT_EQ(talk.handlings_size(), 1);
  EXPECT_EQ(talk.handlings(0).agent_id(), "a1");
  EXPECT_EQ(Utc(talk.handlings(0).start_time()), "2026-03-01 01:00:00");
  EXPECT_EQ(Utc(talk.handlings(0).end_time()), "2026-03-01 01:04:00");
}

TEST(People, ConductAndAttendanceAreReadAndRefused) {
  TestFolder folder;
  Refusals refusals(folder);
  const auto conduct =
      OpenConduct(folder.Write("k.csv",
                               "conduct_id,agent_id,team_id,day,kind,points,money,sanction,state\n"
                               "k1,a1,,2026-03-01,attitude_complaint,-3,-100.50,警告,appealed\n"
                               "k2,,t1,2026-03-01,praise,5,20,,\n"
                               "k3,,,2026-02-30,praise,1001,1.234,flogging,\n"),
                  Shanghai());
  ASSERT_TRUE(conduct.ok()) << conduct.status();
  const auto events = ReadAll(**conduct, refusals.errors);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].conduct().points(), -3);
  EXPECT_EQ(events[0].conduct().money().minor_units(), -10'050);
  EXPECT_EQ(events[0].conduct().money().currency_code(), "CNY");
  EXPECT_EQ(events[0].conduct().sanction(), v1::SANCTION_WARNING);
  EXPECT_EQ(events[0].conduct().state(), v1::CONDUCT_STATE_APPEALED);
  EXPECT_EQ(events[1].conduct().team_id(), "t1");
  EXPECT_EQ(events[1].conduct().money().minor_units(), 2'000);
  const auto attendance = OpenAttendance(
      folder.Write("a.csv",
                   "agent_id,day,span,late_count,late_minutes,leaves,overtime_minutes\n"
                   "a1,2026-03-01,month,2,17,sick:1:480:yes;annual:2:960:no,300\n"
                   "a1,2026-03-02,month,,,,\n"
                   "a1,2026-03-02,day,-1,,sick:1:480,\n"
                   "a1,2026-03-02,week,,,,\n"),
      Shanghai());
  ASSERT_TRUE(attendance.ok()) << attendance.status();
  const auto records = ReadAll(**attendance, refusals.errors);
  ASSERT_EQ(records.size(), 1u);
  const v1::Attendance& month = records[0].attendance();
  EXPECT_EQ(month.span(), v1::ATTENDANCE_SPAN_MONTH);
  EXPECT_EQ(month.late_count(), 2);
  ASSERT_EQ(month.leaves_size(), 2);
  EXPECT_EQ(month.leaves(0).kind(), "sick");
  EXPECT_TRUE(month.leaves(0).paid());
  EXPECT_EQ(month.leaves(1).minutes(), 960);
  EXPECT_FALSE(month.leaves(1).paid());
  EXPECT_THAT(
      refusals.lines,
      ElementsAre("k.csv:4:2: agent_id: an agent or a team must be named",
                  "k.csv:4:4: day: '2026-02-30' is no date, YYYY-MM-DD",
                  "k.csv:4:6: points: must be a whole number from -1000 to 1000: '1001'",
                  "k.csv:4:7: money: CNY has at most 2 decimals: '1.234'",
                  "k.csv:4:8: sanction: must be one of public_notice, warning, demerit, "
                  "compensation, dismissal: 'flogging'",
                  "a.csv:3:2: day: must be the first day of the month",
                  "a.csv:4:4: late_count: must be a whole number from 0 to 1000: '-1'",
                  "a.csv:4:6: leaves: must be KIND:COUNT:MINUTES:PAID, several of them separated "
                  "by ';': 'sick:1:480'",
                  "a.csv:5:3: span: must be one of day, month: 'week'"));
}

TEST(Conversations, RefusesWithLineColumnAndReason) {
  TestFolder folder;
  Refusals refusals(folder);
  const auto talks = Talks(folder, refusals,
                           "c1,u1,2026-03-01 09:00:10,customer,,,,\n"
                           "c1,u1,2026-03-01 09:00:00,agent,a1,,,\n"     // before
                           "c2,u2,2026-03-01 09:00:00,buyer,,,,\n"       // side
                           "c3,,2026-03-01 09:00:00,customer,,,,\n"      // no customer
                           "c4,u4,2026-03-01 09:00:00,customer,a1,,,\n"  // agent on customer's
                           "c5,u5,2026-03-01 09:00:00,customer,,,,\n"
                           "c5,u6,2026-03-01 09:00:00,agent,,,-1,\n"  // other customer, negative
                           "c 6,u6,soon,customer,,,,9\n"              // id, time, rating
                           "c7,u7,2026-03-01 09:00:00,customer,,,,\n");
  EXPECT_THAT(refusals.lines,
              ElementsAre("t.csv:3:3: time: lies before the message before it (line 2)",
                          "t.csv:4:4: side: must be one of customer, agent, robot: 'buyer'",
                          "t.csv:5:2: customer_id: must not be empty",
                          "t.csv:6:7: handle_seconds: on a line of the customer, the agent to whom "
                          "it was assigned and the seconds that they had it go together",
                          "t.csv:8:2: customer_id: differs from line 7",
                          "t.csv:8:7: handle_seconds: must be a whole number from 0 to 2678400: "
                          "'-1'",
                          "t.csv:9:1: conversation_id: must be 1 to 64 printable ASCII characters "
                          "without spaces: 'c 6'",
                          "t.csv:9:8: rating: must be a whole number from 1 to 5: '9'",
                          "t.csv:9:3: time: must be YYYY-MM-DD HH:MM:SS or an RFC 3339 time, 1990 "
                          "to 2099: 'soon'"));
  ASSERT_EQ(talks.size(), 1);
  EXPECT_EQ(talks[0].conversation().conversation_id(), "c7");
  EXPECT_EQ(refusals.errors.rejected(), 6);
}

TEST(Conversations, ABrokenRowInTheMiddleLeavesTheWholeConversationOut) {
  TestFolder folder;
  Refusals refusals(folder);
  const auto talks = Talks(folder, refusals,
                           "c1,u1,2026-03-01 09:00:00,customer,,,,\n"
                           "\"c1\"x,u1,2026-03-01 09:00:01,agent,a1,,,\n"
                           "c1,u1,2026-03-01 09:00:02,agent,a1,,,\n"
                           "c2,u2,2026-03-01 09:00:00,customer,,,,\n"
                           "c2,u2,2026-03-01 09:00:01,agent,a1,\xFF,,\n"
                           "c3,u3,2026-03-01 09:00:00,customer,,,,\n");
  EXPECT_THAT(refusals.lines,
              ElementsAre("t.csv:3:1: a quote stands inside a field; enclose the field in quotes "
                          "and double the inner ones",
                          "t.csv:6:6: is not UTF-8 text (perhaps GBK or another encoding: convert "
                          "the file)"));
  ASSERT_EQ(talks.size(), 1);
  EXPECT_EQ(talks[0].conversation().conversation_id(), "c3");
  EXPECT_EQ(refusals.errors.rejected(), 2);
}

TEST(Conversations, AMillionLinesWithOneBadOne) {
  TestFolder folder;
  Refusals refusals(folder);
  std::string rows;
  constexpr int kRows = 1'000'000;
  rows.reserve(kRows * 48);
  for (int i = 0; i < kRows; ++i)
    rows += fmt::format("c{},u,2026-03-01 09:00:00,{},,,,\n", i, i == 765'432 ? "who" : "customer");
  auto source =
      OpenConversations(folder.Write("t.csv", std::string(kTalkHeader) + rows), Shanghai());
  ASSERT_TRUE(source.ok());
  int good = 0;
  for (;;) {
    const auto fact = (*source)->Next(refusals.errors);
    ASSERT_TRUE(fact.ok());
    if (!*fact) break;
    ++good;
  }
  EXPECT_EQ(good, kRows - 1);
  EXPECT_THAT(refusals.lines,
              ElementsAre("t.csv:765434:4: side: must be one of customer, agent, robot: 'who'"));
}

TEST(Orders, ReadsItemsAndRefusesMistakes) {
  TestFolder folder;
  Refusals refusals(folder);
  auto source =
      OpenOrders(folder.Write("o.csv",
                              "order_id,customer_id,create_time,pay_time,paid,sku,quantity,price\n"
                              "o1,u1,2026-03-01 09:00:00,2026-03-01 09:01:00,20.50,s1,2,10.25\n"
                              "o1,,,,,s2,,0\n"
                              "o2,u2,2026-03-01 09:00:00,2026-03-01 08:59:59,1.00,,,\n"
                              "o3,u3,2026-03-01 09:00:00,,-1.00,s1,0,1.999\n"
                              "o4,u4,2026-03-01 09:00:00,,,,3,\n"
                              "o5,u5,,,,,,\n"
                              "o6,u6,2026-03-01 09:00:00,,,,,\n"),
                 Shanghai());
  ASSERT_TRUE(source.ok()) << source.status();
  const auto orders = ReadAll(**source, refusals.errors);
  EXPECT_THAT(refusals.lines,
              ElementsAre("o.csv:4:4: pay_time: lies before create_time",
                          "o.csv:5:5: paid: must not be negative: '-1.00'",
                          "o.csv:5:7: quantity: must be a whole number from 1 to 1000000000: '0'",
                          "o.csv:5:8: price: CNY has at most 2 decimals: '1.999'",
                          "o.csv:6:6: sku: must not be empty",
                          "o.csv:7:3: create_time: must not be empty"));
  ASSERT_EQ(orders.size(), 2);
  EXPECT_EQ(orders[0].order().paid().minor_units(), 2050);
  ASSERT_EQ(orders[0].order().items_size(), 2);
  EXPECT_EQ(orders[0].order().items(0).quantity(), 2);
  EXPECT_EQ(orders[0].order().items(1).quantity(), 1);
  EXPECT_EQ(orders[1].order().order_id(), "o6");
  EXPECT_EQ((*source)->PositionOf("paid.currency_code"), 5);
  EXPECT_EQ((*source)->PositionOf("items[3].price.minor_units"), 8);
  EXPECT_EQ((*source)->PositionOf("items[3].sku"), 6);
  EXPECT_EQ((*source)->PositionOf(""), 1);
}

TEST(RefundsAndReviews, RefuseMistakes) {
  TestFolder folder;
  Refusals refusals(folder);
  auto refunds = OpenRefunds(folder.Write("r.csv",
                                          "refund_id,order_id,refund_time,amount\n"
                                          "r1,o1,2026-03-01 09:00:00,0.00\n"
                                          "r2,o1,2026-03-01 09:00:00,0.01\n"),
                             Shanghai());
  ASSERT_TRUE(refunds.ok());
  EXPECT_EQ(ReadAll(**refunds, refusals.errors).size(), 1);
  auto reviews = OpenReviews(folder.Write("v.csv",
                                          "review_id,order_id,score,create_time,answer_time\n"
                                          "v1,o1,6,2026-03-01 09:00:00,\n"
                                          "v2,o1,5,2026-03-01 09:00:00,2026-03-01 08:00:00\n"
                                          "v3,o1,1,2026-03-01 09:00:00,2026-03-01 10:00:00\n"),
                             Shanghai());
  ASSERT_TRUE(reviews.ok());
  EXPECT_EQ(ReadAll(**reviews, refusals.errors).size(), 1);
  EXPECT_THAT(refusals.lines,
              ElementsAre("r.csv:2:4: amount: must be greater than 0",
                          "v.csv:2:3: score: must be a whole number from 1 to 5: '6'",
                          "v.csv:3:5: answer_time: lies before create_time"));
}

// --- call centre ---

constexpr std::string_view kCallHeader =
    "vru+line\tcall_id\tcustomer_id\tpriority\ttype\tdate\tvru_entry\tvru_exit\tvru_time\tq_start\t"
    "q_exit\tq_time\toutcome\tser_start\tser_exit\tser_time\tserver\n";

TEST(CallCentre, FollowsTheRules) {
  TestFolder folder;
  Refusals refusals(folder);
  const ShopLocale jerusalem = Locale("Asia/Jerusalem", "ILS");
  const std::string rows =
      "AA01\t1\t0\t0\tPS\t990201\t7:02:47\t7:02:56\t9\t0\t0\t4\tAGENT\t0\t0\t166\tDORIT\n"
      "AA01\t2\t77\t0\tNW\t990201\t23:59:50\t0:00:10\t20\t0\t0\t5\tAGENT\t0\t0\t60\tNO_SERVER\n"
      "AA01\t3\t77\t0\tNW\t990201\t8:00:00\t8:00:10\t10\t0\t0\t30\tHANG\t0\t0\t0\tNO_SERVER\n"
      "AA01\t4\t0\t0\tPS\t990201\t8:00:00\t8:00:10\t10\t0\t0\t30\tPHANTOM\t0\t0\t0\tNO_SERVER\n"
      "AA01\t5\t0\t0\tPS\t990231\t8:00\t8:00:10\t10\t0\t0\t-3\tGONE\t0\t0\t0\tDORIT\n";
  auto source =
      OpenCallCentre(folder.Write("calls.tsv", std::string(kCallHeader) + rows), jerusalem);
  ASSERT_TRUE(source.ok()) << source.status();
  const auto calls = ReadAll(**source, refusals.errors);
  ASSERT_EQ(calls.size(), 3);
  const v1::Conversation& answered = calls[0].conversation();
  EXPECT_EQ(answered.conversation_id(), "AA01/1");
  EXPECT_EQ(answered.customer_id(), "unknown/AA01/1");
  ASSERT_EQ(answered.messages_size(), 2);
  EXPECT_EQ(Utc(answered.messages(0).send_time()), "1999-02-01 05:02:56");
  EXPECT_EQ(Utc(answered.messages(1).send_time()), "1999-02-01 05:03:00");
  EXPECT_EQ(answered.messages(1).agent_id(), "DORIT");
  ASSERT_EQ(answered.handlings_size(), 1);
  EXPECT_EQ(Utc(answered.handlings(0).start_time()), "1999-02-01 05:03:00");
  EXPECT_EQ(Utc(answered.handlings(0).end_time()), "1999-02-01 05:05:46");
  const v1::Conversation& nobody = calls[1].conversation();
  EXPECT_EQ(nobody.customer_id(), "77");
  EXPECT_EQ(Utc(nobody.messages(0).send_time()), "1999-02-01 22:00:10");  // the next day there
  EXPECT_EQ(nobody.messages(1).agent_id(), "");
  EXPECT_EQ(nobody.handlings(0).agent_id(), "");
  EXPECT_EQ(calls[2].conversation().messages_size(), 1);
  EXPECT_EQ(calls[2].conversation().handlings_size(), 0);
  EXPECT_EQ(refusals.errors.rejected(), 1);
  EXPECT_THAT(refusals.lines,
              ElementsAre("calls.tsv:6:13: outcome: must be AGENT, HANG or PHANTOM: 'GONE'",
                          "calls.tsv:6:6: date: must be a date, YYMMDD: '990231'",
                          "calls.tsv:6:7: vru_entry: must be H:MM:SS: '8:00'",
                          "calls.tsv:6:12: q_time: must be a whole number from 0 to 86400: '-3'"));
}

// --- Olist ---

struct OlistFolder : TestFolder {
  OlistFolder() {
    Customers("k1,u1,1,x,SP\nk2,u1,1,x,SP\n");
    Items("o1,2,p2,s,2018-01-05 10:00:00,10.00,1.5\no1,1,p1,s,2018-01-04 10:00:00,99.9,0.0\n");
    Payments("o1,1,card,1,60.4\no1,2,voucher,1,51.0\n");
    Orders(
        "o1,k1,delivered,2018-01-01 09:00:00,2018-01-01 09:10:00,2018-01-04 10:00:01,"
        "2018-01-09 12:00:00,2018-01-20 00:00:00\n"
        "o2,k2,canceled,2018-01-01 09:00:00,2018-01-01 09:10:00,,,2018-01-20 00:00:00\n");
  }
  void Customers(std::string_view rows) {
    Write("olist_customers_dataset.csv",
          "customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state\n" +
              std::string(rows));
  }
  void Items(std::string_view rows) {
    Write("olist_order_items_dataset.csv",
          "order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value\n" +
              std::string(rows));
  }
  void Payments(std::string_view rows) {
    Write("olist_order_payments_dataset.csv",
          "order_id,payment_sequential,payment_type,payment_installments,payment_value\n" +
              std::string(rows));
  }
  void Orders(std::string_view rows) {
    Write("olist_orders_dataset.csv",
          "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,"
          "order_delivered_carrier_date,order_delivered_customer_date,"
          "order_estimated_delivery_date\n" +
              std::string(rows));
  }
};

TEST(Olist, JoinsOrdersItemsAndPayments) {
  OlistFolder folder;
  Refusals refusals(folder);
  auto source = OpenOlistOrders(folder.path(), SaoPaulo());
  ASSERT_TRUE(source.ok()) << source.status();
  const auto orders = ReadAll(**source, refusals.errors);
  EXPECT_THAT(refusals.lines, IsEmpty());
  ASSERT_EQ(orders.size(), 2);
  const v1::Order& order = orders[0].order();
  EXPECT_EQ(order.customer_id(), "u1");
  EXPECT_EQ(order.paid().minor_units(), 11140);
  EXPECT_EQ(order.paid().currency_code(), "BRL");
  EXPECT_EQ(Utc(order.pay_time()), "2018-01-01 11:10:00");
  ASSERT_EQ(order.items_size(), 2);
  EXPECT_EQ(order.items(1).price().minor_units(), 9990);
  EXPECT_EQ(Utc(order.ship_time()), "2018-01-04 12:00:01");
  EXPECT_EQ(order.source_state(), "delivered");
  EXPECT_FALSE(orders[1].order().has_pay_time()) << "approved, but nothing was paid";
  EXPECT_FALSE(orders[1].order().has_paid());
}

TEST(Olist, AWrongPartLeavesItsOrderOut) {
  OlistFolder folder;
  Refusals refusals(folder);
  folder.Payments("o1,1,card,1,60.4\no1,2,voucher,1,-51.0\n");
  folder.Items("o2,1,p,s,2018-01-05 10:00:00,10.00,1.5\no2,1,q,s,2018-01-05 10:00:00,10.00,1.5\n");
  folder.Orders(
      "o1,k1,delivered,2018-01-01 09:00:00,,,,2018-01-20 00:00:00\n"
      "o2,k1,delivered,2018-01-01 09:00:00,,,,2018-01-20 00:00:00\n"
      "o3,k9,delivered,2018-01-01 09:00:00,,,,2018-01-20 00:00:00\n"
      "o4,k1,delivered,2018-01-01 09:00:00,,,,2018-01-20 00:00:00\n");
  auto source = OpenOlistOrders(folder.path(), SaoPaulo());
  ASSERT_TRUE(source.ok());
  const auto orders = ReadAll(**source, refusals.errors);
  ASSERT_EQ(orders.size(), 1);
  EXPECT_EQ(orders[0].order().order_id(), "o4");
  EXPECT_EQ(refusals.errors.rejected(), 3);
  EXPECT_THAT(
      refusals.lines,
      ElementsAre(
          "olist_order_items_dataset.csv:3:2: order_item_id: stands on line 2 already",
          "olist_order_payments_dataset.csv:3:5: payment_value: must not be negative: '-51.0'",
          "olist_orders_dataset.csv:4:2: customer_id: is not in olist_customers_dataset.csv"));
}

TEST(Olist, MissingFilesAndColumnsStopBeforeAnythingIsRead) {
  OlistFolder folder;
  folder.Write("olist_order_items_dataset.csv", "order_id,price\n");
  EXPECT_TRUE(absl::IsInvalidArgument(OpenOlistOrders(folder.path(), SaoPaulo()).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(OpenOlistReviews(folder.path(), SaoPaulo()).status()));
}

TEST(Olist, ReadsReviewsWithLineBreaks) {
  TestFolder folder;
  Refusals refusals(folder);
  folder.Write("olist_order_reviews_dataset.csv",
               "review_id,order_id,review_score,review_comment_title,review_comment_message,"
               "review_creation_date,review_answer_timestamp\n"
               "v1,o1,5,Bom,\"ótimo\r\n\r\nvolto\",2018-01-18 00:00:00,2018-01-18 19:12:30\n"
               "v1,o2,1,,,2018-01-18 00:00:00,2018-01-18 19:12:30\n");
  auto source = OpenOlistReviews(folder.path(), SaoPaulo());
  ASSERT_TRUE(source.ok()) << source.status();
  const auto reviews = ReadAll(**source, refusals.errors);
  EXPECT_THAT(refusals.lines, IsEmpty());
  ASSERT_EQ(reviews.size(), 2);
  EXPECT_EQ(reviews[0].review().text(), "Bom\nótimo\r\n\r\nvolto");
  EXPECT_EQ(reviews[1].line(), 5);
  EXPECT_EQ(reviews[1].review().order_id(), "o2");
}

}  // namespace
}  // namespace kefu::kefuctl
