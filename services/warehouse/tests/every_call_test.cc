// What holds for every call of the contract alike, walked by its descriptor: a new RPC that is not
// in the table fails the test.
#include <future>
#include <memory>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "grpcpp/impl/codegen/client_unary_call.h"
#include "services/warehouse/tests/fixture.h"

namespace kefu::warehouse {
namespace {

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
  kResult,     // NOT_FOUND as the result of each of its commands
};

struct Row {
  std::string method;
  // A request of org-a that succeeds in the world. "~" stands for a character that may vary: a
  // write has one.
  std::string request;
  Other other;
};

const std::vector<Row>& Rows() {
  static const auto& rows = *new std::vector<Row>{
      {"CreateNode", "node { display_name: 'n~' kind: NODE_KIND_DELIVERY_STATION }",
       Other::kUnrelated},
      {"GetNode", "node_id: '$NODE1'", Other::kNotFound},
      {"ListNodes", "", Other::kEmpty},
      {"UpdateNode",
       "node { node_id: '$NODE1' display_name: 'n~' } update_mask { paths: 'display_name' }",
       Other::kNotFound},
      {"CreateSku", "sku { code: 'c~' display_name: 'n' }", Other::kUnrelated},
      {"GetSku", "sku_id: '$SKU1'", Other::kNotFound},
      {"ListSkus", "", Other::kEmpty},
      {"UpdateSku",
       "sku { sku_id: '$SKU1' display_name: 'n~' } update_mask { paths: 'display_name' }",
       Other::kNotFound},
      {"Receive", "node_id: '$NODE1' lines { sku_id: '$SKU1' quantity: ~ }", Other::kNotFound},
      {"GetAvailability", "sku_ids: '$SKU1' node_ids: '$NODE1'", Other::kNotFound},
      {"ListStockLevels", "", Other::kEmpty},
      {"Reserve",
       "reservation { lines { node_id: '$NODE1' sku_id: '$SKU1' quantity: 1 } } ttl_seconds: ~",
       Other::kNotFound},
      {"GetReservation", "reservation_id: '$RES'", Other::kNotFound},
      {"ExtendReservation", "reservation_id: '$RES' ttl_seconds: 720~", Other::kNotFound},
      {"BatchReserve",
       "commands { reserve { reservation { lines { node_id: '$NODE1' sku_id: '$SKU1' quantity: ~ } "
       "} } }",
       Other::kResult},
      {"ConfirmReservation", "reservation_id: '$RES' # ~\n", Other::kNotFound},
      {"ReleaseReservation", "reservation_id: '$RES' reason: 'because ~'", Other::kNotFound},
      {"CountStock", "node_id: '$NODE1' lines { key { sku_id: '$SKU2' } counted: 10~ }",
       Other::kNotFound},
      {"GetLedger", "node_id: '$NODE1'", Other::kNotFound},
      {"PromiseDate", "lines { sku_id: '$SKU1' quantity: 1 } destination { region_code: '310115' }",
       Other::kNotFound},
      {"AdviseSites",
       "demands { demand_id: 'd' units_per_day: 5 }"
       " candidates { site_id: 's' capacity_units: 9 daily_throughput_units: 9"
       " daily_rent { currency_code: 'CNY' minor_units: 7 } }",
       Other::kUnrelated},
      {"PlanReplenishment", "series_kind: SERIES_KIND_SKU node_ids: '$NODE1' page_size: ~",
       Other::kNotFound},
      {"Transfer",
       "transfer { from_node_id: '$NODE1' to_node_id: '$NODE2'"
       " lines { sku_id: '$SKU2' quantity: ~ } }",
       Other::kNotFound},
      {"DispatchTransfer", "transfer_id: '$PLAN' note: 'n~'", Other::kNotFound},
      {"ReceiveTransfer", "transfer_id: '$SENT' lines { line_number: 1 quantity: ~ }",
       Other::kNotFound},
      {"CancelTransfer", "transfer_id: '$BACK' reason: 'n~'", Other::kNotFound},
      {"GetTransfer", "transfer_id: '$SENT'", Other::kNotFound},
      {"ListTransfers", "", Other::kEmpty},
      {"ShipOrder", "reservation_id: '$SOLD' document: 'SF~'", Other::kNotFound},
      {"MoveReservation", "reservation_id: '$MOVED' to_node_id: '$NODE2' reason: '~'",
       Other::kNotFound},
      {"AdjustStock",
       "node_id: '$NODE1' lines { key { sku_id: '$SKU1' } reason: ADJUSTMENT_REASON_FOUND"
       " quantity: ~ }",
       Other::kNotFound},
      {"ComputeSettlement",
       "owner_id: 'brand' period { start_date { year: 2026 month: 1 day: 1 }"
       " end_date { year: 2026 month: 1 day: 31 } }",
       Other::kNotFound},
  };
  return rows;
}

const MethodDescriptor* Method(const std::string& name) {
  return google::protobuf::DescriptorPool::generated_pool()
      ->FindServiceByName("kefu.warehouse.v1.WarehouseService")
      ->FindMethodByName(name);
}

bool IsWrite(const Row& row) { return row.request.find('~') != std::string::npos; }

class EveryCallTest : public WarehouseTest {
 protected:
  using WarehouseTest::WarehouseTest;
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
    for (const char* transfer : {"$PLAN", "$SENT", "$BACK"}) {
      ASSERT_OK_AND_ASSIGN(
          const v1::StockTransfer made,
          Call(&Stub::Transfer, fmt::format("transfer {{ from_node_id: '$NODE1'"
                                            " to_node_id: '$NODE2' lines {{ sku_id: '$SKU2'"
                                            " quantity: 4 }} }} plan_only: {}",
                                            transfer == std::string_view("$PLAN"))));
      world_[transfer] = made.transfer_id();
    }
    // One that is sold, and one that can go to the other node.
    ASSERT_OK(Receive("$NODE2", "$SKU2", 5));
    for (const char* name : {"$SOLD", "$MOVED"}) {
      ASSERT_OK_AND_ASSIGN(const v1::Reservation made, Reserve({{"$NODE1", "$SKU2", 2}}));
      world_[name] = made.reservation_id();
    }
    ASSERT_OK(Call(&Stub::ConfirmReservation, "reservation_id: '$SOLD'"));
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
  const auto* service = Method("GetNode")->service();
  for (int i = 0; i < service->method_count(); ++i) {
    const MethodDescriptor* const method = service->method(i);
    // Streams have tests of their own.
    if (method->client_streaming() || method->server_streaming()) continue;
    offered.insert(method->name());
  }
  tested.insert({"Allocate", "ComputeSlotting"});  // whose every answer tests/planning looks at
  EXPECT_EQ(tested, offered);
}

TEST_F(EveryCallTest, SucceedsForItsOrganizationAndKeepsTheBooks) {
  FreshWorld();
  for (const Row& row : Rows()) {
    EXPECT_OK(Do(row, *Request(row), As("org-a"))) << row.method;
    CheckBooks();
  }
}

TEST_F(EveryCallTest, AnotherOrganizationSeesNothing) {
  FreshWorld();
  const int64_t entries = Db().Count("SELECT COUNT(*) FROM ledger_entry");
  for (const Row& row : Rows()) {
    if (row.other == Other::kUnrelated) continue;
    const Result result = Do(row, *Request(row), As("org-b"));
    if (row.other == Other::kNotFound) {
      EXPECT_THAT(result.status(), StatusIs(absl::StatusCode::kNotFound)) << row.method;
    } else if (row.other == Other::kResult) {
      ASSERT_OK(result) << row.method;
      EXPECT_THAT((*result)->ShortDebugString(), ::testing::HasSubstr("error { code: 5"));
    } else {
      ASSERT_OK(result) << row.method;
      const FieldDescriptor* rows = (*result)->GetDescriptor()->field(0);
      EXPECT_EQ((*result)->GetReflection()->FieldSize(**result, rows), 0) << row.method;
    }
  }
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM ledger_entry"), entries);
  // Nor may a reference inside one's own record, or half a request, reach over.
  const auto as = As("org-b");
  ASSERT_OK_AND_ASSIGN(
      const v1::Node node,
      Call(&Stub::CreateNode, "node { display_name: 'b' kind: NODE_KIND_PICKUP_POINT }", as));
  ASSERT_OK_AND_ASSIGN(const v1::Sku sku,
                       Call(&Stub::CreateSku, "sku { code: 'b' display_name: 'b' }", as));
  world_["$OWNNODE"] = node.node_id();
  world_["$OWNSKU"] = sku.sku_id();
  const auto not_found = StatusIs(absl::StatusCode::kNotFound);
  EXPECT_THAT(Call(&Stub::CreateNode,
                   "node { display_name: 'b' kind: NODE_KIND_PICKUP_POINT"
                   " parent_node_id: '$NODE1' }",
                   as),
              not_found);
  EXPECT_THAT(Call(&Stub::UpdateNode,
                   "node { node_id: '$OWNNODE' parent_node_id: '$NODE1' }"
                   " update_mask { paths: 'parent_node_id' }",
                   as),
              not_found);
  EXPECT_THAT(Call(&Stub::Receive, "node_id: '$OWNNODE' lines { sku_id: '$SKU1' quantity: 1 }", as),
              not_found);
  EXPECT_THAT(Call(&Stub::Receive, "node_id: '$NODE1' lines { sku_id: '$OWNSKU' quantity: 1 }", as),
              not_found);
  EXPECT_THAT(Call(&Stub::Reserve, ReserveText({{"$OWNNODE", "$SKU1", 1}}), as), not_found);
  EXPECT_THAT(Call(&Stub::Reserve, ReserveText({{"$NODE1", "$OWNSKU", 1}}), as), not_found);
  EXPECT_THAT(Call(&Stub::GetAvailability, "sku_ids: '$OWNSKU' node_ids: '$NODE1'", as), not_found);
}

TEST_F(EveryCallTest, RefusesAnEmptyRequestWithItsFaults) {
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
    EXPECT_THAT(Do(row, *Request(row), host_.As("org-a", {auth::Role::kAuditor})).ok(),
                !IsWrite(row))
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
    CheckBooks();
    const Row& other = Rows()[row.method == "CreateNode" ? 4 : 0];
    EXPECT_THAT(Do(other, *Request(other, "3", "id-1"), As("org-a")).status(),
                HasReason("REQUEST_ID_REUSED"))
        << row.method;
  }
}

TEST_F(EveryCallTest, AWriteTellsOfItself) {
  FreshWorld();
  for (const Row& row : Rows()) {
    if (!IsWrite(row) || row.method == "PlanReplenishment") continue;  // a plan moves nothing
    const std::string events = "SELECT COUNT(*) FROM outbox WHERE type LIKE 'kefu.warehouse.%'";
    const int64_t before = Db().Count(events);
    ASSERT_OK(Do(row, *Request(row), As("org-a"))) << row.method;
    EXPECT_GT(Db().Count(events), before) << row.method;
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
    const FieldDescriptor* token = request->GetDescriptor()->FindFieldByName("page_token");
    if (token == nullptr) continue;  // makes what is paged through by another call
    request->GetReflection()->SetString(request.get(), token, "forged");
    EXPECT_THAT(Do(row, *request, As("org-a")).status(), HasReason("BAD_PAGE_TOKEN")) << row.method;
  }
}

// The only connection is held by the test, so that no call can be answered in time.
class DeadlineTest : public EveryCallTest {
 protected:
  DeadlineTest() : EveryCallTest(/*pool_size=*/1) {}
};

TEST_F(DeadlineTest, IsKept) {
  FreshWorld();
  std::promise<void> held, release;
  std::thread holder([&] {
    const auto status =
        replica_.database->RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction&) {
          held.set_value();
          release.get_future().wait();
          return absl::OkStatus();
        });
    EXPECT_OK(status);
  });
  held.get_future().wait();
  for (const Row& row : Rows()) {
    rpc::CallOptions options = As("org-a");
    options.timeout = absl::Milliseconds(60);
    EXPECT_THAT(Do(row, *Request(row), options).status().code(),
                AnyOf(absl::StatusCode::kDeadlineExceeded, absl::StatusCode::kResourceExhausted))
        << row.method;
  }
  release.set_value();
  holder.join();
}

}  // namespace
}  // namespace kefu::warehouse
