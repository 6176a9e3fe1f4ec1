#include "services/gateway/evidence/settings.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_join.h"
#include "services/gateway/evidence/directory_store.h"
#include "services/gateway/evidence/media_types.h"
#include "services/gateway/evidence/s3_store.h"

namespace kefu::gateway::evidence {
namespace {

// 5 GiB: what one PUT of S3 may carry.
constexpr int64_t kMostBytes = int64_t{5} << 30;

constexpr std::string_view kS3Needs[] = {"evidence.s3_bucket", "evidence.s3_access_key_file",
                                         "evidence.s3_secret_key_file", "evidence.s3_spool_dir"};

// Lower-case letters, digits, dots and dashes, as AWS demands of both.
bool IsName(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

void Check(const config::Values& values, config::Problems& problems) {
  if (!values.Has("evidence.s3_endpoint")) return;
  if (values.Has("evidence.dir"))
    problems.Add({"evidence.dir", "evidence.s3_endpoint"}, "one store, not two");
  if (!IsS3Endpoint(values.Str("evidence.s3_endpoint"))) {
    problems.Add({"evidence.s3_endpoint"},
                 "must be https://HOST[:PORT]; http only on this machine, since files are private");
  }
  for (const std::string_view key : kS3Needs) {
    if (!values.Has(key)) problems.Add({key}, "must be set for an S3-compatible store");
  }
  for (const std::string_view key : {"evidence.s3_bucket", "evidence.s3_region"}) {
    if (values.Has(key) && !IsName(values.Str(key)))
      problems.Add({key}, "has letters a-z, digits, dots and dashes only");
  }
}

}  // namespace

void AddKeys(config::Spec& spec) {
  using config::Key;
  spec.Add(Key::Path("evidence.dir", "Folder where files of evidence are kept"))
      .Add(Key::String("evidence.s3_endpoint",
                       "Instead of a folder: an S3-compatible store, https://HOST[:PORT]"))
      .Add(Key::String("evidence.s3_bucket", "Its bucket, which must exist"))
      .Add(Key::String("evidence.s3_region", "The region that requests are signed for")
               .Default("us-east-1"))
      .Add(Key::SecretFile("evidence.s3_access_key_file", "File with the access key"))
      .Add(Key::SecretFile("evidence.s3_secret_key_file", "File with the secret key"))
      .Add(Key::Path("evidence.s3_ca_file",
                     "CA of the store's certificate (PEM); without it those of the system")
               .MustExist())
      .Add(Key::Path("evidence.s3_spool_dir", "Folder where files wait while they are passed on"))
      .Add(Key::Int("evidence.max_bytes", "Size of the largest file, in bytes")
               .Default("104857600")
               .Range(1, kMostBytes))
      .Add(Key::List("evidence.types", "Media types that are allowed")
               .Default(absl::StrJoin(MediaTypeNames(/*by_default_only=*/true), ","))
               .OneOf(MediaTypeNames(/*by_default_only=*/false)))
      .Add(
          Key::Int("evidence.max_transfers", "Files under way at once").Default("16").Range(1, 256))
      .Add(Key::Int(
               "evidence.max_org_transfers",
               "Files that people of one organization may have under way at once; unset: half of "
               "evidence.max_transfers, at least 1")
               .Range(1, 256))
      .Add(Key::Duration("evidence.max_time", "How long one transfer may take")
               .Default("5m")
               .Range(absl::Seconds(1), absl::Hours(1)))
      .Check(Check);
}

Limits LimitsFrom(const config::Values& values) {
  const auto most = static_cast<int>(values.Int("evidence.max_transfers"));
  const auto said = static_cast<int>(values.Int("evidence.max_org_transfers"));
  return {.max_bytes = values.Int("evidence.max_bytes"),
          .types = values.List("evidence.types"),
          .max_time = values.Duration("evidence.max_time"),
          .max_transfers = most,
          // One that takes all keeps everybody else out.
          .max_org_transfers = said != 0 ? said : std::max(1, most / 2)};
}

absl::StatusOr<std::unique_ptr<Store>> StoreFrom(const config::Values& values) {
  if (values.Has("evidence.dir")) return DirectoryStore::Open(values.Path("evidence.dir"));
  if (!values.Has("evidence.s3_endpoint")) return std::unique_ptr<Store>();
  S3Options options;
  options.endpoint = values.Str("evidence.s3_endpoint");
  options.bucket = values.Str("evidence.s3_bucket");
  options.region = values.Str("evidence.s3_region");
  options.access_key = values.Secret("evidence.s3_access_key_file");
  options.secret_key = values.Secret("evidence.s3_secret_key_file");
  options.ca_file = values.Path("evidence.s3_ca_file");
  options.spool_folder = values.Path("evidence.s3_spool_dir");
  options.timeout = values.Duration("evidence.max_time");
  return S3Store::Open(std::move(options));
}

}  // namespace kefu::gateway::evidence
