// What several checks have against one request, so that one answer names all of it.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "google/rpc/error_details.pb.h"

namespace kefu::aftersales {

// Not thread-safe.
class Refusals {
 public:
  // Keeps what a check of that field refuses: INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION. Any
  // other failure is none of the request's, and is returned.
  absl::Status Add(std::string_view field, const absl::Status& status);

  // Code, reason and metadata are those of the first; PreconditionFailure names every one by its
  // reason, BadRequest by its field.
  absl::Status ToStatus() const;

 private:
  std::vector<absl::Status> refusals_;
  google::rpc::PreconditionFailure reasons_;
  google::rpc::BadRequest fields_;
};

}  // namespace kefu::aftersales
