// kefuctl against the gateway's own HTTP server, with services that do what a test tells them.
#pragma once

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "clients/kefuctl/context.h"
#include "common/ids/id_generator.h"
#include "common/time/clock.h"
#include "grpcpp/server.h"
#include "kefu/staffing/v1/staffing_service.grpc.pb.h"
#include "services/gateway/connect/routes.h"
#include "services/gateway/http/server.h"

namespace kefu::kefuctl {

// Services by the full names of their contracts, behind a gateway; they outlive it.
class TestGateway {
 public:
  using Services = std::initializer_list<std::pair<const char*, grpc::Service*>>;
  explicit TestGateway(Services services);
  ~TestGateway();

  int port() const { return gateway_->port(); }

 private:
  SystemClock clock_;
  IdGenerator ids_{clock_};
  std::unique_ptr<grpc::Server> services_;
  gateway::connect::Routes routes_;
  std::unique_ptr<gateway::http::Server> gateway_;
};

// Runs commands against such a gateway. The language is English again at the end.
class CommandRunner {
 public:
  using AddCommands = void (*)(CLI::App&, Context&);
  CommandRunner(AddCommands add, TestGateway::Services services) : add_(add), gateway_(services) {}
  ~CommandRunner();

  // What the command prints to stdout.
  std::string Run(const std::string& command_line, bool json = false);
  // Of the last command.
  const absl::Status& status() const { return status_; }

 private:
  const AddCommands add_;
  TestGateway gateway_;
  absl::Status status_;
};

// Fills an answer from text.
template <class Message>
void Fill(const char* text, Message& message) {
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
}

// Staffing with one shop, "s1", which its platform calls "jd-1", and what a test adds.
class OneShop final : public staffing::v1::StaffingService::Service {
 public:
  grpc::Status ListShops(grpc::ServerContext*, const staffing::v1::ListShopsRequest*,
                         staffing::v1::ListShopsResponse* response) override {
    staffing::v1::Shop& shop = *response->add_shops();
    shop.set_shop_id("s1");
    shop.set_external_id("jd-1");
    shop.set_time_zone("Asia/Shanghai");
    for (const std::string& other : others) response->add_shops()->set_shop_id(other);
    return grpc::Status::OK;
  }
  grpc::Status ListAgents(grpc::ServerContext*, const staffing::v1::ListAgentsRequest*,
                          staffing::v1::ListAgentsResponse* response) override {
    for (const auto& [id, name] : agents) {
      staffing::v1::Agent& agent = *response->add_agents();
      agent.set_agent_id(id);
      agent.set_display_name(name);
    }
    return grpc::Status::OK;
  }

  std::vector<std::string> others;
  std::map<std::string, std::string> agents;  // names by id
};

}  // namespace kefu::kefuctl
