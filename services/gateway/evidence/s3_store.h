// Evidence in a bucket of an S3-compatible store, the reference as the key. Requests are signed by
// AWS Signature Version 4 over the SHA-256 of the content, and name the bucket in the path.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "services/gateway/evidence/store.h"

namespace kefu::gateway::evidence {

struct S3Options {
  std::string endpoint;  // "https://s3.cn-north-1.amazonaws.com.cn", without a slash at the end
  std::string bucket;
  std::string region;
  std::string access_key;
  std::string secret_key;
  std::string ca_file;  // of the server's certificate; empty: those of the system
  std::string spool_folder;
  absl::Duration timeout = absl::Minutes(5);  // of one request
};

// Whether the text may be an endpoint: https, or http on this machine; a host, an optional port.
bool IsS3Endpoint(std::string_view text);

// One request an upload (a single PUT, at most 5 GiB) and one a download, which is received whole
// and held against its SHA-256 before anybody gets a byte of it. Nothing is asked before the first
// of them. A key that may not list the bucket hears 403 instead of 404 of what is not there, which
// counts as a store that does not work: grant s3:ListBucket beside GetObject and PutObject.
class S3Store final : public Store {
 public:
  // FAILED_PRECONDITION / EVIDENCE_FOLDER: the spool folder cannot be used.
  static absl::StatusOr<std::unique_ptr<Store>> Open(S3Options options);

  const std::string& spool_folder() const override { return options_.spool_folder; }
  absl::Status Put(SpoolFile file, const Reference& reference,
                   const CancelFlag& cancelled) override;
  absl::StatusOr<OpenFile> Open(const Reference& reference, const CancelFlag& cancelled) override;

 private:
  explicit S3Store(S3Options options) : options_(std::move(options)) {}
  const S3Options options_;
};

}  // namespace kefu::gateway::evidence
