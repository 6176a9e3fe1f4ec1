#include "common/status/error.h"

#include <gtest/gtest.h>

#include "common/testing/proto_matchers.h"
#include "common/testing/status_matchers.h"

namespace kefu {
namespace {

using ::kefu::testing::EqualsProto;
using ::kefu::testing::HasReason;
using ::kefu::testing::IsOk;
using ::kefu::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(ErrorTest, MakeErrorCarriesReasonDomainAndMetadata) {
  const absl::Status status = MakeError(absl::StatusCode::kFailedPrecondition, "STOCK_SHORT",
                                        "want 3, have 2", {{"sku", "S1"}, {"have", "2"}});
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition, "want 3, have 2"));
  EXPECT_EQ(ReasonOf(status), "STOCK_SHORT");
  EXPECT_EQ(MetadataOf(status, "have"), "2");
  EXPECT_EQ(MetadataOf(status, "absent"), "");
  EXPECT_EQ(GetDetail<google::rpc::ErrorInfo>(status)->domain(), "kefu");
}

TEST(ErrorTest, OkAndForeignStatusesHaveNoReason) {
  EXPECT_EQ(ReasonOf(absl::OkStatus()), "");
  EXPECT_EQ(ReasonOf(absl::NotFoundError("elsewhere")), "");
  EXPECT_EQ(GetDetail<google::rpc::ErrorInfo>(absl::NotFoundError("elsewhere")), std::nullopt);
  EXPECT_THAT(AddDetail(absl::OkStatus(), google::rpc::RetryInfo()), IsOk());
  EXPECT_EQ(CauseOf(WithCause(absl::OkStatus(), "nothing")), "");
}

TEST(ErrorTest, FactoriesGiveCodeReasonAndDetail) {
  const absl::Status missing = NotFound("agent", "A7");
  EXPECT_THAT(missing, AllOf(StatusIs(absl::StatusCode::kNotFound, HasSubstr("\"A7\"")),
                             HasReason("NOT_FOUND")));
  EXPECT_THAT(*GetDetail<google::rpc::ResourceInfo>(missing),
              EqualsProto(R"pb(resource_type: "agent" resource_name: "A7")pb"));
  EXPECT_THAT(AlreadyExists("agent", "A7"),
              AllOf(StatusIs(absl::StatusCode::kAlreadyExists), HasReason("ALREADY_EXISTS")));

  const absl::Status rule = FailedPrecondition("TENURE", "agent/A7", "needs 90 days, has 12");
  EXPECT_THAT(rule, AllOf(StatusIs(absl::StatusCode::kFailedPrecondition), HasReason("TENURE")));
  EXPECT_THAT(*GetDetail<google::rpc::PreconditionFailure>(rule),
              EqualsProto(
                  R"pb(violations {
                         type: "TENURE"
                         subject: "agent/A7"
                         description: "needs 90 days, has 12"
                       })pb"));

  EXPECT_EQ(InvalidArgument("BAD_BODY", "", "the body is no JSON").message(),
            "the body is no JSON");
  const absl::Status token = InvalidArgument("BAD_PAGE_TOKEN", "page_token", "is not ours");
  EXPECT_EQ(token.message(), "page_token: is not ours");
  EXPECT_THAT(token,
              AllOf(StatusIs(absl::StatusCode::kInvalidArgument), HasReason("BAD_PAGE_TOKEN")));
  EXPECT_EQ(GetDetail<google::rpc::BadRequest>(token)->field_violations(0).field(), "page_token");

  EXPECT_THAT(PermissionDenied("PERMISSION_DENIED", "no"),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Unauthenticated("TOKEN_MISSING", "no"), StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(Aborted("ETAG_MISMATCH", "changed"), StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(DeadlineExceeded("late"), HasReason("DEADLINE_EXCEEDED"));
  EXPECT_THAT(Cancelled("gone"), HasReason("CANCELLED"));
}

TEST(ErrorTest, RetryInfoHasSecondsAndNanosAndIsNeverNegative) {
  EXPECT_THAT(*GetDetail<google::rpc::RetryInfo>(
                  Unavailable("DATABASE_UNAVAILABLE", "down", absl::Milliseconds(1250))),
              EqualsProto("retry_delay { seconds: 1 nanos: 250000000 }"));
  EXPECT_THAT(*GetDetail<google::rpc::RetryInfo>(
                  ResourceExhausted("QUEUE_FULL", "full", absl::Seconds(-3))),
              EqualsProto("retry_delay {}"));
}

TEST(ErrorTest, TheCauseOfAnInternalErrorStaysInTheProcess) {
  const absl::Status status = Internal("errno 1146: table kefu.shop is missing");
  EXPECT_EQ(CauseOf(status), "errno 1146: table kefu.shop is missing");
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("1146")));
  EXPECT_THAT(ToProto(status).SerializeAsString(), Not(HasSubstr("1146")));
  EXPECT_EQ(CauseOf(FromProto(ToProto(status))), "");
}

TEST(ErrorTest, ProtoRoundTripKeepsCodeMessageAndAllDetails) {
  google::rpc::LocalizedMessage localized;
  localized.set_locale("zh-CN");
  localized.set_message("库存不足");
  for (int code = 1; code <= 16; ++code) {
    const absl::Status status =
        AddDetail(FailedPrecondition("R", "s", "d", {{"k", "v"}}), localized);
    google::rpc::Status proto = ToProto(status);
    proto.set_code(code);
    const absl::Status back = FromProto(proto);
    EXPECT_EQ(static_cast<int>(back.code()), code);
    EXPECT_EQ(back.message(), status.message());
    EXPECT_EQ(ReasonOf(back), "R");
    EXPECT_THAT(ToProto(back), EqualsProto(proto));
    ASSERT_EQ(proto.details_size(), 3);
    EXPECT_EQ(proto.details(0).type_url(), "type.googleapis.com/google.rpc.ErrorInfo");
  }
}

TEST(ErrorTest, ForeignProtosAreReadWithCare) {
  google::rpc::Status proto;
  EXPECT_THAT(FromProto(proto), IsOk());
  for (const int code : {-1, 17, 999}) {
    proto.set_code(code);
    EXPECT_THAT(FromProto(proto), StatusIs(absl::StatusCode::kUnknown)) << code;
  }
  google::rpc::ErrorInfo info;
  info.set_reason("THEIRS");
  auto& any = *proto.add_details();
  any.set_type_url("example.com/types/google.rpc.ErrorInfo");
  any.set_value(info.SerializeAsString());
  EXPECT_EQ(ReasonOf(FromProto(proto)), "THEIRS");
  any.set_value("\xff\xff broken");
  EXPECT_EQ(ReasonOf(FromProto(proto)), "");
}

TEST(FieldViolationsTest, OneAnswerNamesAllFields) {
  FieldViolations line;
  line.Add("quantity", "must be positive");
  line.Add("", "is a twin of lines[0]");
  FieldViolations violations;
  EXPECT_TRUE(violations.empty());
  EXPECT_THAT(violations.ToStatus(), IsOk());
  EXPECT_TRUE(violations.Check(true, "a", "never shown"));
  EXPECT_FALSE(violations.Check(false, "name", "must not be empty"));
  violations.Merge("lines[1]", line);
  EXPECT_EQ(violations.size(), 3u);
  const absl::Status status = violations.ToStatus();
  EXPECT_THAT(status, AllOf(StatusIs(absl::StatusCode::kInvalidArgument,
                                     "name: must not be empty; lines[1].quantity: must be "
                                     "positive; lines[1]: is a twin of lines[0]"),
                            HasReason("INVALID_FIELDS")));
  EXPECT_THAT(*GetDetail<google::rpc::BadRequest>(status), EqualsProto(R"pb(
    field_violations { field: "name" description: "must not be empty" }
    field_violations { field: "lines[1].quantity" description: "must be positive" }
    field_violations { field: "lines[1]" description: "is a twin of lines[0]" }
  )pb"));
}

TEST(ProtoMatcherTest, TellsDifferencesAndIgnoresNamedFields) {
  google::rpc::ErrorInfo info;
  info.set_reason("A");
  info.set_domain("kefu");
  EXPECT_THAT(info, EqualsProto(R"pb(reason: "A" domain: "kefu")pb"));
  EXPECT_THAT(info, Not(EqualsProto(R"pb(reason: "B" domain: "kefu")pb")));
  EXPECT_THAT(info, Not(EqualsProto("no_such_field: 1")));
  EXPECT_THAT(info, testing::EqualsProtoIgnoring(R"pb(reason: "A")pb", {"domain"}));
  EXPECT_THAT(info, Not(testing::EqualsProtoIgnoring(R"pb(reason: "B")pb", {"domain"})));
  ::testing::StringMatchResultListener listener;
  EXPECT_FALSE(
      EqualsProto(R"pb(reason: "B" domain: "kefu")pb").MatchAndExplain(info, listener.stream()));
  EXPECT_THAT(listener.str(), HasSubstr("modified: reason"));
}

}  // namespace
}  // namespace kefu
