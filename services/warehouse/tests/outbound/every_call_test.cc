// What holds for every call of OutboundService alike, walked by its descriptor: a new RPC that is
// not in the table fails the test.
#include <memory>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "grpcpp/impl/codegen/client_unary_call.h"
#include "services/warehouse/tests/outbound/fixture.h"

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
};

struct Row {
  std::string method;
  // A request of org-a that succeeds in the world; a write has a "~", where it may vary.
  std::string request;
  Other other;
};

const std::vector<Row>& Rows() {
  static const auto& rows = *new std::vector<Row>{
      {"CreateShipment", "shipment { reservation_id: '$SOLD' node_id: '$NODE1' carrier: 'c~' }",
       Other::kNotFound},
      {"GetShipment", "shipment_id: '$WAITING'", Other::kNotFound},
      {"ListShipments", "", Other::kEmpty},
      {"CancelShipment", "shipment_id: '$DROPPED' reason: 'r~'", Other::kNotFound},
      {"CreateWave", "wave { node_id: '$NODE1' max_orders: ~ }", Other::kNotFound},
      {"GetWave", "wave_id: '$WAVE'", Other::kNotFound},
      {"ListWaves", "", Other::kEmpty},
      {"ReleaseWave", "wave_id: '$WAVE' # ~\n", Other::kNotFound},
      {"CancelWave", "wave_id: '$OTHERWAVE' # ~\n", Other::kNotFound},
      {"ListPickTasks", "", Other::kEmpty},
      {"GetPickPath", "wave_id: '$WAVE'", Other::kNotFound},
      {"RecordPick", "task_id: '$TASK' picked_quantity: ~", Other::kNotFound},
      {"RecordPutBack", "task_id: '$BACK' location: 'X-~'", Other::kNotFound},
      {"PackShipment",
       "shipment_id: '$PICKED' cartons { code: 'c~' contents { sku_id: '$SKU2' quantity: 1 } }",
       Other::kNotFound},
      {"UnpackShipment", "shipment_id: '$UNPACK' # ~\n", Other::kNotFound},
      {"ShipShipment", "shipment_id: '$PACKED' waybill: 'w~'", Other::kNotFound},
      {"HandOver",
       "manifest { node_id: '$NODE1' carrier: 'sf' document: 'd~' shipment_ids: '$GONE' }",
       Other::kNotFound},
      {"GetManifest", "manifest_id: '$MANIFEST'", Other::kNotFound},
      {"CreateCount", "node_id: '$NODE1' note: 'n~'", Other::kNotFound},
      {"GetCount", "count_id: '$COUNT'", Other::kNotFound},
      {"ListCounts", "", Other::kEmpty},
      {"SubmitCount", "count_id: '$COUNT' lines { line_number: 1 counted: 7~ }", Other::kNotFound},
      {"ApproveCount", "count_id: '$DONECOUNT' # ~\n", Other::kNotFound},
      {"CancelCount", "count_id: '$NOTCOUNT' # ~\n", Other::kNotFound},
      {"ListExpiringLots", "within_days: 100", Other::kEmpty},
      {"RecallLot", "sku_id: '$LOTSKU' lot: 'L1' reason: 'r~'", Other::kNotFound},
      {"GetRecall", "recall_id: '$RECALL'", Other::kNotFound},
      {"LiftRecall", "recall_id: '$RECALL' release_stock: true # ~\n", Other::kNotFound},
      {"GetOutboundPolicy", "", Other::kUnrelated},
      {"SetOutboundPolicy",
       "policy { staging_location: 'STAGE' max_wave_orders: ~ max_wave_pieces: 9 max_counts: 2"
       " aisle_pitch_mm: 1 position_pitch_mm: 1 abc_days: 1 abc_a_bps: 8000 abc_b_bps: 9500 }",
       Other::kUnrelated},
  };
  return rows;
}

const MethodDescriptor* Method(const std::string& name) {
  return google::protobuf::DescriptorPool::generated_pool()
      ->FindServiceByName("kefu.warehouse.v1.OutboundService")
      ->FindMethodByName(name);
}

bool IsWrite(const Row& row) { return row.request.find('~') != std::string::npos; }

class EveryOutboundCallTest : public OutboundTest {
 protected:
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
        outbound_host_.channel().get(),
        grpc::internal::RpcMethod(path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC), &context,
        request, response.get());
    if (!status.ok()) return rpc::FromGrpc(status);
    return response;
  }

  // One of everything, at every stage.
  void FreshWorld() {
    Db().Clear();
    world_.clear();
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
    Stock("$LOTSKU", "L-1", 5, Lot("L1", 10));
    Stock("$LOTSKU", "L-2", 5, Lot("L2", 20));
    const auto sold = [&] { return Sold({{"$NODE1", "$SKU2", 1}}); };
    const auto picked = [&] {
      const std::string id = Shipped(sold());
      Wave();
      PickAll(id);
      return id;
    };
    const auto packed = [&] {
      const std::string id = picked();
      EXPECT_OK(Pack(id));
      return id;
    };
    world_["$PICKED"] = picked();
    world_["$PACKED"] = packed();
    world_["$UNPACK"] = packed();
    world_["$GONE"] = packed();
    EXPECT_OK(Ship(world_["$GONE"]));
    const std::string handed = packed();
    EXPECT_OK(Ship(handed));
    world_["$MANIFEST"] =
        Out(&OutStub::HandOver, fmt::format("manifest {{ node_id: '$NODE1'"
                                            " carrier: 'sf' shipment_ids: '{}' }}",
                                            handed))
            .value()
            .manifest_id();
    const std::string back = picked();
    EXPECT_OK(Cancel(back, true));
    world_["$BACK"] = OpenTasks(back).at(0).task_id();
    const std::string open = Shipped(sold());
    Wave();
    world_["$TASK"] = OpenTasks(open).at(0).task_id();
    Shipped(sold());
    world_["$WAVE"] = Wave("", false);
    Shipped(sold());
    world_["$OTHERWAVE"] = Wave("", false);
    world_["$WAITING"] = Shipped(sold());
    world_["$DROPPED"] = Shipped(sold());
    world_["$SOLD"] = sold();
    MakeCounts();
    world_["$RECALL"] =
        Out(&OutStub::RecallLot, "sku_id: '$LOTSKU' lot: 'L2' reason: 'why'").value().recall_id();
  }

  void MakeCounts() {
    const auto count = [&] {
      return Out(&OutStub::CreateCount, "node_id: '$NODE1' sku_ids: '$LOTSKU' locations: 'L-1'")
          .value()
          .count_id();
    };
    world_["$COUNT"] = count();
    world_["$NOTCOUNT"] = count();
    world_["$DONECOUNT"] = count();
    EXPECT_OK(Out(&OutStub::SubmitCount,
                  "count_id: '$DONECOUNT' lines { line_number: 1 counted: 5 }", "ann"));
  }
};

TEST_F(EveryOutboundCallTest, TheTableNamesEveryMethod) {
  std::set<std::string> tested, offered;
  for (const Row& row : Rows()) {
    ASSERT_NE(Method(row.method), nullptr) << row.method;
    tested.insert(row.method);
    const bool has_id = Method(row.method)->input_type()->FindFieldByName("request_id") != nullptr;
    EXPECT_EQ(has_id, IsWrite(row)) << row.method;
  }
  const auto* service = Method("GetShipment")->service();
  for (int i = 0; i < service->method_count(); ++i) offered.insert(service->method(i)->name());
  EXPECT_EQ(tested, offered);
}

TEST_F(EveryOutboundCallTest, SucceedsForItsOrganizationAndTellsOfItself) {
  FreshWorld();
  for (const Row& row : Rows()) {
    const std::string events = "SELECT COUNT(*) FROM outbox WHERE type LIKE 'kefu.warehouse.%'";
    const int64_t before = Db().Count(events);
    EXPECT_OK(Do(row, *Request(row), Person("tester"))) << row.method;
    if (IsWrite(row)) {
      EXPECT_GT(Db().Count(events), before) << row.method;
    }
    CheckWork();
  }
}

TEST_F(EveryOutboundCallTest, AnotherOrganizationSeesNothing) {
  FreshWorld();
  const int64_t entries = Db().Count("SELECT COUNT(*) FROM ledger_entry");
  for (const Row& row : Rows()) {
    if (row.other == Other::kUnrelated) continue;
    const Result result = Do(row, *Request(row), Person("tester", "org-b"));
    if (row.other == Other::kNotFound) {
      EXPECT_THAT(result.status(), StatusIs(absl::StatusCode::kNotFound)) << row.method;
    } else {
      ASSERT_OK(result) << row.method;
      const FieldDescriptor* rows = (*result)->GetDescriptor()->field(0);
      EXPECT_EQ((*result)->GetReflection()->FieldSize(**result, rows), 0) << row.method;
    }
  }
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM ledger_entry"), entries);
}

TEST_F(EveryOutboundCallTest, RefusesAnEmptyRequestWithItsFaults) {
  for (const Row& row : Rows()) {
    if (row.request.empty() || row.method == "ListExpiringLots") continue;  // needs no field
    const auto empty = std::unique_ptr<Message>(Request(row)->New());
    const Result result = Do(row, *empty, Person("tester"));
    EXPECT_THAT(result.status(), HasReason("INVALID_FIELDS")) << row.method;
    EXPECT_TRUE(GetDetail<google::rpc::BadRequest>(result.status())) << row.method;
  }
  // All faults at once.
  const auto status = Out(&OutStub::PackShipment,
                          "shipment_id: ' ' cartons { code: 'c' weight_grams: -1 tare_grams: -1"
                          " contents { quantity: 0 } } cartons { code: 'c' }")
                          .status();
  EXPECT_EQ(GetDetail<google::rpc::BadRequest>(status)->field_violations_size(), 7) << status;
}

TEST_F(EveryOutboundCallTest, NeedsATokenAnOrganizationAndTheRight) {
  FreshWorld();
  for (const Row& row : Rows()) {
    EXPECT_THAT(Do(row, *Request(row), {}).status(), StatusIs(absl::StatusCode::kUnauthenticated))
        << row.method;
    EXPECT_THAT(ReasonOf(Do(row, *Request(row), outbound_host_.AsService()).status()),
                AnyOf("ORGANIZATION_REQUIRED", "PERMISSION_DENIED"))
        << row.method;
    EXPECT_THAT(Do(row, *Request(row), outbound_host_.As("org-a", {auth::Role::kAuditor})).ok(),
                !IsWrite(row))
        << row.method;
  }
}

TEST_F(EveryOutboundCallTest, AWriteIsReplayedAndItsIdNotReused) {
  FreshWorld();
  for (const Row& row : Rows()) {
    if (!IsWrite(row)) continue;
    const std::string id = "id-" + row.method;
    const auto request = Request(row, "1", id);
    const Result first = Do(row, *request, Person("tester"));
    ASSERT_OK(first) << row.method;
    const int64_t events = Db().Count("SELECT COUNT(*) FROM outbox");
    clock_.Advance(absl::Seconds(1));
    const Result second = Do(row, *request, Person("tester"));
    ASSERT_OK(second) << row.method;
    EXPECT_THAT(**second, EqualsProto(**first)) << row.method;
    EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM outbox"), events) << row.method;
    const Row& other = Rows()[row.method == "CreateWave" ? 0 : 4];
    EXPECT_THAT(Do(other, *Request(other, "3", id), Person("tester")).status(),
                HasReason("REQUEST_ID_REUSED"))
        << row.method;
  }
  CheckWork();
}

TEST_F(EveryOutboundCallTest, PageSizesAndTokensAreChecked) {
  FreshWorld();
  for (const Row& row : Rows()) {
    const auto request = Request(row);
    const FieldDescriptor* size = request->GetDescriptor()->FindFieldByName("page_size");
    if (size == nullptr) continue;
    request->GetReflection()->SetInt32(request.get(), size, -1);
    EXPECT_THAT(Do(row, *request, Person("tester")).status(),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << row.method;
    request->GetReflection()->SetInt32(request.get(), size, 1'000'000);
    EXPECT_OK(Do(row, *request, Person("tester"))) << row.method;
    request->GetReflection()->SetString(
        request.get(), request->GetDescriptor()->FindFieldByName("page_token"), "forged");
    EXPECT_THAT(Do(row, *request, Person("tester")).status(), HasReason("BAD_PAGE_TOKEN"))
        << row.method;
  }
}

}  // namespace
}  // namespace kefu::warehouse
