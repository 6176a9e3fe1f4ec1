// What holds for every call of InboundService alike, walked by its descriptor: a new RPC that is
// not in the table fails the test.
#include <memory>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "grpcpp/impl/codegen/client_unary_call.h"
#include "services/warehouse/tests/inbound/fixture.h"

namespace kefu::warehouse {
namespace {

using google::protobuf::Message;
using google::protobuf::MessageFactory;
using google::protobuf::MethodDescriptor;
using ::testing::AnyOf;

struct Row {
  std::string method;
  // A request of org-a that succeeds in the world. "~" stands for a character that may vary: a
  // write has one.
  std::string request;
  std::string other = "NOT_FOUND";  // the answer to another organization: a reason, or "OK"
};

const std::vector<Row>& Rows() {
  static const auto& rows = *new std::vector<Row>{
      {"CreateInboundNotice",
       "notice { node_id: '$NODE1' kind: INBOUND_KIND_PURCHASE"
       " lines { sku_id: '$SKU1' quantity: ~ } }"},
      {"GetInboundNotice", "notice_id: '$TAKEN'"},
      {"ListInboundNotices", "", "OK"},
      {"CancelInboundNotice", "notice_id: '$NOTICE' reason: 'r~'"},
      {"StartReceiving", "notice_id: '$NEXT' dock: 'D~'"},
      {"RecordReceipt", "notice_id: '$TAKEN' lines { line_number: 1 quantity: 1 } note: 'n~'"},
      {"InspectReceipt",
       "notice_id: '$TAKEN' note: 'n~' lines { receipt_number: 1"
       " results { outcome: INSPECTION_OUTCOME_SELLABLE quantity: 1 } }"},
      {"ProposePutAway", "node_id: '$NODE1' from_location: 'DOCK'"},
      {"ConfirmPutAway",
       "node_id: '$NODE1' document: 'd~' moves { sku_id: '$SKU1' quantity: 1"
       " from_location: 'DOCK' to_location: 'A-1'"
       " condition: STOCK_CONDITION_AWAITING_INSPECTION }"},
      {"CloseInboundNotice", "notice_id: '$TAKEN' note: 'n~'"},
      {"ExpectReturn",
       "customer_return { node_id: '$NODE1' lines { sku_id: '$SKU1' quantity: ~ } }"},
      {"GetReturn", "return_id: '$BACK'"},
      {"ListReturns", "", "OK"},
      {"ReceiveReturn", "return_id: '$BACK' lines { sku_id: '$SKU1' quantity: 1 } note: 'n~'"},
      {"InspectReturn",
       "return_id: '$BACK' note: 'n~' lines { receipt_number: 1"
       " results { outcome: INSPECTION_OUTCOME_SCRAP quantity: 1 } }"},
      {"CloseReturn", "return_id: '$BACK' note: 'n~'"},
      {"CancelReturn", "return_id: '$NOTYET' reason: 'r~'"},
      {"SetInboundPolicy",
       "policy { node_id: '$NODE1' over_receipt_action: OVER_RECEIPT_ACTION_REFUSE"
       " over_receipt_bps: ~ }"},
      {"GetInboundPolicy", "node_id: '$NODE1'"},
  };
  return rows;
}

const MethodDescriptor* Method(const std::string& name) {
  return google::protobuf::DescriptorPool::generated_pool()
      ->FindServiceByName("kefu.warehouse.v1.InboundService")
      ->FindMethodByName(name);
}

bool IsWrite(const Row& row) { return row.request.find('~') != std::string::npos; }

class EveryInboundCallTest : public InboundTest {
 protected:
  using InboundTest::InboundTest;
  using Result = absl::StatusOr<std::unique_ptr<Message>>;

  void SetUp() override {}  // each walk begins with a fresh world

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
        inbound_host_.channel().get(),
        grpc::internal::RpcMethod(path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC), &context,
        request, response.get());
    if (!status.ok()) return rpc::FromGrpc(status);
    return response;
  }

  // Notices: $NOTICE, $NEXT expected, $TAKEN received in part; returns: $BACK received in part,
  // $NOTYET expected.
  void FreshWorld() {
    Db().Clear();
    world_.clear();
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
    for (const char* notice : {"$NOTICE", "$NEXT", "$TAKEN"}) {
      ASSERT_OK_AND_ASSIGN(const auto made,
                           Call(&InboundStub::CreateInboundNotice,
                                "notice { node_id: '$NODE1' kind: INBOUND_KIND_PURCHASE"
                                " lines { sku_id: '$SKU1' quantity: 9 } }"));
      world_[notice] = made.notice_id();
    }
    ASSERT_OK(Call(&InboundStub::StartReceiving, "notice_id: '$TAKEN' dock: 'DOCK'"));
    ASSERT_OK(Call(&InboundStub::RecordReceipt,
                   "notice_id: '$TAKEN' lines { line_number: 1 quantity: 5 }"));
    for (const char* returned : {"$BACK", "$NOTYET"}) {
      ASSERT_OK_AND_ASSIGN(const auto made, Call(&InboundStub::ExpectReturn,
                                                 "customer_return { node_id: '$NODE1'"
                                                 " lines { sku_id: '$SKU1' quantity: 9 } }"));
      world_[returned] = made.return_id();
    }
    ASSERT_OK(Call(&InboundStub::ReceiveReturn,
                   "return_id: '$BACK' lines { sku_id: '$SKU1' quantity: 5 }"));
  }
};

TEST_F(EveryInboundCallTest, TheTableNamesEveryMethod) {
  std::set<std::string> tested, offered;
  for (const Row& row : Rows()) {
    ASSERT_NE(Method(row.method), nullptr) << row.method;
    tested.insert(row.method);
    const bool has_id = Method(row.method)->input_type()->FindFieldByName("request_id") != nullptr;
    EXPECT_EQ(has_id, IsWrite(row)) << row.method;
  }
  const auto* service = Method("GetReturn")->service();
  for (int i = 0; i < service->method_count(); ++i) offered.insert(service->method(i)->name());
  EXPECT_EQ(tested, offered);
}

TEST_F(EveryInboundCallTest, SucceedsForItsOrganizationAndKeepsTheBooks) {
  FreshWorld();
  for (const Row& row : Rows()) {
    EXPECT_OK(Do(row, *Request(row), InboundAs("org-a"))) << row.method;
    CheckInbound();
  }
}

TEST_F(EveryInboundCallTest, AnotherOrganizationSeesNothing) {
  FreshWorld();
  const int64_t entries = Db().Count("SELECT COUNT(*) FROM ledger_entry");
  for (const Row& row : Rows()) {
    const Result result = Do(row, *Request(row), InboundAs("org-b"));
    if (row.other == "OK") {
      ASSERT_OK(result) << row.method;
      const auto* rows = (*result)->GetDescriptor()->field(0);
      EXPECT_EQ((*result)->GetReflection()->FieldSize(**result, rows), 0) << row.method;
    } else {
      EXPECT_THAT(result.status(), HasReason(row.other)) << row.method;
    }
  }
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM ledger_entry"), entries);
}

TEST_F(EveryInboundCallTest, RefusesAnEmptyRequestWithItsFaults) {
  for (const Row& row : Rows()) {
    const auto empty = std::unique_ptr<Message>(Request(row)->New());
    if (row.request.empty() || row.method == "GetInboundPolicy") continue;  // no field is needed
    const Result result = Do(row, *empty, InboundAs("org-a"));
    EXPECT_THAT(result.status(), HasReason("INVALID_FIELDS")) << row.method;
    EXPECT_TRUE(GetDetail<google::rpc::BadRequest>(result.status())) << row.method;
  }
}

TEST_F(EveryInboundCallTest, NeedsATokenAndAnOrganization) {
  FreshWorld();
  for (const Row& row : Rows()) {
    EXPECT_THAT(Do(row, *Request(row), {}).status(), StatusIs(absl::StatusCode::kUnauthenticated))
        << row.method;
    EXPECT_THAT(ReasonOf(Do(row, *Request(row), inbound_host_.AsService()).status()),
                AnyOf("ORGANIZATION_REQUIRED", "PERMISSION_DENIED"))
        << row.method;
    EXPECT_THAT(Do(row, *Request(row), inbound_host_.As("org-a", {auth::Role::kAuditor})).ok(),
                !IsWrite(row))
        << row.method;
  }
}

TEST_F(EveryInboundCallTest, AWriteTellsOfItselfIsReplayedAndItsIdNotReused) {
  const std::string told = "SELECT COUNT(*) FROM outbox WHERE type LIKE 'kefu.warehouse.%'";
  for (const Row& row : Rows()) {
    if (!IsWrite(row)) continue;
    FreshWorld();
    const int64_t before = Db().Count(told);
    const Result first = Do(row, *Request(row, "1", "id-1"), InboundAs("org-a"));
    ASSERT_OK(first) << row.method;
    EXPECT_GT(Db().Count(told), before) << row.method;
    const int64_t events = Db().Count("SELECT COUNT(*) FROM outbox");
    clock_.Advance(absl::Seconds(1));
    const Result second = Do(row, *Request(row, "1", "id-1"), InboundAs("org-a"));
    ASSERT_OK(second) << row.method;
    EXPECT_THAT(**second, EqualsProto(**first)) << row.method;
    EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM outbox"), events) << row.method;
    CheckInbound();
    EXPECT_THAT(Do(row, *Request(row, "3", "id-1"), InboundAs("org-a")).status(),
                HasReason("REQUEST_ID_REUSED"))
        << row.method;
  }
}

TEST_F(EveryInboundCallTest, AllFaultsOfARequestAreNamedAtOnce) {
  const auto faults = [](const absl::Status& status) {
    EXPECT_THAT(status, HasReason("INVALID_FIELDS"));
    std::vector<std::string> fields;
    const auto detail = GetDetail<google::rpc::BadRequest>(status);
    if (!detail) return fields;
    for (const auto& v : detail->field_violations()) fields.push_back(v.field());
    return fields;
  };
  EXPECT_THAT(faults(Call(&InboundStub::CreateInboundNotice,
                          "notice { node_id: '' kind: INBOUND_KIND_TRANSFER"
                          " lines { sku_id: 'a' quantity: 1 } }")
                         .status()),
              ::testing::ElementsAre("notice.node_id", "notice.transfer_id", "notice.lines"));
  EXPECT_THAT(faults(Call(&InboundStub::CreateInboundNotice,
                          "notice { node_id: 'n' kind: INBOUND_KIND_PURCHASE transfer_id: 't'"
                          " lines { sku_id: 'a' quantity: 0 expire_date { year: 1 month: 13 } } }")
                         .status()),
              ::testing::ElementsAre("notice.transfer_id", "notice.lines[0].quantity",
                                     "notice.lines[0].expire_date"));
  EXPECT_THAT(faults(Call(&InboundStub::RecordReceipt,
                          "notice_id: 'n' lines { line_number: 1 sku_id: 's' quantity: -1 }"
                          " lines { quantity: 1 }")
                         .status()),
              ::testing::ElementsAre("lines[0].quantity", "lines[0].sku_id", "lines[1].sku_id"));
  EXPECT_THAT(
      faults(Call(&InboundStub::InspectReceipt,
                  "notice_id: 'n' lines { receipt_number: 1 sample_quantity: 1"
                  " sample_failed_quantity: 2 results { quantity: 1 } }"
                  " lines { receipt_number: 1 }")
                 .status()),
      ::testing::ElementsAre("lines[0].results[0].outcome", "lines[0].sample_failed_quantity",
                             "lines[1].receipt_number", "lines[1].results"));
  EXPECT_THAT(faults(Call(&InboundStub::SetInboundPolicy,
                          "policy { over_receipt_bps: 10001 put_away_rules { own_goods: true"
                          " owner_id: 'o' max_bin_pieces: -1 } }")
                         .status()),
              ::testing::ElementsAre("policy.over_receipt_bps", "policy.over_receipt_action",
                                     "policy.put_away_rules[0].max_bin_pieces",
                                     "policy.put_away_rules[0].owner_id",
                                     "policy.put_away_rules[0].zones"));
  EXPECT_THAT(
      faults(Call(&InboundStub::ExpectReturn,
                  "customer_return { node_id: 'n' order_id: '单'"
                  " lines { sku_id: 's' quantity: 1 } lines { sku_id: 's' quantity: 0 } }")
                 .status()),
      ::testing::ElementsAre("customer_return.order_id", "customer_return.lines[1].quantity",
                             "customer_return.lines[1]"));
}

}  // namespace
}  // namespace kefu::warehouse
