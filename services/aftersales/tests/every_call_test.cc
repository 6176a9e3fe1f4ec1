// What holds for every call of the contract alike, walked by its descriptor: a new RPC that is not
// in the table fails the test.
#include <set>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "grpcpp/impl/codegen/client_unary_call.h"
#include "services/aftersales/domain/enums.h"
#include "services/aftersales/tests/fixture.h"

namespace kefu::aftersales {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;
using google::protobuf::MethodDescriptor;
using ::testing::AnyOf;

// What another organization gets for the same request.
enum class Other {
  kNotFound,   // it names an id
  kEmpty,      // a list of nothing
  kUnrelated,  // it names no id
};

struct Row {
  std::string method;
  // A request of org-a that succeeds. "~" stands for a character that may vary: a write has one.
  std::string request;
  Other other;
};

const std::vector<Row>& Rows() {
  static const auto& rows = *new std::vector<Row>{
      {"OpenCase",
       R"(case { shop_id: "shop-1" kind: CASE_KIND_REPAIR channel: CASE_CHANNEL_TELEPHONE
                 order_id: "o1" problem: "n~" })",
       Other::kUnrelated},
      {"GetCase", R"(case_id: "$OPEN")", Other::kNotFound},
      {"ListCases", "", Other::kEmpty},
      {"RespondToCase", R"(case_id: "$OPEN" message: "n~")", Other::kNotFound},
      {"ReviewCase", R"(case_id: "$OPEN" result: REVIEW_RESULT_REJECTED note: "n~")",
       Other::kNotFound},
      {"ResumeCase", R"(case_id: "$WAITING" note: "n~")", Other::kNotFound},
      {"CloseCase", R"(case_id: "$DECIDED" note: "n~")", Other::kNotFound},
      {"ListCaseActivities", R"(case_id: "$OPEN")", Other::kNotFound},
      {"ExplainDeadline", R"(case_id: "$OPEN")", Other::kNotFound},
      {"QuoteCompensation",
       R"(kind: COMPENSATION_KIND_LATE_SHIPMENT
          paid { currency_code: "CNY" minor_units: 1666 })",
       Other::kUnrelated},
      {"BatchQuoteCompensation",
       R"(requests { kind: COMPENSATION_KIND_FREIGHT
                     freight { currency_code: "CNY" minor_units: 1000 } })",
       Other::kUnrelated},
  };
  return rows;
}

const MethodDescriptor* Method(const std::string& name) {
  return v1::Case::descriptor()
      ->file()
      ->pool()
      ->FindServiceByName("kefu.aftersales.v1.AftersalesService")
      ->FindMethodByName(name);
}

bool IsWrite(const Row& row) { return row.request.find('~') != std::string::npos; }

class EveryCallTest : public AftersalesTest {
 protected:
  using AftersalesTest::AftersalesTest;
  using Result = absl::StatusOr<std::unique_ptr<Message>>;

  // One open case, one that waits and one that is decided.
  void FreshWorld() {
    Fresh();
    names_.clear();
    Open("$OPEN");
    Open("$WAITING");
    Open("$DECIDED");
    ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$WAITING"
                                           result: REVIEW_RESULT_WAITING_FOR_CUSTOMER)pb"));
    ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$DECIDED" result: REVIEW_RESULT_APPROVED)pb"));
  }

  std::unique_ptr<Message> Request(const Row& row, std::string_view variant = "1",
                                   std::string_view request_id = "") {
    std::string text = Fill(row.request);
    for (size_t at; (at = text.find('~')) != std::string::npos;) text.replace(at, 1, variant);
    std::unique_ptr<Message> request(
        MessageFactory::generated_factory()->GetPrototype(Method(row.method)->input_type())->New());
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, request.get())) << text;
    if (!request_id.empty()) Set(*request, "request_id", request_id);
    return request;
  }

  // A base's team lead, granted one shop of org-a.
  rpc::CallOptions AsBase(std::string_view shop) {
    return host_.AsBase("base-1", {auth::Role::kTeamLead},
                        {{"org-a", std::string(shop), "contract-1", absl::CivilDay(2026, 1, 1),
                          absl::CivilDay(2026, 12, 31)}});
  }

  static void Set(Message& message, const std::string& field, std::string_view value) {
    message.GetReflection()->SetString(&message, message.GetDescriptor()->FindFieldByName(field),
                                       std::string(value));
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
};

TEST_F(EveryCallTest, TheTableNamesEveryMethod) {
  std::set<std::string> tested, offered;
  for (const Row& row : Rows()) {
    ASSERT_NE(Method(row.method), nullptr) << row.method;
    tested.insert(row.method);
    const bool has_id = Method(row.method)->input_type()->FindFieldByName("request_id") != nullptr;
    EXPECT_EQ(has_id, IsWrite(row)) << row.method;
  }
  const auto* service = Method("GetCase")->service();
  for (int i = 0; i < service->method_count(); ++i) offered.insert(service->method(i)->name());
  EXPECT_EQ(tested, offered);
}

TEST_F(EveryCallTest, SucceedsForItsOrganization) {
  for (const Row& row : Rows()) {
    FreshWorld();
    EXPECT_OK(Do(row, *Request(row), As("org-a"))) << row.method;
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
  // A shop of the same id in another organization is another shop.
  ASSERT_OK(Do(Rows()[0], *Request(Rows()[0]), As("org-b")));
  ASSERT_OK_AND_ASSIGN(const auto mine, Call(&Stub::ListCases, R"pb(shop_id: "shop-1")pb"));
  EXPECT_EQ(mine.cases_size(), 3);
}

TEST_F(EveryCallTest, ABaseReachesWhatIsGrantedAndNoMore) {
  for (const Row& row : Rows()) {
    FreshWorld();
    EXPECT_OK(Do(row, *Request(row), AsBase("shop-1"))) << row.method;
    if (row.other != Other::kNotFound) continue;
    FreshWorld();
    EXPECT_THAT(Do(row, *Request(row), AsBase("shop-2")).status(),
                StatusIs(absl::StatusCode::kNotFound))
        << row.method;
  }
}

TEST_F(EveryCallTest, ATokenConfinedToOtherShopsIsRefused) {
  FreshWorld();
  for (const Row& row : Rows()) {
    const Result result = Do(row, *Request(row), As("org-a", {"shop-2"}));
    if (row.other == Other::kNotFound || row.method == "OpenCase") {
      EXPECT_THAT(result.status(), HasReason("SHOP_NOT_ALLOWED")) << row.method;
    }
  }
  EXPECT_THAT(Call(&Stub::ListCases, R"pb(shop_id: "shop-1")pb", As("org-a", {"shop-2"})),
              HasReason("SHOP_NOT_ALLOWED"));
  ASSERT_OK_AND_ASSIGN(const auto none, Call(&Stub::ListCases, "", As("org-a", {"shop-2"})));
  EXPECT_EQ(none.cases_size(), 0);
  ASSERT_OK_AND_ASSIGN(const auto all, Call(&Stub::ListCases, "", As("org-a", {"shop-1"})));
  EXPECT_EQ(all.cases_size(), 3);
}

TEST_F(EveryCallTest, RefusesAnEmptyRequestWithEveryFault) {
  FreshWorld();
  for (const Row& row : Rows()) {
    if (row.request.empty()) continue;  // such a call needs no field
    const auto empty = std::unique_ptr<Message>(Request(row)->New());
    const Result result = Do(row, *empty, As("org-a"));
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
    const Result first = Do(row, *Request(row, "1", "id-1"), As("org-a"));
    ASSERT_OK(first) << row.method;
    const int64_t events = Db().Count("SELECT COUNT(*) FROM outbox");
    clock_.Advance(absl::Seconds(1));
    const Result second = Do(row, *Request(row, "1", "id-1"), As("org-a"));
    ASSERT_OK(second) << row.method;
    EXPECT_THAT(**second, EqualsProto(**first)) << row.method;
    EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM outbox"), events) << row.method;
    EXPECT_THAT(Do(row, *Request(row, "2", "id-1"), As("org-a")).status(),
                HasReason("REQUEST_ID_REUSED"))
        << row.method;
  }
}

TEST_F(EveryCallTest, AStoredAnswerIsForThoseWhoReachItsShop) {
  for (const Row& row : Rows()) {
    if (!IsWrite(row)) continue;
    FreshWorld();
    const auto request = Request(row, "1", "id-1");
    ASSERT_OK(Do(row, *request, As("org-a"))) << row.method;
    EXPECT_OK(Do(row, *request, As("org-a", {"shop-2", "shop-1"}))) << row.method;
    EXPECT_THAT(Do(row, *request, As("org-a", {"shop-2"})).status(), HasReason("SHOP_NOT_ALLOWED"))
        << row.method;
    FreshWorld();
    const auto of_base = Request(row, "1", "id-1");
    ASSERT_OK(Do(row, *of_base, AsBase("shop-1"))) << row.method;
    EXPECT_OK(Do(row, *of_base, AsBase("shop-1"))) << row.method;
    EXPECT_THAT(Do(row, *of_base, AsBase("shop-2")).status().code(),
                AnyOf(absl::StatusCode::kNotFound, absl::StatusCode::kPermissionDenied))
        << row.method;
  }
}

TEST_F(EveryCallTest, AMoveChecksTheEtagTellsOfItselfAndStandsInTheHistory) {
  for (const Row& row : Rows()) {
    if (!IsWrite(row) || row.method == "OpenCase") continue;
    FreshWorld();
    const auto request = Request(row);
    Set(*request, "etag", "stale");
    EXPECT_THAT(Do(row, *request, As("org-a")).status(), HasReason("ETAG_MISMATCH")) << row.method;
    const std::string id = request->GetReflection()->GetString(
        *request, request->GetDescriptor()->FindFieldByName("case_id"));
    const auto before = Call(&Stub::GetCase, "case_id: '" + id + "'");
    ASSERT_OK(before);
    Set(*request, "etag", before->etag());
    ASSERT_OK(Do(row, *request, As("org-a"))) << row.method;
    EXPECT_THAT(Do(row, *request, As("org-a")).status(), HasReason("ETAG_MISMATCH"));
    EXPECT_EQ(EventTypes().back(), "CaseChanged");
    const auto history = Call(&Stub::ListCaseActivities, "case_id: '" + id + "'");
    ASSERT_OK(history);
    const v1::CaseActivity& last = *history->activities().rbegin();
    EXPECT_EQ(last.verb(), row.method);
    EXPECT_EQ(last.actor(), "tester");
    EXPECT_EQ(last.note(), "n1");
    EXPECT_EQ(last.from_state(), before->state());
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
    Set(*request, "page_token", "forged");
    EXPECT_THAT(Do(row, *request, As("org-a")).status(), HasReason("BAD_PAGE_TOKEN")) << row.method;
  }
}

// Names of the domain are those of the contract without the prefix, in the same order.
template <class E>
void ExpectSameNames(const EnumDescriptor* contract, const std::string& prefix) {
  ASSERT_EQ(contract->value_count(), static_cast<int>(kEnumNames<E>.size())) << prefix;
  for (int i = 0; i < contract->value_count(); ++i) {
    EXPECT_EQ(contract->value(i)->number(), i);
    EXPECT_EQ(contract->value(i)->name(), prefix + std::string(kEnumNames<E>[i]));
  }
}

TEST(EnumTest, TheDomainHasTheContractsValues) {
  ExpectSameNames<domain::CaseKind>(v1::CaseKind_descriptor(), "CASE_KIND_");
  ExpectSameNames<domain::CaseChannel>(v1::CaseChannel_descriptor(), "CASE_CHANNEL_");
  ExpectSameNames<domain::CaseState>(v1::CaseState_descriptor(), "CASE_STATE_");
  ExpectSameNames<domain::CasePriority>(v1::CasePriority_descriptor(), "CASE_PRIORITY_");
  ExpectSameNames<domain::ReviewResult>(v1::ReviewResult_descriptor(), "REVIEW_RESULT_");
  ExpectSameNames<domain::ClockKind>(v1::ClockKind_descriptor(), "CLOCK_KIND_");
  ExpectSameNames<domain::ClockState>(v1::ClockState_descriptor(), "CLOCK_STATE_");
  ExpectSameNames<domain::CompensationKind>(v1::CompensationKind_descriptor(),
                                            "COMPENSATION_KIND_");
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
      rpc::CallOptions options = As("org-a");
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
}  // namespace kefu::aftersales
