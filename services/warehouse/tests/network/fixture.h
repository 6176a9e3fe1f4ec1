// The warehouse's world with NetworkService beside it.
#pragma once

#include <memory>
#include <string>

#include "kefu/warehouse/v1/network.grpc.pb.h"
#include "services/warehouse/network_service.h"
#include "services/warehouse/store/trade_acks.h"
#include "services/warehouse/tests/fixture.h"

namespace kefu::warehouse {

using NetworkStub = v1::NetworkService::Stub;

class NetworkTest : public WarehouseTest {
 protected:
  NetworkTest()
      : network_handlers_(replica_.deps),
        network_service_(network_host_.dispatcher(), network_handlers_) {
    network_host_.Start({&network_service_});
    network_ = v1::NetworkService::NewStub(network_host_.channel());
  }
  ~NetworkTest() override { network_host_.Stop(); }

  // As WarehouseTest::Call.
  using WarehouseTest::Call;
  template <class Request, class Response>
  absl::StatusOr<Response> Call(grpc::Status (NetworkStub::*method)(grpc::ClientContext*,
                                                                    const Request&, Response*),
                                const std::string& text, std::string_view org_id = "org-a") {
    return Send(method, Parse<Request>(Fill(text)), org_id);
  }
  template <class Request, class Response>
  absl::StatusOr<Response> Send(grpc::Status (NetworkStub::*method)(grpc::ClientContext*,
                                                                    const Request&, Response*),
                                const Request& request, std::string_view org_id = "org-a") {
    const rpc::CallOptions options = {
        .token = network_host_.tokens().Token(org_id, {auth::Role::kOwner}, {}, "tester",
                                              absl::Hours(72))};
    return rpc::Call(*network_, method, request, options);
  }

  // In force from 2026-01-01 on; `more` is text of further fields.
  void SetMode(std::string_view mode, std::string_view more = "") {
    ASSERT_OK(Call(&NetworkStub::SetNetworkPolicy,
                   fmt::format("policy {{ effective_from {{ year: 2026 month: 1 day: 1 }}"
                               " mode: OPERATING_MODE_{} {} }}",
                               mode, more)));
  }

  testing::ServiceHost network_host_{{.dispatcher = {.clock = &clock_, .workers = 8}}};
  NetworkHandlers network_handlers_;
  NetworkServiceImpl network_service_;
  std::unique_ptr<NetworkStub> network_;
};

}  // namespace kefu::warehouse
