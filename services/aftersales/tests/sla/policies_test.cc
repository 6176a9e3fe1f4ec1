// Policies of deadlines: what is refused, what rules which case, versions.
#include <thread>

#include "services/aftersales/tests/sla/sla_fixture.h"

namespace kefu::aftersales {
namespace {

using ::testing::ElementsAre;

// Every field that a policy has.
constexpr char kWholePolicy[] = R"pb(
  display_name: "京东店"
  shop_id: "shop-1"
  effective_time { seconds: 1768450000 }
  rules {
    clock: CLOCK_KIND_FIRST_ANSWER
    duration_seconds: 7200
    business_hours: true
    pausable: true
    warn_before_seconds: 600
  }
  rules {
    clock: CLOCK_KIND_PLATFORM_EMAIL
    case_kind: CASE_KIND_PLATFORM_EMAIL
    priority: CASE_PRIORITY_HIGH
    cutoff {
      cutoff_seconds: 57600
      due_before_seconds: 64800
      due_after_seconds: 64800
      due_after_days: 1
    }
  }
  weekdays {
    weekday: 1
    intervals { open_seconds: 32400 close_seconds: 43200 }
    intervals { open_seconds: 48600 close_seconds: 64800 }
  }
  weekdays {
    weekday: 7
    intervals { open_seconds: 0 close_seconds: 86400 }
  }
  makeup_intervals { open_seconds: 32400 close_seconds: 43200 }
  china_holidays: true
  days {
    date { year: 2026 month: 2 day: 20 }
    display_name: "店休"
  }
  days {
    date { year: 2026 month: 2 day: 21 }
    intervals { open_seconds: 32400 close_seconds: 43200 }
    intervals { open_seconds: 48600 close_seconds: 64800 }
  }
  suspensions {
    start_time { seconds: 1771000000 }
    end_time { seconds: 1772000000 nanos: 1000 }
    display_name: "春节"
  }
  steps { offset_seconds: -1800 recipient: SLA_RECIPIENT_AGENT }
  steps { clock: CLOCK_KIND_FIRST_ANSWER offset_seconds: 3600 recipient: SLA_RECIPIENT_SUPERVISOR }
)pb";

class SlaPoliciesTest : public SlaTest {
 protected:
  // When a case of the shop, opened now, must have its first answer, and by which policy.
  std::pair<std::string, std::string> FirstAnswer(const std::string& more = "") {
    const v1::Clock clock = ClockOf(Open("$X", more), v1::CLOCK_KIND_FIRST_ANSWER);
    return {Text(clock.due_time()).substr(5, 11), clock.policy_id()};
  }
  void TellOfShop(const std::string& shop_id) {
    Tell<::kefu::staffing::v1::ShopChanged>(
        "org-a", fmt::format("shop {{ shop_id: '{}' time_zone: 'Asia/Shanghai' platform: {} }}",
                             shop_id, static_cast<int>(::kefu::staffing::v1::PLATFORM_JD)));
  }
  absl::StatusOr<v1::SlaPolicy> Get(const std::string& request) {
    return rpc::Call(*policies_, &PolicyStub::GetSlaPolicy,
                     Parse<v1::GetSlaPolicyRequest>(Fill(request)), As("org-a"));
  }
};

TEST_F(SlaPoliciesTest, EverythingThatIsWrongIsNamedAtOnce) {
  const auto refused = TrySet(R"pb(
                                shop_id: "no spaces"
                                platform: "EBAY"
                                effective_time { seconds: 1 }
                                rules {}
                                rules { clock: CLOCK_KIND_RESOLUTION duration_seconds: 0 }
                                rules {
                                  clock: CLOCK_KIND_FIRST_ANSWER
                                  duration_seconds: 60
                                  warn_before_seconds: 60
                                  business_hours: true
                                }
                                rules { clock: CLOCK_KIND_FIRST_ANSWER duration_seconds: 70 }
                                rules {
                                  clock: CLOCK_KIND_PLATFORM_EMAIL
                                  case_kind: 99
                                  cutoff {
                                    cutoff_seconds: 57600
                                    due_before_seconds: 57599
                                    due_after_seconds: 90000
                                    due_after_days: 400
                                  }
                                }
                                weekdays { weekday: 8 }
                                weekdays { weekday: 7 }
                                makeup_intervals { open_seconds: 10 close_seconds: 10 }
                                days { date { year: 2026 month: 2 day: 30 } }
                                days {
                                  date { year: 2026 month: 2 day: 28 }
                                  intervals { open_seconds: 0 close_seconds: 9000 }
                                  intervals { open_seconds: 8000 close_seconds: 90000 }
                                }
                                suspensions { start_time { seconds: 2000000000 } }
                                suspensions {
                                  start_time { seconds: 2000000000 }
                                  end_time { seconds: 2000000000 }
                                  display_name: "s"
                                }
                                steps { offset_seconds: 0 }
                                steps { recipient: SLA_RECIPIENT_AGENT }
                                steps { recipient: SLA_RECIPIENT_AGENT }
                              )pb",
                              As("org-a"));
  const auto detail = GetDetail<google::rpc::BadRequest>(refused.status());
  ASSERT_TRUE(detail) << refused.status();
  std::vector<std::string> fields;
  for (const auto& violation : detail->field_violations()) fields.push_back(violation.field());
  EXPECT_THAT(
      fields,
      ElementsAre("policy.shop_id", "policy.platform", "policy.effective_time",
                  "policy.weekdays[0].weekday", "policy.weekdays[1].weekday",
                  "policy.makeup_intervals[0]", "policy.days[0].date",
                  "policy.days[1].intervals[1]", "policy.days[1].intervals[1]",
                  "policy.rules[0].clock", "policy.rules[0]", "policy.rules[1].duration_seconds",
                  "policy.rules[1].warn_before_seconds", "policy.rules[2].warn_before_seconds",
                  "policy.rules[2].business_hours", "policy.rules[3]", "policy.rules[4].case_kind",
                  "policy.rules[4].cutoff.due_after", "policy.rules[4].cutoff.due_after_days",
                  "policy.rules[4].cutoff.due_before", "policy.suspensions[0].end_time",
                  "policy.suspensions[0].display_name", "policy.suspensions[1].end_time",
                  "policy.steps[0].recipient", "policy.steps[2]"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM sla_policy WHERE org_id <> ''"), 0);
  EXPECT_THAT(TrySet("withdrawn: true", As("org-a")), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(TrySet("", As("org-a")), HasReason("INVALID_FIELDS"));
}

TEST_F(SlaPoliciesTest, APolicyIsKeptWholeAndItsVersionsAreListed) {
  const v1::SlaPolicy set = Set(kWholePolicy);
  v1::SlaPolicy expected = Parse<v1::SlaPolicy>(kWholePolicy);
  expected.set_policy_id(set.policy_id());
  expected.set_version(1);
  expected.set_actor("tester");
  *expected.mutable_create_time() = set.create_time();
  EXPECT_THAT(set, EqualsProto(expected));
  EXPECT_THAT(EventTypes(), ElementsAre("SlaPolicyChanged"));
  names_["$P"] = set.policy_id();
  ASSERT_OK_AND_ASSIGN(const v1::SlaPolicy read, Get("policy_id: '$P' version: 1"));
  EXPECT_THAT(read, EqualsProto(set));
  // Each scope has one policy, whose versions follow each other.
  EXPECT_THAT(TrySet("shop_id: 'shop-1' " + Rule("FIRST_ANSWER", 1), As("org-a")),
              HasReason("INVALID_FIELDS"));  // before version 1
  const v1::SlaPolicy second =
      Set("shop_id: 'shop-1' effective_time { seconds: 1768450000 } " + Rule("FIRST_ANSWER", 1));
  EXPECT_EQ(second.policy_id(), set.policy_id());
  EXPECT_EQ(second.version(), 2);
  ASSERT_OK_AND_ASSIGN(const v1::SlaPolicy latest, Get("policy_id: '$P'"));
  EXPECT_THAT(latest, EqualsProto(second));
  EXPECT_THAT(Get("policy_id: '$P' version: 3"), HasReason("NOT_FOUND"));
  EXPECT_THAT(Get("policy_id: '$P' shop_id: 'shop-1'"), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Get("version: 3"), HasReason("INVALID_FIELDS"));
  EXPECT_NE(Set(Rule("FIRST_ANSWER", 1)).policy_id(), set.policy_id());

  std::vector<std::string> all;
  std::string token;
  do {
    const auto page = rpc::Call(
        *policies_, &PolicyStub::ListSlaPolicies,
        Parse<v1::ListSlaPoliciesRequest>(fmt::format("page_size: 1 page_token: '{}'", token)),
        As("org-a"));
    ASSERT_OK(page);
    for (const auto& policy : page->policies()) {
      all.push_back(fmt::format("{} {}", policy.shop_id(), policy.version()));
    }
    token = page->next_page_token();
  } while (!token.empty());
  EXPECT_THAT(all, ElementsAre(" 1", " 2", "shop-1 1", "shop-1 2", " 1"));
}

TEST_F(SlaPoliciesTest, TheMostParticularPolicyInForceRules) {
  TellOfShop("shop-1");
  TellOfShop("shop-2");
  Hear<::kefu::staffing::v1::ContractChanged>("org-a", R"pb(
    contract {
      contract_id: "k-1"
      kind: CONTRACT_KIND_BASE
      base_id: "base-1"
      period {
        start_date { year: 2026 month: 1 day: 1 }
        end_date { year: 2026 month: 1 day: 20 }
      }
      shop_ids: "shop-1"
    }
  )pb");
  Tell<::kefu::staffing::v1::AgentChanged>(
      "base-1", "agent { agent_id: 'seat-1' hire_date { year: 2025 month: 1 day: 1 } }");
  EXPECT_EQ(FirstAnswer().second, "default/sla");
  names_["$ALL"] = Set(Rule("FIRST_ANSWER", 1)).policy_id();
  EXPECT_EQ(FirstAnswer().first, "01-15T05:00");
  Set("platform: 'JD' " + Rule("FIRST_ANSWER", 2));
  EXPECT_EQ(FirstAnswer().first, "01-15T06:00");
  Set("shop_id: 'shop-1' " + Rule("FIRST_ANSWER", 3));
  EXPECT_EQ(FirstAnswer().first, "01-15T07:00");
  EXPECT_EQ(FirstAnswer("shop_id: 'shop-2'").first, "01-15T06:00");
  EXPECT_EQ(FirstAnswer("shop_id: 'shop-3' kind: CASE_KIND_SERVICE_COMPLAINT").first,
            "01-15T05:00");  // platform not told
  Set("base_id: 'base-1' " + Rule("FIRST_ANSWER", 4));
  EXPECT_EQ(FirstAnswer().first, "01-15T07:00");  // an own agent
  EXPECT_EQ(FirstAnswer("assignee_agent_id: 'seat-1'").first, "01-15T08:00");
  ASSERT_OK_AND_ASSIGN(const v1::SlaPolicy elsewhere, Get("shop_id: 'shop-2' agent_id: 'seat-1'"));
  EXPECT_EQ(elsewhere.platform(), "JD");
  Set("contract_id: 'k-1' " + Rule("FIRST_ANSWER", 5));
  EXPECT_EQ(FirstAnswer("assignee_agent_id: 'seat-1'").first, "01-15T09:00");
  ASSERT_OK_AND_ASSIGN(const v1::SlaPolicy of_contract,
                       Get("shop_id: 'shop-1' agent_id: 'seat-1'"));
  EXPECT_EQ(of_contract.contract_id(), "k-1");
  // The day after its last one the contract is none.
  ASSERT_OK_AND_ASSIGN(const v1::SlaPolicy afterwards,
                       Get("shop_id: 'shop-1' agent_id: 'seat-1' at_time { seconds: 1768924800 }"));
  EXPECT_EQ(afterwards.shop_id(), "shop-1");
  // A withdrawn policy gives way to the next one.
  Set("contract_id: 'k-1' withdrawn: true");
  EXPECT_EQ(FirstAnswer("assignee_agent_id: 'seat-1'").first, "01-15T08:00");
  Set("base_id: 'base-1' withdrawn: true");
  Set("shop_id: 'shop-1' withdrawn: true");
  Set("platform: 'JD' withdrawn: true");
  EXPECT_EQ(FirstAnswer("assignee_agent_id: 'seat-1'").second, names_["$ALL"]);
  Set("withdrawn: true");
  EXPECT_EQ(FirstAnswer().second, "default/sla");
  // A contract that ended early ends that day.
  Set("base_id: 'base-1' " + Rule("FIRST_ANSWER", 4));
  Hear<::kefu::staffing::v1::ContractChanged>("org-a", R"pb(
    contract {
      contract_id: "k-1"
      kind: CONTRACT_KIND_BASE
      base_id: "base-1"
      period {
        start_date { year: 2026 month: 1 day: 1 }
        end_date { year: 2026 month: 1 day: 20 }
      }
      ended_date { year: 2026 month: 1 day: 14 }
      shop_ids: "shop-1"
    }
  )pb");
  ASSERT_OK_AND_ASSIGN(const v1::SlaPolicy ended, Get("shop_id: 'shop-1' agent_id: 'seat-1'"));
  EXPECT_EQ(ended.policy_id(), "default/sla");
}

// DOMAIN: a shop inherits its platform's rules, an organization may add to them.
TEST_F(SlaPoliciesTest, WhatAnOwnPolicyDoesNotNameIsInherited) {
  Set("shop_id: 'shop-1' rules { clock: CLOCK_KIND_RESOLUTION duration_seconds: 3600 }");
  names_["$ALL"] = Set(Rule("FIRST_ANSWER", 6)).policy_id();
  const auto text = [&](const v1::Case& record) {
    std::string text;
    for (const v1::Clock& clock : record.clocks()) {
      const std::string policy = clock.policy_id() == names_["$ALL"]  ? "all"
                                 : clock.policy_id() == "default/sla" ? "default"
                                                                      : "shop";
      text += fmt::format("{} {} {}; ", v1::ClockKind_Name(clock.kind()).substr(11),
                          Text(clock.due_time()).substr(5, 11), policy);
    }
    return text;
  };
  EXPECT_EQ(text(Open("$M", "kind: CASE_KIND_PLATFORM_EMAIL")),
            "FIRST_ANSWER 01-15T10:00 all; PLATFORM_EMAIL 01-15T10:00 default; "
            "RESOLUTION 01-15T05:00 shop; ");
  EXPECT_EQ(text(Open("$W", "kind: CASE_KIND_PLATFORM_WORK_ORDER")),
            "FIRST_ANSWER 01-15T10:00 all; WORK_ORDER_DECISION 01-15T07:00 default; "
            "RESOLUTION 01-15T05:00 shop; ");
  // Each is explained by the version that set it, and the policy in force is the shop's.
  const auto why = Why("$W");
  EXPECT_THAT(why.clocks(0).rule(),
              ::testing::HasSubstr("policy " + names_["$ALL"] + " version 1"));
  EXPECT_THAT(why.clocks(1).rule(), ::testing::HasSubstr("policy default/sla version 1"));
  EXPECT_EQ(Get("shop_id: 'shop-1'")->shop_id(), "shop-1");
  // A case that comes late is set anew by what came in force meanwhile, also by a withdrawal.
  clock_.Advance(absl::Hours(1));
  Set("withdrawn: true");
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(text(Open("$L", "kind: CASE_KIND_PLATFORM_EMAIL receive_time { seconds: 1768451400 }")),
            "FIRST_ANSWER 01-16T04:30 default; PLATFORM_EMAIL 01-15T10:00 default; "
            "RESOLUTION 01-15T05:30 shop; ");
}

TEST_F(SlaPoliciesTest, LunchHolidaysAndSuspensionsReachTheCase) {
  Set(R"pb(
    rules {
      clock: CLOCK_KIND_FIRST_ANSWER
      duration_seconds: 10800
      business_hours: true
      pausable: true
    }
    weekdays {
      weekday: 4
      intervals { open_seconds: 32400 close_seconds: 43200 }
      intervals { open_seconds: 48600 close_seconds: 54000 }
    }
    weekdays {
      weekday: 5
      intervals { open_seconds: 32400 close_seconds: 43200 }
    }
    weekdays {
      weekday: 6
      intervals { open_seconds: 32400 close_seconds: 43200 }
    }
    days {
      date { year: 2026 month: 1 day: 17 }
      display_name: "店休"
    }
    suspensions {
      start_time { seconds: 1768525200 }
      end_time { seconds: 1768532400 }
      display_name: "停电"
    }
  )pb");
  // Thursday noon: half past one to three, Friday from eleven on since nothing counts before, and
  // the rest the Thursday after, as Saturday is closed.
  const v1::Case made = Open("$C");
  EXPECT_EQ(Text(made.due_time()), "2026-01-22T01:30:00Z");
  std::vector<std::string> notes;
  const auto why = Why("$C");
  for (const auto& segment : why.clocks(0).segments()) notes.push_back(segment.note());
  EXPECT_THAT(notes, ElementsAre("outside business hours", "running", "outside business hours",
                                 "suspended: 停电", "running", "outside business hours",
                                 "closed: 店休", "day off", "outside business hours", "running"));
}

TEST_F(SlaPoliciesTest, TwoWhoSetAtOnceMakeTwoVersionsOrOneIsTold) {
  std::vector<absl::StatusOr<v1::SlaPolicy>> answers(4, absl::UnknownError(""));
  std::vector<std::thread> threads;
  for (auto& answer : answers) {
    threads.emplace_back([&] { answer = TrySet(Rule("FIRST_ANSWER", 1), As("org-a")); });
  }
  for (std::thread& thread : threads) thread.join();
  int64_t set = 0;
  for (const auto& answer : answers) {
    set += answer.ok();
    if (!answer.ok()) EXPECT_THAT(answer, HasReason("SLA_POLICY_CHANGED"));
  }
  EXPECT_GE(set, 1);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM sla_policy WHERE org_id = 'org-a'"), set);
  EXPECT_EQ(Db().Count("SELECT COUNT(DISTINCT policy_id) FROM sla_policy WHERE org_id = 'org-a'"),
            1);
}

}  // namespace
}  // namespace kefu::aftersales
