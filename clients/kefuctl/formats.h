// kefu's own CSV formats, for shops whose system writes none of the others.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/source.h"
#include "kefu/performance/v1/payments.pb.h"
#include "kefu/performance/v1/performance_service.pb.h"
#include "kefu/performance/v1/visits.pb.h"

namespace kefu::kefuctl {

// A format as `kefuctl import formats` tells it.
struct FormatColumn {
  ColumnSpec spec;
  bool filled = false;  // must not be empty
  Text meaning;
};
struct Format {
  std::string_view name;
  std::span<const FormatColumn> columns;
  std::string_view example;  // a file that imports as it stands
};
std::span<const Format> Formats();
// The columns as a table wants them.
std::vector<ColumnSpec> SpecsOf(std::span<const FormatColumn> columns);

// INVALID_ARGUMENT when the header is wrong. `locale` outlives the source and may be filled in
// until the first fact is read.
absl::StatusOr<std::unique_ptr<FactSource<performance::v1::ConversationRow>>> OpenConversations(
    const std::string& path, const ShopLocale& locale);
absl::StatusOr<std::unique_ptr<FactSource<performance::v1::OrderRow>>> OpenOrders(
    const std::string& path, const ShopLocale& locale);
absl::StatusOr<std::unique_ptr<FactSource<performance::v1::PaymentRow>>> OpenPayments(
    const std::string& path, const ShopLocale& locale);
absl::StatusOr<std::unique_ptr<FactSource<performance::v1::RefundRow>>> OpenRefunds(
    const std::string& path, const ShopLocale& locale);
absl::StatusOr<std::unique_ptr<FactSource<performance::v1::ReviewRow>>> OpenReviews(
    const std::string& path, const ShopLocale& locale);
absl::StatusOr<std::unique_ptr<FactSource<performance::v1::DailyVisitsRow>>> OpenVisits(
    const std::string& path, const ShopLocale& locale);
absl::StatusOr<std::unique_ptr<FactSource<performance::v1::RatingRow>>> OpenRatings(
    const std::string& path, const ShopLocale& locale);
absl::StatusOr<std::unique_ptr<FactSource<performance::v1::ImportedInspectionRow>>> OpenInspections(
    const std::string& path, const ShopLocale& locale);

}  // namespace kefu::kefuctl
