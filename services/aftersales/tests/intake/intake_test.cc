// Channels, and imports of the platform's e-mails and work orders.
#include "common/testing/every_call.h"
#include "kefu/aftersales/v1/intake.grpc.pb.h"
#include "kefu/aftersales/v1/sla.grpc.pb.h"
#include "services/aftersales/tests/assignment/fixture.h"
#include "services/aftersales/tests/evidence_text.h"

namespace kefu::aftersales {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using IntakeStub = v1::IntakeService::Stub;

class IntakeTest : public AssignmentTest {
 protected:
  explicit IntakeTest(int pool_size = 8) : AssignmentTest(pool_size) {
    intake_stub_ = v1::IntakeService::NewStub(host_.channel());
  }

  template <class Request, class Response>
  absl::StatusOr<Response> Ask(grpc::Status (IntakeStub::*method)(grpc::ClientContext*,
                                                                  const Request&, Response*),
                               const std::string& text) {
    return rpc::Call(*intake_stub_, method, Parse<Request>(Fill(text)), As("org-a"));
  }
  // An e-mail of that id, received so long ago; `more` of the row.
  static std::string Mail(const std::string& id, int hours, const std::string& more = "",
                          const std::string& text = "请核实订单") {
    const int64_t received = 1768449600 - hours * 3600;  // noon in Shanghai, the fixture's now
    return fmt::format(R"(rows {{ case {{ kind: CASE_KIND_PLATFORM_EMAIL
                                          channel: CASE_CHANNEL_EMAIL external_id: "{}"
                                          problem: "{}" receive_time {{ seconds: {} }} }} {} }})",
                       id, text, received, more);
  }
  // The same; `said` of the case.
  static std::string MailRow(const std::string& id, int hours, const std::string& said,
                             const std::string& more = "") {
    std::string row = Mail(id, hours, more);
    return row.insert(row.find("case {") + 6, " " + said + " ");
  }
  absl::StatusOr<v1::ImportCasesResponse> Import(const std::string& rows) {
    return Ask(&IntakeStub::ImportCases, R"(shop_id: "shop-1" )" + rows);
  }
  static std::vector<v1::ImportOutcome> OutcomesOf(const v1::ImportCasesResponse& response) {
    std::vector<v1::ImportOutcome> outcomes;
    for (const auto& result : response.results()) outcomes.push_back(result.outcome());
    return outcomes;
  }
  static int64_t Cases() { return Db().Count("SELECT COUNT(*) FROM aftersales_case"); }

  std::unique_ptr<IntakeStub> intake_stub_;
};

// A language that no language is would stop all the e-mails that come with it.
TEST_F(IntakeTest, ARowWithoutALanguageTagIsNamedAndTheOthersAreTakenIn) {
  ASSERT_OK_AND_ASSIGN(const auto response, Import(MailRow("m-1", 1, "language: '中文'") +
                                                   MailRow("m-2", 1, "language: 'en-US, zh-CN'") +
                                                   MailRow("m-3", 1, "language: 'zh-CN'")));
  EXPECT_THAT(OutcomesOf(response),
              ElementsAre(v1::IMPORT_OUTCOME_REFUSED, v1::IMPORT_OUTCOME_REFUSED,
                          v1::IMPORT_OUTCOME_OPENED));
  EXPECT_EQ(response.results(0).faults(0).field(), "case.language");
}

// Nobody is at work any more by the organization's own policy: the reply is refused, and taken in
// when the policy is mended.
TEST_F(IntakeTest, AReplyThatIsRefusedIsNotKnown) {
  ASSERT_OK_AND_ASSIGN(const auto opened, Import(Mail("m-1", 3)));
  names_["$M"] = opened.results(0).case_id();
  ASSERT_OK(Call(&Stub::RespondToCase, "case_id: '$M' message: 'm' answer_time { seconds: " +
                                           std::to_string(1768449600 - 2 * 3600) + " }"));
  std::string policy =
      "policy { rules { clock: CLOCK_KIND_NEXT_RESPONSE business_hours: true cutoff {"
      " cutoff_seconds: 57600 due_before_seconds: 64800 due_after_seconds: 64800"
      " due_after_days: 1 } } weekdays { weekday: 1 intervals { close_seconds: 60 } }";
  absl::CivilDay monday(2026, 1, 12);
  for (int week = 0; week < 70; ++week, monday += 7) {
    policy += fmt::format(" days {{ date {{ year: {} month: {} day: {} }} }}", monday.year(),
                          monday.month(), monday.day());
  }
  const auto set = [&](const std::string& text) {
    return rpc::Call(*v1::SlaPolicyService::NewStub(host_.channel()),
                     &v1::SlaPolicyService::Stub::SetSlaPolicy,
                     Parse<v1::SetSlaPolicyRequest>(text), As("org-a"));
  };
  ASSERT_OK(set(policy + "}"));
  const std::string reply = Mail("m-2", 0, "reply_to_ids: 'm-1'");
  ASSERT_OK_AND_ASSIGN(const auto refused, Import(reply));
  EXPECT_THAT(OutcomesOf(refused), ElementsAre(v1::IMPORT_OUTCOME_REFUSED));
  EXPECT_EQ(refused.results(0).error_reason(), "NO_BUSINESS_TIME");
  ASSERT_OK(set("policy { withdrawn: true }"));
  ASSERT_OK_AND_ASSIGN(const auto taken, Import(reply));
  EXPECT_THAT(OutcomesOf(taken), ElementsAre(v1::IMPORT_OUTCOME_REPLY));
  ASSERT_OK_AND_ASSIGN(const auto again, Import(reply));
  EXPECT_THAT(OutcomesOf(again), ElementsAre(v1::IMPORT_OUTCOME_KNOWN));
}

TEST_F(IntakeTest, MailsBecomeCasesWhoseClockBeganWhenTheyWereReceived) {
  Hire("anna");
  // Received yesterday at 15:00 and at 17:00: due yesterday at 18:00, and today at 18:00.
  const std::string rows = Mail("m-1@jd.com", 21) + Mail("m-2@jd.com", 19);
  ASSERT_OK_AND_ASSIGN(const auto first, Import(rows));
  EXPECT_THAT(OutcomesOf(first), ElementsAre(v1::IMPORT_OUTCOME_OPENED, v1::IMPORT_OUTCOME_OPENED));
  const auto due = [&](int i) {
    const auto record = Call(&Stub::GetCase, "case_id: '" + first.results(i).case_id() + "'");
    EXPECT_OK(record);
    return Text(ClockOf(*record, v1::CLOCK_KIND_PLATFORM_EMAIL).due_time());
  };
  EXPECT_EQ(due(0), "2026-01-14T10:00:00Z");
  EXPECT_EQ(due(1), "2026-01-15T10:00:00Z");
  // Sent again, without and with another request_id: nothing changes.
  const int64_t events = Db().Count("SELECT COUNT(*) FROM outbox WHERE type NOT LIKE '%Recorded'");
  for (const char* id : {"", "request_id: 'r-9'"}) {
    ASSERT_OK_AND_ASSIGN(const auto again, Import(rows + id));
    EXPECT_THAT(OutcomesOf(again), ElementsAre(v1::IMPORT_OUTCOME_KNOWN, v1::IMPORT_OUTCOME_KNOWN));
    EXPECT_EQ(again.results(1).case_id(), first.results(1).case_id());
  }
  EXPECT_EQ(Cases(), 2);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM outbox WHERE type NOT LIKE '%Recorded'"), events);
  EXPECT_EQ(Work(), 2) << "the job gives them out";
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM aftersales_case WHERE assignee_agent_id = 'anna'"), 2);
}

TEST_F(IntakeTest, AReplyGoesToItsCaseAndTakesUpOneThatWaits) {
  ASSERT_OK_AND_ASSIGN(const auto first, Import(Mail("m-1@jd.com", 3)));
  names_["$C"] = first.results(0).case_id();
  ASSERT_OK(
      Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_WAITING_FOR_CUSTOMER)pb"));
  // It answers our own mail, which is not known, and the first one, which is.
  const std::string reply = Mail(
      "m-2@jd.com", 1, "reply_to_ids: 'ours@shop.cn' reply_to_ids: 'm-1@jd.com'", "照片已上传");
  ASSERT_OK_AND_ASSIGN(const auto second, Import(reply));
  EXPECT_THAT(OutcomesOf(second), ElementsAre(v1::IMPORT_OUTCOME_REPLY));
  EXPECT_EQ(second.results(0).case_id(), names_["$C"]);
  ASSERT_OK_AND_ASSIGN(const auto taken_up, Call(&Stub::GetCase, R"pb(case_id: "$C")pb"));
  EXPECT_EQ(taken_up.state(), v1::CASE_STATE_OPEN);
  EXPECT_THAT(HistoryOf("$C").back(), "RecordCustomerMessage 照片已上传");
  const size_t lines = HistoryOf("$C").size();
  // The same reply again, and a reply to the reply.
  ASSERT_OK_AND_ASSIGN(const auto again, Import(reply));
  EXPECT_THAT(OutcomesOf(again), ElementsAre(v1::IMPORT_OUTCOME_KNOWN));
  EXPECT_EQ(HistoryOf("$C").size(), lines);
  ASSERT_OK_AND_ASSIGN(const auto third,
                       Import(Mail("m-3@jd.com", 0, "reply_to_ids: 'm-2@jd.com'", "尽快")));
  EXPECT_THAT(OutcomesOf(third), ElementsAre(v1::IMPORT_OUTCOME_REPLY));
  EXPECT_EQ(HistoryOf("$C").size(), lines + 1);
  // Once it is closed, a reply is a new matter; of another shop it was one before.
  ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_APPROVED)pb"));
  ASSERT_OK(Call(&Stub::CloseCase, R"pb(case_id: "$C")pb"));
  ASSERT_OK_AND_ASSIGN(const auto fourth,
                       Import(Mail("m-4@jd.com", 0, "reply_to_ids: 'm-3@jd.com'")));
  EXPECT_THAT(OutcomesOf(fourth), ElementsAre(v1::IMPORT_OUTCOME_OPENED));
  EXPECT_EQ(Cases(), 2);
}

// What only adds to a case is added; what says otherwise is named, not dropped.
TEST_F(IntakeTest, AReplyBringsItsEvidenceAndIsToldWhatItSaysOtherwise) {
  const std::string order = R"(order_id: "order-1" lines { sku: "S-1" quantity: 1 })";
  ASSERT_OK_AND_ASSIGN(const auto first, Import(MailRow("m-1", 3, order + Photo('a'))));
  names_["$C"] = first.results(0).case_id();
  const std::string reply =
      MailRow("m-2", 1,
              R"(order_id: "order-1" waybill: "SF-9" priority: CASE_PRIORITY_HIGH
         lines { sku: "S-1" quantity: 1 } lines { sku: "S-2" quantity: 1 } )" +
                  Photo('b') + Photo('a') + Photo('b'),
              "reply_to_ids: 'm-1'");
  ASSERT_OK_AND_ASSIGN(const auto second, Import(reply));
  ASSERT_THAT(OutcomesOf(second), ElementsAre(v1::IMPORT_OUTCOME_REPLY));
  EXPECT_THAT(second.results(0).different_fields(),
              ElementsAre("case.priority", "case.waybill", "case.lines[1]"));
  ASSERT_OK_AND_ASSIGN(const auto record, Call(&Stub::GetCase, R"pb(case_id: "$C")pb"));
  ASSERT_EQ(record.evidence_size(), 2) << "what the case has is not attached again";
  EXPECT_EQ(record.evidence(1).sha256(), std::string(64, 'b'));
  EXPECT_EQ(record.evidence(1).attached_by(), "tester");
  EXPECT_EQ(Text(record.evidence(1).attach_time()), "2026-01-15T04:00:00Z");
  EXPECT_EQ(record.waybill(), "") << "the case says what it said";
  EXPECT_EQ(record.lines_size(), 1);
  ASSERT_OK_AND_ASSIGN(const auto history, Call(&Stub::ListCaseActivities, R"pb(case_id: "$C")pb"));
  const v1::CaseActivity& said = *history.activities().rbegin();
  EXPECT_EQ(said.verb(), "RecordCustomerMessage");
  ASSERT_EQ(said.changes_size(), 1);
  EXPECT_EQ(said.changes(0).field(), "evidence");
  EXPECT_THAT(said.changes(0).new_value(), HasSubstr("#2 org-a/shop-1/bbbb"));
  ASSERT_OK_AND_ASSIGN(const auto again, Import(reply));
  EXPECT_THAT(OutcomesOf(again), ElementsAre(v1::IMPORT_OUTCOME_KNOWN));
  EXPECT_EQ(again.results(0).different_fields_size(), 0);
}

TEST_F(IntakeTest, AReplyWhoseEvidenceIsNotAllowedChangesNothing) {
  ASSERT_OK_AND_ASSIGN(const auto first, Import(MailRow("m-1", 3, "")));
  names_["$C"] = first.results(0).case_id();
  const size_t lines = HistoryOf("$C").size();
  const std::string foreign = Photo('c', "org-a/shop-2");
  ASSERT_OK_AND_ASSIGN(const auto refused,
                       Import(MailRow("m-2", 1, Photo('b') + foreign + Photo('d', "org-b/shop-1"),
                                      "reply_to_ids: 'm-1'")));
  ASSERT_THAT(OutcomesOf(refused), ElementsAre(v1::IMPORT_OUTCOME_REFUSED));
  EXPECT_EQ(refused.results(0).error_reason(), "EVIDENCE_NOT_ALLOWED");
  std::vector<std::string> fields;
  for (const auto& fault : refused.results(0).faults()) fields.push_back(fault.field());
  EXPECT_THAT(fields, ElementsAre("case.evidence[1]", "case.evidence[2]"));
  EXPECT_EQ(HistoryOf("$C").size(), lines);
  ASSERT_OK_AND_ASSIGN(const auto record, Call(&Stub::GetCase, R"pb(case_id: "$C")pb"));
  EXPECT_EQ(record.evidence_size(), 0);
  ASSERT_OK_AND_ASSIGN(const auto mended,
                       Import(MailRow("m-2", 1, Photo('b'), "reply_to_ids: 'm-1'")));
  EXPECT_THAT(OutcomesOf(mended), ElementsAre(v1::IMPORT_OUTCOME_REPLY));
}

TEST_F(IntakeTest, ANumberThatComesWithOtherContentsIsToldFromARepeat) {
  const auto order = [](const std::string& more, const std::string& problem = "没收到") {
    return fmt::format(R"(rows {{ case {{ kind: CASE_KIND_PLATFORM_WORK_ORDER external_id: "W-1"
                                          channel: CASE_CHANNEL_WORK_ORDER problem: "{}"
                                          receive_time {{ seconds: 1768440000 }} {} }} }})",
                       problem, more);
  };
  const std::string lines = R"(order_id: "order-1" lines { sku: "S-1" quantity: 2 })";
  ASSERT_OK_AND_ASSIGN(const auto first, Import(order(lines)));
  ASSERT_THAT(OutcomesOf(first), ElementsAre(v1::IMPORT_OUTCOME_OPENED));
  names_["$C"] = first.results(0).case_id();
  // The shop corrects the case: what was sent before is still what was sent before.
  ASSERT_OK(Call(
      &WorkStub::UpdateCase,
      R"pb(case { case_id: "$C" problem: "没收到货" waybill: "SF-1" priority: CASE_PRIORITY_HIGH }
           update_mask { paths: "problem" paths: "waybill" paths: "priority" })pb"));
  const std::string etag = Call(&Stub::GetCase, R"pb(case_id: "$C")pb")->etag();
  ASSERT_OK_AND_ASSIGN(const auto repeat, Import(order(lines)));
  EXPECT_THAT(OutcomesOf(repeat), ElementsAre(v1::IMPORT_OUTCOME_KNOWN));
  ASSERT_OK_AND_ASSIGN(const auto other,
                       Import(order(R"(order_id: "order-2" lines { sku: "S-1" quantity: 2 }
                      lines { sku: "S-2" quantity: 1 } )" +
                                        Photo('e'),
                                    "没收到货")));
  ASSERT_THAT(OutcomesOf(other), ElementsAre(v1::IMPORT_OUTCOME_CONFLICT));
  EXPECT_EQ(other.results(0).case_id(), names_["$C"]);
  EXPECT_THAT(other.results(0).different_fields(),
              ElementsAre("case.order_id", "case.lines[1]", "case.problem", "case.evidence[0]"));
  EXPECT_EQ(Call(&Stub::GetCase, R"pb(case_id: "$C")pb")->etag(), etag) << "nothing was changed";
  // A mail that became a reply is known by what it said itself.
  ASSERT_OK(Import(Mail("m-1", 3) + Mail("m-2", 1, "reply_to_ids: 'm-1'", "照片已上传")));
  ASSERT_OK_AND_ASSIGN(const auto words, Import(Mail("m-2", 1, "", "照片没有上传")));
  ASSERT_THAT(OutcomesOf(words), ElementsAre(v1::IMPORT_OUTCOME_CONFLICT));
  EXPECT_THAT(words.results(0).different_fields(), ElementsAre("case.problem"));
  // What was opened by hand is compared with the case.
  ASSERT_OK(Call(&Stub::OpenCase, R"pb(case {
                                         shop_id: "shop-1"
                                         kind: CASE_KIND_PLATFORM_WORK_ORDER
                                         channel: CASE_CHANNEL_WORK_ORDER
                                         external_id: "W-2"
                                         problem: "没收到"
                                         receive_time { seconds: 1768440000 }
                                         order_id: "order-1"
                                       })pb"));
  std::string by_hand = order("");
  by_hand.replace(by_hand.find("W-1"), 3, "W-2");
  ASSERT_OK_AND_ASSIGN(const auto same, Import(by_hand));
  EXPECT_THAT(OutcomesOf(same), ElementsAre(v1::IMPORT_OUTCOME_KNOWN));
  by_hand.replace(by_hand.find("没收到"), 9, "想退货");
  ASSERT_OK_AND_ASSIGN(const auto differs, Import(by_hand));
  EXPECT_THAT(OutcomesOf(differs), ElementsAre(v1::IMPORT_OUTCOME_CONFLICT));
}

TEST_F(IntakeTest, ARowForSomebodyWhoCannotHaveItIsRefusedByName) {
  Hire("anna");
  ASSERT_OK_AND_ASSIGN(const auto response, Import(MailRow("m-1", 1, "assignee_agent_id: 'ghost'") +
                                                   MailRow("m-2", 1, "assignee_agent_id: 'anna'")));
  EXPECT_THAT(OutcomesOf(response),
              ElementsAre(v1::IMPORT_OUTCOME_REFUSED, v1::IMPORT_OUTCOME_OPENED));
  EXPECT_EQ(response.results(0).error_reason(), "AGENT_CANNOT_TAKE_CASE");
  ASSERT_EQ(response.results(0).faults_size(), 1);
  EXPECT_EQ(response.results(0).faults(0).field(), "case.assignee_agent_id");
  EXPECT_EQ(Cases(), 1);
}

TEST_F(IntakeTest, EachRowHasItsOwnOutcomeAndEveryFaultIsNamed) {
  ASSERT_OK_AND_ASSIGN(
      const auto response,
      Import(Mail("m-1@jd.com", 3) +
             R"pb(rows { case { kind: CASE_KIND_PLATFORM_WORK_ORDER problem: "n" language: "\n" } }
                  rows {
                    case {
                      kind: CASE_KIND_LATE_SHIPMENT
                      channel: CASE_CHANNEL_CHAT
                      external_id: "x"
                      problem: "n"
                      order_id: "no-such-order"
                      receive_time { seconds: 1768000000 }
                    }
                  }
                  rows {
                    case {
                      kind: CASE_KIND_PLATFORM_WORK_ORDER
                      channel: CASE_CHANNEL_WORK_ORDER
                      external_id: "WO-1"
                      problem: "投诉"
                      receive_time { seconds: 1768000000 }
                    }
                  })pb" +
             Mail("m-1@jd.com", 3)));
  EXPECT_THAT(
      OutcomesOf(response),
      ElementsAre(v1::IMPORT_OUTCOME_OPENED, v1::IMPORT_OUTCOME_REFUSED, v1::IMPORT_OUTCOME_REFUSED,
                  v1::IMPORT_OUTCOME_OPENED, v1::IMPORT_OUTCOME_KNOWN));
  std::vector<std::string> fields;
  for (const auto& fault : response.results(1).faults()) fields.push_back(fault.field());
  EXPECT_THAT(fields, ::testing::UnorderedElementsAre("case.channel", "case.external_id",
                                                      "case.receive_time", "case.language"));
  EXPECT_EQ(response.results(2).error_reason(), "ORDER_UNKNOWN");
  EXPECT_EQ(Cases(), 2);
}

TEST_F(IntakeTest, ValidationSaysTheSameAndChangesNothing) {
  const int64_t events = Db().Count("SELECT COUNT(*) FROM outbox");
  const std::string rows = Mail("m-1@jd.com", 3) + Mail("m-1@jd.com", 3) + Mail("", 3);
  ASSERT_OK_AND_ASSIGN(const auto response, Import(rows + " validate_only: true"));
  EXPECT_THAT(OutcomesOf(response), ElementsAre(v1::IMPORT_OUTCOME_OPENED, v1::IMPORT_OUTCOME_KNOWN,
                                                v1::IMPORT_OUTCOME_REFUSED));
  EXPECT_EQ(response.results(0).case_id(), "");
  EXPECT_EQ(response.results(1).case_id(), "") << "a case that was never opened";
  EXPECT_EQ(Cases(), 0);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM outbox"), events);
}

TEST_F(IntakeTest, TheLanguageOfAMailDecidesWhoGetsIt) {
  Hire("anna");
  Hire("bela", "shop-1", "languages: 'pt-BR'");
  ASSERT_OK(Import(MailRow("m-1@x", 1, "language: 'pt'") + MailRow("m-2@x", 1, "language: 'pt'")));
  EXPECT_EQ(Work(), 2);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM aftersales_case WHERE assignee_agent_id = 'bela'"), 2);
}

TEST_F(IntakeTest, ACaseGoesToWhoSpeaksTheLanguageThatIsSaidAtOpeningOrLater) {
  Hire("anna");
  Hire("bela", "shop-1", "languages: 'pt-BR'");
  SetRules("");
  EXPECT_EQ(OpenFree("$PT", "language: 'pt'"), "bela");
  EXPECT_EQ(OpenFree("$ZH", "language: 'zh-CN'"), "anna");
  EXPECT_EQ(OpenFree("$EN", "language: 'en'"), "") << "nobody speaks it";
  EXPECT_EQ(Work(), 0);
  const auto update = [&](const std::string& name, const std::string& language) {
    return Call(&WorkStub::UpdateCase, fmt::format(R"(case {{ case_id: "{}" language: "{}" }}
                               update_mask {{ paths: "language" }})",
                                                   name, language));
  };
  // It was taken for English, and is not.
  ASSERT_OK_AND_ASSIGN(const v1::Case corrected, update("$EN", "pt-PT"));
  EXPECT_EQ(corrected.language(), "pt-PT");
  EXPECT_EQ(Work(), 1) << "tried again at once";
  EXPECT_EQ(AssigneeOf("$EN"), "bela");
  // Who has it keeps it.
  ASSERT_OK(update("$ZH", "pt"));
  EXPECT_EQ(Work(), 0);
  EXPECT_EQ(AssigneeOf("$ZH"), "anna");
  ASSERT_OK_AND_ASSIGN(const v1::Case read, Call(&Stub::GetCase, R"pb(case_id: "$ZH")pb"));
  EXPECT_EQ(read.language(), "pt");
  EXPECT_THAT(update("$ZH", "pt_BR"), HasReason("INVALID_FIELDS"));
}

// A rule for goods that nothing is sorted into never holds.
TEST_F(IntakeTest, ShippedChannelRulesNameShippedCategories) {
  const auto category = [](const std::string& where) {
    return "SELECT COUNT(*) FROM intake_rules, JSON_TABLE(body, '$.rules[*]' COLUMNS"
           " (category VARCHAR(64) PATH '$.category')) rule WHERE topic = 'CHANNEL' AND org_id = ''"
           " AND version = 1 AND category " +
           where;
  };
  EXPECT_GT(Db().Count(category("IS NOT NULL")), 0);
  EXPECT_EQ(Db().Count(category("NOT IN (SELECT category_id FROM return_category"
                                " WHERE org_id = '')")),
            0);
}

TEST_F(IntakeTest, TheChannelGoesByGoodsAndSeverity) {
  const auto quote = [&](const std::string& text) {
    const auto answer = Ask(&IntakeStub::QuoteChannel, R"(shop_id: "shop-1" )" + text);
    EXPECT_OK(answer);
    return answer.ok() ? *answer : v1::ChannelQuote();
  };
  const auto plain = quote("kind: CASE_KIND_RETURN");
  EXPECT_EQ(plain.channel(), v1::CASE_CHANNEL_EMAIL);
  EXPECT_EQ(plain.reason(), "nothing is pressing");
  EXPECT_EQ(plain.rule_number(), 8);
  EXPECT_EQ(plain.policy_version(), 1);
  EXPECT_EQ(quote("kind: CASE_KIND_RETURN categories: 'fresh_food'").channel(),
            v1::CASE_CHANNEL_TELEPHONE);
  EXPECT_EQ(quote("kind: CASE_KIND_DISPUTE").channel(), v1::CASE_CHANNEL_WORK_ORDER);
  EXPECT_EQ(quote("kind: CASE_KIND_DISPUTE priority: CASE_PRIORITY_URGENT").channel(),
            v1::CASE_CHANNEL_TELEPHONE);
  const std::string worth = "kind: CASE_KIND_RETURN value { currency_code: 'CNY' minor_units: ";
  EXPECT_EQ(quote(worth + "99999 }").channel(), v1::CASE_CHANNEL_EMAIL);
  EXPECT_EQ(quote(worth + "100000 }").channel(), v1::CASE_CHANNEL_WORK_ORDER);
  EXPECT_THAT(Ask(&IntakeStub::QuoteChannel,
                  R"pb(shop_id: "shop-1"
                       kind: CASE_KIND_RETURN
                       value { currency_code: "USD" minor_units: 1 })pb"),
              HasReason("INVALID_FIELDS"));
  // The merchant's own, for its shops on one platform, from tomorrow on.
  Tell<staffing::ShopChanged>(
      "org-a",
      R"pb(shop { shop_id: "shop-1" platform: PLATFORM_JD time_zone: "Asia/Shanghai" })pb");
  const int64_t tomorrow = absl::ToUnixSeconds(clock_.Now()) + 86400;
  ASSERT_OK_AND_ASSIGN(
      const auto set,
      Ask(&IntakeStub::SetChannelPolicy,
          fmt::format(R"(policy {{ currency_code: "CNY" effective_time {{ seconds: {} }}
                rules {{ platform: "JD" channel: CASE_CHANNEL_WORK_ORDER reason: "京东只看工单" }}
                rules {{ channel: CASE_CHANNEL_TELEPHONE reason: "其他" }} }})",
                      tomorrow)));
  EXPECT_EQ(set.version(), 1);
  EXPECT_EQ(quote("kind: CASE_KIND_RETURN").policy_version(), 1);
  clock_.Advance(absl::Hours(24));
  EXPECT_EQ(quote("kind: CASE_KIND_RETURN").reason(), "京东只看工单");
  const absl::Status refused =
      Ask(&IntakeStub::SetChannelPolicy, R"pb(policy {
                                                rules { channel: CASE_CHANNEL_EMAIL reason: "a" }
                                                rules { category: "x" least_value_minor: -1 }
                                              })pb")
          .status();
  for (const char* field :
       {"policy.rules[0].kind", "policy.rules[1].kind", "policy.rules[1].channel",
        "policy.rules[1].reason", "policy.rules[1].least_value_minor", "policy.currency_code"}) {
    EXPECT_THAT(refused.message(), HasSubstr(field));
  }
}

// --- What holds for every call alike.

const std::vector<CallRow>& Rows() {
  static const auto& rows = *new std::vector<CallRow>{
      {"QuoteChannel", R"(shop_id: "shop-1" kind: CASE_KIND_RETURN)", Other::kUnrelated},
      {"SetChannelPolicy",
       R"(policy { currency_code: "CNY" rules { channel: CASE_CHANNEL_EMAIL reason: "n~" } })",
       Other::kUnrelated},
      {"GetChannelPolicy", "", Other::kUnrelated},
      {"ImportCases",
       R"(shop_id: "shop-1" rows { case { kind: CASE_KIND_PLATFORM_WORK_ORDER problem: "n~"
            channel: CASE_CHANNEL_WORK_ORDER external_id: "wo-~"
            receive_time { seconds: 1768000000 } } })",
       Other::kUnrelated},
  };
  return rows;
}

class EveryIntakeCallTest : public IntakeTest {
 protected:
  using IntakeTest::IntakeTest;
  const EveryCall calls_{"kefu.aftersales.v1.IntakeService", host_.channel(),
                         [this](std::string text) { return Fill(std::move(text)); }};
};

TEST_F(EveryIntakeCallTest, HoldsOfEachCall) {
  calls_.CheckTable(Rows());
  for (const CallRow& row : Rows()) {
    Fresh();
    EXPECT_OK(calls_.Do(row, As("org-a"))) << row.method;
    EXPECT_OK(calls_.Do(row, As("org-b"))) << row.method << ": its own shop of that id";
    calls_.CheckRights(row, host_.AsService());
    if (row.method == "GetChannelPolicy") continue;
    calls_.CheckEmptyRequest(row, As("org-a"));
    EXPECT_THAT(calls_.Do(row, As("org-a", {"shop-2"})).status(), HasReason("SHOP_NOT_ALLOWED"))
        << row.method;
    if (row.method == "SetChannelPolicy") continue;
    EXPECT_THAT(calls_.Do(row, AsBase("seat", auth::Role::kAgent, "shop-2")).status(),
                HasReason("SHOP_NOT_ALLOWED"))
        << row.method;
    EXPECT_OK(calls_.Do(row, AsBase("seat"))) << row.method;
  }
  for (const CallRow& row : Rows()) {
    if (row.is_write()) calls_.CheckWrite(row, "id-" + row.method, As("org-a"), Db(), clock_);
  }
  // What org-b has imported above is not org-a's.
  EXPECT_EQ(Db().Count("SELECT COUNT(DISTINCT org_id) FROM aftersales_case"), 2);
}

class IntakeDeadlineTest : public EveryIntakeCallTest {
 protected:
  IntakeDeadlineTest() : EveryIntakeCallTest(/*pool_size=*/1) {}
};
TEST_F(IntakeDeadlineTest, EveryCallEndsByItsDeadline) {
  calls_.CheckDeadlines(Rows(), As("org-a"), *database_, Db());
}

}  // namespace
}  // namespace kefu::aftersales
