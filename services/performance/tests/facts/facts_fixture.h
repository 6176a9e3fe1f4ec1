// FactService behind a server of its own, beside PerformanceService.
#pragma once

#include "kefu/performance/v1/facts.grpc.pb.h"
#include "services/performance/tests/fixture.h"

namespace kefu::performance {

using Facts = v1::FactService::Stub;

class FactsTest : public PerformanceTest {
 protected:
  FactsTest() { facts_ = v1::FactService::NewStub(host_.channel()); }

  rpc::CallOptions AsOwner(std::string_view org_id, std::vector<std::string> shops = {}) {
    return host_.As(org_id, {auth::Role::kOwner}, std::move(shops));
  }

  template <class Request, class Response>
  absl::StatusOr<Response> Ask(grpc::Status (Facts::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                               const std::string& text) {
    return rpc::Call(*facts_, method, Parse<Request>(text), AsOwner("org-a"));
  }

  // Sends one message as a stream; the header names shop "s".
  template <class Request>
  absl::StatusOr<v1::ImportResponse> Send(
      std::unique_ptr<grpc::ClientWriter<Request>> (Facts::*method)(grpc::ClientContext*,
                                                                    v1::ImportResponse*),
      Request request, std::string_view org_id = "org-a") {
    request.mutable_header()->set_shop_id("s");
    grpc::ClientContext context;
    rpc::Prepare(AsOwner(org_id), context);
    v1::ImportResponse response;
    auto writer = (facts_.get()->*method)(&context, &response);
    writer->Write(request);
    writer->WritesDone();
    const grpc::Status status = writer->Finish();
    if (!status.ok()) return rpc::FromGrpc(status);
    return response;
  }

  // The fields that an INVALID_FIELDS names.
  static std::vector<std::string> FieldsOf(const absl::Status& status) {
    std::vector<std::string> fields;
    const auto details = GetDetail<google::rpc::BadRequest>(status);
    if (!details) return fields;
    for (const auto& violation : details->field_violations()) fields.push_back(violation.field());
    return fields;
  }

  std::unique_ptr<Facts> facts_;
};

}  // namespace kefu::performance
