// PerformanceTest with stubs of the services about people.
#pragma once

#include "google/protobuf/timestamp.pb.h"
#include "kefu/common/v1/event.pb.h"
#include "kefu/performance/v1/facts.grpc.pb.h"
#include "kefu/performance/v1/performance_service.grpc.pb.h"
#include "kefu/performance/v1/quality.grpc.pb.h"
#include "kefu/performance/v1/scorecards.grpc.pb.h"
#include "kefu/staffing/v1/events.pb.h"
#include "services/performance/handlers/staffing_events.h"
#include "services/performance/tests/fixture.h"

namespace kefu::performance {

class JudgementTest : public PerformanceTest {
 protected:
  JudgementTest() {
    facts_ = v1::FactService::NewStub(host_.channel());
    scorecards_ = v1::ScorecardService::NewStub(host_.channel());
    quality_ = v1::QualityService::NewStub(host_.channel());
    performance_ = v1::PerformanceService::NewStub(host_.channel());
  }

  rpc::CallOptions Owner(std::string_view org_id = "org-a") {
    return host_.As(org_id, {auth::Role::kOwner});
  }

  // A supervisor of "org-a" by name.
  rpc::CallOptions Person(const std::string& subject) {
    auth::Principal principal;
    principal.subject = subject;
    principal.org_id = "org-a";
    principal.roles = {auth::Role::kSupervisor};
    return {.token = host_.tokens().Sign(std::move(principal))};
  }

  // A call of any of the services with the request as text.
  template <class Client, class Request, class Response>
  absl::StatusOr<Response> Ask(Client& client,
                               grpc::Status (Client::*method)(grpc::ClientContext*, const Request&,
                                                              Response*),
                               const std::string& text) {
    return rpc::Call(client, method, Parse<Request>(text), Owner());
  }

  // Sends one message as a stream; the header names shop "s".
  template <class Client, class Request>
  absl::StatusOr<v1::ImportResponse> Send(
      Client& client,
      std::unique_ptr<grpc::ClientWriter<Request>> (Client::*method)(grpc::ClientContext*,
                                                                     v1::ImportResponse*),
      Request request, const rpc::CallOptions& options, bool header = true) {
    if (header) request.mutable_header()->set_shop_id("s");
    grpc::ClientContext context;
    rpc::Prepare(options, context);
    v1::ImportResponse response;
    auto writer = (client.*method)(&context, &response);
    writer->Write(request);
    writer->WritesDone();
    const grpc::Status status = writer->Finish();
    if (!status.ok()) return rpc::FromGrpc(status);
    return response;
  }

  absl::StatusOr<v1::ImportResponse> Conduct(const std::vector<std::string>& texts) {
    v1::ImportConductRequest request;
    for (const std::string& text : texts) {
      auto* row = request.add_rows();
      row->set_line(request.rows_size());
      *row->mutable_conduct() = Parse<v1::ConductEvent>(text);
    }
    return Send(*facts_, &v1::FactService::Stub::ImportConduct, request, Owner());
  }
  absl::StatusOr<v1::ImportResponse> Attendance(const std::vector<std::string>& texts) {
    v1::ImportAttendanceRequest request;
    for (const std::string& text : texts)
      *request.add_rows()->mutable_attendance() = Parse<v1::Attendance>(text);
    return Send(*facts_, &v1::FactService::Stub::ImportAttendance, request, Owner());
  }

  // Applies an event of staffing in organization "org-a".
  template <class Payload>
  void Tell(const std::string& text) {
    kefu::common::v1::Event event;
    event.set_org_id("org-a");
    event.mutable_create_time()->set_seconds(kMidnight);
    event.mutable_payload()->PackFrom(Parse<Payload>(text));
    ASSERT_OK(Db().db().RunInTransaction(absl::Now() + absl::Seconds(60), [&](db::Transaction& t) {
      return ApplyStaffingEvent(t, event);
    }));
  }

  std::unique_ptr<v1::FactService::Stub> facts_;
  std::unique_ptr<v1::ScorecardService::Stub> scorecards_;
  std::unique_ptr<v1::QualityService::Stub> quality_;
  std::unique_ptr<v1::PerformanceService::Stub> performance_;
};

}  // namespace kefu::performance
