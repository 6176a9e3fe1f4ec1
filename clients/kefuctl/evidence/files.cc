#include "clients/kefuctl/evidence/files.h"

#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/out_file.h"
#include "clients/kefuctl/words.h"
#include "common/evidence/evidence.h"
#include "common/hash/sha256.h"
#include "common/hash/sha256_stream.h"
#include "common/status/status_macros.h"

namespace kefu::evidence_files {
namespace {

using kefuctl::In;
using kefuctl::Text;
using kefuctl::Tr;

// The type of a file's ending; null when it is not known.
const evidence::MediaType* TypeOf(const std::string& path) {
  std::string extension = std::filesystem::path(path).extension().string();
  if (!extension.empty()) extension.erase(0, 1);
  absl::AsciiStrToLower(&extension);
  if (extension == "jpeg") extension = "jpg";
  return evidence::FindExtension(extension);
}

absl::StatusOr<LocalFile> LookAt(const std::string& path, const std::string& type) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0)
    return absl::InvalidArgumentError(Tr(Text::kCannotOpen, path, std::strerror(errno)));
  const auto refused = [&](std::string_view zh, std::string_view en) {
    return absl::InvalidArgumentError(fmt::format("{}: {}", path, In(zh, en)));
  };
  if (!S_ISREG(found.st_mode)) return refused("不是文件", "is no file");
  if (found.st_size == 0) return refused("文件是空的", "the file is empty");
  LocalFile file{path, type, found.st_size};
  if (type.empty()) {
    const evidence::MediaType* const told = TypeOf(path);
    if (told == nullptr) {
      return refused("从文件名看不出类型，请用 --type 指定，如 image/jpeg",
                     "its name tells no type; say it by --type, for example image/jpeg");
    }
    file.content_type = told->name;
  }
  return file;
}

// The status with the file before its words.
absl::Status About(const std::string& path, const absl::Status& status) {
  absl::Status told(status.code(), fmt::format("{}: {}", path, std::string(status.message())));
  status.ForEachPayload(
      [&](absl::string_view url, const absl::Cord& payload) { told.SetPayload(url, payload); });
  return told;
}

absl::Status Damaged(const std::string& path) {
  return absl::DataLossError(
      fmt::format("{}: {}", path,
                  In("传输后的内容与原文件不一致", "what arrived is not the file that was sent")));
}

// Draws a file's bar where its percentage has changed.
class FileBar {
 public:
  FileBar(kefuctl::Progress& progress, const std::string& path)
      : progress_(progress), name_(std::filesystem::path(path).filename().string()) {}
  ~FileBar() { progress_.Clear(); }

  void Show(int64_t done, int64_t size) {
    const int64_t percent = done * 100 / std::max<int64_t>(size, 1);
    if (percent == shown_) return;
    shown_ = percent;
    progress_.Say(kefuctl::Bar(fmt::format("{} {:.1f} MB", name_, size / 1e6), done, size));
  }

 private:
  kefuctl::Progress& progress_;
  const std::string name_;
  int64_t shown_ = -1;
};

}  // namespace

absl::StatusOr<std::vector<LocalFile>> Look(const std::vector<std::string>& paths,
                                            const std::string& type) {
  std::vector<LocalFile> files;
  std::vector<std::string> problems;
  for (const std::string& path : paths) {
    auto file = LookAt(path, type);
    if (file.ok()) {
      files.push_back(*std::move(file));
    } else {
      problems.emplace_back(file.status().message());
    }
  }
  if (!problems.empty()) return absl::InvalidArgumentError(absl::StrJoin(problems, "\n"));
  return files;
}

absl::StatusOr<aftersales::v1::Evidence> Bring(kefuctl::Client& client, const std::string& shop_id,
                                               const LocalFile& file, kefuctl::Progress& progress) {
  const std::unique_ptr<FILE, int (*)(FILE*)> open(std::fopen(file.path.c_str(), "rb"),
                                                   std::fclose);
  if (!open)
    return absl::InvalidArgumentError(Tr(Text::kCannotOpen, file.path, std::strerror(errno)));
  FileBar bar(progress, file.path);
  Sha256Stream hash;
  int64_t sent = 0;
  const auto read = [&](char* buffer, size_t size) -> absl::StatusOr<size_t> {
    const auto left = static_cast<size_t>(file.size - sent);
    const size_t got = std::fread(buffer, 1, std::min(size, left), open.get());
    if (got == 0) {
      return absl::InvalidArgumentError(
          Tr(Text::kCannotRead, file.path, In("文件变短了", "the file has become shorter")));
    }
    hash.Update({buffer, got});
    sent += static_cast<int64_t>(got);
    bar.Show(sent, file.size);
    return got;
  };
  const auto answer =
      client.PutFile(fmt::format("/evidence?shop={}", shop_id), file.content_type, file.size, read);
  if (!answer.ok()) return About(file.path, answer.status());
  aftersales::v1::Evidence receipt;
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  if (!google::protobuf::util::JsonStringToMessage(*answer, &receipt, options).ok())
    return absl::InternalError(Tr(Text::kBadAnswer, "evidence"));
  if (receipt.sha256() != Hex(hash.Finish())) return Damaged(file.path);
  return receipt;
}

absl::Status Fetch(kefuctl::Client& client, const std::string& reference, const std::string& path,
                   kefuctl::Progress& progress) {
  const auto wanted = evidence::ParseReference(reference);
  if (!wanted) {
    return absl::InvalidArgumentError(fmt::format(
        fmt::runtime(In("“{}”不是凭证编号", "'{}' is no reference of evidence")), reference));
  }
  ASSIGN_OR_RETURN(kefuctl::OutFile out, kefuctl::OutFile::Create(path));
  FileBar bar(progress, path);
  Sha256Stream hash;
  int64_t got = 0;
  const absl::Status status = client.GetFile(
      "/evidence/" + reference, [&](std::string_view piece, int64_t size) -> absl::Status {
        hash.Update(piece);
        got += static_cast<int64_t>(piece.size());
        bar.Show(got, size);
        return out.Write(piece);
      });
  if (!status.ok()) return About(path, status);
  if (Hex(hash.Finish()) != wanted->sha256) return Damaged(path);
  return out.Publish();
}

}  // namespace kefu::evidence_files
