// Where files of evidence lie. Implementations are thread-safe; the calls block.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/gateway/evidence/file.h"

namespace kefu::gateway::evidence {

class Store {
 public:
  virtual ~Store() = default;

  // The folder where files are received, on the same file system as what Put needs.
  virtual const std::string& spool_folder() const = 0;

  // The whole file, under its reference, or nothing of it; the same file again changes nothing.
  // Once it answers OK the file outlives a crash. EVIDENCE_STORE_UNAVAILABLE, CANCELLED.
  virtual absl::Status Put(SpoolFile file, const Reference& reference,
                           const CancelFlag& cancelled) = 0;

  // The file, held whole against its SHA-256 first. NOT_FOUND, EVIDENCE_STORE_UNAVAILABLE,
  // CANCELLED; DATA_LOSS / EVIDENCE_DAMAGED.
  virtual absl::StatusOr<OpenFile> Open(const Reference& reference,
                                        const CancelFlag& cancelled) = 0;
};

}  // namespace kefu::gateway::evidence
