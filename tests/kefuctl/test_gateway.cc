#include "tests/kefuctl/test_gateway.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <chrono>
#include <cstdio>

#include "clients/kefuctl/i18n.h"
#include "common/rpc/client.h"

namespace kefu::kefuctl {

TestGateway::TestGateway(Services services) {
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  for (const auto& [name, service] : services) builder.RegisterService(service);
  services_ = builder.BuildAndStart();
  const auto channel = rpc::MakeChannel("127.0.0.1:" + std::to_string(port), {});
  EXPECT_TRUE(channel.ok());
  for (const auto& [name, service] : services) routes_.Add(name, *channel);
  auto gateway = gateway::http::Server::Start({}, routes_, ids_);
  EXPECT_TRUE(gateway.ok()) << gateway.status();
  gateway_ = *std::move(gateway);
}

TestGateway::~TestGateway() {
  gateway_->Drain(absl::Now());
  services_->Shutdown(std::chrono::system_clock::now());
}

CommandRunner::~CommandRunner() { SetLanguage(Language::kEnglish); }

std::string CommandRunner::Run(const std::string& command_line, bool json) {
  Context context;
  context.gateway = "127.0.0.1:" + std::to_string(gateway_.port());
  context.format = json ? "json" : "table";
  CLI::App program;
  add_(program, context);
  ::testing::internal::CaptureStdout();
  try {
    program.parse(command_line);
    status_ = context.command();
  } catch (const CLI::ParseError& error) {
    status_ = absl::InvalidArgumentError(error.what());
  }
  std::fflush(stdout);
  return ::testing::internal::GetCapturedStdout();
}

}  // namespace kefu::kefuctl
