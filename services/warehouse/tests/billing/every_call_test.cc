// What holds for every call of BillingService alike, walked by its descriptor: a new RPC that is
// not in the table fails the test.
#include <memory>

#include "google/protobuf/message.h"
#include "grpcpp/impl/codegen/client_unary_call.h"
#include "services/warehouse/tests/billing/fixture.h"

namespace kefu::warehouse {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using ::testing::AnyOf;

enum class Other { kNotFound, kEmpty, kUnrelated };

// As in the table of WarehouseService: "~" stands for a character that may vary, in writes.
struct Row {
  std::string method;
  std::string request;
  Other other;
};

constexpr char kPeriod[] =
    " period { start_date { year: 2026 month: 1 day: 1 } end_date { year: 2026 month: 1 day: 9 } }";

const std::vector<Row>& Rows() {
  static const auto& rows = *new std::vector<Row>{
      {"CreateStockOwner",
       "owner { owner_id: 'o~' display_name: 'n' kind: STOCK_OWNER_KIND_CLOUD }",
       Other::kUnrelated},
      {"GetStockOwner", "owner_id: 'brand'", Other::kNotFound},
      {"ListStockOwners", "", Other::kEmpty},
      {"UpdateStockOwner",
       "owner { owner_id: 'brand' display_name: 'n~' } update_mask { paths: 'display_name' }",
       Other::kNotFound},
      {"SetOwnerTerms",
       "terms { owner_id: 'brand' effective_from { year: 2026 month: 2 day: ~ }"
       " currency_code: 'CNY' }",
       Other::kNotFound},
      {"GetOwnerTerms", "owner_id: 'brand' date { year: 2026 month: 1 day: 1 }", Other::kNotFound},
      {"ListOwnerTerms", "owner_id: 'brand'", Other::kNotFound},
      {"CloseSettlement", std::string("owner_id: 'brand' # ~\n") + kPeriod, Other::kNotFound},
      {"GetSettlement", "settlement_id: '$SETTLED'", Other::kNotFound},
      {"ListSettlements", "", Other::kEmpty},
      {"ListSettlementEntries",
       "owner_id: 'brand' line { kind: SETTLEMENT_LINE_KIND_STORAGE first_date { year: 2026"
       " month: 1 day: 1 } last_date { year: 2026 month: 1 day: 9 } }",
       Other::kNotFound},
      {"CreateLease",
       "lease { node_id: '$NODE1' tenant_id: 't' display_name: 'n~' area_dm2: 1"
       " price_period: LEASE_PERIOD_DAY price { currency_code: 'CNY' }"
       " start_date { year: 2026 month: 1 day: 1 } }",
       Other::kNotFound},
      {"GetLease", "lease_id: '$LEASE'", Other::kNotFound},
      {"ListLeases", "", Other::kEmpty},
      {"UpdateLease",
       "lease { lease_id: '$LEASE' display_name: 'n~' } update_mask { paths: 'display_name' }",
       Other::kNotFound},
      {"ComputeLeaseBilling", std::string("tenant_id: 'tenant'") + kPeriod, Other::kNotFound},
      {"SetWarehouseContract",
       "contract { node_id: '$NODE1' effective_from { year: 2026 month: 2 day: ~ }"
       " currency_code: 'CNY' }",
       Other::kNotFound},
      {"GetWarehouseContract", "node_id: '$NODE1' date { year: 2026 month: 1 day: 1 }",
       Other::kNotFound},
      {"ListWarehouseContracts", "node_id: '$NODE1'", Other::kNotFound},
      {"GetWarehouseReport", "node_id: '$NODE1' year: 2026 month: 1", Other::kNotFound},
      {"CheckWarehouseBill",
       "node_id: '$NODE1' year: 2026 month: 1 lines { item: BILL_ITEM_FIXED_MONTH"
       " amount { currency_code: 'CNY' } }",
       Other::kNotFound},
  };
  return rows;
}

const MethodDescriptor* Method(const std::string& name) {
  return google::protobuf::DescriptorPool::generated_pool()
      ->FindServiceByName("kefu.warehouse.v1.BillingService")
      ->FindMethodByName(name);
}

bool IsWrite(const Row& row) { return row.request.find('~') != std::string::npos; }

class EveryBillingCallTest : public BillingTest {
 protected:
  using Result = absl::StatusOr<std::unique_ptr<Message>>;

  std::unique_ptr<Message> Request(const Row& row, std::string_view variant = "1",
                                   std::string_view request_id = "") {
    std::string text = Fill(row.request);
    for (size_t at; (at = text.find('~')) != std::string::npos;) text.replace(at, 1, variant);
    std::unique_ptr<Message> request(google::protobuf::MessageFactory::generated_factory()
                                         ->GetPrototype(Method(row.method)->input_type())
                                         ->New());
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
    std::unique_ptr<Message> response(google::protobuf::MessageFactory::generated_factory()
                                          ->GetPrototype(method->output_type())
                                          ->New());
    grpc::ClientContext context;
    rpc::Prepare(options, context);
    const grpc::Status status = grpc::internal::BlockingUnaryCall<Message, Message>(
        billing_host_.channel().get(),
        grpc::internal::RpcMethod(path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC), &context,
        request, response.get());
    if (!status.ok()) return rpc::FromGrpc(status);
    return response;
  }

  // With a lease and a contract of $NODE1, and a closed settlement of the own stock.
  void FreshWorld() {
    Db().Clear();
    world_.clear();
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
    ASSERT_OK_AND_ASSIGN(
        const auto lease,
        Call(&BillingStub::CreateLease,
             "lease { node_id: '$NODE1' tenant_id: 'tenant' display_name: 'T' area_dm2: 1"
             " price_period: LEASE_PERIOD_DAY price { currency_code: 'CNY' minor_units: 1 }"
             " start_date { year: 2026 month: 1 day: 1 } }"));
    world_["$LEASE"] = lease.lease_id();
    ASSERT_OK(Call(&BillingStub::SetWarehouseContract,
                   "contract { node_id: '$NODE1' currency_code: 'CNY'"
                   " effective_from { year: 2026 month: 1 day: 1 } }"));
    ASSERT_OK(Call(&BillingStub::SetOwnerTerms,
                   "terms { effective_from { year: 2026 month: 1 day: 1 } currency_code: 'CNY' }"));
    ASSERT_OK_AND_ASSIGN(const auto settled,
                         Close("", absl::CivilDay(2026, 1, 1), absl::CivilDay(2026, 1, 5)));
    world_["$SETTLED"] = settled.settlement_id();
  }
};

TEST_F(EveryBillingCallTest, TheTableNamesEveryMethod) {
  std::set<std::string> tested, offered;
  for (const Row& row : Rows()) {
    ASSERT_NE(Method(row.method), nullptr) << row.method;
    tested.insert(row.method);
    const bool has_id = Method(row.method)->input_type()->FindFieldByName("request_id") != nullptr;
    EXPECT_EQ(has_id, IsWrite(row)) << row.method;
  }
  const auto* service = Method("GetLease")->service();
  for (int i = 0; i < service->method_count(); ++i) offered.insert(service->method(i)->name());
  EXPECT_EQ(tested, offered);
}

TEST_F(EveryBillingCallTest, SucceedsForItsOrganizationAndTellsOfWrites) {
  FreshWorld();
  const std::string events = "SELECT COUNT(*) FROM outbox WHERE type LIKE 'kefu.warehouse.%'";
  for (const Row& row : Rows()) {
    const int64_t before = Db().Count(events);
    EXPECT_OK(Do(row, *Request(row), BillingAs("org-a"))) << row.method;
    EXPECT_EQ(Db().Count(events) > before, IsWrite(row)) << row.method;
  }
  CheckBooks();
}

TEST_F(EveryBillingCallTest, AnotherOrganizationSeesNothing) {
  FreshWorld();
  for (const Row& row : Rows()) {
    if (row.other == Other::kUnrelated) continue;
    const Result result = Do(row, *Request(row), BillingAs("org-b"));
    if (row.other == Other::kNotFound) {
      EXPECT_THAT(result.status(), StatusIs(absl::StatusCode::kNotFound)) << row.method;
    } else {
      ASSERT_OK(result) << row.method;
      const FieldDescriptor* rows = (*result)->GetDescriptor()->field(0);
      EXPECT_EQ((*result)->GetReflection()->FieldSize(**result, rows), 0) << row.method;
    }
  }
}

TEST_F(EveryBillingCallTest, RefusesAnEmptyRequestWithItsFaults) {
  for (const Row& row : Rows()) {
    if (row.request.empty() || row.method == "ListOwnerTerms") continue;  // the own stock's
    const auto empty = std::unique_ptr<Message>(Request(row)->New());
    const Result result = Do(row, *empty, BillingAs("org-a"));
    EXPECT_THAT(result.status(), HasReason("INVALID_FIELDS")) << row.method;
    EXPECT_TRUE(GetDetail<google::rpc::BadRequest>(result.status())) << row.method;
  }
}

TEST_F(EveryBillingCallTest, IsForThoseWhoAnswerForMoney) {
  FreshWorld();
  for (const Row& row : Rows()) {
    EXPECT_THAT(Do(row, *Request(row), {}).status(), StatusIs(absl::StatusCode::kUnauthenticated))
        << row.method;
    EXPECT_THAT(ReasonOf(Do(row, *Request(row), billing_host_.AsService()).status()),
                AnyOf("ORGANIZATION_REQUIRED", "PERMISSION_DENIED"))
        << row.method;
    EXPECT_EQ(Do(row, *Request(row), BillingAs("org-a", auth::Role::kAuditor)).ok(), !IsWrite(row))
        << row.method;
    for (const auth::Role role : {auth::Role::kWarehouseOperator, auth::Role::kAgent}) {
      EXPECT_THAT(Do(row, *Request(row), BillingAs("org-a", role)).status(),
                  HasReason("PERMISSION_DENIED"))
          << row.method;
    }
  }
}

TEST_F(EveryBillingCallTest, AWriteIsReplayedAndItsIdNotReused) {
  for (const Row& row : Rows()) {
    if (!IsWrite(row)) continue;
    FreshWorld();
    const Result first = Do(row, *Request(row, "1", "id-1"), BillingAs("org-a"));
    ASSERT_OK(first) << row.method;
    const int64_t events = Db().Count("SELECT COUNT(*) FROM outbox");
    clock_.Advance(absl::Seconds(1));
    const Result second = Do(row, *Request(row, "1", "id-1"), BillingAs("org-a"));
    ASSERT_OK(second) << row.method;
    EXPECT_THAT(**second, EqualsProto(**first)) << row.method;
    EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM outbox"), events) << row.method;
    const Row& other = Rows()[row.method == "CreateStockOwner" ? 3 : 0];
    EXPECT_THAT(Do(other, *Request(other, "3", "id-1"), BillingAs("org-a")).status(),
                HasReason("REQUEST_ID_REUSED"))
        << row.method;
  }
}

TEST_F(EveryBillingCallTest, PageSizesAndTokensAreChecked) {
  FreshWorld();
  for (const Row& row : Rows()) {
    const auto request = Request(row);
    const FieldDescriptor* size = request->GetDescriptor()->FindFieldByName("page_size");
    if (size == nullptr) continue;
    request->GetReflection()->SetInt32(request.get(), size, -1);
    EXPECT_THAT(Do(row, *request, BillingAs("org-a")).status(),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << row.method;
    request->GetReflection()->SetInt32(request.get(), size, 1'000'000);
    EXPECT_OK(Do(row, *request, BillingAs("org-a"))) << row.method;
    request->GetReflection()->SetString(
        request.get(), request->GetDescriptor()->FindFieldByName("page_token"), "forged");
    EXPECT_THAT(Do(row, *request, BillingAs("org-a")).status(), HasReason("BAD_PAGE_TOKEN"))
        << row.method;
  }
}

}  // namespace
}  // namespace kefu::warehouse
