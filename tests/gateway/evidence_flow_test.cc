// The way of a file of evidence as people walk it: kefuctl brings it through the gateway, real
// after-sales attaches it to a case, and it comes back byte by byte.
#include <fcntl.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "clients/kefuctl/evidence/commands.h"
#include "clients/kefuctl/i18n.h"
#include "common/hash/sha256.h"
#include "common/testing/temp_folder.h"
#include "services/aftersales/tests/evidence_text.h"
#include "services/aftersales/tests/fixture.h"
#include "services/gateway/connect/routes.h"
#include "services/gateway/evidence/desk.h"
#include "services/gateway/evidence/directory_store.h"
#include "services/gateway/evidence/media_types.h"
#include "services/gateway/http/server.h"

namespace kefu {
namespace {

using aftersales::AftersalesTest;
using kefuctl::Context;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
namespace v1 = aftersales::v1;

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string Photo(size_t size, char fill = 'x') {
  std::string bytes("\xFF\xD8\xFF\xE0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0", 20);
  bytes.resize(size, fill);
  return bytes;
}

// Gives files as they lie there, so that only who receives them can tell.
class TrustingStore final : public gateway::evidence::Store {
 public:
  explicit TrustingStore(std::string folder) : folder_(std::move(folder)) {}
  const std::string& spool_folder() const override { return folder_; }
  absl::Status Put(gateway::evidence::SpoolFile, const kefu::evidence::Reference& reference,
                   const gateway::evidence::CancelFlag&) override {
    return gateway::evidence::EvidenceNotFound(reference.Text());
  }
  absl::StatusOr<gateway::evidence::OpenFile> Open(const kefu::evidence::Reference& reference,
                                                   const gateway::evidence::CancelFlag&) override {
    const std::string path = folder_ + "/objects/" + reference.Text();
    return gateway::evidence::OpenFile(::open(path.c_str(), O_RDONLY | O_CLOEXEC),
                                       static_cast<int64_t>(std::filesystem::file_size(path)));
  }

 private:
  const std::string folder_;
};

class EvidenceFlowTest : public AftersalesTest {
 protected:
  EvidenceFlowTest() {
    for (const char* service :
         {v1::AftersalesService::service_full_name(), v1::CaseWorkService::service_full_name()})
      routes_.Add(service, host_.channel());
    auto store = gateway::evidence::DirectoryStore::Open(folder_.File("store"));
    EXPECT_OK(store);
    StartGateway(*std::move(store));
  }
  ~EvidenceFlowTest() override { kefuctl::SetLanguage(kefuctl::Language::kEnglish); }

  void StartGateway(std::unique_ptr<gateway::evidence::Store> store) {
    server_.reset();
    gateway::evidence::Limits limits;
    limits.max_bytes = 3'000'000;
    limits.types = gateway::evidence::MediaTypeNames(/*by_default_only=*/true);
    desk_ = std::make_unique<gateway::evidence::Desk>(limits, std::move(store), *verifier_, clock_,
                                                      nullptr);
    gateway::http::ServerOptions options;
    options.evidence = desk_.get();
    auto server = gateway::http::Server::Start(options, routes_, ids_);
    EXPECT_OK(server);
    server_ = *std::move(server);
  }

  // Runs "kefuctl evidence …"; what it prints, and its status in status_.
  std::string Run(const std::string& command_line, const std::string& org = "org-a",
                  bool json = false) {
    Context context;
    context.gateway = "127.0.0.1:" + std::to_string(server_->port());
    context.token_file = folder_.Write("token", As(org).token);
    context.format = json ? "json" : "table";
    CLI::App program;
    evidence_files::AddEvidenceCommands(program, context);
    ::testing::internal::CaptureStdout();
    try {
      program.parse("evidence " + Fill(command_line));
      status_ = context.command();
    } catch (const CLI::ParseError& error) {
      status_ = absl::InvalidArgumentError(error.what());
    }
    std::fflush(stdout);
    return ::testing::internal::GetCapturedStdout();
  }
  nlohmann::json Json(const std::string& command_line, const std::string& org = "org-a") {
    const std::string text = Run(command_line, org, /*json=*/true);
    EXPECT_OK(status_);
    return nlohmann::json::parse(text, nullptr, false);
  }
  v1::Case Read(const std::string& name) {
    auto record = Call(&aftersales::Stub::GetCase, "case_id: '" + name + "'");
    EXPECT_OK(record);
    return record.ok() ? *std::move(record) : v1::Case();
  }
  size_t Stored() const {
    size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.File("store")))
      count += entry.is_regular_file();
    return count;
  }

  kefu::testing::TempFolder folder_{"kefu-evidence-flow"};
  std::shared_ptr<auth::Verifier> verifier_ = host_.tokens().Verifier();
  gateway::connect::Routes routes_;
  std::unique_ptr<gateway::evidence::Desk> desk_;
  std::unique_ptr<gateway::http::Server> server_;
  absl::Status status_;
};

TEST_F(EvidenceFlowTest, FromAFileToACaseAndBack) {
  Open("$C");
  const std::string photo = folder_.Write("box.jpeg", Photo(2'500'000)),
                    note = folder_.Write("letter.txt", "客户说：外箱已破损。\n");
  const auto brought =
      Json("upload --case $C --note damaged '" + photo + "' '" + note + "'")["files"];
  ASSERT_EQ(brought.size(), 2);
  const std::string digest = Hex(Sha256({Photo(2'500'000)}));
  EXPECT_EQ(brought[0]["reference"], "org-a/shop-1/" + digest + ".jpg");
  EXPECT_EQ(brought[0]["size_bytes"], 2'500'000);
  EXPECT_EQ(brought[0]["number"], 1);
  EXPECT_EQ(brought[1]["content_type"], "text/plain");
  EXPECT_EQ(brought[1]["number"], 2);

  // After-sales says the same of them, and who attached them.
  const v1::Case record = Read("$C");
  ASSERT_EQ(record.evidence_size(), 2);
  EXPECT_EQ(record.evidence(0).reference(), brought[0]["reference"]);
  EXPECT_EQ(record.evidence(0).sha256(), digest);
  EXPECT_EQ(record.evidence(0).size_bytes(), 2'500'000);
  EXPECT_EQ(record.evidence(0).attached_by(), "tester");

  // An upload that broke off is repeated as it was: nothing comes twice.
  const auto again = Json("upload --case $C '" + note + "' '" + photo + "'")["files"];
  EXPECT_EQ(again[0]["number"], 2);
  EXPECT_EQ(again[0]["known"], true);
  EXPECT_EQ(again[1]["number"], 1);
  EXPECT_EQ(Read("$C").evidence_size(), 2);
  EXPECT_EQ(Stored(), 2);

  // A better photo takes the first one's place.
  const std::string better = folder_.Write("better.jpg", Photo(1000, 'y'));
  EXPECT_THAT(Run("upload --case $C --supersedes 1 '" + better + "'"),
              AllOf(HasSubstr("better.jpg"), HasSubstr("1.0 kB"), HasSubstr("org-a/shop-1/")));
  EXPECT_OK(status_);
  EXPECT_THAT(Run("list $C"), AllOf(HasSubstr("superseded by 3"), HasSubstr("2.5 MB"),
                                    HasSubstr("text/plain"), HasSubstr(digest)));
  kefuctl::SetLanguage(kefuctl::Language::kChinese);
  EXPECT_THAT(Run("list $C"), AllOf(HasSubstr("由 3 替换"), HasSubstr("添加人")));
  kefuctl::SetLanguage(kefuctl::Language::kEnglish);

  // Back: all of a case, one item, one reference.
  const std::string out = folder_.File("out");
  const auto fetched = Json("fetch $C --out '" + out + "'")["files"];
  ASSERT_EQ(fetched.size(), 3);
  EXPECT_EQ(ReadAll(fetched[0]["file"]), Photo(2'500'000));
  EXPECT_EQ(ReadAll(fetched[1]["file"]), "客户说：外箱已破损。\n");
  EXPECT_THAT(fetched[2]["file"].get<std::string>(), EndsWith("-003.jpg"));
  const std::string third = folder_.File("one/" + names_["$C"] + "-003.jpg");
  EXPECT_EQ(Run("fetch $C --number 3 --out '" + folder_.File("one") + "'"), third + "\n");
  EXPECT_EQ(ReadAll(third), Photo(1000, 'y'));
  const std::string reference = brought[1]["reference"];
  const auto named = Json("fetch " + reference + " --out '" + out + "'")["files"];
  ASSERT_EQ(named.size(), 1);
  EXPECT_EQ(named[0]["file"], out + "/" + brought[1]["sha256"].get<std::string>() + ".txt");
  EXPECT_EQ(ReadAll(named[0]["file"]), "客户说：外箱已破损。\n");
}

TEST_F(EvidenceFlowTest, WhatIsWrongIsNamedAndChangesNothing) {
  Open("$C");
  const v1::Case before = Read("$C");
  const auto refused = [&](const std::string& command_line, absl::StatusCode code,
                           const std::string& words, const std::string& org = "org-a") {
    EXPECT_EQ(Run(command_line, org), "") << command_line;
    EXPECT_EQ(status_.code(), code) << command_line << status_;
    EXPECT_THAT(kefuctl::Explained(status_), HasSubstr(words)) << command_line;
  };
  using enum absl::StatusCode;
  const std::string photo = folder_.Write("box.jpg", Photo(1000)),
                    false_type = folder_.Write("false.jpg", "%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"),
                    large = folder_.Write("large.jpg", Photo(3'000'001)),
                    empty = folder_.Write("empty.jpg", ""),
                    program = folder_.Write("run.exe", "MZ");
  // A false type, also of a file longer than what is looked at; one too large.
  refused("upload --case $C '" + false_type + "'", kInvalidArgument, "application/pdf");
  EXPECT_EQ(ReasonOf(status_), "EVIDENCE_TYPE_MISMATCH");
  const std::string long_false = folder_.Write("long.jpg", std::string(2'900'000, '\0'));
  refused("upload --case $C '" + long_false + "'", kInvalidArgument, "long.jpg");
  EXPECT_EQ(ReasonOf(status_), "EVIDENCE_TYPE_MISMATCH");
  refused("upload --case $C '" + large + "'", kInvalidArgument, "at most 3000000 bytes");
  EXPECT_EQ(ReasonOf(status_), "EVIDENCE_TOO_LARGE");
  refused("upload --case $C --type audio/wav '" + photo + "'", kInvalidArgument, "image/jpeg");
  EXPECT_EQ(ReasonOf(status_), "EVIDENCE_TYPE_NOT_ALLOWED");
  kefuctl::SetLanguage(kefuctl::Language::kChinese);
  refused("upload --case $C '" + large + "'", kInvalidArgument, "凭证文件太大");
  kefuctl::SetLanguage(kefuctl::Language::kEnglish);
  // What is wrong with the files themselves is told before anything is sent, all of it.
  refused("upload --case $C '" + photo + "' '" + empty + "' '" + program + "' nowhere.png",
          kInvalidArgument, "the file is empty\n");
  EXPECT_THAT(status_.message(), AllOf(HasSubstr("run.exe: its name tells no type"),
                                       HasSubstr("nowhere.png"), Not(HasSubstr("box.jpg"))));
  refused("upload '" + photo + "'", kInvalidArgument, "--case or --shop");
  refused("upload --case $C --supersedes 1 '" + photo + "' '" + large + "'", kInvalidArgument,
          "one file");
  EXPECT_EQ(Stored(), 0);

  // Another organization: neither the case nor its files are there for it.
  refused("upload --case $C '" + photo + "'", kNotFound, "", "org-b");
  refused("list $C", kNotFound, "", "org-b");
  const auto mine = Json("upload --case $C '" + photo + "'")["files"][0];
  const std::string here = " --out '" + folder_.File("none") + "'";
  refused("fetch " + mine["reference"].get<std::string>() + here, kNotFound, "", "org-b");
  refused("fetch $C" + here, kNotFound, "", "org-b");
  EXPECT_TRUE(std::filesystem::is_empty(folder_.File("none")));
  // Nor does a file of another organization become evidence, by whatever name.
  Open("$D");
  refused("fetch $D", kNotFound, "no evidence");
  refused("fetch $C --number 2", kNotFound, "no item 2");
  EXPECT_THAT(Call(&aftersales::WorkStub::AttachEvidence,
                   R"(case_id: "$D" )" + aftersales::Photo('a', "org-b/shop-1")),
              aftersales::HasReason("EVIDENCE_NOT_ALLOWED"));
  EXPECT_EQ(Read("$D").evidence_size(), 0);

  // A file that is not what its name says is not sent, and is not kept by whom it is sent to.
  std::ofstream(folder_.File("store/objects/" + mine["reference"].get<std::string>()),
                std::ios::app)
      << "more";
  const std::string out = folder_.File("damaged");
  refused("fetch $C --out '" + out + "'", kDataLoss, "not the one that was put there");
  EXPECT_EQ(ReasonOf(status_), "EVIDENCE_DAMAGED");
  StartGateway(std::make_unique<TrustingStore>(folder_.File("store")));
  refused("fetch $C --out '" + out + "'", kDataLoss, "not the file that was sent");
  EXPECT_TRUE(std::filesystem::is_empty(out));
}

}  // namespace
}  // namespace kefu
