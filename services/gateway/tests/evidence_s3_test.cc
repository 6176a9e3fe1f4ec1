// Files of evidence in an S3-compatible server that checks every signature: s3rver behind
// tests/s3/server.mjs, which ./dev test installs.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "services/gateway/evidence/s3_store.h"
#include "services/gateway/tests/evidence_files.h"

extern char** environ;

namespace kefu::gateway {
namespace {

using auth::Role;
using ::kefu::testing::HasReason;
using testing::Answer;
using testing::CountFiles;
using testing::Get;
using testing::HttpClient;
using ::testing::Not;
using testing::Photo;
using testing::ReasonIn;

constexpr char kSecret[] = "kefu/secret+1";

// The server, until its owner goes: it ends with its standard input.
class S3Server {
 public:
  explicit S3Server(std::vector<std::string> tls = {}) {
    int in[2], out[2];
    EXPECT_EQ(pipe2(in, O_CLOEXEC), 0);
    EXPECT_EQ(pipe2(out, O_CLOEXEC), 0);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, in[0], 0);
    posix_spawn_file_actions_adddup2(&files, out[1], 1);
    std::vector<std::string> words = {"node", KEFU_S3_SERVER, KEFU_S3_MODULES, folder_.path()};
    words.insert(words.end(), tls.begin(), tls.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    EXPECT_EQ(posix_spawnp(&pid_, "node", &files, nullptr, argv.data(), environ), 0);
    posix_spawn_file_actions_destroy(&files);
    close(in[0]);
    close(out[1]);
    input_ = in[1];
    std::string line;
    for (char c; read(out[0], &c, 1) == 1 && c != '\n';) line.push_back(c);
    close(out[0]);
    EXPECT_EQ(std::sscanf(line.c_str(), "listening %d", &port_), 1)
        << "no server; are its packages in " << KEFU_S3_MODULES << "? ./dev test installs them";
  }
  ~S3Server() {
    close(input_);
    waitpid(pid_, nullptr, 0);
  }
  int port() const { return port_; }
  pid_t pid() const { return pid_; }
  const kefu::testing::TempFolder& folder() const { return folder_; }

 private:
  kefu::testing::TempFolder folder_{"kefu-s3"};
  pid_t pid_ = 0;
  int input_ = -1, port_ = 0;
};

class EvidenceS3Test : public testing::EvidenceGatewayTest {
 protected:
  evidence::S3Options Options(const S3Server& server) const {
    evidence::S3Options options;
    options.endpoint = "http://127.0.0.1:" + std::to_string(server.port());
    options.bucket = "kefu";
    options.region = "eu-test-1";
    options.access_key = "kefu-key";
    options.secret_key = kSecret;
    options.spool_folder = Spool();
    options.timeout = absl::Seconds(30);
    return options;
  }
  void StartWithS3(evidence::S3Options options) {
    auto store = evidence::S3Store::Open(std::move(options));
    ASSERT_OK(store);
    StartWith(*std::move(store), AllTypes());
  }
  Answer Ask(std::string_view request) { return HttpClient(port()).Ask(request); }
  Answer Fetch(std::string_view reference) {
    return Ask(Get("/evidence/" + std::string(reference), Of("org:a")));
  }
};

TEST_F(EvidenceS3Test, KeepsAndGivesBackWhatItIsBrought) {
  const S3Server server;
  StartWithS3(Options(server));
  // Above what is sent before the server says that it goes on; ids with what a URL must escape.
  const std::string photo = Photo(3'000'000);
  std::string reference;
  for (int twice = 0; twice < 2; ++twice) {
    const Answer put = Ask(Put(photo, Of("org:a"), "image/jpeg", "/evidence?shop=shop:1"));
    ASSERT_EQ(put.status, 200) << put.body;
    reference = nlohmann::json::parse(put.body)["reference"];
    EXPECT_EQ(reference, "org:a/shop:1/" + Hex(Sha256({photo})) + ".jpg");
  }
  const Answer got = Fetch(reference);
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, photo);
  EXPECT_EQ(got.headers.at("content-type"), "image/jpeg");
  EXPECT_EQ(Ask(Get("/evidence/" + reference, Of("org-b"))).status, 404);
  std::string absent = reference;
  char& digit = absent[absent.size() - 5];
  digit = digit == '0' ? '1' : '0';
  EXPECT_EQ(ReasonIn(Fetch(absent)), "NOT_FOUND");
  EXPECT_EQ(CountFiles(Spool()), 0);

  // Somebody else's hand in the bucket.
  std::ofstream(server.folder().File("kefu/" + reference + "._S3rver_object"), std::ios::app)
      << "more";
  const Answer damaged = Fetch(reference);
  EXPECT_EQ(damaged.status, 500);
  EXPECT_EQ(ReasonIn(damaged), "EVIDENCE_DAMAGED");
}

TEST_F(EvidenceS3Test, NamesAStoreThatRefusesOrIsAway) {
  auto server = std::make_unique<S3Server>();
  const std::string request = Put(Photo(1000), Of("org:a"));
  const std::string reference = "org:a/shop-1/" + std::string(64, '0') + ".jpg";
  const auto expect_unavailable = [&](evidence::S3Options options) {
    StartWithS3(std::move(options));
    for (const Answer& answer : {Ask(request), Fetch(reference)}) {
      EXPECT_EQ(answer.status, 503) << answer.body;
      EXPECT_EQ(ReasonIn(answer), "EVIDENCE_STORE_UNAVAILABLE");
      EXPECT_THAT(answer.body, Not(::testing::HasSubstr("127.0.0.1")));
    }
  };
  auto wrong = Options(*server);
  wrong.secret_key = "another";
  expect_unavailable(wrong);
  wrong = Options(*server);
  wrong.region = "us-east-1";
  expect_unavailable(wrong);
  wrong = Options(*server);
  wrong.bucket = "nobodys";
  expect_unavailable(wrong);

  // It hangs: the gateway waits its time and no longer.
  auto patient = Options(*server);
  patient.timeout = absl::Seconds(1);
  kill(server->pid(), SIGSTOP);
  expect_unavailable(patient);
  kill(server->pid(), SIGCONT);
  StartWithS3(Options(*server));
  EXPECT_EQ(Ask(request).status, 200);
  const auto gone = Options(*server);
  server.reset();
  expect_unavailable(gone);
  server_.reset();
  EXPECT_EQ(CountFiles(Spool()), 0);
}

TEST_F(EvidenceS3Test, ChecksTheServersCertificate) {
  const std::string key = folder_.File("key.pem"), certificate = folder_.File("cert.pem");
  const std::string make =
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
      " -subj /CN=localhost -addext subjectAltName=DNS:localhost -days 2"
      " -keyout " +
      key + " -out " + certificate + " 2>/dev/null";
  ASSERT_EQ(std::system(make.c_str()), 0);
  const S3Server server({key, certificate});
  auto options = Options(server);
  options.endpoint = "https://localhost:" + std::to_string(server.port());
  StartWithS3(options);
  EXPECT_EQ(ReasonIn(Ask(Put(Photo(1000), Of("org:a")))), "EVIDENCE_STORE_UNAVAILABLE");
  options.ca_file = certificate;
  StartWithS3(options);
  EXPECT_EQ(Ask(Put(Photo(1000), Of("org:a"))).status, 200);
  options.endpoint = "https://127.0.0.1:" + std::to_string(server.port());  // another name
  StartWithS3(options);
  EXPECT_EQ(ReasonIn(Ask(Put(Photo(1000), Of("org:a")))), "EVIDENCE_STORE_UNAVAILABLE");
}

TEST(S3Endpoint, IsPrivateOnTheWay) {
  for (const char* good : {"https://s3.cn-north-1.amazonaws.com.cn", "https://minio:9000",
                           "http://127.0.0.1:9000", "http://localhost", "https://[::1]:9"})
    EXPECT_TRUE(evidence::IsS3Endpoint(good)) << good;
  for (const char* bad :
       {"", "minio:9000", "http://minio:9000", "https://", "https://h/", "ftp://h",
        "https://user@h", "https://h?x", "https://h:0x", "https://h:99999"})
    EXPECT_FALSE(evidence::IsS3Endpoint(bad)) << bad;
}

}  // namespace
}  // namespace kefu::gateway
