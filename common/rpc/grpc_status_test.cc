#include "common/rpc/grpc_status.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/cord.h"
#include "common/status/error.h"
#include "common/testing/proto_matchers.h"
#include "common/testing/status_matchers.h"

namespace kefu::rpc {
namespace {

using ::kefu::testing::HasReason;
using ::kefu::testing::StatusIs;

absl::Status RoundTrip(const absl::Status& status) { return FromGrpc(ToGrpc(status)); }

// What gRPC would send at worst: the message percent-encoded, the details in base64.
size_t TrailerBytes(const grpc::Status& status) {
  return status.error_message().size() * 3 + (status.error_details().size() + 2) / 3 * 4;
}

TEST(GrpcStatusTest, OkStaysOk) {
  EXPECT_TRUE(ToGrpc(absl::OkStatus()).ok());
  EXPECT_TRUE(FromGrpc(grpc::Status::OK).ok());
}

TEST(GrpcStatusTest, EveryCodeAndMessageRoundTrips) {
  for (int code = 1; code <= 16; ++code) {
    const absl::Status status(static_cast<absl::StatusCode>(code), "库存不足 100%");
    EXPECT_EQ(RoundTrip(status), status) << code;
  }
}

TEST(GrpcStatusTest, DetailsRoundTrip) {
  FieldViolations violations;
  violations.Add("lines[2].quantity", "must be positive");
  violations.Add("currency", "must be three letters");
  const absl::Status status = violations.ToStatus();
  const absl::Status back = RoundTrip(status);
  EXPECT_EQ(back, status);
  EXPECT_THAT(back, HasReason("INVALID_FIELDS"));
  ASSERT_TRUE(GetDetail<google::rpc::BadRequest>(back));
  EXPECT_EQ(GetDetail<google::rpc::BadRequest>(back)->field_violations_size(), 2);

  const absl::Status busy = ResourceExhausted("QUEUE_FULL", "busy", absl::Milliseconds(250));
  ASSERT_TRUE(GetDetail<google::rpc::RetryInfo>(RoundTrip(busy)));
  EXPECT_EQ(GetDetail<google::rpc::RetryInfo>(RoundTrip(busy))->retry_delay().nanos(), 250'000'000);
}

TEST(GrpcStatusTest, UnknownDetailTypesRoundTripAsBytes) {
  absl::Status status = NotFound("agent", "A1");
  status.SetPayload("type.googleapis.com/erp.v9.Unheard",
                    absl::Cord(std::string("\x00\xff\x01", 3)));
  EXPECT_EQ(RoundTrip(status), status);
}

TEST(GrpcStatusTest, TheCauseOfAnInternalErrorStaysInTheProcess) {
  const grpc::Status sent = ToGrpc(Internal("SELECT secret FROM t"));
  EXPECT_EQ(sent.error_message().find("secret"), std::string::npos);
  EXPECT_EQ(sent.error_details().find("secret"), std::string::npos);
}

TEST(GrpcStatusTest, SeveralDetailsOfOneTypeSurviveThePassage) {
  google::rpc::Status proto;
  proto.set_code(9);
  proto.set_message("two");
  google::rpc::ResourceInfo info;
  for (const char* name : {"first", "second"}) {
    info.set_resource_name(name);
    proto.add_details()->PackFrom(info);
  }
  const grpc::Status received(grpc::StatusCode::FAILED_PRECONDITION, "two",
                              proto.SerializeAsString());
  const grpc::Status sent = ToGrpc(FromGrpc(received));
  google::rpc::Status again;
  ASSERT_TRUE(again.ParseFromString(sent.error_details()));
  EXPECT_THAT(again, testing::EqualsProto(proto));
}

TEST(GrpcStatusTest, ForeignDetailBytesArePassedOn) {
  const grpc::Status received(grpc::StatusCode::UNAVAILABLE, "proxy", std::string("\xff\xff\xff"));
  const absl::Status status = FromGrpc(received);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(ToGrpc(status).error_details(), received.error_details());
}

TEST(GrpcStatusTest, ManyViolationsAreCutToWhatFits) {
  FieldViolations violations;
  for (int i = 0; i < 2000; ++i)
    violations.Add("rows[" + std::to_string(i) + "].amount", "must not be negative");
  const grpc::Status sent = ToGrpc(violations.ToStatus());
  EXPECT_LE(TrailerBytes(sent), kMaxStatusBytes + 2 * sent.error_message().size());
  const absl::Status back = FromGrpc(sent);
  EXPECT_THAT(back, HasReason("INVALID_FIELDS"));
  EXPECT_EQ(MetadataOf(back, "details_truncated"), "true");
  const auto kept = GetDetail<google::rpc::BadRequest>(back);
  ASSERT_TRUE(kept);
  EXPECT_GT(kept->field_violations_size(), 20);
  EXPECT_EQ(kept->field_violations(0).field(), "rows[0].amount");
}

TEST(GrpcStatusTest, TheReasonSurvivesAnyTruncation) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "错";
  absl::Status status = MakeError(absl::StatusCode::kFailedPrecondition, "TOO_BIG", text,
                                  {{"list", std::string(20'000, 'x')}});
  google::rpc::ResourceInfo info;
  info.set_description(std::string(30'000, 'y'));
  status = AddDetail(std::move(status), info);
  const grpc::Status sent = ToGrpc(status);
  EXPECT_LE(TrailerBytes(sent), kMaxStatusBytes + 2 * sent.error_message().size());
  const absl::Status back = FromGrpc(sent);
  EXPECT_THAT(back, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(back, HasReason("TOO_BIG"));
  EXPECT_EQ(back.message().size() % 3, 0u) << "cut inside a character";
}

}  // namespace
}  // namespace kefu::rpc
