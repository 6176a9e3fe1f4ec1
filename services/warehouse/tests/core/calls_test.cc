// What holds for every call of StockControlService alike, walked by its descriptor.
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "grpcpp/impl/codegen/client_unary_call.h"
#include "services/warehouse/tests/core/fixture.h"

namespace kefu::warehouse {
namespace {

using google::protobuf::Message;
using google::protobuf::MessageFactory;

struct Row {
  std::string method;
  std::string request;  // succeeds in the world
  bool write = false;
  bool names_id = true;  // another organization gets NOT_FOUND
};

const std::vector<Row>& Rows() {
  static const auto& rows = *new std::vector<Row>{
      {"GetAdjustment", "adjustment_id: '$ADJ'"},
      {"ListAdjustments", "", false, false},
      {"ApproveAdjustment", "adjustment_id: '$ADJ'", true},
      {"RejectAdjustment", "adjustment_id: '$ADJ' note: 'no'", true},
      {"SetStockPolicy", "policy { approval_pieces: 5 }", true, false},
      {"GetStockPolicy", "", false, false},
      {"RepairStock", "node_id: '$NODE1' reason: 'r' rebuild { sku_ids: '$SKU1' }", true},
      {"GetStockAt", "node_id: '$NODE1' time { seconds: 1 }"},
      {"SetSalesGuard", "guard { sku_id: '$SKU1' channel: 'live' cap: 5 }", true},
      {"GetSalesGuard", "sku_id: '$SKU2' channel: 'live'"},
      {"ListSalesGuards", "", false, false},
  };
  return rows;
}

class ControlCallsTest : public StockControlTest {
 protected:
  using Result = absl::StatusOr<std::unique_ptr<Message>>;

  void FreshWorld() {
    Db().Clear();
    world_.clear();
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
    ASSERT_OK_AND_ASSIGN(const auto pending,
                         Call(&Stub::AdjustStock,
                              "node_id: '$NODE1' lines { key { sku_id: '$SKU1' } quantity: 500"
                              " reason: ADJUSTMENT_REASON_FOUND }"));
    world_["$ADJ"] = pending.adjustment().adjustment_id();
    ASSERT_OK(Call(&Control::SetSalesGuard, "guard { sku_id: '$SKU2' channel: 'live' cap: 5 }"));
  }

  Result Do(const Row& row, const std::string& text, const rpc::CallOptions& options) {
    const auto* const method = google::protobuf::DescriptorPool::generated_pool()
                                   ->FindServiceByName("kefu.warehouse.v1.StockControlService")
                                   ->FindMethodByName(row.method);
    auto* const factory = MessageFactory::generated_factory();
    const std::unique_ptr<Message> request(factory->GetPrototype(method->input_type())->New());
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(Fill(text), request.get())) << text;
    std::unique_ptr<Message> response(factory->GetPrototype(method->output_type())->New());
    grpc::ClientContext context;
    rpc::Prepare(options, context);
    const std::string path = "/" + method->service()->full_name() + "/" + method->name();
    const grpc::Status status = grpc::internal::BlockingUnaryCall<Message, Message>(
        control_host_.channel().get(),
        grpc::internal::RpcMethod(path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC), &context,
        *request, response.get());
    if (!status.ok()) return rpc::FromGrpc(status);
    return response;
  }
};

TEST_F(ControlCallsTest, EveryMethodIsHere) {
  std::set<std::string> tested, offered;
  for (const Row& row : Rows()) tested.insert(row.method);
  const auto* const service = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
      "kefu.warehouse.v1.StockControlService");
  for (int i = 0; i < service->method_count(); ++i) offered.insert(service->method(i)->name());
  EXPECT_EQ(tested, offered);
}

TEST_F(ControlCallsTest, SucceedsIsReplayedAndTellsOfItself) {
  for (const Row& row : Rows()) {
    SCOPED_TRACE(row.method);
    FreshWorld();
    const rpc::CallOptions boss = AsControl("org-a", "boss");
    const std::string events = "SELECT COUNT(*) FROM outbox WHERE type LIKE 'kefu.warehouse.%'";
    const int64_t before = Db().Count(events);
    const std::string text = row.request + (row.write ? " request_id: 'id-1'" : "");
    const Result first = Do(row, text, boss);
    ASSERT_OK(first);
    CheckBooks();
    if (!row.write) continue;
    const int64_t after = Db().Count(events);
    EXPECT_GT(after, before);
    clock_.Advance(absl::Seconds(1));
    const Result second = Do(row, text, boss);
    ASSERT_OK(second);
    EXPECT_THAT(**second, EqualsProto(**first));
    EXPECT_EQ(Db().Count(events), after);
    CheckBooks();
  }
}

TEST_F(ControlCallsTest, RefusesStrangersAndNonsense) {
  FreshWorld();
  for (const Row& row : Rows()) {
    SCOPED_TRACE(row.method);
    if (row.names_id) {
      EXPECT_THAT(Do(row, row.request, AsControl("org-b")).status(),
                  StatusIs(absl::StatusCode::kNotFound));
    }
    if (!row.request.empty()) {
      EXPECT_THAT(Do(row, "", AsControl("org-a")).status(), HasReason("INVALID_FIELDS"));
    }
    EXPECT_THAT(Do(row, row.request, {}).status(), StatusIs(absl::StatusCode::kUnauthenticated));
    const rpc::CallOptions auditor = control_host_.As("org-a", {auth::Role::kAuditor});
    EXPECT_EQ(Do(row, row.request, auditor).ok(), !row.write);
  }
  const Result list = Do(Rows()[1], "", AsControl("org-b"));
  ASSERT_OK(list);
  EXPECT_EQ((*list)->ByteSizeLong(), 0u);
}

}  // namespace
}  // namespace kefu::warehouse
