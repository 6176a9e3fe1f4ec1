// What holds for every call of the contract alike, walked by its descriptor: a new RPC that is not
// in the table fails the test.
#include "common/testing/every_call.h"
#include "services/staffing/tests/fixture.h"

namespace kefu::staffing {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;

// Organizations, shops, sites and teams.
std::vector<CallRow> PlaceRows() {
  return {
      {"CreateOrganization",
       R"(organization { kind: ORGANIZATION_KIND_MERCHANT display_name: "n~" })",
       Other::kUnrelated},
      {"GetOrganization", R"(organization_id: "org-a")", Other::kNotFound},
      {"ListOrganizations", "", Other::kUnrelated},
      {"UpdateOrganization",
       R"(organization { organization_id: "org-a" display_name: "n~" }
            update_mask { paths: "display_name" })",
       Other::kNotFound},
      {"CreateShop", R"(shop { display_name: "n~" platform: PLATFORM_TMALL })", Other::kUnrelated},
      {"GetShop", R"(shop_id: "$SHOP1")", Other::kNotFound},
      {"ListShops", "", Other::kEmpty},
      {"UpdateShop", R"(shop { shop_id: "$SHOP1" display_name: "n~" }
                          update_mask { paths: "display_name" })",
       Other::kNotFound},
      {"CreateSite", R"(site { display_name: "n~" })", Other::kUnrelated},
      {"GetSite", R"(site_id: "$SITE")", Other::kNotFound},
      {"ListSites", "", Other::kEmpty},
      {"UpdateSite", R"(site { site_id: "$SITE" display_name: "n~" }
                          update_mask { paths: "display_name" })",
       Other::kNotFound},
      {"CreateTeam", R"(team { display_name: "n~" site_id: "$SITE" })", Other::kNotFound},
      {"GetTeam", R"(team_id: "$TEAM1")", Other::kNotFound},
      {"ListTeams", "", Other::kEmpty},
      {"UpdateTeam", R"(team { team_id: "$TEAM1" display_name: "n~" }
                          update_mask { paths: "display_name" })",
       Other::kNotFound},
  };
}

// Forecast and need.
std::vector<CallRow> WorkloadRows() {
  return {
      {"ForecastDemand", R"(shop_id: "$SHOP1"
                              channel: CONTACT_CHANNEL_CHAT
                              days {
                                start_date { year: 2026 month: 1 day: 16 }
                                end_date { year: 2026 month: 1 day: 17 }
                              })",
       Other::kNotFound},
      {"ComputeStaffing", R"(shop_id: "$SHOP1"
                               channel: CONTACT_CHANNEL_TELEPHONE
                               loads { start_time {} arrivals: 100 handle_seconds: 180 })",
       Other::kNotFound},
  };
}

// Hiring, promotions and authority.
std::vector<CallRow> CareerRows() {
  return {
      {"HireAgent",
       R"(agent {
              display_name: "n~"
              employment: EMPLOYMENT_OWN
              team_id: "$TEAM1"
              education: "college"
              hire_date { year: 2026 month: 1 day: 1 }
            }
            birth_date { year: 1999 month: 12 day: 31 })",
       Other::kNotFound},
      {"EvaluatePromotion", R"(agent_id: "$AGENT")", Other::kNotFound},
      {"CheckAuthority", R"(agent_id: "$AGENT"
                              action: AUTHORITY_ACTION_REFUND)",
       Other::kNotFound},
      {"PromoteAgent",
       R"(agent_id: "$AGENT"
            tier_id: "regular"
            reason: "n~"
            effective_date { year: 2025 month: 8 day: 1 })",
       Other::kNotFound},
  };
}

// Agents, assignments and tiers.
std::vector<CallRow> PeopleRows() {
  return {
      {"CreateAgent",
       R"(agent {
              display_name: "n~"
              employment: EMPLOYMENT_OWN
              team_id: "$TEAM1"
              hire_date { year: 2025 month: 1 day: 1 }
            })",
       Other::kNotFound},
      {"GetAgent", R"(agent_id: "$AGENT")", Other::kNotFound},
      {"ListAgents", "", Other::kEmpty},
      {"UpdateAgent", R"(agent { agent_id: "$AGENT" display_name: "n~" }
                           update_mask { paths: "display_name" })",
       Other::kNotFound},
      {"AssignAgent",
       R"(assignment {
              agent_id: "$AGENT"
              shop_id: "$SHOP2"
              duty: DUTY_BOTH
              start_date { year: 2025 month: 7 day: 1~}
            })",
       Other::kNotFound},
      {"GetAssignment", R"(assignment_id: "$ASSIGNMENT")", Other::kNotFound},
      {"ListAssignments", "", Other::kEmpty},
      {"UpdateAssignment",
       R"(assignment {
              assignment_id: "$ASSIGNMENT"
              start_date { year: 2025 month: 7 day: 1~}
            }
            update_mask { paths: "start_date" })",
       Other::kNotFound},
      {"TransferAgent", R"(agent_id: "$AGENT"
                             team_id: "$TEAM2"
                             effective_date { year: 2025 month: 7 day: 1~})",
       Other::kNotFound},
      {"ListTeamMemberships", R"(agent_id: "$AGENT")", Other::kNotFound},
      {"GetTierLadder", "", Other::kUnrelated},
      {"ChangeTier",
       R"(change {
              agent_id: "$AGENT"
              tier_id: "regular"
              grade_id: "P1"
              reason: "n~"
              kind: TIER_CHANGE_KIND_PROMOTION
              effective_date { year: 2025 month: 8 day: 1 }
            })",
       Other::kNotFound},
      {"GetTierOn", R"(agent_id: "$AGENT"
                         date { year: 2025 month: 8 day: 1 })",
       Other::kNotFound},
      {"ListTierChanges", R"(agent_id: "$AGENT")", Other::kNotFound},
  };
}

std::vector<CallRow> ContractRows() {
  return {
      {"CreateContract", R"(contract {
             kind: CONTRACT_KIND_BASE
             base_id: "base-1"
             display_name: "n~"
             period {
               start_date { year: 2027 month: 1 day: 1 }
               end_date { year: 2027 month: 12 day: 31 }
             }
             shop_ids: "$SHOP1"
             price { model: PRICE_MODEL_SEATS_AND_COMMISSION seats: 3 }
           })",
       Other::kNotFound},
      {"CheckContract", R"(contract_id: "$CONTRACT" month { year: 2026 month: 1 day: 1~ })",
       Other::kNotFound},
      {"ComputeInvoice", R"(contract_id: "$CONTRACT" month { year: 2026 month: 1 day: 1 })",
       Other::kNotFound},
  };
}

std::vector<CallRow> ConductRows() {
  return {
      {"RecordConduct", R"(shop_id: "$SHOP1"
                           agent_id: "$AGENT"
                           kind_id: "praise"
                           note: "n~"
                           day { year: 2026 month: 1 day: 15 })",
       Other::kNotFound},
      {"GetConductScore", R"(agent_id: "$AGENT" month { year: 2026 month: 1 day: 1 })",
       Other::kNotFound},
  };
}

std::string RosterOrder() {
  std::string order = R"(order {
      display_name: "n~" weeks: 1 max_day_programmes: 1
      first_date { year: 2026 month: 1 day: 19 }
      shift_templates { shift_template_id: "day" start_minute: 540 length_minutes: 480 }
      agents { agent_id: "$AGENT" skill_ids: "chat" contract_minutes: 2400 }
      skills { skill_id: "chat" uncovered_minor_units: 100 agents_needed: [1)";
  for (int slot = 1; slot < 336; ++slot) order += ",1";
  return order + "] } }";
}

const std::vector<CallRow>& Rows() {
  static const auto& rows = *[] {
    auto* all = new std::vector<CallRow>(PlaceRows());
    for (CallRow& row : PeopleRows()) all->push_back(std::move(row));
    for (CallRow& row : CareerRows()) all->push_back(std::move(row));
    all->push_back({"PlanRoster", RosterOrder(), Other::kNotFound});
    for (CallRow& row : WorkloadRows()) all->push_back(std::move(row));
    all->push_back({"WriteHandover", R"(agent_id: "$AGENT" note: "n~")", Other::kNotFound});
    all->push_back(
        {"AcknowledgeHandover", "item_id: \"$ITEM\" agent_id: \"$AGENT\" # ~\n", Other::kNotFound});
    all->push_back({"ClockIn", "agent_id: \"$IDLE\" # ~\n", Other::kNotFound});
    all->push_back({"ClockOut", "agent_id: \"$CAME\" # ~\n", Other::kNotFound});
    for (CallRow& row : ContractRows()) all->push_back(std::move(row));
    for (CallRow& row : ConductRows()) all->push_back(std::move(row));
    return all;
  }();
  return rows;
}

bool IsUpdate(const CallRow& row) { return row.method.starts_with("Update"); }
// CreateOrganization is called for one that is not registered yet.
std::string OrgOf(const CallRow& row) {
  return row.method == "CreateOrganization" ? "org-new" : "org-a";
}

class EveryCallTest : public StaffingTest {
 protected:
  using StaffingTest::StaffingTest;
  void FreshWorld() {
    Db().Clear();
    world_.clear();
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
    ASSERT_NO_FATAL_FAILURE(MakeHandover());
    ASSERT_NO_FATAL_FAILURE(MakeClock());
    ASSERT_NO_FATAL_FAILURE(MakeContract());
  }

  const EveryCall calls_{"kefu.staffing.v1.StaffingService", host_.channel(),
                         [this](std::string text) { return Fill(std::move(text)); }};
};

TEST_F(EveryCallTest, TheTableNamesEveryMethod) { calls_.CheckTable(Rows()); }

TEST_F(EveryCallTest, SucceedsForItsOrganization) {
  for (const CallRow& row : Rows()) {
    FreshWorld();
    EXPECT_OK(calls_.Do(row, As(OrgOf(row)))) << row.method;
  }
}

TEST_F(EveryCallTest, AnotherOrganizationSeesNothing) {
  FreshWorld();
  for (const CallRow& row : Rows()) calls_.CheckStranger(row, As("org-b"));
  // Nor may a reference inside one's own record reach over.
  using Stub = v1::StaffingService::Stub;
  ASSERT_OK_AND_ASSIGN(const v1::Site site,
                       Call(&Stub::CreateSite, R"pb(site { display_name: "b" })pb", As("org-b")));
  world_["$OWN"] = site.site_id();
  for (const char* reference : {R"pb(shop_ids: "$SHOP1")pb", R"pb(lead_agent_id: "$AGENT")pb"}) {
    EXPECT_THAT(Call(&Stub::CreateTeam,
                     fmt::format(R"(team {{ display_name: "t" site_id: "$OWN" {} }})", reference),
                     As("org-b")),
                StatusIs(absl::StatusCode::kNotFound));
  }
}

TEST_F(EveryCallTest, RefusesAnEmptyRequestWithEveryFault) {
  FreshWorld();
  for (const CallRow& row : Rows()) {
    if (row.request.empty()) continue;  // such a call needs no field
    calls_.CheckEmptyRequest(row, As(OrgOf(row)));
  }
}

TEST_F(EveryCallTest, NeedsATokenAndAnOrganization) {
  FreshWorld();
  for (const CallRow& row : Rows()) calls_.CheckRights(row, host_.AsService());
}

TEST_F(EveryCallTest, AWriteIsReplayedAndItsIdNotReused) {
  for (const CallRow& row : Rows()) {
    if (!row.is_write()) continue;
    FreshWorld();
    const rpc::CallOptions as = As(OrgOf(row));
    calls_.CheckReplay(row, "id-1", as, Db(), clock_);
    if (row.request.find('#') != std::string::npos) continue;  // has nothing to vary
    EXPECT_THAT(calls_.Do(row, *calls_.Request(row, "2", "id-1"), as).status(),
                HasReason("REQUEST_ID_REUSED"))
        << row.method;
  }
}

TEST_F(EveryCallTest, AWriteTellsOfItself) {
  for (const CallRow& row : Rows()) {
    if (!row.is_write()) continue;
    FreshWorld();
    const size_t before = EventTypes().size();
    ASSERT_OK(calls_.Do(row, As(OrgOf(row)))) << row.method;
    EXPECT_GT(EventTypes().size(), before) << row.method;
  }
}

TEST_F(EveryCallTest, AnUpdateChecksMaskAndEtag) {
  for (const CallRow& row : Rows()) {
    if (!IsUpdate(row)) continue;
    FreshWorld();
    const auto sent = calls_.Request(row);
    const Reflection* reflection = sent->GetReflection();
    const FieldDescriptor* resource = sent->GetDescriptor()->field(0);
    const FieldDescriptor* etag = resource->message_type()->FindFieldByName("etag");
    const auto set_etag = [&](std::string value) {
      Message* inner = reflection->MutableMessage(sent.get(), resource);
      inner->GetReflection()->SetString(inner, etag, std::move(value));
    };
    set_etag("stale");
    EXPECT_THAT(calls_.Do(row, *sent, As("org-a")).status(), HasReason("ETAG_MISMATCH"))
        << row.method;
    set_etag("");
    const EveryCall::Result updated = calls_.Do(row, *sent, As("org-a"));
    ASSERT_OK(updated) << row.method;
    const FieldDescriptor* answered = (*updated)->GetDescriptor()->FindFieldByName("etag");
    const std::string current = (*updated)->GetReflection()->GetString(**updated, answered);
    set_etag(current);
    EXPECT_OK(calls_.Do(row, *sent, As("org-a"))) << row.method;
    EXPECT_THAT(calls_.Do(row, *sent, As("org-a")).status(), HasReason("ETAG_MISMATCH"))
        << row.method;

    const FieldDescriptor* mask = sent->GetDescriptor()->FindFieldByName("update_mask");
    for (const char* path : {"", "state", "no_such_field"}) {
      const auto wrong = calls_.Request(row);
      auto* paths =
          dynamic_cast<google::protobuf::FieldMask*>(reflection->MutableMessage(wrong.get(), mask));
      paths->clear_paths();
      if (*path != '\0') paths->add_paths(path);
      EXPECT_THAT(calls_.Do(row, *wrong, As("org-a")).status(), HasReason("INVALID_FIELDS"))
          << row.method << " " << path;
    }
  }
}

TEST_F(EveryCallTest, PageSizesAndTokensAreChecked) {
  FreshWorld();
  for (const CallRow& row : Rows()) calls_.CheckPages(row, As("org-a"));
}

// The only connection is held by the test, so that no call can be answered in time.
class DeadlineTest : public EveryCallTest {
 protected:
  DeadlineTest() : EveryCallTest(/*pool_size=*/1) {}
};

TEST_F(DeadlineTest, EveryCallEndsByItsDeadlineAndLeavesNothing) {
  FreshWorld();
  const int64_t events = Db().Count("SELECT COUNT(*) FROM outbox");
  ASSERT_OK(database_->RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction&) {
    for (const CallRow& row : Rows()) calls_.CheckDeadline(row, As(OrgOf(row)));
    return absl::OkStatus();
  }));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM outbox"), events);
}

}  // namespace
}  // namespace kefu::staffing
