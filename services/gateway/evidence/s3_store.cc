#include "services/gateway/evidence/s3_store.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "common/config/config.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/evidence/directory_store.h"

namespace kefu::gateway::evidence {
namespace {

constexpr size_t kMaxErrorBody = 4 << 10;  // of the server's XML, for the log
constexpr long kConnectSeconds = 5;
// A transfer that is slower than this for so long is as good as dead.
constexpr long kSlowBytesPerSecond = 1024, kSlowSeconds = 30;
constexpr long kHttpOk = 200, kHttpNotFound = 404;
// SHA-256 of nothing: the body of a GET.
constexpr std::string_view kEmptySha256 =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
// Where no proxy helps: this machine.
constexpr char kNoProxy[] = "localhost,127.0.0.1,::1";

// Path of the URL; all but unreserved characters and slashes as %XX, as the signature wants it.
std::string Escape(std::string_view path) {
  std::string out;
  for (const unsigned char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~' || c == '/';
    if (plain) {
      out.push_back(static_cast<char>(c));
    } else {
      out += fmt::format("%{:02X}", c);
    }
  }
  return out;
}

// One request. The callbacks of libcurl get this object.
class Request {
 public:
  Request(const S3Options& options, const Reference& reference, const CancelFlag& cancelled)
      : cancelled_(cancelled), curl_(curl_easy_init()) {
    Set(CURLOPT_URL,
        fmt::format("{}/{}/{}", options.endpoint, options.bucket, Escape(reference.Text()))
            .c_str());
    Set(CURLOPT_AWS_SIGV4, fmt::format("aws:amz:{}:s3", options.region).c_str());
    Set(CURLOPT_USERNAME, options.access_key.c_str());
    Set(CURLOPT_PASSWORD, options.secret_key.c_str());
    if (!options.ca_file.empty()) Set(CURLOPT_CAINFO, options.ca_file.c_str());
    Set(CURLOPT_PROTOCOLS_STR, "http,https");
    Set(CURLOPT_NOPROXY, kNoProxy);
    Set(CURLOPT_NOSIGNAL, 1L);
    Set(CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    Set(CURLOPT_LOW_SPEED_LIMIT, kSlowBytesPerSecond);
    Set(CURLOPT_LOW_SPEED_TIME, kSlowSeconds);
    Set(CURLOPT_TIMEOUT_MS, static_cast<long>(absl::ToInt64Milliseconds(options.timeout)));
    Set(CURLOPT_NOPROGRESS, 0L);
    Set(CURLOPT_XFERINFODATA, this);
    Set(CURLOPT_XFERINFOFUNCTION, &Progress);
    Set(CURLOPT_WRITEDATA, this);
    Set(CURLOPT_WRITEFUNCTION, &Receive);
    Set(CURLOPT_ERRORBUFFER, error_);
  }
  ~Request() {
    curl_slist_free_all(headers_);
    curl_easy_cleanup(curl_);
  }
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  void Header(const std::string& line) { headers_ = curl_slist_append(headers_, line.c_str()); }

  // Sends the file as the body.
  void Upload(const SpoolFile& file) {
    upload_ = &file;
    Set(CURLOPT_UPLOAD, 1L);
    Set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(file.size()));
    Set(CURLOPT_READDATA, this);
    Set(CURLOPT_READFUNCTION, &Send);
    Set(CURLOPT_SEEKDATA, this);
    Set(CURLOPT_SEEKFUNCTION, &Seek);
  }

  // Where the body of a 200 goes; its failures are the transfer's.
  void Download(SpoolFile& file) { download_ = &file; }

  // The HTTP status; CANCELLED, EVIDENCE_STORE_UNAVAILABLE.
  absl::StatusOr<long> Run() {
    Set(CURLOPT_HTTPHEADER, headers_);
    const CURLcode code = curl_easy_perform(curl_);
    if (!written_.ok()) return written_;
    if (cancelled_) return ClientLeft();
    if (code != CURLE_OK) {
      return StoreFailed(fmt::format("S3: {} {}", curl_easy_strerror(code), error_));
    }
    return Status();
  }

  // What the server said of a request that it refused.
  std::string Refusal(long status) const { return fmt::format("S3: HTTP {}: {}", status, said_); }
  bool Said(std::string_view word) const { return said_.find(word) != said_.npos; }

 private:
  template <class Value>
  void Set(CURLoption option, Value value) {
    curl_easy_setopt(curl_, option, value);
  }

  long Status() const {
    long status = 0;
    curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
    return status;
  }

  static int Progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Request*>(self)->cancelled_ ? 1 : 0;
  }

  static size_t Send(char* buffer, size_t size, size_t count, void* self) {
    auto& request = *static_cast<Request*>(self);
    const ssize_t got = ::pread(request.upload_->fd(), buffer, size * count, request.sent_);
    if (got < 0) return CURL_READFUNC_ABORT;
    request.sent_ += got;
    return static_cast<size_t>(got);
  }

  static int Seek(void* self, curl_off_t offset, int origin) {
    if (origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
    static_cast<Request*>(self)->sent_ = offset;
    return CURL_SEEKFUNC_OK;
  }

  static size_t Receive(char* bytes, size_t size, size_t count, void* self) {
    auto& request = *static_cast<Request*>(self);
    const std::string_view got(bytes, size * count);
    if (request.download_ != nullptr && request.Status() == kHttpOk) {
      request.written_ = request.download_->Append(got);
      return request.written_.ok() ? got.size() : 0;
    }
    request.said_.append(
        got.substr(0, kMaxErrorBody - std::min(kMaxErrorBody, request.said_.size())));
    return got.size();
  }

  const CancelFlag& cancelled_;
  CURL* const curl_;
  curl_slist* headers_ = nullptr;
  const SpoolFile* upload_ = nullptr;
  SpoolFile* download_ = nullptr;
  int64_t sent_ = 0;
  absl::Status written_;
  std::string said_;
  char error_[CURL_ERROR_SIZE] = {};
};

}  // namespace

bool IsS3Endpoint(std::string_view text) {
  const bool tls = text.starts_with("https://");
  if (!tls && !text.starts_with("http://")) return false;
  text.remove_prefix(text.find("//") + 2);
  if (text.empty() || text.find_first_of("/?#@ ") != text.npos) return false;
  const auto address = config::ParseHostPort(text, tls ? 443 : 80);
  return address.ok() && (tls || address->IsLoopback());
}

absl::StatusOr<std::unique_ptr<Store>> S3Store::Open(S3Options options) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (ready != CURLE_OK) return Internal(curl_easy_strerror(ready));
  RETURN_IF_ERROR(PrepareSpool(options.spool_folder));
  return std::unique_ptr<Store>(new S3Store(std::move(options)));
}

absl::Status S3Store::Put(SpoolFile file, const Reference& reference, const CancelFlag& cancelled) {
  Request request(options_, reference, cancelled);
  request.Header(fmt::format("Content-Type: {}", reference.type->name));
  request.Header(fmt::format("x-amz-content-sha256: {}", reference.sha256));
  request.Upload(file);
  ASSIGN_OR_RETURN(const long status, request.Run());
  if (status != kHttpOk) return StoreFailed(request.Refusal(status));
  return absl::OkStatus();
}

absl::StatusOr<OpenFile> S3Store::Open(const Reference& reference, const CancelFlag& cancelled) {
  ASSIGN_OR_RETURN(SpoolFile file, SpoolFile::Create(options_.spool_folder));
  Request request(options_, reference, cancelled);
  request.Header(fmt::format("x-amz-content-sha256: {}", kEmptySha256));
  request.Download(file);
  ASSIGN_OR_RETURN(const long status, request.Run());
  if (status == kHttpNotFound && !request.Said("NoSuchBucket"))
    return EvidenceNotFound(reference.Text());
  if (status != kHttpOk) return StoreFailed(request.Refusal(status));
  RETURN_IF_ERROR(CheckDigest(file.Sha256(), reference));
  return file.TakeOpen();
}

}  // namespace kefu::gateway::evidence
