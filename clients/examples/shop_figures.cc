// Asks kefu-performance for a shop's figures over gRPC: shop_figures HOST:PORT TOKEN_FILE SHOP_ID
#include <grpcpp/grpcpp.h>

#include <fstream>
#include <iostream>
#include <string>

#include "kefu/performance/v1/performance_service.grpc.pb.h"

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: shop_figures HOST:PORT TOKEN_FILE SHOP_ID\n";
    return 2;
  }
  std::string token;
  std::ifstream(argv[2]) >> token;

  namespace v1 = kefu::performance::v1;
  const auto channel = grpc::CreateChannel(argv[1], grpc::InsecureChannelCredentials());
  const auto stub = v1::PerformanceService::NewStub(channel);
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer " + token);
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  v1::GetMetricsRequest request;
  request.set_shop_id(argv[3]);
  v1::GetMetricsResponse response;
  const grpc::Status status = stub->GetMetrics(&context, request, &response);
  if (!status.ok()) {
    std::cerr << status.error_message() << "\n";
    return 1;
  }
  for (const v1::MetricRow& row : response.rows()) {
    for (const v1::MetricValue& value : row.values()) {
      std::cout << value.metric_id() << " " << value.value() << "\n";
    }
  }
  return 0;
}
