// Small files of every kind, and a desk to bring them to. Test code only.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "common/auth/principal.h"
#include "common/hash/sha256.h"
#include "common/testing/temp_folder.h"
#include "common/testing/tokens.h"
#include "services/gateway/evidence/desk.h"
#include "services/gateway/evidence/directory_store.h"
#include "services/gateway/evidence/media_types.h"
#include "services/gateway/tests/fake_services.h"

namespace kefu::gateway::testing {

using namespace std::string_literals;

// The beginnings of real files, by media type: as much as tells what they are.
inline const std::map<std::string, std::string>& Samples() {
  static const auto* const samples = new std::map<std::string, std::string>{
      {"image/jpeg", "\xFF\xD8\xFF\xE0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"s},
      {"image/png", "\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0"s},
      {"image/gif", "GIF89a\1\0\1\0\x80\0\0"s},
      {"image/webp", "RIFF\x1A\0\0\0WEBPVP8L\r\0\0\0\x2F\0\0\0"s},
      {"image/heic",
       "\0\0\0\x18"
       "ftypheic\0\0\0\0mif1heic"s},
      {"video/mp4",
       "\0\0\0\x18"
       "ftypisom\0\0\2\0isommp42"s},
      {"video/quicktime",
       "\0\0\0\x14"
       "ftypqt  \0\0\2\0qt  "s},
      {"application/pdf", "%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"s},
      {"text/plain", "客户说：收到时外包装已破损。\n"s},
      {"audio/mpeg", "\xFF\xFB\x90\x64\0\0\0\0\0\0\0\0"s},
      {"audio/mp4",
       "\0\0\0\x18"
       "ftypM4A \0\0\2\0M4A mp42"s},
      {"audio/aac", "\xFF\xF1\x50\x80\x02\x1F\xFC\xDE\x02\0"s},
      {"audio/wav", "RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0"s},
      {"video/webm",
       "\x1A\x45\xDF\xA3\x9F\x42\x86\x81\1\x42\xF7\x81\1\x42\xF2\x81\4\x42\xF3\x81\x08\x42\x82\x84webm"s},
  };
  return *samples;
}

// A photo of so many bytes.
inline std::string Photo(size_t size, char fill = 'x') {
  std::string bytes = Samples().at("image/jpeg");
  bytes.resize(size, fill);
  return bytes;
}

inline size_t CountFiles(const std::string& folder) {
  size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    count += entry.is_regular_file();
  return count;
}

// The gateway with a desk; tokens of two merchants and a base.
class EvidenceGatewayTest : public GatewayTest {
 protected:
  ~EvidenceGatewayTest() override { server_.reset(); }

  static evidence::Limits AllTypes() {
    evidence::Limits limits;
    limits.types = evidence::MediaTypeNames(/*by_default_only=*/false);
    return limits;
  }
  void StartWith(std::unique_ptr<evidence::Store> store, evidence::Limits limits,
                 http::ServerOptions options = {}) {
    server_.reset();
    desk_ = std::make_unique<evidence::Desk>(std::move(limits), std::move(store), *verifier_,
                                             clock_, &metrics_);
    options.evidence = desk_.get();
    Start(std::move(options));
  }
  void StartWithFolder(evidence::Limits limits = AllTypes()) {
    auto store = evidence::DirectoryStore::Open(folder_.path());
    ASSERT_OK(store);
    StartWith(*std::move(store), std::move(limits));
  }

  // Header lines.
  static std::string Bearer(std::string_view token) {
    return "Authorization: Bearer " + std::string(token) + "\r\n";
  }
  std::string Of(std::string_view org, auth::Role role = auth::Role::kAgent,
                 std::vector<std::string> shops = {}) const {
    return Bearer(tokens_.Token(org, {role}, std::move(shops)));
  }
  std::string OfBase(std::string_view org, std::string_view shop, absl::CivilDay from,
                     absl::CivilDay to) const {
    return Bearer(tokens_.BaseToken("base-1", {auth::Role::kAgent},
                                    {{std::string(org), std::string(shop), "c-1", from, to}}));
  }
  static std::string Put(std::string_view bytes, std::string_view headers,
                         std::string_view type = "image/jpeg",
                         std::string_view target = "/evidence?shop=shop-1") {
    std::string request = Post(target, bytes, headers, type);
    return request.replace(0, 4, "PUT");
  }

  std::string Objects() const { return folder_.File("objects"); }
  std::string Spool() const { return folder_.File("spool"); }

  kefu::testing::TempFolder folder_{"kefu-evidence"};
  kefu::testing::TokenMaker tokens_;
  std::shared_ptr<auth::Verifier> verifier_ = tokens_.Verifier();
  obs::Metrics metrics_;
  std::unique_ptr<evidence::Desk> desk_;
};

}  // namespace kefu::gateway::testing
