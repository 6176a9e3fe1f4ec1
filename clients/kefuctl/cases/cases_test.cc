// kefuctl cases: e-mails and work orders as they come, and tables as people read them.
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <regex>

#include "absl/time/clock.h"
#include "clients/kefuctl/cases/choice_words.h"
#include "clients/kefuctl/cases/intake.h"
#include "clients/kefuctl/cases/mail.h"
#include "clients/kefuctl/cases/render.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/tests/test_files.h"
#include "clients/kefuctl/text.h"
#include "google/protobuf/text_format.h"

namespace kefu::cases {
namespace {

namespace v1 = aftersales::v1;
using kefuctl::Language;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string TestFile(const std::string& name) { return std::string(KEFU_TESTDATA) + "/" + name; }

std::vector<Mail> MailsOf(const std::string& path) {
  std::vector<Mail> mails;
  const absl::Status read = ReadMails(path, [&](Mail mail) {
    mails.push_back(std::move(mail));
    return absl::OkStatus();
  });
  EXPECT_TRUE(read.ok()) << read;
  return mails;
}

absl::Time At(std::string_view text) {
  absl::Time time;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, absl::string_view(text.data(), text.size()),
                              &time, nullptr));
  return time;
}

TEST(MailTest, ReadsWhatChinesePlatformsSend) {
  const std::vector<Mail> mails = MailsOf(TestFile("platform.mbox"));
  ASSERT_EQ(mails.size(), 4u);
  // Words labelled GB2312 that are GBK; the time is that of the topmost Received.
  const Mail& notice = mails[0];
  EXPECT_EQ(notice.line, 1);
  EXPECT_EQ(notice.message_id, "20260115.1@jd.com");
  EXPECT_EQ(notice.subject, "【京东】请核实订单的发货情况");
  EXPECT_THAT(notice.from, AllOf(HasSubstr("京东客服"), HasSubstr("compliance@jd.com")));
  EXPECT_THAT(notice.body, HasSubstr("请朱镕先生今日18点前书面答复"));
  EXPECT_EQ(notice.receive_time, At("2026-01-15T09:30:00+08:00"));
  EXPECT_EQ(notice.language, "zh-CN");
  EXPECT_TRUE(notice.reply_to.empty());
  // Parts within parts: the plain text counts, the picture is named.
  const Mail& reply = mails[1];
  EXPECT_EQ(reply.line, 18);
  EXPECT_THAT(reply.reply_to, ElementsAre("ours-9@shop.cn", "20260115.1@jd.com"));
  EXPECT_EQ(reply.subject, "Re: 凭证");
  EXPECT_THAT(reply.body, AllOf(HasSubstr("凭证已上传"), Not(HasSubstr("not this"))));
  EXPECT_THAT(reply.attachments, ElementsAre("凭证.jpg (image/jpeg, 11 bytes)"));
  EXPECT_EQ(reply.receive_time, At("2026-01-15T11:00:00+08:00"));
  // Nothing says what it is written in.
  const Mail& bare = mails[2];
  EXPECT_EQ(bare.subject, "处罚通知");
  EXPECT_EQ(bare.body, "处罚通知 中\n金额 <500 元\n请申诉");
  EXPECT_THAT(bare.message_id, ::testing::StartsWith("sha256:"));
  EXPECT_EQ(MailsOf(TestFile("platform.mbox"))[2].message_id, bare.message_id);
  EXPECT_EQ(mails[3].receive_time, absl::InfinitePast());
}

TEST(MailTest, ASingleMessageIsReadAsWell) {
  kefuctl::TestFolder folder;
  const std::string path = folder.Write(
      "one.eml",
      "Message-ID: <a@b>\r\nDate: Thu, 15 Jan 2026 16:00:00 +0800\r\nSubject: hi\r\n\r\nyes");
  const std::vector<Mail> mails = MailsOf(path);
  ASSERT_EQ(mails.size(), 1u);
  EXPECT_EQ(mails[0].message_id, "a@b");
  EXPECT_EQ(mails[0].body, "yes");
  EXPECT_TRUE(absl::IsInvalidArgument(
      ReadMails(folder.path() + "/none", [](const Mail&) { return absl::OkStatus(); })));
}

TEST(MailTest, TextsComeOutOfEveryCharset) {
  EXPECT_EQ(ToUtf8("\xD6\xD0", "gb2312"), "中");
  EXPECT_EQ(ToUtf8("\xD6\xD0", ""), "中");
  EXPECT_EQ(ToUtf8("中", ""), "中");
  EXPECT_EQ(ToUtf8("\xE9", "iso-8859-1"), "é");
  EXPECT_EQ(ToUtf8("中", "no-such-charset"), "中");
  EXPECT_EQ(ToUtf8("", "gbk"), "");
  EXPECT_EQ(TextOfHtml("a<script>x<b></script>b &#x4E2D;&bogus; <"), "ab 中&bogus;");
}

// Whoever writes to a shop must not be able to stop what it takes in.
TEST(MailTest, WhatAnAttackerSendsBecomesWordsOnly) {
  kefuctl::TestFolder folder;
  const std::string head = "Date: Thu, 15 Jan 2026 16:00:00 +0800\r\nSubject: s\r\n";
  const auto one = [&](const std::string& more) {
    const std::vector<Mail> mails = MailsOf(folder.Write("one.eml", head + more));
    return mails.empty() ? Mail() : mails.front();
  };
  // Half a character, in HTML and in the name of a file.
  const Mail half =
      one("Message-ID: <a@b>\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
          "Content-Type: text/html\r\n\r\n<p>a&#xD800;b</p>\r\n--x\r\nContent-Type: image/png\r\n"
          "Content-Disposition: attachment; filename*=utf-8''%ff%fe%80x.png\r\n\r\n1\r\n--x--\r\n");
  EXPECT_THAT(half.body, HasSubstr("a&#xD800;b"));
  ASSERT_EQ(half.attachments.size(), 1u);
  EXPECT_TRUE(kefuctl::IsUtf8(half.attachments[0])) << half.attachments[0];
  EXPECT_EQ(WholeUtf8("a\xFF中\xED\xA0\x80"), "a\uFFFD中\uFFFD\uFFFD\uFFFD");
  // Ids that no id is.
  EXPECT_THAT(one("Message-ID: <a\x01z@b>\r\n\r\nx").message_id, ::testing::StartsWith("sha256:"));
  EXPECT_THAT(one("Message-ID: <>\r\n\r\nx").message_id, ::testing::StartsWith("sha256:"));
  // Languages: a list, none, and words.
  const auto language = [&](const std::string& text) {
    return one("Message-ID: <a@b>\r\nContent-Language: " + text +
               "\r\nContent-Type: text/plain\r\n\r\nx")
        .language;
  };
  EXPECT_EQ(language("en-US, zh-CN, zh-TW, fr-FR, de-DE, ja-JP, ko-KR"), "en-US");
  EXPECT_EQ(language("中文, zh"), "zh");
  EXPECT_EQ(language("\xD6\xD0\xCE\xC4"), "");
  EXPECT_EQ(language(std::string(36, 'a')), "");
}

TEST(MailTest, AForwardedMailIsRead) {
  kefuctl::TestFolder folder;
  const std::vector<Mail> mails = MailsOf(folder.Write(
      "one.eml",
      "Message-ID: <a@b>\r\nDate: Thu, 15 Jan 2026 16:00:00 +0800\r\nSubject: Fwd\r\n"
      "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n"
      "please see\r\n--x\r\nContent-Type: message/rfc822\r\n\r\nFrom: jd@jd.com\r\n"
      "Subject: notice\r\nContent-Type: text/plain\r\n\r\nOrder ID: 308123456789\r\n--x--\r\n"));
  ASSERT_EQ(mails.size(), 1u);
  EXPECT_THAT(mails[0].body, AllOf(HasSubstr("please see"), HasSubstr("notice"),
                                   HasSubstr("jd@jd.com"), HasSubstr("308123456789")));
}

// A page of a megabyte is read in no time, whatever stands in it: tenfold the page, tenfold the
// time.
TEST(MailTest, PagesAreReadInLinearTime) {
  const auto seconds = [](std::string_view piece, size_t times) {
    std::string page;
    for (size_t i = 0; i < times; ++i) page += piece;
    const absl::Time begin = absl::Now();
    TextOfHtml(page);
    return absl::ToDoubleSeconds(absl::Now() - begin);
  };
  for (const std::string_view piece : {"<style></style>", "&#", "<a", "&", "</style"}) {
    EXPECT_LT(seconds(piece, 500'000), 2.0) << piece;
  }
}

TEST(IntakeTest, RefusedFieldsNameTheColumnOfTheFile) {
  kefuctl::TestFolder folder;
  kefuctl::Refusals refusals(folder);
  std::vector<IntakeRow> rows;
  const auto take = [&](IntakeRow row) {
    rows.push_back(std::move(row));
    return absl::OkStatus();
  };
  ASSERT_TRUE(
      ReadWorkOrders(
          folder.Write("w.csv", "问题描述,工单号,创建时间,订单号\nx,1,2026-01-15 09:00,9\n"), {},
          refusals.errors, take)
          .ok());
  ASSERT_TRUE(ReadMailRows(folder.Write("m.csv",
                                        "主题,收到时间,邮件编号,订单号\n"
                                        "s,2026-01-15 09:00,M-1,9\n"),
                           {}, refusals.errors, take)
                  .ok());
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(ColumnOf(rows[0], "case.order_id"), 4);
  EXPECT_EQ(ColumnOf(rows[0], "case.external_id"), 2);
  EXPECT_EQ(ColumnOf(rows[0], "case.demand"), 1) << "the file has none";
  EXPECT_EQ(ColumnOf(rows[1], "case.order_id"), 4);
  EXPECT_EQ(ColumnOf(rows[1], "case.receive_time"), 2);
}

TEST(IntakeTest, MailsBecomeRowsAndWrongOnesAreNamed) {
  kefuctl::TestFolder folder;
  kefuctl::Refusals refusals(folder);
  std::vector<IntakeRow> rows;
  const absl::Status read =
      ReadMailRows(TestFile("platform.mbox"), {}, refusals.errors, [&](IntakeRow row) {
        rows.push_back(std::move(row));
        return absl::OkStatus();
      });
  ASSERT_TRUE(read.ok()) << read;
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].row.case_().kind(), v1::CASE_KIND_PLATFORM_EMAIL);
  EXPECT_EQ(rows[0].row.case_().order_id(), "308123456789");
  EXPECT_EQ(rows[0].row.case_().language(), "zh-CN");
  EXPECT_THAT(rows[1].row.case_().problem(), HasSubstr("凭证.jpg"));
  EXPECT_EQ(rows[1].row.reply_to_ids(0), "ours-9@shop.cn");
  ASSERT_EQ(refusals.lines.size(), 1u);
  EXPECT_THAT(refusals.lines[0], HasSubstr("Received"));
}

// The service tells a mail that comes again from one that says something else.
TEST(IntakeTest, AMailSaysTheSameWhoeverBringsIt) {
  kefuctl::TestFolder folder;
  kefuctl::Refusals refusals(folder);
  std::vector<std::string> said;
  for (const Language language : {Language::kChinese, Language::kEnglish}) {
    kefuctl::SetLanguage(language);
    const auto take = [&](IntakeRow row) {
      said.push_back(row.row.SerializeAsString());
      return absl::OkStatus();
    };
    ASSERT_TRUE(ReadMailRows(TestFile("platform.mbox"), {}, refusals.errors, take).ok());
  }
  kefuctl::SetLanguage(Language::kEnglish);
  ASSERT_EQ(said.size() % 2, 0u);
  ASSERT_GE(said.size(), 4u);
  for (size_t i = 0; i < said.size() / 2; ++i) EXPECT_EQ(said[i], said[i + said.size() / 2]);
}

TEST(IntakeTest, WorkOrdersOfAChineseExportBecomeRows) {
  kefuctl::SetLanguage(Language::kChinese);
  kefuctl::TestFolder folder;
  kefuctl::Refusals refusals(folder);
  kefuctl::ShopLocale locale;
  ASSERT_TRUE(absl::LoadTimeZone("Asia/Shanghai", &locale.zone));
  std::vector<IntakeRow> rows;
  const auto take = [&](IntakeRow row) {
    rows.push_back(std::move(row));
    return absl::OkStatus();
  };
  ASSERT_TRUE(ReadWorkOrders(TestFile("work_orders_gbk.csv"), locale, refusals.errors, take).ok());
  ASSERT_EQ(rows.size(), 2u) << ::testing::PrintToString(refusals.lines);
  const v1::Case& first = rows[0].row.case_();
  EXPECT_EQ(first.external_id(), "WO-1");
  EXPECT_EQ(first.order_id(), "3081");
  EXPECT_EQ(first.problem(), "商家拒绝退货，\n说是“人为损坏”");
  EXPECT_EQ(first.priority(), v1::CASE_PRIORITY_URGENT);
  EXPECT_EQ(kefuctl::TimeOf(first.receive_time()), At("2026-01-15T09:03:00+08:00"));
  EXPECT_EQ(kefuctl::TimeOf(rows[1].row.case_().receive_time()), At("2026-01-15T10:00:30+08:00"));
  ASSERT_EQ(refusals.lines.size(), 2u) << "the time, and the priority";
  EXPECT_THAT(refusals.lines[0], HasSubstr("work_orders_gbk.csv:5:2"));
  EXPECT_THAT(refusals.lines[1], HasSubstr("work_orders_gbk.csv:5:7"));
  const absl::Status missing =
      ReadWorkOrders(folder.Write("x.csv", "工单号,诉求\n1,2\n"), locale, refusals.errors, take);
  EXPECT_TRUE(absl::IsInvalidArgument(missing));
  EXPECT_THAT(std::string(missing.message()), AllOf(HasSubstr("创建时间"), HasSubstr("问题描述")));
  kefuctl::SetLanguage(Language::kEnglish);
}

TEST(IntakeTest, AnOrderIsFoundInWords) {
  EXPECT_EQ(OrderIn("请核实订单号：308123456789，谢谢"), "308123456789");
  EXPECT_EQ(OrderIn("订单 【12345678】"), "12345678");
  EXPECT_EQ(OrderIn("订单数量 3"), "");
  EXPECT_EQ(OrderIn("Order ID: 1234567890123"), "1234567890123");
}

template <class Proto>
Proto Parsed(const std::string& text) {
  Proto proto;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &proto));
  return proto;
}

TEST(RenderTest, ClocksShowWhatIsLeftAndNearBreachInColour) {
  kefuctl::SetLanguage(Language::kEnglish);
  const auto record = Parsed<v1::Case>(R"pb(
    clocks {
      kind: CLOCK_KIND_FIRST_ANSWER
      state: CLOCK_STATE_RUNNING
      due_time { seconds: 3000 }
      policy_id: "default/sla"
      policy_version: 1
    }
    clocks {
      kind: CLOCK_KIND_PLATFORM_EMAIL
      state: CLOCK_STATE_BREACHED
      due_time { seconds: 100 }
      breach_time { seconds: 101 }
    })pb");
  const std::string text =
      ClockTable(record, absl::UTCTimeZone(), absl::FromUnixSeconds(0)).Render(true);
  EXPECT_THAT(text, HasSubstr("nobody"));
  EXPECT_THAT(text, HasSubstr("0:50"));
  EXPECT_THAT(text, HasSubstr("\x1B[")) << "less than an hour is left";
  const std::string late =
      ClockTable(record, absl::UTCTimeZone(), absl::FromUnixSeconds(3000 + 7500)).Render(false);
  EXPECT_THAT(late, HasSubstr("-2:05"));
}

TEST(RenderTest, HistoryAndDeadlinesAreToldInTheReadersLanguage) {
  const auto history = Parsed<v1::ListCaseActivitiesResponse>(R"pb(
    activities {
      verb: "DeadlineBreached"
      note: "FIRST_ANSWER, RESOLUTION"
      changes { field: "breach_owner" new_value: "NOBODY" }
    }
    activities { verb: "DeadlineEscalated" note: "NEXT_RESPONSE 30m → TEAM_LEAD" }
    activities { verb: "AssignCase" note: "- → anna: CHOSEN 1, MORE_LOAD 2 (OPENED, rules 0)" }
    activities { verb: "RespondToCase" note: "FIRST_ANSWER is what the customer wrote" }
    activities {
      verb: "ReviewCase"
      note: "so"
      changes { field: "plan.conduct_agent_id" new_value: "UNKNOWN" }
    }
    activities {
      verb: "SettleStep"
      note: "asked the bank"
      changes { field: "process.PAY" old_value: "STUCK" new_value: "DONE_ELSEWHERE: bank-7" }
    })pb");
  const auto explained = Parsed<v1::ExplainDeadlineResponse>(R"pb(
    clocks {
      clock { kind: CLOCK_KIND_FIRST_ANSWER }
      segments { reason: SEGMENT_REASON_OPEN counted: true note: "running" }
      segments { reason: SEGMENT_REASON_SUSPENSION note: "suspended: 春节" }
    })pb");
  const auto shown = [&](Language language) {
    kefuctl::SetLanguage(language);
    const std::string text = TimelineTable(history, absl::UTCTimeZone()).Render(false) +
                             SegmentTable(explained, absl::UTCTimeZone()).Render(false);
    kefuctl::SetLanguage(Language::kEnglish);
    return text;
  };
  EXPECT_THAT(shown(Language::kChinese),
              AllOf(HasSubstr("超时"), HasSubstr("首次答复, 处理完毕 (从未有人负责)"),
                    HasSubstr("后续答复 30m → 组长"), HasSubstr("选中 1, 负荷更高 2"),
                    HasSubstr("FIRST_ANSWER is what"), HasSubstr("停计：春节"), HasSubstr("计时"),
                    HasSubstr("不知投诉的是哪位客服"), HasSubstr("另行了结")));
  EXPECT_THAT(shown(Language::kEnglish),
              AllOf(HasSubstr("DeadlineBreached"), HasSubstr("running"),
                    HasSubstr("suspended: 春节"), HasSubstr("(nobody ever had it)"),
                    HasSubstr("chosen 1"), HasSubstr("so (nobody knows whom it concerns"),
                    HasSubstr("asked the bank (PAY: done elsewhere: bank-7)")));
}

TEST(RenderTest, RulesOfDeadlinesAreSaidInTheReadersLanguage) {
  const auto explained = Parsed<v1::ExplainDeadlineResponse>(R"pb(
    clocks {
      clock { kind: CLOCK_KIND_PLATFORM_EMAIL policy_id: "jd/sla" policy_version: 3 }
      rule: "answer to a platform e-mail: received before 16:00 it is due by 18:00 the same day"
      sla_rule {
        clock: CLOCK_KIND_PLATFORM_EMAIL
        case_kind: CASE_KIND_PLATFORM_EMAIL
        priority: CASE_PRIORITY_URGENT
        cutoff {
          cutoff_seconds: 57600
          due_before_seconds: 64800
          due_after_seconds: 64830
          due_after_days: 1
        }
        pausable: true
        warn_before_seconds: 5400
      }
      time_zone: "Asia/Shanghai"
      time_zone_assumed: true
    }
    clocks {
      clock { kind: CLOCK_KIND_NEXT_RESPONSE policy_id: "own" policy_version: 1 }
      rule: "answer to the customer's message: within 3h of the message"
      sla_rule { clock: CLOCK_KIND_NEXT_RESPONSE duration_seconds: 10800 business_hours: true }
      time_zone: "Asia/Shanghai"
      holidays_unknown: true
    }
    clocks {
      clock { kind: CLOCK_KIND_NEXT_RESPONSE policy_id: "default/sla" policy_version: 2 }
      rule: "answer to the customer's message: received before 15:00 it is due"
      sla_rule {
        clock: CLOCK_KIND_NEXT_RESPONSE
        case_kind: CASE_KIND_PLATFORM_EMAIL
        cutoff {
          cutoff_seconds: 54000
          due_before_seconds: 64800
          due_after_seconds: 64800
          due_after_days: 1
        }
      }
      time_zone: "Asia/Shanghai"
    }
    clocks {
      clock { kind: CLOCK_KIND_RESOLUTION }
      rule: "an older service"
    })pb");
  const auto shown = [&](Language language) {
    kefuctl::SetLanguage(language);
    const std::string text = SegmentTable(explained, absl::UTCTimeZone()).Render(false);
    kefuctl::SetLanguage(Language::kEnglish);
    return text;
  };
  const std::string chinese = shown(Language::kChinese);
  EXPECT_THAT(chinese,
              HasSubstr("16:00 前收到的，当日 18:00 前；16:00 起收到的，次日 18:00:30 前"));
  EXPECT_THAT(chinese, HasSubstr("按自然时间计；等待客户期间停计；提前 1 小时 30 分钟提醒"));
  EXPECT_THAT(chinese, HasSubstr("优先级紧急；政策 jd/sla 第 3 版"));
  EXPECT_THAT(chinese, HasSubstr("推定"));
  EXPECT_THAT(chinese, HasSubstr("客户来信后 3 小时内；按营业时间计；从不停计"));
  EXPECT_THAT(chinese,
              HasSubstr("后续答复：15:00 前收到的，当日 18:00 前；15:00 起收到的，次日 18:00 前"));
  EXPECT_THAT(chinese, HasSubstr("尚未公布"));
  EXPECT_THAT(chinese, AllOf(HasSubstr("an older service"), Not(HasSubstr("received before"))));
  EXPECT_THAT(shown(Language::kEnglish),
              AllOf(HasSubstr("received before 16:00"), HasSubstr("within 3h of the message")));
}

TEST(RenderTest, CandidatesSayWhyTheyLost) {
  kefuctl::SetLanguage(Language::kEnglish);
  const auto decision = Parsed<v1::AssignmentDecision>(
      R"pb(
        candidates { agent_id: "anna" verdict: ASSIGNMENT_VERDICT_CHOSEN open_cases: 2 load: 8 }
        candidates { agent_id: "bela" verdict: ASSIGNMENT_VERDICT_CAP_REACHED detail: "40 of 30" }
        candidates {
          agent_id: "cleo"
          verdict: ASSIGNMENT_VERDICT_MORE_LOAD
          detail: "22 against 17"
        }
        candidates { agent_id: "dora" verdict: ASSIGNMENT_VERDICT_LATER_TURN detail: "6 against 5" }
        candidates {
          agent_id: "emma"
          verdict: ASSIGNMENT_VERDICT_SKILL_MISSING
          detail: "complaint_handling"
        })pb");
  EXPECT_THAT(CandidateTable(decision).Render(false),
              AllOf(HasSubstr("chosen"), HasSubstr("cap reached"), HasSubstr("40 of 30"),
                    HasSubstr("22 against 17"), HasSubstr("6 against 5")));
  kefuctl::SetLanguage(Language::kChinese);
  EXPECT_THAT(CandidateTable(decision).Render(false),
              AllOf(HasSubstr("在办已满"), HasSubstr("40，上限 30"), HasSubstr("22，受派者 17"),
                    HasSubstr("6，受派者 5"), HasSubstr("complaint_handling"),
                    Not(HasSubstr(" of ")), Not(HasSubstr("against"))));
  kefuctl::SetLanguage(Language::kEnglish);
}

// What ships with the product is told to Chinese readers in Chinese.
TEST(RenderTest, EveryShippedRuleOfChannelsHasItsReasonInChinese) {
  std::ifstream file(KEFU_SHIPPED_INTAKE_RULES);
  const std::string sql{std::istreambuf_iterator<char>(file), {}};
  const std::regex rule(R"re("channel": "\w+", "reason": "([^"]+)")re");
  int count = 0;
  for (std::sregex_iterator one(sql.begin(), sql.end(), rule), end; one != end; ++one, ++count) {
    const std::string reason = (*one)[1];
    kefuctl::SetLanguage(Language::kEnglish);
    EXPECT_EQ(ChannelReason(reason), reason);
    kefuctl::SetLanguage(Language::kChinese);
    EXPECT_NE(ChannelReason(reason), reason);
  }
  EXPECT_GE(count, 8);
  kefuctl::SetLanguage(Language::kEnglish);
}

}  // namespace
}  // namespace kefu::cases
