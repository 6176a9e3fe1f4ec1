// One import: a source's facts in batches to a streaming RPC.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "clients/kefuctl/client.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/progress.h"
#include "clients/kefuctl/source.h"
#include "clients/kefuctl/text.h"
#include "kefu/performance/v1/performance_service.pb.h"

namespace kefu::kefuctl {

// A message stays well below the 4 MiB that the gateway takes, and memory is bounded.
inline constexpr int kBatchRows = 1000;
inline constexpr size_t kBatchBytes = 1 << 20;

// Tells what the service refused, with the source's columns.
template <class Proto>
void TellRefusals(const performance::v1::ImportResponse& response, const FactSource<Proto>& source,
                  RowErrors& errors) {
  std::string reported;
  int64_t rows = 0;
  for (const auto& error : response.errors()) {
    errors.Add(source.file(), error.line(), source.PositionOf(error.field()),
               error.field().empty() ? error.description()
                                     : fmt::format("{}: {}", error.field(), error.description()));
    const std::string row = fmt::format("{} {}", error.line(), error.source_id());
    if (row != reported) ++rows;
    reported = row;
  }
  for (int64_t i = 0; i < response.rejected(); ++i) errors.CountRejected();
  if (response.rejected() > rows)
    errors.Note(Tr(Text::kServerMoreErrors, response.rejected() - rows));
}

// Sends everything. The answer's `rejected` counts the service's refusals only; those of the source
// are in `errors`. Statuses: the call's, or INTERNAL when the file cannot be read on.
template <class Request, class Proto>
absl::StatusOr<performance::v1::ImportResponse> Upload(
    Client& client, const Rpc<Request, performance::v1::ImportResponse>& rpc,
    const std::string& shop_id, bool validate_only, FactSource<Proto>& source, RowErrors& errors,
    Progress& progress) {
  progress.Begin();
  RETURN_IF_ERROR(client.StartStream(rpc));
  Request batch;
  batch.mutable_header()->set_shop_id(shop_id);
  batch.mutable_header()->set_source_name(Printable(source.file()).substr(0, 200));
  batch.mutable_header()->set_validate_only(validate_only);
  size_t bytes = 0;
  int64_t rows = 0;
  for (;;) {
    ASSIGN_OR_RETURN(auto fact, source.Next(errors));
    const bool end = !fact.has_value();
    if (fact) {
      bytes += fact->ByteSizeLong();
      *batch.add_rows() = *std::move(fact);
      ++rows;
      progress.Update(rows, source.bytes_read(), source.bytes_total());
    }
    if (batch.rows_size() >= kBatchRows || bytes >= kBatchBytes ||
        (end && (batch.rows_size() > 0 || batch.has_header()))) {
      RETURN_IF_ERROR(client.Send(batch));
      batch.Clear();
      bytes = 0;
    }
    if (end) break;
  }
  progress.Say(Tr(Text::kProgressFigures));
  auto response = client.FinishStream<performance::v1::ImportResponse>();
  progress.Clear();
  if (response.ok()) TellRefusals(*response, source, errors);
  return response;
}

// Reads everything and sends nothing; answers how many good facts there are.
template <class Proto>
absl::StatusOr<int64_t> CheckOnly(FactSource<Proto>& source, RowErrors& errors,
                                  Progress& progress) {
  progress.Begin();
  for (int64_t rows = 0;; ++rows) {
    ASSIGN_OR_RETURN(const auto fact, source.Next(errors));
    if (!fact) return rows;
    progress.Update(rows, source.bytes_read(), source.bytes_total());
  }
}

}  // namespace kefu::kefuctl
