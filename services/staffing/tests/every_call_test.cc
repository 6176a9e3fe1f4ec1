// What holds for every call of the contract alike, walked by its descriptor: a new RPC that is not
// in the table fails the test.
#include <functional>
#include <memory>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "grpcpp/impl/codegen/client_unary_call.h"
#include "services/staffing/tests/fixture.h"

namespace kefu::staffing {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;
using google::protobuf::MethodDescriptor;
using google::protobuf::Reflection;
using ::testing::AnyOf;

// What another organization gets for the same request.
enum class Other {
  kNotFound,   // it names an id
  kEmpty,      // a list of nothing
  kUnrelated,  // it names no id
};

struct Row {
  std::string method;
  // A request of org-a that succeeds in the world. "~" stands for a character that may vary: a
  // write has one.
  std::string request;
  Other other;
};

// Organizations, shops, sites and teams.
std::vector<Row> PlaceRows() {
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

// Agents, assignments and tiers.
std::vector<Row> PeopleRows() {
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

const std::vector<Row>& Rows() {
  static const auto& rows = *[] {
    auto* all = new std::vector<Row>(PlaceRows());
    for (Row& row : PeopleRows()) all->push_back(std::move(row));
    return all;
  }();
  return rows;
}

const MethodDescriptor* Method(const std::string& name) {
  return v1::Organization::descriptor()
      ->file()
      ->pool()
      ->FindServiceByName("kefu.staffing.v1.StaffingService")
      ->FindMethodByName(name);
}

bool IsWrite(const Row& row) { return row.request.find('~') != std::string::npos; }
bool IsUpdate(const Row& row) { return row.method.starts_with("Update"); }
// CreateOrganization is called for one that is not registered yet.
std::string OrgOf(const Row& row) {
  return row.method == "CreateOrganization" ? "org-new" : "org-a";
}

class EveryCallTest : public StaffingTest {
 protected:
  using StaffingTest::StaffingTest;
  using Result = absl::StatusOr<std::unique_ptr<Message>>;

  std::unique_ptr<Message> Request(const Row& row, std::string_view variant = "1",
                                   std::string_view request_id = "") {
    std::string text = Fill(row.request);
    for (size_t at; (at = text.find('~')) != std::string::npos;) text.replace(at, 1, variant);
    std::unique_ptr<Message> request(
        MessageFactory::generated_factory()->GetPrototype(Method(row.method)->input_type())->New());
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, request.get())) << text;
    if (!request_id.empty()) {
      request->GetReflection()->SetString(request.get(),
                                          request->GetDescriptor()->FindFieldByName("request_id"),
                                          std::string(request_id));
    }
    return request;
  }

  Result Do(const Row& row, const Message& request, const rpc::CallOptions& options) {
    const MethodDescriptor* method = Method(row.method);
    const std::string path = "/" + method->service()->full_name() + "/" + method->name();
    std::unique_ptr<Message> response(
        MessageFactory::generated_factory()->GetPrototype(method->output_type())->New());
    grpc::ClientContext context;
    rpc::Prepare(options, context);
    const grpc::Status status = grpc::internal::BlockingUnaryCall<Message, Message>(
        host_.channel().get(),
        grpc::internal::RpcMethod(path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC), &context,
        request, response.get());
    if (!status.ok()) return rpc::FromGrpc(status);
    return response;
  }

  void FreshWorld() {
    Db().Clear();
    world_.clear();
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
  }
};

TEST_F(EveryCallTest, TheTableNamesEveryMethod) {
  std::set<std::string> tested, offered;
  for (const Row& row : Rows()) {
    ASSERT_NE(Method(row.method), nullptr) << row.method;
    tested.insert(row.method);
    const bool has_id = Method(row.method)->input_type()->FindFieldByName("request_id") != nullptr;
    EXPECT_EQ(has_id, IsWrite(row)) << row.method;
  }
  const auto* service = Method("GetShop")->service();
  for (int i = 0; i < service->method_count(); ++i) offered.insert(service->method(i)->name());
  EXPECT_EQ(tested, offered);
}

TEST_F(EveryCallTest, SucceedsForItsOrganization) {
  for (const Row& row : Rows()) {
    FreshWorld();
    EXPECT_OK(Do(row, *Request(row), As(OrgOf(row)))) << row.method;
  }
}

TEST_F(EveryCallTest, AnotherOrganizationSeesNothing) {
  FreshWorld();
  for (const Row& row : Rows()) {
    if (row.other == Other::kUnrelated) continue;
    const Result result = Do(row, *Request(row), As("org-b"));
    if (row.other == Other::kNotFound) {
      EXPECT_THAT(result.status(), StatusIs(absl::StatusCode::kNotFound)) << row.method;
    } else {
      ASSERT_OK(result) << row.method;
      const FieldDescriptor* rows = (*result)->GetDescriptor()->field(0);
      EXPECT_EQ((*result)->GetReflection()->FieldSize(**result, rows), 0) << row.method;
    }
  }
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
  for (const Row& row : Rows()) {
    if (row.request.empty()) continue;  // such a call needs no field
    const auto empty = std::unique_ptr<Message>(Request(row)->New());
    const Result result = Do(row, *empty, As(OrgOf(row)));
    EXPECT_THAT(result.status(), HasReason("INVALID_FIELDS")) << row.method;
    EXPECT_TRUE(GetDetail<google::rpc::BadRequest>(result.status())) << row.method;
  }
}

TEST_F(EveryCallTest, NeedsATokenAndAnOrganization) {
  FreshWorld();
  for (const Row& row : Rows()) {
    EXPECT_THAT(Do(row, *Request(row), {}).status(), StatusIs(absl::StatusCode::kUnauthenticated))
        << row.method;
    EXPECT_THAT(ReasonOf(Do(row, *Request(row), host_.AsService()).status()),
                AnyOf("ORGANIZATION_REQUIRED", "PERMISSION_DENIED"))
        << row.method;
  }
}

TEST_F(EveryCallTest, AWriteIsReplayedAndItsIdNotReused) {
  for (const Row& row : Rows()) {
    if (!IsWrite(row)) continue;
    FreshWorld();
    const rpc::CallOptions as = As(OrgOf(row));
    const Result first = Do(row, *Request(row, "1", "id-1"), as);
    ASSERT_OK(first) << row.method;
    const int64_t events = Db().Count("SELECT COUNT(*) FROM outbox");
    clock_.Advance(absl::Seconds(1));
    const Result second = Do(row, *Request(row, "1", "id-1"), as);
    ASSERT_OK(second) << row.method;
    EXPECT_THAT(**second, EqualsProto(**first)) << row.method;
    EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM outbox"), events) << row.method;
    EXPECT_THAT(Do(row, *Request(row, "2", "id-1"), as).status(), HasReason("REQUEST_ID_REUSED"))
        << row.method;
  }
}

TEST_F(EveryCallTest, AWriteTellsOfItself) {
  for (const Row& row : Rows()) {
    if (!IsWrite(row)) continue;
    FreshWorld();
    const size_t before = EventTypes().size();
    ASSERT_OK(Do(row, *Request(row), As(OrgOf(row)))) << row.method;
    EXPECT_GT(EventTypes().size(), before) << row.method;
  }
}

TEST_F(EveryCallTest, AnUpdateChecksMaskAndEtag) {
  for (const Row& row : Rows()) {
    if (!IsUpdate(row)) continue;
    FreshWorld();
    const auto sent = Request(row);
    const Reflection* reflection = sent->GetReflection();
    const FieldDescriptor* resource = sent->GetDescriptor()->field(0);
    const FieldDescriptor* etag = resource->message_type()->FindFieldByName("etag");
    const auto set_etag = [&](std::string value) {
      Message* inner = reflection->MutableMessage(sent.get(), resource);
      inner->GetReflection()->SetString(inner, etag, std::move(value));
    };
    set_etag("stale");
    EXPECT_THAT(Do(row, *sent, As("org-a")).status(), HasReason("ETAG_MISMATCH")) << row.method;
    set_etag("");
    const Result updated = Do(row, *sent, As("org-a"));
    ASSERT_OK(updated) << row.method;
    const FieldDescriptor* answered = (*updated)->GetDescriptor()->FindFieldByName("etag");
    const std::string current = (*updated)->GetReflection()->GetString(**updated, answered);
    set_etag(current);
    EXPECT_OK(Do(row, *sent, As("org-a"))) << row.method;
    EXPECT_THAT(Do(row, *sent, As("org-a")).status(), HasReason("ETAG_MISMATCH")) << row.method;

    const FieldDescriptor* mask = sent->GetDescriptor()->FindFieldByName("update_mask");
    for (const char* path : {"", "state", "no_such_field"}) {
      const auto wrong = Request(row);
      auto* paths =
          dynamic_cast<google::protobuf::FieldMask*>(reflection->MutableMessage(wrong.get(), mask));
      paths->clear_paths();
      if (*path != '\0') paths->add_paths(path);
      EXPECT_THAT(Do(row, *wrong, As("org-a")).status(), HasReason("INVALID_FIELDS"))
          << row.method << " " << path;
    }
  }
}

TEST_F(EveryCallTest, PageSizesAndTokensAreChecked) {
  FreshWorld();
  for (const Row& row : Rows()) {
    const auto request = Request(row);
    const FieldDescriptor* size = request->GetDescriptor()->FindFieldByName("page_size");
    if (size == nullptr) continue;
    request->GetReflection()->SetInt32(request.get(), size, -1);
    EXPECT_THAT(Do(row, *request, As("org-a")).status(),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << row.method;
    request->GetReflection()->SetInt32(request.get(), size, 1'000'000);
    EXPECT_OK(Do(row, *request, As("org-a"))) << row.method;
    request->GetReflection()->SetString(
        request.get(), request->GetDescriptor()->FindFieldByName("page_token"), "forged");
    EXPECT_THAT(Do(row, *request, As("org-a")).status(), HasReason("BAD_PAGE_TOKEN")) << row.method;
  }
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
    for (const Row& row : Rows()) {
      rpc::CallOptions options = As(OrgOf(row));
      options.timeout = absl::Milliseconds(100);
      EXPECT_THAT(Do(row, *Request(row), options).status().code(),
                  AnyOf(absl::StatusCode::kDeadlineExceeded, absl::StatusCode::kResourceExhausted))
          << row.method;
    }
    return absl::OkStatus();
  }));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM outbox"), events);
}

}  // namespace
}  // namespace kefu::staffing
