// What holds for every call of a contract alike, walked by its descriptor: a new RPC that is not in
// a test's table fails the test.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "common/db/database.h"
#include "common/rpc/client.h"
#include "common/status/error.h"
#include "common/testing/fake_clock.h"
#include "common/testing/proto_matchers.h"
#include "common/testing/status_matchers.h"
#include "common/testing/test_db.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/text_format.h"
#include "google/rpc/error_details.pb.h"
#include "grpcpp/impl/codegen/client_unary_call.h"
#include "gtest/gtest.h"

namespace kefu::testing {

// What another organization gets for the same request.
enum class Other {
  kNotFound,   // it names an id
  kEmpty,      // a list of nothing
  kUnrelated,  // it names no id
  kResult,     // NOT_FOUND as the result of each of its commands or orders
};

struct CallRow {
  std::string method;
  // A request that succeeds in the test's world. "~" stands for a character that may vary: a write
  // has one, in a comment ("# ~\n") where nothing else varies.
  std::string request;
  Other other = Other::kNotFound;

  bool is_write() const { return request.find('~') != std::string::npos; }
};

// Whose tokens a table is walked with.
struct Callers {
  rpc::CallOptions owner;     // for whom each request succeeds
  rpc::CallOptions stranger;  // of another organization
  rpc::CallOptions service;
  rpc::CallOptions auditor;
};

// The calls of one service over one channel. The checks name the method in their failures.
class EveryCall {
 public:
  using Message = google::protobuf::Message;
  using Result = absl::StatusOr<std::unique_ptr<Message>>;

  // `fill` puts the ids of the test's world into the text of a request.
  EveryCall(const std::string& service, std::shared_ptr<grpc::Channel> channel,
            std::function<std::string(std::string)> fill)
      : service_(google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(service)),
        channel_(std::move(channel)),
        fill_(std::move(fill)) {
    EXPECT_NE(service_, nullptr) << service;
  }

  std::unique_ptr<Message> Request(const CallRow& row, std::string_view variant = "1",
                                   std::string_view request_id = "") const {
    std::string text = fill_(row.request);
    for (size_t at; (at = text.find('~')) != std::string::npos;) text.replace(at, 1, variant);
    std::unique_ptr<Message> request = New(Method(row)->input_type());
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, request.get())) << text;
    if (!request_id.empty()) Set(*request, "request_id", request_id);
    return request;
  }

  Result Do(const CallRow& row, const Message& request, const rpc::CallOptions& options) const {
    const std::string path = "/" + service_->full_name() + "/" + row.method;
    std::unique_ptr<Message> response = New(Method(row)->output_type());
    grpc::ClientContext context;
    rpc::Prepare(options, context);
    const grpc::Status status = grpc::internal::BlockingUnaryCall<Message, Message>(
        channel_.get(),
        grpc::internal::RpcMethod(path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC), &context,
        request, response.get());
    if (!status.ok()) return rpc::FromGrpc(status);
    return response;
  }
  Result Do(const CallRow& row, const rpc::CallOptions& options) const {
    return Do(row, *Request(row), options);
  }

  // The table names every unary method, streams having tests of their own, and the writes are those
  // that take a request_id.
  void CheckTable(std::span<const CallRow> rows) const {
    std::set<std::string> tested, offered;
    for (const CallRow& row : rows) {
      tested.insert(row.method);
      if (service_->FindMethodByName(row.method) == nullptr) continue;
      EXPECT_EQ(Method(row)->input_type()->FindFieldByName("request_id") != nullptr, row.is_write())
          << row.method;
    }
    for (int i = 0; i < service_->method_count(); ++i) {
      const auto* const method = service_->method(i);
      if (method->client_streaming() || method->server_streaming()) continue;
      offered.insert(method->name());
    }
    EXPECT_EQ(tested, offered);
  }

  // `options` are of another organization.
  void CheckStranger(const CallRow& row, const rpc::CallOptions& options) const {
    if (row.other == Other::kUnrelated) return;
    const Result result = Do(row, options);
    if (row.other == Other::kNotFound) {
      EXPECT_THAT(result.status(), StatusIs(absl::StatusCode::kNotFound)) << row.method;
      EXPECT_THAT(result.status(), HasReason("NOT_FOUND")) << row.method;
      return;
    }
    ASSERT_OK(result) << row.method;
    if (row.other == Other::kResult) {
      EXPECT_THAT((*result)->ShortDebugString(), ::testing::HasSubstr("error { code: 5"));
      return;
    }
    const auto* const listed = (*result)->GetDescriptor()->field(0);
    EXPECT_EQ((*result)->GetReflection()->FieldSize(**result, listed), 0) << row.method;
  }

  // A request that needs a field is refused without any, with details.
  void CheckEmptyRequest(const CallRow& row, const rpc::CallOptions& options) const {
    const Result result = Do(row, *New(Method(row)->input_type()), options);
    EXPECT_THAT(result.status(), HasReason("INVALID_FIELDS")) << row.method;
    EXPECT_TRUE(GetDetail<google::rpc::BadRequest>(result.status())) << row.method;
  }

  // Needs a token, and one of an organization; an auditor's, where given, reads but does not write.
  void CheckRights(const CallRow& row, const rpc::CallOptions& of_a_service,
                   const std::optional<rpc::CallOptions>& auditor = std::nullopt) const {
    EXPECT_THAT(Do(row, {}).status(), StatusIs(absl::StatusCode::kUnauthenticated)) << row.method;
    EXPECT_THAT(ReasonOf(Do(row, of_a_service).status()),
                ::testing::AnyOf("ORGANIZATION_REQUIRED", "PERMISSION_DENIED", "SHOP_NOT_ALLOWED"))
        << row.method;
    if (!auditor) return;
    EXPECT_EQ(Do(row, *auditor).ok(), !row.is_write()) << row.method;
  }

  // A write that is sent again a second later answers the same and changes nothing.
  void CheckReplay(const CallRow& row, std::string_view request_id, const rpc::CallOptions& options,
                   TestDb& db, FakeClock& clock) const {
    const auto request = Request(row, "1", request_id);
    const Result first = Do(row, *request, options);
    ASSERT_OK(first) << row.method;
    const int64_t events = db.Count("SELECT COUNT(*) FROM outbox");
    clock.Advance(absl::Seconds(1));
    const Result second = Do(row, *request, options);
    ASSERT_OK(second) << row.method;
    EXPECT_THAT(**second, EqualsProto(**first)) << row.method;
    EXPECT_EQ(db.Count("SELECT COUNT(*) FROM outbox"), events) << row.method;
  }

  // CheckReplay; and with another request the id is refused, where the row has anything to vary.
  void CheckWrite(const CallRow& row, std::string_view request_id, const rpc::CallOptions& options,
                  TestDb& db, FakeClock& clock) const {
    CheckReplay(row, request_id, options, db, clock);
    if (row.request.find('#') != std::string::npos) return;
    EXPECT_THAT(Do(row, *Request(row, "2", request_id), options).status(),
                HasReason("REQUEST_ID_REUSED"))
        << row.method;
  }

  // Each write, in a world that `fresh` makes anew and by its `owner`, is told by one event and as
  // CheckWrite.
  void CheckWrites(std::span<const CallRow> rows, const std::function<void()>& fresh,
                   const std::function<rpc::CallOptions()>& owner, TestDb& db,
                   FakeClock& clock) const {
    constexpr const char* kEvents =
        "SELECT COUNT(*) FROM outbox WHERE type NOT LIKE '%WriteRecorded'";
    for (const CallRow& row : rows) {
      if (!row.is_write()) continue;
      fresh();
      const int64_t before = db.Count(kEvents);
      CheckWrite(row, "id-1", owner(), db, clock);
      EXPECT_EQ(db.Count(kEvents), before + 1) << row.method;
    }
  }

  // What holds for a call whatever it does; and it succeeds for its owner.
  void CheckCall(const CallRow& row, const Callers& who) const {
    CheckStranger(row, who.stranger);
    if (!row.request.empty()) CheckEmptyRequest(row, who.owner);
    CheckRights(row, who.service, who.auditor);
    CheckPages(row, who.owner);
    EXPECT_OK(Do(row, who.owner)) << row.method;
  }

  // Lists take sizes from 0, cut large ones, and know their own tokens; others pass. A call whose
  // pages another call turns takes no token.
  void CheckPages(const CallRow& row, const rpc::CallOptions& options) const {
    const auto request = Request(row);
    const auto* const size = request->GetDescriptor()->FindFieldByName("page_size");
    if (size == nullptr) return;
    request->GetReflection()->SetInt32(request.get(), size, -1);
    EXPECT_THAT(Do(row, *request, options).status(), StatusIs(absl::StatusCode::kInvalidArgument))
        << row.method;
    request->GetReflection()->SetInt32(request.get(), size, 1'000'000);
    EXPECT_OK(Do(row, *request, options)) << row.method;
    if (request->GetDescriptor()->FindFieldByName("page_token") == nullptr) return;
    Set(*request, "page_token", "forged");
    EXPECT_THAT(Do(row, *request, options).status(), HasReason("BAD_PAGE_TOKEN")) << row.method;
  }

  // Ends in time although nothing can be done; the test holds what it needs.
  void CheckDeadline(const CallRow& row, rpc::CallOptions options) const {
    options.timeout = absl::Milliseconds(100);
    EXPECT_THAT(
        Do(row, options).status().code(),
        ::testing::AnyOf(absl::StatusCode::kDeadlineExceeded, absl::StatusCode::kResourceExhausted))
        << row.method;
  }

  // CheckDeadline of each while the only connection of `database` is held; nothing is told.
  void CheckDeadlines(std::span<const CallRow> rows, const rpc::CallOptions& options,
                      db::Database& database, TestDb& db) const {
    const int64_t events = db.Count("SELECT COUNT(*) FROM outbox");
    ASSERT_OK(database.RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction&) {
      for (const CallRow& row : rows) CheckDeadline(row, options);
      return absl::OkStatus();
    }));
    EXPECT_EQ(db.Count("SELECT COUNT(*) FROM outbox"), events);
  }

  static void Set(Message& message, const std::string& field, std::string_view value) {
    message.GetReflection()->SetString(&message, message.GetDescriptor()->FindFieldByName(field),
                                       std::string(value));
  }

 private:
  const google::protobuf::MethodDescriptor* Method(const CallRow& row) const {
    return service_->FindMethodByName(row.method);
  }
  static std::unique_ptr<Message> New(const google::protobuf::Descriptor* type) {
    return std::unique_ptr<Message>(
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
  }

  const google::protobuf::ServiceDescriptor* const service_;
  const std::shared_ptr<grpc::Channel> channel_;
  const std::function<std::string(std::string)> fill_;
};

}  // namespace kefu::testing
