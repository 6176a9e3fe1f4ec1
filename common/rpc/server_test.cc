#include "common/rpc/server.h"

#include <arpa/inet.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <latch>
#include <thread>

#include <gmock/gmock.h>
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <grpcpp/impl/codegen/sync_stream.h>
#include <gtest/gtest.h>

#include "common/rpc/shutdown_signal.h"
#include "common/rpc/testdata/echo_service.h"
#include "common/status/error.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_folder.h"

namespace kefu::rpctest {
namespace {

using ::kefu::testing::HasReason;
using ::kefu::testing::IsOk;
using ::kefu::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr int kServing = 1;
constexpr int kNotServing = 2;

// What a Kubernetes probe sees; 0 when there is no answer.
int Health(grpc::Channel& channel, const std::string& service = "") {
  const grpc::internal::RpcMethod method("/grpc.health.v1.Health/Check",
                                         grpc::internal::RpcMethod::NORMAL_RPC);
  v1::HealthRequest request;
  request.set_service(service);
  v1::HealthReply reply;
  grpc::ClientContext context;
  const grpc::Status status =
      grpc::internal::BlockingUnaryCall(&channel, method, &context, request, &reply);
  return status.ok() ? reply.status() : 0;
}

void AwaitHealth(grpc::Channel& channel, int wanted, const std::string& service = "") {
  while (Health(channel, service) != wanted) std::this_thread::yield();
}

testing::ServiceHostOptions QuickHealth() {
  auto options = HostOptions();
  options.server.health_interval = absl::Milliseconds(10);
  return options;
}

// The trap: handlers that block on gRPC's own threads stall health checks too.
TEST(HealthTest, AnswersWhileEveryWorkerAndStreamIsBlocked) {
  auto options = QuickHealth();
  options.dispatcher.workers = 4;
  options.dispatcher.max_streams = 4;
  EchoHost t(std::move(options));
  std::latch blocked(8), release(1);
  t.service.echo = [&](const RequestContext& ctx, const EchoRequest& request) {
    blocked.count_down();
    release.wait();
    return EchoBack(ctx, request);
  };
  t.service.stream = [&](const RequestContext&, const EchoRequest&, auto&) {
    blocked.count_down();
    release.wait();
    return absl::OkStatus();
  };
  t.Start();
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&] { EXPECT_OK(rpc::Call(*t.stub, &Stub::Echo, Request(), t.Owner())); });
    callers.emplace_back([&] {
      grpc::ClientContext context;
      rpc::Prepare(t.Owner(), context);
      EXPECT_OK(rpc::FromGrpc(t.stub->Count(&context, Request())->Finish()));
    });
  }
  blocked.wait();
  AwaitHealth(*t.host.channel(), kServing);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(Health(*t.host.channel()), kServing);
  EXPECT_OK(rpc::Call(*t.stub, &Stub::EchoInline, Request(), t.Owner()));
  release.count_down();
  for (std::thread& caller : callers) caller.join();
}

TEST(HealthTest, FollowsTheReadyCheckForEveryService) {
  std::atomic<bool> ready{false};
  auto options = QuickHealth();
  options.ready = [&](absl::Time deadline) {
    EXPECT_GT(deadline, absl::Now());
    return ready ? absl::OkStatus() : absl::UnavailableError("no database");
  };
  EchoHost t(std::move(options));
  t.Start();
  const std::string name = EchoServiceImpl::full_name();
  for (const bool now : {false, true, false, true}) {
    ready = now;
    AwaitHealth(*t.host.channel(), now ? kServing : kNotServing);
    AwaitHealth(*t.host.channel(), now ? kServing : kNotServing, name);
  }
  EXPECT_EQ(Health(*t.host.channel(), "no.such.Service"), 0);
}

TEST(ReflectionTest, ListsTheServices) {
  EchoHost t;
  t.Start();
  const grpc::internal::RpcMethod method(
      "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
      grpc::internal::RpcMethod::BIDI_STREAMING);
  grpc::ClientContext context;
  std::unique_ptr<grpc::ClientReaderWriter<v1::ReflectionRequest, v1::ReflectionReply>> stream(
      grpc::internal::ClientReaderWriterFactory<v1::ReflectionRequest, v1::ReflectionReply>::Create(
          t.host.channel().get(), method, &context));
  v1::ReflectionRequest request;
  request.set_list_services("*");
  ASSERT_TRUE(stream->Write(request));
  v1::ReflectionReply reply;
  ASSERT_TRUE(stream->Read(&reply));
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
  std::vector<std::string> names;
  for (const auto& service : reply.list_services_response().service())
    names.push_back(service.name());
  EXPECT_THAT(names, ::testing::IsSupersetOf({"kefu.rpctest.v1.EchoService",
                                              "grpc.reflection.v1alpha.ServerReflection"}));
}

absl::Status StartOn(const std::string& address, const rpc::TlsFiles& tls = {}) {
  testing::ServiceHost host;
  EchoServiceImpl service(host.dispatcher());
  rpc::ServerOptions options;
  options.address = address;
  options.tls = tls;
  return rpc::Server::Start(options, host.dispatcher(), {&service},
                            [](absl::Time) { return absl::OkStatus(); })
      .status();
}

TEST(ListenTest, WithoutTlsOnlyLoopbackIsAccepted) {
  for (const char* address : {"0.0.0.0:0", "[::]:0", "10.0.0.1:0", "127.evil.example:0"}) {
    EXPECT_THAT(StartOn(address),
                AllOf(StatusIs(absl::StatusCode::kInvalidArgument), HasReason("LISTEN_REFUSED")))
        << address;
  }
  for (const char* address : {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000"})
    EXPECT_THAT(StartOn(address), HasReason("LISTEN_REFUSED")) << address;
  EXPECT_OK(StartOn("127.0.0.1:0"));
  EXPECT_OK(StartOn("localhost:0"));
}

TEST(ListenTest, ATakenPortIsRefusedWithTheCause) {
  EchoHost t;
  t.Start();
  const absl::Status status = StartOn(t.host.server().target());
  EXPECT_THAT(status, AllOf(StatusIs(absl::StatusCode::kUnavailable), HasReason("LISTEN_FAILED")));
  EXPECT_THAT(status.ToString(), HasSubstr("Address already in use"));
  EXPECT_OK(rpc::Call(*t.stub, &Stub::Echo, Request(), t.Owner()));
}

TEST(LimitsTest, MessagesBeyondTheLimitAreRefused) {
  auto options = HostOptions();
  options.server.max_receive_bytes = 1 << 20;
  options.server.max_send_bytes = 1 << 20;
  options.client.max_send_bytes = 8 << 20;
  EchoHost t(std::move(options));
  t.service.echo = [](const RequestContext&, const EchoRequest& request) {
    EchoResponse response;
    response.set_text(std::string(request.count(), 'x'));
    return response;
  };
  t.Start();
  EXPECT_THAT(rpc::Call(*t.stub, &Stub::EchoInline, Request(std::string(2 << 20, 'x')), t.Owner()),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EchoRequest large_answer;
  large_answer.set_count(2 << 20);
  EXPECT_THAT(rpc::Call(*t.stub, &Stub::Echo, large_answer, t.Owner()),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_OK(rpc::Call(*t.stub, &Stub::Echo, Request(), t.Owner()));
}

TEST(DrainTest, FinishesWhatRunsAndRefusesWhatComes) {
  EchoHost t;
  std::latch started(1), release(1);
  t.service.echo = [&](const RequestContext& ctx, const EchoRequest& request) {
    started.count_down();
    release.wait();
    return EchoBack(ctx, request);
  };
  t.Start();
  Result result = absl::UnknownError("never answered");
  std::thread caller(
      [&] { result = rpc::Call(*t.stub, &Stub::Echo, Request("in flight"), t.Owner()); });
  started.wait();
  std::thread drain([&] { t.host.server().Drain(absl::Now() + absl::Minutes(5)); });
  auto late = v1::EchoService::NewStub(t.host.NewChannel());
  absl::Status refused;
  while (refused.ok()) refused = rpc::Call(*late, &Stub::EchoInline, Request(), t.Owner()).status();
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kUnavailable));
  release.count_down();
  caller.join();
  drain.join();
  ASSERT_OK(result);
  EXPECT_EQ(result->text(), "in flight");
}

TEST(DrainTest, CancelsWhatOutlivesTheDeadline) {
  EchoHost t;
  std::latch started(1);
  t.service.echo = [&](const RequestContext& ctx, const EchoRequest&) -> Result {
    started.count_down();
    while (!ctx.IsCancelled()) std::this_thread::yield();
    return Cancelled("gone");
  };
  t.Start();
  absl::Status status;
  std::thread caller(
      [&] { status = rpc::Call(*t.stub, &Stub::Echo, Request(), t.Owner()).status(); });
  started.wait();
  t.host.server().Drain(absl::Now());
  caller.join();
  EXPECT_FALSE(status.ok());
}

// A certification authority and what it signed, in a folder that is deleted at the end.
class Certificates {
 public:
  Certificates() {
    Run("req -x509 -days 2 -subj /CN=test-ca -keyout " + Path("ca.key") + " -out " +
        Path("ca.pem"));
    Issue("server", "subjectAltName=IP:127.0.0.1,DNS:localhost");
    Issue("client", "subjectAltName=DNS:client");
  }
  std::string Path(const std::string& name) const { return folder_.File(name); }
  rpc::TlsFiles Of(const std::string& name) const {
    return {.certificate = Path(name + ".pem"), .key = Path(name + ".key"), .ca = Path("ca.pem")};
  }

 private:
  void Issue(const std::string& name, const std::string& extension) {
    Run("req -x509 -days 2 -subj /CN=" + name + " -CA " + Path("ca.pem") + " -CAkey " +
        Path("ca.key") + " -addext " + extension + " -addext basicConstraints=critical,CA:FALSE" +
        " -keyout " + Path(name + ".key") + " -out " + Path(name + ".pem"));
  }
  void Run(const std::string& arguments) {
    const std::string command = "openssl " + arguments +
                                " -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
                                " 2>" +
                                Path("log");
    if (system(command.c_str()) != 0) {
      std::ifstream log(Path("log"));
      FAIL() << command << "\n" << log.rdbuf();
    }
  }
  const testing::TempFolder folder_{"kefu-rpc-tls"};
};

TEST(TlsTest, MutualTlsLetsOnlyCertifiedClientsIn) {
  const Certificates certificates;
  auto options = HostOptions();
  options.server.tls = certificates.Of("server");
  options.client.tls = certificates.Of("client");
  EchoHost t(std::move(options));
  t.Start();
  EXPECT_OK(rpc::Call(*t.stub, &Stub::Echo, Request(), t.Owner()));

  const rpc::TlsFiles without_certificate{.ca = certificates.Path("ca.pem")};
  for (const rpc::TlsFiles& files : {without_certificate, rpc::TlsFiles{}}) {
    ASSERT_OK_AND_ASSIGN(
        const auto channel,
        rpc::MakeChannel(t.host.server().target(),
                         {.tls = files, .retries = false, .connection_group = 99}));
    auto stub = v1::EchoService::NewStub(channel);
    EXPECT_THAT(rpc::Call(*stub, &Stub::Echo, Request(), t.Owner()),
                StatusIs(absl::StatusCode::kUnavailable));
  }
}

TEST(TlsTest, ServerTlsAloneTakesClientsWithoutCertificate) {
  const Certificates certificates;
  auto options = HostOptions();
  options.server.tls = certificates.Of("server");
  options.server.tls.ca.clear();
  options.client.tls.ca = certificates.Path("ca.pem");
  EchoHost t(std::move(options));
  t.Start();
  EXPECT_OK(rpc::Call(*t.stub, &Stub::Echo, Request(), t.Owner()));
}

TEST(TlsTest, FilesThatDoNotFitAreRefusedAtTheStart) {
  const Certificates certificates;
  rpc::TlsFiles missing = certificates.Of("server");
  missing.certificate = certificates.Path("no-such.pem");
  rpc::TlsFiles mixed = certificates.Of("server");
  mixed.key = certificates.Path("client.key");
  rpc::TlsFiles half = certificates.Of("server");
  half.key.clear();
  rpc::TlsFiles no_pem = certificates.Of("server");
  no_pem.ca = certificates.Path("log");
  for (const rpc::TlsFiles& files : {missing, mixed, half, no_pem}) {
    EXPECT_THAT(StartOn("127.0.0.1:0", files),
                AllOf(StatusIs(absl::StatusCode::kFailedPrecondition), HasReason("TLS_FILES")));
  }
}

constexpr char kChildVariable[] = "KEFU_RPC_TEST_CHILD";

// Does something in the child process of the next test only: a server that ends on SIGTERM.
TEST(ShutdownChild, Serve) {
  if (getenv(kChildVariable) == nullptr) return;
  rpc::BlockShutdownSignals();
  EchoHost t;
  t.service.echo = [&](const RequestContext& ctx, const EchoRequest& request) {
    std::cout << "STARTED" << std::endl;
    while (!t.host.dispatcher().draining()) std::this_thread::yield();
    return EchoBack(ctx, request);
  };
  t.Start();
  std::cout << "SERVING " << t.host.server().target() << " "
            << t.host.tokens().Token("org1", {auth::Role::kOwner}) << std::endl;
  if (rpc::WaitForShutdownSignal() != SIGTERM) _exit(3);
  t.host.server().Drain(absl::Now() + absl::Minutes(5));
}

class Child {
 public:
  Child() {
    int ends[2];
    if (pipe(ends) != 0) abort();
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    std::string program = "/proc/self/exe", filter = "--gtest_filter=ShutdownChild.Serve",
                variable = std::string(kChildVariable) + "=1";
    char* arguments[] = {program.data(), filter.data(), nullptr};
    std::vector<char*> environment{variable.data()};
    for (char** entry = environ; *entry != nullptr; ++entry) environment.push_back(*entry);
    environment.push_back(nullptr);
    if (posix_spawn(&pid_, "/proc/self/exe", &actions, nullptr, arguments, environment.data()) != 0)
      abort();
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    output_ = fdopen(ends[0], "r");
  }
  ~Child() { fclose(output_); }

  // The rest of the first line that begins with `word`; "" at the end of the output.
  std::string Await(const std::string& word) {
    char line[8192];
    while (fgets(line, sizeof line, output_) != nullptr) {
      const std::string text(line);
      if (text.starts_with(word))
        return text.substr(word.size(), text.size() - word.size() - 1) + " ";
    }
    return "";
  }
  void Signal(int number) { kill(pid_, number); }
  int ExitCode() {
    int status = 0;
    waitpid(pid_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = 0;
  FILE* output_ = nullptr;
};

TEST(ShutdownTest, SigtermDrainsAndExitsWithZero) {
  Child child;
  std::istringstream serving(child.Await("SERVING"));
  std::string target;
  rpc::CallOptions options;
  ASSERT_TRUE(serving >> target >> options.token);
  ASSERT_OK_AND_ASSIGN(const auto channel, rpc::MakeChannel(target, {.retries = false}));
  auto stub = v1::EchoService::NewStub(channel);
  Result result = absl::UnknownError("never answered");
  std::thread caller(
      [&] { result = rpc::Call(*stub, &Stub::Echo, Request("in flight"), options); });
  EXPECT_NE(child.Await("STARTED"), "");
  child.Signal(SIGTERM);
  caller.join();
  EXPECT_THAT(result, IsOk());
  EXPECT_EQ(child.ExitCode(), 0);
}

}  // namespace
}  // namespace kefu::rpctest
