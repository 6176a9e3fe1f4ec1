// Corrections, comments, evidence, links and merged duplicates, as stories.
#include <thread>

#include "fmt/format.h"
#include "fmt/ranges.h"
#include "services/aftersales/tests/evidence_text.h"
#include "services/aftersales/tests/fixture.h"

namespace kefu::aftersales {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class FilesTest : public AftersalesTest {
 protected:
  absl::StatusOr<v1::Case> Attach(char digit, const std::string& more = "") {
    return AttachFile(Photo(digit), more);
  }
  absl::StatusOr<v1::Case> AttachFile(const std::string& file, const std::string& more = "") {
    return Call(&WorkStub::AttachEvidence, fmt::format(R"(case_id: "$C" {} {})", file, more));
  }
  absl::StatusOr<v1::Case> Comment(const std::string& name, const std::string& visibility,
                                   const std::string& text, const rpc::CallOptions& options) {
    return Call(&WorkStub::AddCaseComment,
                fmt::format(R"(case_id: "{}" visibility: COMMENT_VISIBILITY_{} text: "{}")", name,
                            visibility, text),
                options);
  }
  std::vector<std::string> Comments(const std::string& name, const rpc::CallOptions& options,
                                    int size = 0) {
    std::vector<std::string> texts;
    std::string token;
    do {
      const auto page =
          Call(&WorkStub::ListCaseComments,
               fmt::format(R"(case_id: "{}" page_size: {} page_token: "{}")", name, size, token),
               options);
      EXPECT_OK(page);
      if (!page.ok()) break;
      for (const auto& comment : page->comments()) texts.push_back(comment.text());
      token = page->next_page_token();
    } while (!token.empty());
    return texts;
  }
  // "RELATED $B" and so on.
  std::vector<std::string> Links(const std::string& name, const rpc::CallOptions& options) {
    std::vector<std::string> texts;
    const auto list =
        Call(&WorkStub::ListCaseLinks, fmt::format(R"(case_id: "{}")", name), options);
    EXPECT_OK(list);
    if (!list.ok()) return texts;
    for (const auto& link : list->links()) {
      texts.push_back(fmt::format("{} {} {}", NameOfCase(link.case_id()),
                                  v1::CaseLinkKind_Name(link.kind()).substr(15),
                                  NameOfCase(link.other_case_id())));
    }
    return texts;
  }
  std::string NameOfCase(const std::string& id) {
    for (const auto& [name, known] : names_) {
      if (known == id) return name.substr(1);
    }
    return "?";
  }
  absl::StatusOr<v1::Case> Link(const std::string& one, const std::string& kind,
                                const std::string& other) {
    return Call(&WorkStub::LinkCases,
                fmt::format(R"(case_id: "{}" other_case_id: "{}" kind: CASE_LINK_KIND_{})", one,
                            other, kind));
  }
  absl::StatusOr<v1::Case> Merge(const std::string& survivor, const std::string& duplicate) {
    return Call(&WorkStub::MergeCases,
                fmt::format(R"(case_id: "{}" duplicate_case_id: "{}")", survivor, duplicate));
  }
  v1::Case Read(const std::string& name) {
    auto read = Call(&Stub::GetCase, fmt::format(R"(case_id: "{}")", name));
    EXPECT_OK(read);
    return read.ok() ? *read : v1::Case();
  }
};

// --- Corrections. ---

TEST_F(FilesTest, ACorrectionKeepsTheOldValuesAndTouchesOnlyWhatTheMaskNames) {
  Open("$C", R"pb(waybill: "SF1"
                  demand: "退货"
                  purchase_date { year: 2026 month: 1 day: 1 })pb");
  ASSERT_OK_AND_ASSIGN(
      const v1::Case updated, Call(&WorkStub::UpdateCase, R"pb(
        case { case_id: "$C" priority: CASE_PRIORITY_URGENT waybill: "SF2" problem: "ignored" }
        update_mask { paths: "priority" paths: "waybill" paths: "demand" paths: "purchase_date" }
        note: "核对面单")pb"));
  EXPECT_EQ(updated.priority(), v1::CASE_PRIORITY_URGENT);
  EXPECT_EQ(updated.waybill(), "SF2");
  EXPECT_EQ(updated.demand(), "");
  EXPECT_FALSE(updated.has_purchase_date());
  EXPECT_EQ(updated.problem(), "尺码不对");
  EXPECT_THAT(Read("$C"), EqualsProto(updated));
  ASSERT_OK_AND_ASSIGN(const auto history, Call(&Stub::ListCaseActivities, R"pb(case_id: "$C")pb"));
  EXPECT_THAT(history.activities(1), EqualsProto(fmt::format(
                                         R"(activity_id: "{}" case_id: "{}" verb: "UpdateCase"
      from_state: CASE_STATE_OPEN to_state: CASE_STATE_OPEN note: "核对面单" actor: "tester"
      create_time {{ seconds: {} }}
      changes {{ field: "priority" old_value: "NORMAL" new_value: "URGENT" }}
      changes {{ field: "purchase_date" old_value: "2026-01-01" }}
      changes {{ field: "waybill" old_value: "SF1" new_value: "SF2" }}
      changes {{ field: "demand" old_value: "退货" }})",
                                         history.activities(1).activity_id(), names_["$C"],
                                         absl::ToUnixSeconds(clock_.Now()))));
  // The same again is nothing new.
  ASSERT_OK_AND_ASSIGN(const v1::Case same, Call(&WorkStub::UpdateCase, R"pb(
                         case { case_id: "$C" waybill: "SF2" }
                         update_mask { paths: "waybill" })pb"));
  EXPECT_EQ(same.etag(), updated.etag());
  EXPECT_THAT(EventTypes(), ElementsAre("CaseOpened", "CaseChanged"));
}

TEST_F(FilesTest, ACorrectionNamesEveryFaultAndLeavesTheRestAlone) {
  Open("$C");
  const auto wrong = Call(&WorkStub::UpdateCase, R"pb(
    case { case_id: "$C" problem: " " waybill: "line\nbreak" }
    update_mask { paths: "problem" paths: "waybill" paths: "state" paths: "priority" })pb");
  const auto detail = GetDetail<google::rpc::BadRequest>(wrong.status());
  ASSERT_TRUE(detail);
  std::vector<std::string> fields;
  for (const auto& violation : detail->field_violations()) fields.push_back(violation.field());
  EXPECT_THAT(fields, UnorderedElementsAre(HasSubstr("update_mask"), "case.problem", "case.waybill",
                                           "case.priority"));
  EXPECT_THAT(Call(&WorkStub::UpdateCase, R"pb(case { case_id: "$C" })pb"),
              HasReason("INVALID_FIELDS"));
  ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_CUSTOMER_GAVE_UP)pb"));
  ASSERT_OK(Call(&Stub::CloseCase, R"pb(case_id: "$C")pb"));
  EXPECT_THAT(Call(&WorkStub::UpdateCase, R"pb(case { case_id: "$C" waybill: "SF9" }
                                               update_mask { paths: "waybill" })pb"),
              HasReason("ILLEGAL_MOVE"));
}

// --- Comments. ---

TEST_F(FilesTest, APageOfLongCommentsEndsBeforeItIsTooLargeToSend) {
  Open("$C");
  std::string text;
  for (int i = 0; i < 4000; ++i) text += "长";
  constexpr int kComments = 400;  // 4.8 MB
  for (int i = 0; i < kComments; ++i) ASSERT_OK(Comment("$C", "SHARED", text, As("org-a")));
  ASSERT_OK_AND_ASSIGN(const auto page,
                       Call(&WorkStub::ListCaseComments, R"pb(case_id: "$C" page_size: 1000)pb"));
  EXPECT_LT(page.comments_size(), kComments / 2);
  EXPECT_EQ(Comments("$C", As("org-a"), 1000).size(), kComments);
  int activities = 0;
  std::string token;
  do {
    ASSERT_OK_AND_ASSIGN(
        const auto history,
        Call(&Stub::ListCaseActivities,
             fmt::format(R"(case_id: "$C" page_size: 1000 page_token: "{}")", token)));
    activities += history.activities_size();
    token = history.next_page_token();
  } while (!token.empty());
  EXPECT_EQ(activities, kComments + 1);
}

TEST_F(FilesTest, InternalCommentsAreTheMerchantsAndABaseSeesTheSharedOnes) {
  Open("$C");
  GiveAll("");
  ASSERT_OK(Comment("$C", "INTERNAL", "该客户多次索赔", As("org-a")));
  ASSERT_OK(Comment("$C", "SHARED", "请核对批次", As("org-a")));
  ASSERT_OK(Comment("$C", "SHARED", "已核对", AsBase()));
  EXPECT_THAT(Comment("$C", "INTERNAL", "x", AsBase()), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Comments("$C", As("org-a"), 2),
              ElementsAre("该客户多次索赔", "请核对批次", "已核对"));
  EXPECT_THAT(Comments("$C", AsBase(), 1), ElementsAre("请核对批次", "已核对"));
  const auto texts = [&](const rpc::CallOptions& options) {
    std::vector<std::string> notes;
    const auto list = Call(&Stub::ListCaseActivities, R"pb(case_id: "$C")pb", options);
    EXPECT_OK(list);
    for (const auto& line : list->activities()) {
      notes.push_back(line.note() + (line.internal() ? " (internal)" : ""));
    }
    return notes;
  };
  EXPECT_THAT(texts(As("org-a")),
              ElementsAre("", "该客户多次索赔 (internal)", "请核对批次", "已核对"));
  EXPECT_THAT(texts(AsBase()), ElementsAre("", "请核对批次", "已核对"));
  // What is done may still be talked about.
  ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_CUSTOMER_GAVE_UP)pb"));
  ASSERT_OK(Call(&Stub::CloseCase, R"pb(case_id: "$C")pb"));
  EXPECT_OK(Comment("$C", "SHARED", "复盘", As("org-a")));
}

// --- Evidence. ---

TEST_F(FilesTest, EvidenceIsAddedSupersededAndNeverTakenAway) {
  Open("$C", Photo('0'));
  clock_.Advance(absl::Hours(1));
  ASSERT_OK(Attach('a', R"(note: "外箱")"));
  ASSERT_OK_AND_ASSIGN(const v1::Case third, Attach('b', "supersedes_number: 2"));
  ASSERT_EQ(third.evidence_size(), 3);
  EXPECT_EQ(third.evidence(0).number(), 1);
  EXPECT_FALSE(third.evidence(0).has_attach_time());
  EXPECT_EQ(third.evidence(1).superseded_by_number(), 3);
  EXPECT_EQ(Text(third.evidence(2).attach_time()), "2026-01-15T05:00:00Z");
  EXPECT_EQ(third.evidence(2).attached_by(), "tester");
  EXPECT_THAT(Read("$C"), EqualsProto(third));

  const auto twice = Attach('a');
  EXPECT_THAT(twice,
              AllOf(StatusIs(absl::StatusCode::kAlreadyExists), HasReason("EVIDENCE_DUPLICATE")));
  EXPECT_EQ(MetadataOf(twice.status(), "number"), "2");
  EXPECT_THAT(Attach('c', "supersedes_number: 2"), HasReason("EVIDENCE_UNKNOWN"));
  EXPECT_THAT(Attach('c', "supersedes_number: 4"), HasReason("EVIDENCE_UNKNOWN"));
  EXPECT_THAT(Attach('c', "supersedes_number: -1"), HasReason("INVALID_FIELDS"));
  EXPECT_EQ(Read("$C").etag(), third.etag());
}

TEST_F(FilesTest, EvidenceIsRefusedByThePolicyWithEveryFault) {
  Open("$C");
  const auto refused = AttachFile(Photo('a', "org-b/shop-1", 104857601));
  EXPECT_THAT(refused, AllOf(StatusIs(absl::StatusCode::kFailedPrecondition),
                             HasReason("EVIDENCE_NOT_ALLOWED")));
  const auto detail = GetDetail<google::rpc::PreconditionFailure>(refused.status());
  ASSERT_TRUE(detail);
  ASSERT_EQ(detail->violations_size(), 2);
  EXPECT_THAT(detail->violations(0).description(), HasSubstr("no file of the case's shop"));
  EXPECT_THAT(detail->violations(1).description(), HasSubstr("at most 104857600"));
  EXPECT_OK(AttachFile(Photo('a', "org-a/shop-1", 104857600)));
  ASSERT_OK(Call(&WorkStub::SetCasePolicy, R"pb(
    policy {
      escalation_levels: ESCALATION_LEVEL_AGENT
      escalation_levels: ESCALATION_LEVEL_MERCHANT
      max_evidence_bytes: 10
      max_evidence_items: 2
      evidence_types: "image/png"
    })pb"));
  EXPECT_OK(Attach('b'));
  EXPECT_THAT(Attach('c'), HasReason("EVIDENCE_NOT_ALLOWED"));
  // A case is opened within the same bounds.
  const auto opened = Call(
      &Stub::OpenCase,
      R"pb(
            case { shop_id: "shop-1" kind: CASE_KIND_RETURN channel: CASE_CHANNEL_CHAT
                   order_id: "order-1"
                   problem: "p"
      )pb" +
          Photo('1', "org-a/shop-1", 11) +
          R"pb(
            evidence {
              reference: "org-a/shop-2/2222222222222222222222222222222222222222222222222222222222222222.jpg"
              sha256: "2222222222222222222222222222222222222222222222222222222222222222"
              size_bytes: 1
              content_type: "image/jpg"
            })pb" +
          Photo('2', "org-a/shop-1", 10) + "}");
  EXPECT_THAT(opened, HasReason("EVIDENCE_NOT_ALLOWED"));
  const auto faults = GetDetail<google::rpc::PreconditionFailure>(opened.status());
  ASSERT_TRUE(faults);
  std::vector<std::string> texts;
  for (const auto& fault : faults->violations()) texts.push_back(fault.description());
  EXPECT_THAT(texts,
              ElementsAre(HasSubstr("11 bytes"), HasSubstr("no file of the case's shop"),
                          HasSubstr("is image/jpeg; allowed are image/png"),
                          HasSubstr("the content of another item"), HasSubstr("at most 2 items")));
}

TEST_F(FilesTest, EvidenceMustBeWhatItsReferenceSays) {
  Open("$C");
  const v1::Case before = Read("$C");
  const std::string a(64, 'a');
  const auto wrong = [&](const std::string& reference, const std::string& sha256,
                         const std::string& type, int64_t bytes = 1) {
    const auto refused = AttachFile(fmt::format(
        R"(evidence {{ reference: "{}" sha256: "{}" content_type: "{}" size_bytes: {} }})",
        reference, sha256, type, bytes));
    EXPECT_THAT(refused,
                AllOf(StatusIs(absl::StatusCode::kInvalidArgument), HasReason("INVALID_FIELDS")));
    std::vector<std::string> fields;
    const auto detail = GetDetail<google::rpc::BadRequest>(refused.status());
    if (!detail) return fields;
    for (const auto& violation : detail->field_violations()) {
      EXPECT_TRUE(violation.field().starts_with("evidence.")) << violation.field();
      fields.push_back(violation.field().substr(9));
    }
    return fields;
  };
  const std::string photo = "org-a/shop-1/" + a + ".jpg";
  EXPECT_THAT(wrong("", "", "", 0),
              ElementsAre("reference", "sha256", "size_bytes", "content_type"));
  EXPECT_THAT(wrong(photo, std::string(64, 'b'), "image/png", -1),
              ElementsAre("sha256", "size_bytes", "content_type"));
  EXPECT_THAT(wrong(photo, std::string(64, 'A'), "image/jpeg"), ElementsAre("sha256"));
  EXPECT_THAT(wrong(photo, a, "application/x-msdownload"), ElementsAre("content_type"));
  for (const std::string& name :
       {"s3://b/" + a + ".jpg", "shop-1/" + a + ".jpg", photo + "/", "/" + photo,
        "org-a/../" + a + ".jpg", "org-a/shop-1/" + a + ".exe", "org-a/shop-1/" + a,
        "https://evil.example/" + photo}) {
    EXPECT_THAT(wrong(name, a, "image/jpeg"), ElementsAre("reference")) << name;
  }
  EXPECT_THAT(Read("$C"), EqualsProto(before));
  // Another name of the same type is kept under its usual one.
  ASSERT_OK_AND_ASSIGN(
      const v1::Case good,
      AttachFile(fmt::format(
          R"(evidence {{ reference: "{}" sha256: "{}" content_type: "image/JPG" size_bytes: 1 }})",
          photo, a)));
  EXPECT_EQ(good.evidence(0).content_type(), "image/jpeg");
}

// A case shows its files to all who may read it, so they must be of its shop.
TEST_F(FilesTest, FilesOfOtherShopsAreNoEvidence) {
  Open("$C");
  Open("$D", R"pb(shop_id: "shop-2")pb");
  for (const char* shop : {"org-b/shop-1", "org-a/shop-2", "org-b/shop-2"}) {
    EXPECT_THAT(AttachFile(Photo('a', shop)), HasReason("EVIDENCE_NOT_ALLOWED")) << shop;
  }
  EXPECT_EQ(Read("$C").evidence_size(), 0);
  EXPECT_OK(Call(&WorkStub::AttachEvidence, R"(case_id: "$D" )" + Photo('a', "org-a/shop-2")));
}

TEST_F(FilesTest, OfTwoWhoAttachTheSameAtOnceOneDoes) {
  Open("$C");
  absl::Status results[4];
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([&, i] { results[i] = Attach('a').status(); });
  }
  int done = 0;
  for (const absl::Status& result : results) {
    done += result.ok() ? 1 : 0;
    if (!result.ok()) {
      EXPECT_THAT(result, HasReason("EVIDENCE_DUPLICATE"));
    }
  }
  EXPECT_EQ(done, 1);
  EXPECT_EQ(Read("$C").evidence_size(), 1);
}

// --- Links. ---

TEST_F(FilesTest, ALinkIsReadFromBothSides) {
  Open("$A");
  Open("$B");
  Open("$D", R"pb(shop_id: "shop-2")pb");
  ASSERT_OK(Link("$B", "FOLLOW_UP_OF", "$A"));
  ASSERT_OK(Link("$A", "RELATED", "$D"));
  EXPECT_THAT(Links("$A", As("org-a")), ElementsAre("A FOLLOWED_UP_BY B", "A RELATED D"));
  EXPECT_THAT(Links("$B", As("org-a")), ElementsAre("B FOLLOW_UP_OF A"));
  EXPECT_THAT(Links("$D", As("org-a")), ElementsAre("D RELATED A"));
  // Who does not reach the other shop sees nothing of its cases, nor a base of what others have.
  GiveAll("");
  EXPECT_THAT(Links("$A", AsBase()), ElementsAre("A FOLLOWED_UP_BY B"));
  Db().Exec(Fill("UPDATE aftersales_case SET assignee_agent_id = 'agent-1' WHERE case_id = '$B'"));
  EXPECT_THAT(Links("$A", AsBase()), ElementsAre());
  EXPECT_THAT(Links("$A", As("org-a", {"shop-1"})), ElementsAre("A FOLLOWED_UP_BY B"));
  EXPECT_THAT(Call(&WorkStub::LinkCases, R"pb(case_id: "$B"
                                              other_case_id: "$D"
                                              kind: CASE_LINK_KIND_RELATED)pb",
                   As("org-a", {"shop-1"})),
              HasReason("SHOP_NOT_ALLOWED"));
  const auto twice = Link("$A", "RELATED", "$B");
  EXPECT_THAT(twice, AllOf(StatusIs(absl::StatusCode::kAlreadyExists), HasReason("CASES_LINKED")));
  EXPECT_EQ(MetadataOf(twice.status(), "kind"), "FOLLOWED_UP_BY");
  EXPECT_THAT(Link("$A", "RELATED", "$A"), HasReason("INVALID_FIELDS"));
  for (const char* name : {"$A", "$B"}) {
    ASSERT_OK_AND_ASSIGN(const auto history,
                         Call(&Stub::ListCaseActivities, fmt::format(R"(case_id: "{}")", name)));
    EXPECT_EQ(history.activities(1).verb(), "LinkCases");
    EXPECT_EQ(history.activities(1).changes(0).field(), "link");
  }
  ASSERT_OK(Call(&WorkStub::UnlinkCases, R"pb(case_id: "$A" other_case_id: "$B")pb"));
  EXPECT_THAT(Links("$B", As("org-a")), IsEmpty());
  EXPECT_THAT(Links("$A", As("org-a")), ElementsAre("A RELATED D"));
  EXPECT_OK(Link("$A", "DUPLICATE_OF", "$B"));
}

TEST_F(FilesTest, TwoWhoLinkEachOtherAtOnceMakeOneLink) {
  for (int round = 0; round < 5; ++round) {
    Open("$A");
    Open("$B");
    absl::Status one, other;
    {
      std::jthread first([&] { one = Link("$A", "DUPLICATE_OF", "$B").status(); });
      std::jthread second([&] { other = Link("$B", "RELATED", "$A").status(); });
    }
    EXPECT_NE(one.ok(), other.ok()) << one << other;
    EXPECT_THAT(one.ok() ? other : one, HasReason("CASES_LINKED"));
    EXPECT_EQ(Links("$A", As("org-a")).size(), 1);
    EXPECT_EQ(Links("$B", As("org-a")).size(), 1);
  }
}

// --- Duplicates. ---

TEST_F(FilesTest, DuplicatesBecomeOneAndAreReadFromTheSurvivor) {
  Open("$A", Photo('a'));
  clock_.Advance(absl::Minutes(1));
  Open("$B");
  clock_.Advance(absl::Minutes(1));
  Open("$C", R"pb(language: "en-GB")pb");
  Open("$D", R"pb(kind: CASE_KIND_REPAIR)pb");
  ASSERT_OK(Comment("$C", "SHARED", "第一次来电", As("org-a")));
  ASSERT_OK(Attach('c'));
  ASSERT_OK(Link("$C", "RELATED", "$D"));
  ASSERT_OK(Merge("$B", "$C"));
  ASSERT_OK(Comment("$B", "SHARED", "第二次来电", As("org-a")));
  ASSERT_OK_AND_ASSIGN(const v1::Case survivor, Merge("$A", "$B"));
  EXPECT_EQ(survivor.state(), v1::CASE_STATE_OPEN);
  EXPECT_THAT(survivor.merged_case_ids(), ElementsAre(names_["$B"], names_["$C"]));
  EXPECT_EQ(survivor.language(), "en-GB") << "nobody had said it of the survivors";
  EXPECT_THAT(Read("$A"), EqualsProto(survivor));
  const v1::Case gone = Read("$B");
  EXPECT_EQ(gone.state(), v1::CASE_STATE_MERGED);
  EXPECT_EQ(gone.merged_into_case_id(), names_["$A"]);
  EXPECT_FALSE(gone.has_due_time());
  EXPECT_EQ(gone.clocks(0).state(), v1::CLOCK_STATE_CANCELLED);
  EXPECT_EQ(Text(gone.clocks(0).cancel_time()), Text(gone.update_time()));

  EXPECT_THAT(Comments("$A", As("org-a")), ElementsAre("第一次来电", "第二次来电"));
  EXPECT_THAT(Links("$A", As("org-a")), ElementsAre("C RELATED D"));
  ASSERT_OK_AND_ASSIGN(const auto evidence,
                       Call(&WorkStub::ListCaseEvidence, R"pb(case_id: "$A")pb"));
  ASSERT_EQ(evidence.evidence_size(), 2);
  EXPECT_EQ(evidence.evidence(0).case_id(), names_["$A"]);
  EXPECT_EQ(evidence.evidence(1).case_id(), names_["$C"]);
  EXPECT_EQ(evidence.evidence(1).evidence().sha256(), std::string(64, 'c'));
  ASSERT_OK_AND_ASSIGN(const auto first, Call(&WorkStub::ListCaseEvidence, R"pb(case_id: "$A"
                                                                                page_size: 1)pb"));
  EXPECT_THAT(first.evidence(0), EqualsProto(evidence.evidence(0)));
  ASSERT_OK_AND_ASSIGN(const auto rest, Call(&WorkStub::ListCaseEvidence,
                                             fmt::format(R"(case_id: "$A" page_token: "{}")",
                                                         first.next_page_token())));
  ASSERT_EQ(rest.evidence_size(), 1);
  EXPECT_THAT(rest.evidence(0), EqualsProto(evidence.evidence(1)));
  EXPECT_EQ(rest.next_page_token(), "");

  // The merged case is final.
  EXPECT_THAT(Comment("$B", "SHARED", "x", As("org-a")), HasReason("ILLEGAL_MOVE"));
  EXPECT_THAT(Call(&Stub::RespondToCase, R"pb(case_id: "$B" message: "m")pb"),
              HasReason("ILLEGAL_MOVE"));
  EXPECT_THAT(Merge("$A", "$B"), HasReason("ILLEGAL_MOVE"));
  EXPECT_THAT(Merge("$C", "$A"), HasReason("ILLEGAL_MOVE"));
  EXPECT_THAT(Link("$B", "RELATED", "$D"), HasReason("ILLEGAL_MOVE"));
  ASSERT_OK_AND_ASSIGN(const auto history, Call(&Stub::ListCaseActivities, R"pb(case_id: "$A")pb"));
  EXPECT_EQ(history.activities(1).verb(), "MergeCases");
  const auto& changes = history.activities(1).changes();
  ASSERT_EQ(changes.size(), 2);
  EXPECT_EQ(changes[0].field() + " " + changes[0].new_value(), "language en-GB");
  EXPECT_EQ(changes[1].new_value(), names_["$B"]);
}

TEST_F(FilesTest, WhatWasBreachedStaysBreachedWhenItIsMerged) {
  Open("$A");
  Open("$B");
  clock_.Advance(absl::Hours(25));
  ASSERT_OK(Merge("$A", "$B"));
  const v1::Case gone = Read("$B");
  EXPECT_EQ(gone.clocks(0).state(), v1::CLOCK_STATE_BREACHED);
  EXPECT_EQ(gone.clocks(0).breach_owner(), "agent-1");
  int breaches = 0;
  for (const std::string& type : EventTypes()) breaches += type == "DeadlineBreached" ? 1 : 0;
  EXPECT_EQ(breaches, 2) << "of both";
  // One that waits: its pause ends with it.
  Open("$A");
  Open("$B");
  ASSERT_OK(
      Call(&Stub::ReviewCase, R"pb(case_id: "$B" result: REVIEW_RESULT_WAITING_FOR_CUSTOMER)pb"));
  ASSERT_OK(Merge("$A", "$B"));
  EXPECT_EQ(Read("$B").clocks(0).state(), v1::CLOCK_STATE_CANCELLED);
}

TEST_F(FilesTest, OnlyOneMatterIsMergedAndOnlyIntoTheEarlierCase) {
  const auto faults = [&](const std::string& survivor, const std::string& duplicate) {
    const auto refused = Merge(survivor, duplicate);
    EXPECT_THAT(refused, AllOf(StatusIs(absl::StatusCode::kFailedPrecondition),
                               HasReason("NOT_A_DUPLICATE")));
    const auto detail = GetDetail<google::rpc::PreconditionFailure>(refused.status());
    std::vector<std::string> found;
    if (detail) {
      for (const auto& violation : detail->violations()) found.push_back(violation.description());
    }
    return fmt::format("{}", fmt::join(found, "; "));
  };
  Open("$A");
  Open("$SHOP", R"pb(shop_id: "shop-2")pb");
  Open("$ORDER", R"pb(order_id: "order-2" kind: CASE_KIND_REPAIR)pb");
  Open("$WORD1", R"pb(kind: CASE_KIND_SERVICE_COMPLAINT order_id: "order-1")pb");
  EXPECT_EQ(faults("$A", "$SHOP"), "they are of different shops");
  EXPECT_EQ(faults("$A", "$ORDER"), "they are of different kinds; they name different orders");
  const auto complain = [&](const std::string& name, const std::string& customer) {
    const auto opened = Call(&Stub::OpenCase, fmt::format(R"(case {{ shop_id: "shop-1" problem: "p"
        kind: CASE_KIND_SERVICE_COMPLAINT channel: CASE_CHANNEL_CHAT customer_id: "{}" }})",
                                                          customer));
    ASSERT_OK(opened);
    names_[name] = opened->case_id();
  };
  complain("$X", "");
  complain("$Y", "");
  EXPECT_EQ(faults("$X", "$Y"), "they do not name the same order nor the same buyer");
  complain("$X", "c1");
  clock_.Advance(absl::Minutes(1));
  complain("$Y", "c1");
  EXPECT_EQ(faults("$Y", "$X"), "the survivor was received later");
  EXPECT_OK(Merge("$X", "$Y"));
  // What has been decided is a matter of its own.
  Open("$B");
  ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$B" result: REVIEW_RESULT_APPROVED)pb"));
  EXPECT_THAT(Merge("$A", "$B"), HasReason("ILLEGAL_MOVE"));
}

TEST_F(FilesTest, OfAMergeAndAReviewAtOnceOneHappens) {
  for (int round = 0; round < 5; ++round) {
    Open("$A");
    Open("$B");
    absl::Status merged, reviewed, crossed;
    {
      std::jthread first([&] { merged = Merge("$A", "$B").status(); });
      std::jthread second([&] {
        reviewed =
            Call(&Stub::ReviewCase, R"pb(case_id: "$B" result: REVIEW_RESULT_APPROVED)pb").status();
      });
      std::jthread third([&] { crossed = Merge("$B", "$A").status(); });
    }
    const v1::Case a = Read("$A"), b = Read("$B");
    // Each that did happen is seen, each that did not was refused by the state.
    EXPECT_EQ(merged.ok(), b.state() == v1::CASE_STATE_MERGED);
    EXPECT_EQ(crossed.ok(), a.state() == v1::CASE_STATE_MERGED);
    EXPECT_EQ(reviewed.ok(), b.state() == v1::CASE_STATE_DECIDED);
    EXPECT_FALSE(merged.ok() && crossed.ok());
    EXPECT_FALSE(merged.ok() && reviewed.ok());
    for (const absl::Status& status : {merged, reviewed, crossed}) {
      if (!status.ok()) {
        EXPECT_THAT(status, HasReason("ILLEGAL_MOVE"));
      }
    }
  }
}

TEST_F(FilesTest, AnotherTenantsCaseIsNeitherLinkedNorMerged) {
  Open("$A");
  v1::OpenCaseRequest request;
  *request.mutable_case_() = Parse<v1::Case>(R"pb(shop_id: "shop-1"
                                                  kind: CASE_KIND_RETURN
                                                  channel: CASE_CHANNEL_CHAT
                                                  order_id: "order-1"
                                                  problem: "p")pb");
  ASSERT_OK_AND_ASSIGN(const v1::Case foreign,
                       rpc::Call(*stub_, &Stub::OpenCase, request, As("org-b")));
  names_["$F"] = foreign.case_id();
  EXPECT_THAT(Link("$A", "RELATED", "$F"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Merge("$A", "$F"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Merge("$F", "$A"), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace kefu::aftersales
