// Evidence in a folder: objects/<org>/<shop>/<sha256>.<extension>, received in spool/.
#pragma once

#include <memory>
#include <string>

#include "services/gateway/evidence/store.h"

namespace kefu::gateway::evidence {

// Several processes may share the folder. Whoever reads it may copy it at any time: files appear
// whole and never change. What a disk has changed is told when it is fetched; the same file put
// again takes its place.
class DirectoryStore final : public Store {
 public:
  // Makes the folders that are missing, and removes what uploads of dead processes have left in
  // spool/ more than a day ago. FAILED_PRECONDITION / EVIDENCE_FOLDER when that is not possible.
  static absl::StatusOr<std::unique_ptr<Store>> Open(const std::string& folder);

  const std::string& spool_folder() const override { return spool_; }
  absl::Status Put(SpoolFile file, const Reference& reference,
                   const CancelFlag& cancelled) override;
  absl::StatusOr<OpenFile> Open(const Reference& reference, const CancelFlag& cancelled) override;

 private:
  explicit DirectoryStore(const std::string& folder)
      : objects_(folder + "/objects"), spool_(folder + "/spool") {}
  const std::string objects_, spool_;
};

// A folder for files that are being received, made when missing, cleared of those that dead
// processes have left in it more than a day ago. FAILED_PRECONDITION / EVIDENCE_FOLDER.
absl::Status PrepareSpool(const std::string& folder);

}  // namespace kefu::gateway::evidence
