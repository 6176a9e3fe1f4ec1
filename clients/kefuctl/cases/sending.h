// One import of cases: rows in batches, what became of each, and the sums. Not thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "clients/kefuctl/cases/intake.h"
#include "clients/kefuctl/client.h"
#include "clients/kefuctl/context.h"
#include "clients/kefuctl/progress.h"
#include "clients/kefuctl/row_errors.h"

namespace kefu::cases {

struct IntakeSums {
  int64_t sent_back = 0;  // of those that were refused: by the service
  int64_t received = 0, opened = 0, known = 0, conflicts = 0, replies = 0, refused = 0;
};

class Sending {
 public:
  // All references outlive it. `file` is where the rows come from.
  Sending(kefuctl::Context& context, kefuctl::Client& client, std::string shop_id, std::string file,
          bool validate_only);

  // Errors go to this file as well, unless it is empty.
  absl::Status Begin(const std::string& errors_file);
  kefuctl::RowErrors& errors() { return errors_; }
  kefuctl::Progress& progress() { return progress_; }
  // Sends it, with others. `size` of the file: 0 when not known.
  absl::Status Add(IntakeRow row, int64_t size);
  // Sends what is left.
  absl::Status Flush();
  // Says what became of the rows since the last call, under that name.
  void Tell(std::string_view name);
  // The same, and ends the errors: the command's exit code follows from them.
  absl::Status End(std::string_view name);
  const IntakeSums& sums() const { return sums_; }
  // Printed as one object at the end, when JSON is asked for.
  nlohmann::ordered_json& json() { return json_; }

 private:
  void TellDifferences(const IntakeRow& row, const aftersales::v1::ImportResult& result);

  kefuctl::Context& context_;
  kefuctl::Client& client_;
  const std::string shop_id_, file_;
  const bool validate_only_;
  kefuctl::Progress progress_;
  kefuctl::RowErrors errors_;
  std::vector<IntakeRow> batch_;
  size_t batch_bytes_ = 0;
  int64_t sent_ = 0, told_refused_ = 0;
  IntakeSums sums_;
  nlohmann::ordered_json json_ = nlohmann::ordered_json::object();
};

}  // namespace kefu::cases
