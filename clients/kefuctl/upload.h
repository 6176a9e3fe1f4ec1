// One import: a source's facts in batches to a streaming RPC.
#pragma once

#include <algorithm>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "clients/kefuctl/client.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/progress.h"
#include "clients/kefuctl/source.h"
#include "clients/kefuctl/text.h"
#include "kefu/performance/v1/performance_service.pb.h"
#include "kefu/performance/v1/visits.pb.h"

namespace kefu::kefuctl {

// A message stays well below the 4 MiB that the gateway takes, and memory is bounded.
inline constexpr int kBatchRows = 1000;
inline constexpr size_t kBatchBytes = 1 << 20;

// "order_id: does not exist".
inline std::string WordsOf(const performance::v1::RowError& error) {
  const std::string words = Explained(error.reason(), error.description());
  return error.field().empty() ? words : fmt::format("{}: {}", error.field(), words);
}

// Tells what the service refused, with the source's columns.
template <class Proto>
void TellRefusals(const performance::v1::ImportResponse& response, const FactSource<Proto>& source,
                  RowErrors& errors) {
  std::string reported;
  int64_t rows = 0;
  for (const auto& error : response.errors()) {
    errors.Add(source.file(), error.line(), source.PositionOf(error.field()), WordsOf(error));
    const std::string row = fmt::format("{} {}", error.line(), error.source_id());
    if (row != reported) ++rows;
    reported = row;
  }
  for (int64_t i = 0; i < response.rejected(); ++i) errors.CountRejected();
  if (response.rejected() > rows)
    errors.Note(Tr(Text::kServerMoreErrors, response.rejected() - rows));
  // Kept, and no error: what is sent before its conversations waits for them.
  constexpr int kMostTold = 10;
  for (int i = 0; i < std::min(response.uncounted_size(), kMostTold); ++i) {
    const auto& row = response.uncounted(i);
    errors.Note(fmt::format("{}:{}:{}: {}", source.file(), row.line(),
                            source.PositionOf(row.field()), WordsOf(row)));
  }
}

// Sends everything behind the header that `batch` carries, and ends the stream. `add` puts a fact
// into a batch.
template <class Response, class Request, class Proto, class Add>
absl::StatusOr<Response> SendAll(Client& client, const Rpc<Request, Response>& rpc, Request batch,
                                 Add add, FactSource<Proto>& source, RowErrors& errors,
                                 Progress& progress) {
  progress.Begin();
  RETURN_IF_ERROR(client.StartStream(rpc));
  size_t bytes = 0;
  int in_batch = 0;
  int64_t rows = 0;
  for (;;) {
    ASSIGN_OR_RETURN(auto fact, source.Next(errors));
    const bool end = !fact.has_value();
    if (fact) {
      bytes += fact->ByteSizeLong();
      add(*std::move(fact), batch);
      ++in_batch;
      ++rows;
      progress.Update(rows, source.bytes_read(), source.bytes_total());
    }
    if (in_batch >= kBatchRows || bytes >= kBatchBytes ||
        (end && (in_batch > 0 || batch.has_header()))) {
      RETURN_IF_ERROR(client.Send(batch));
      batch.Clear();
      bytes = 0;
      in_batch = 0;
    }
    if (end) break;
  }
  progress.Say(Tr(Text::kProgressFigures));
  auto response = client.FinishStream<Response>();
  progress.Clear();
  return response;
}

// Sends everything. The answer's `rejected` counts the service's refusals only; those of the source
// are in `errors`. Statuses: the call's, or INTERNAL when the file cannot be read on.
template <class Request, class Proto>
absl::StatusOr<performance::v1::ImportResponse> Upload(
    Client& client, const Rpc<Request, performance::v1::ImportResponse>& rpc,
    const std::string& shop_id, bool validate_only, FactSource<Proto>& source, RowErrors& errors,
    Progress& progress) {
  Request batch;
  batch.mutable_header()->set_shop_id(shop_id);
  batch.mutable_header()->set_source_name(Printable(source.file()).substr(0, 200));
  batch.mutable_header()->set_validate_only(validate_only);
  auto response = SendAll(
      client, rpc, std::move(batch),
      [](Proto fact, Request& to) { *to.add_rows() = std::move(fact); }, source, errors, progress);
  if (response.ok()) TellRefusals(*response, source, errors);
  return response;
}

// The kinds of which a day can be replaced, and where their rows go.
inline performance::v1::FactKind KindOf(const performance::v1::ConversationRow&) {
  return performance::v1::FACT_KIND_CONVERSATIONS;
}
inline performance::v1::FactKind KindOf(const performance::v1::OrderRow&) {
  return performance::v1::FACT_KIND_ORDERS;
}
inline performance::v1::FactKind KindOf(const performance::v1::RefundRow&) {
  return performance::v1::FACT_KIND_REFUNDS;
}
inline performance::v1::FactKind KindOf(const performance::v1::ReviewRow&) {
  return performance::v1::FACT_KIND_REVIEWS;
}
inline performance::v1::FactKind KindOf(const performance::v1::DailyVisitsRow&) {
  return performance::v1::FACT_KIND_VISITS;
}
inline performance::v1::FactKind KindOf(const performance::v1::RatingRow&) {
  return performance::v1::FACT_KIND_RATINGS;
}
inline performance::v1::FactKind KindOf(const performance::v1::ImportedInspectionRow&) {
  return performance::v1::FACT_KIND_INSPECTIONS;
}
inline performance::v1::FactKind KindOf(const performance::v1::PaymentRow&) {
  return performance::v1::FACT_KIND_PAYMENTS;
}
inline performance::v1::FactKind KindOf(const performance::v1::ConductRow&) {
  return performance::v1::FACT_KIND_CONDUCT;
}
inline performance::v1::FactKind KindOf(const performance::v1::AttendanceRow&) {
  return performance::v1::FACT_KIND_ATTENDANCE;
}
struct AddToDay {
  using Request = performance::v1::ReplaceDayRequest;
  void operator()(performance::v1::ConversationRow row, Request& to) const {
    *to.add_conversations() = std::move(row);
  }
  void operator()(performance::v1::OrderRow row, Request& to) const {
    *to.add_orders() = std::move(row);
  }
  void operator()(performance::v1::RefundRow row, Request& to) const {
    *to.add_refunds() = std::move(row);
  }
  void operator()(performance::v1::ReviewRow row, Request& to) const {
    *to.add_reviews() = std::move(row);
  }
  void operator()(performance::v1::DailyVisitsRow row, Request& to) const {
    *to.add_visits() = std::move(row);
  }
  void operator()(performance::v1::RatingRow row, Request& to) const {
    *to.add_ratings() = std::move(row);
  }
  void operator()(performance::v1::ImportedInspectionRow row, Request& to) const {
    *to.add_inspections() = std::move(row);
  }
  void operator()(performance::v1::PaymentRow row, Request& to) const {
    *to.add_payments() = std::move(row);
  }
  void operator()(performance::v1::ConductRow row, Request& to) const {
    *to.add_conduct() = std::move(row);
  }
  void operator()(performance::v1::AttendanceRow row, Request& to) const {
    *to.add_attendance() = std::move(row);
  }
};

// Sends everything as all that there is of its kind on a day: nothing changes unless every row that
// arrives is good. As Upload.
template <class Proto>
absl::StatusOr<performance::v1::ReplaceDayResponse> UploadDay(
    Client& client,
    const Rpc<performance::v1::ReplaceDayRequest, performance::v1::ReplaceDayResponse>& rpc,
    const std::string& shop_id, absl::CivilDay day, bool validate_only, FactSource<Proto>& source,
    RowErrors& errors, Progress& progress) {
  performance::v1::ReplaceDayRequest batch;
  batch.mutable_header()->set_shop_id(shop_id);
  batch.mutable_header()->mutable_day()->set_year(static_cast<int>(day.year()));
  batch.mutable_header()->mutable_day()->set_month(day.month());
  batch.mutable_header()->mutable_day()->set_day(day.day());
  batch.mutable_header()->set_kind(KindOf(Proto()));
  batch.mutable_header()->set_validate_only(validate_only);
  auto response = SendAll(client, rpc, std::move(batch), AddToDay(), source, errors, progress);
  if (response.ok()) TellRefusals(response->rows(), source, errors);
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
