// Files of evidence on their way to the gateway and back, with a bar on a terminal.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/kefuctl/client.h"
#include "clients/kefuctl/progress.h"
#include "kefu/aftersales/v1/resources.pb.h"

namespace kefu::evidence_files {

struct LocalFile {
  std::string path;
  std::string content_type;
  int64_t size = 0;
};

// What is to be brought. The media type is `type` or, when that is empty, the one of the name's
// ending. INVALID_ARGUMENT with a line for each file that cannot be read, is empty, or whose type
// nobody knows.
absl::StatusOr<std::vector<LocalFile>> Look(const std::vector<std::string>& paths,
                                            const std::string& type);

// Brings a file for a case of the shop; the same again is the same file. What the gateway answers,
// with the file's name before its words; INVALID_ARGUMENT, DATA_LOSS in words when it changed
// meanwhile.
absl::StatusOr<aftersales::v1::Evidence> Bring(kefuctl::Client& client, const std::string& shop_id,
                                               const LocalFile& file, kefuctl::Progress& progress);

// Fetches a file to `path`, in the place of what was there. NOT_FOUND; DATA_LOSS in words when the
// bytes are not those that the reference names: nothing is kept then.
absl::Status Fetch(kefuctl::Client& client, const std::string& reference, const std::string& path,
                   kefuctl::Progress& progress);

}  // namespace kefu::evidence_files
