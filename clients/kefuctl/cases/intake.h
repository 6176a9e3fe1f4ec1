// Rows for IntakeService.ImportCases out of files: the platform's work orders and e-mails. What is
// wrong is told to a RowErrors and left out. Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "clients/kefuctl/row_errors.h"
#include "clients/kefuctl/values.h"
#include "kefu/aftersales/v1/intake.pb.h"

namespace kefu::cases {

// Fields of the contract to the columns of a file (from 1) that they are read from.
using FieldColumns = std::map<std::string, int, std::less<>>;

struct IntakeRow {
  aftersales::v1::ImportedCase row;
  int64_t line = 0;                             // where it begins in the file
  int64_t end_offset = 0;                       // of the file, for progress
  std::shared_ptr<const FieldColumns> columns;  // null: the file has none
  bool own_time = false;                        // received now, since the file does not say when
};
using TakeRow = std::function<absl::Status(IntakeRow)>;

// A column: the names under which platforms export it, the first of which is kefu's own.
struct IntakeColumn {
  std::vector<std::string_view> names;
  bool required = false;
  std::string_view meaning_zh, meaning_en;
};
const std::vector<IntakeColumn>& WorkOrderColumns();
const std::vector<IntakeColumn>& MailColumns();

// Each hands every good row of the file to `take`, in order; a status that it returns ends the
// reading. Files are UTF-8 or GB18030. INVALID_ARGUMENT in words for a file that cannot be opened
// or lacks columns; INTERNAL when it cannot be read on.
absl::Status ReadWorkOrders(const std::string& path, const kefuctl::ShopLocale& locale,
                            kefuctl::RowErrors& errors, const TakeRow& take);
// A CSV by its ending, else an mbox or a single message.
absl::Status ReadMailRows(const std::string& path, const kefuctl::ShopLocale& locale,
                          kefuctl::RowErrors& errors, const TakeRow& take);

// The column of the row's file (from 1) for a field that the service refused.
int ColumnOf(const IntakeRow& row, std::string_view field);

// The order that a text names, as platforms write it: "订单号：1234567890". Empty: none.
std::string OrderIn(std::string_view text);

}  // namespace kefu::cases
