// Facts out of files, one at a time. What is wrong is told to a RowErrors and left out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "clients/kefuctl/csv_table.h"
#include "common/status/status_macros.h"

namespace kefu::kefuctl {

// Where the services' field names stand in a file: "messages.send_time" is column "time". Indexes
// are left out of the names; the longest prefix that fits counts.
using FieldColumns = std::span<const std::pair<std::string_view, int>>;
// The column of a field such as "messages[3].send_time"; -1 when no column is meant.
int ColumnOfField(FieldColumns columns, std::string_view field);

// Proto: one of the …Row messages of an import.
template <class Proto>
class FactSource {
 public:
  virtual ~FactSource() = default;
  // The next good fact with the line where it begins; nothing at the end. INTERNAL when a file
  // cannot be read on.
  virtual absl::StatusOr<std::optional<Proto>> Next(RowErrors& errors) = 0;
  // The file that lines count in, and its column (from 1) for a field that a service refused.
  virtual const std::string& file() const = 0;
  virtual int PositionOf(std::string_view field) const = 0;
  virtual int64_t bytes_read() const = 0;
  virtual int64_t bytes_total() const = 0;
};

// From one file with a header. `locale` outlives the source and may be filled in until the first
// Next: the header is read before the shop is known.
template <class Proto>
class TableSource : public FactSource<Proto> {
 public:
  TableSource(std::unique_ptr<CsvTable> table, const ShopLocale& locale, FieldColumns columns)
      : table_(std::move(table)), locale_(locale), columns_(columns) {}

  const std::string& file() const override { return table_->file(); }
  int PositionOf(std::string_view field) const override {
    return table_->Position(ColumnOfField(columns_, field));
  }
  int64_t bytes_read() const override { return table_->reader().bytes_read(); }
  int64_t bytes_total() const override { return table_->reader().bytes_total(); }

 protected:
  CsvTable& table() { return *table_; }
  const CsvTable& table() const { return *table_; }
  const ShopLocale& locale() const { return locale_; }

 private:
  const std::unique_ptr<CsvTable> table_;
  const ShopLocale& locale_;
  const FieldColumns columns_;
};

// A fact a row: Convert makes it.
template <class Proto>
class RowSource : public TableSource<Proto> {
 public:
  using TableSource<Proto>::TableSource;

  absl::StatusOr<std::optional<Proto>> Next(RowErrors& errors) override {
    for (;;) {
      ASSIGN_OR_RETURN(const bool more, this->table().Next(&row_, errors));
      if (!more) return std::nullopt;
      if (row_.broken()) {
        errors.CountRejected();
        continue;
      }
      Fields fields(row_, this->table(), this->locale(), errors);
      std::optional<Proto> fact = Convert(fields);
      if (!fields.ok()) {
        errors.CountRejected();
      } else if (fact) {
        fact->set_line(row_.line());
        return fact;
      }
    }
  }

 protected:
  // Nothing: the row counts for nothing, which is no mistake.
  virtual std::optional<Proto> Convert(Fields& fields) = 0;

 private:
  Row row_;
};

// A fact over adjacent rows with the same id. One wrong row leaves the whole fact out: half a
// conversation or order would be counted wrongly.
template <class Proto>
class GroupSource : public TableSource<Proto> {
 public:
  GroupSource(std::unique_ptr<CsvTable> table, const ShopLocale& locale, FieldColumns columns,
              int id_column)
      : TableSource<Proto>(std::move(table), locale, columns), id_column_(id_column) {}

  absl::StatusOr<std::optional<Proto>> Next(RowErrors& errors) override {
    for (;;) {
      ASSIGN_OR_RETURN(const bool more, this->table().Next(&row_, errors));
      if (!more) return Close(errors);
      const std::string_view id = row_.Get(id_column_);
      if (id.empty()) {  // whose row it is shows from the row that follows
        if (!row_.broken()) Fields(row_, this->table(), this->locale(), errors).Id(id_column_);
        gap_ = true;
        continue;
      }
      std::optional<Proto> done;
      if (!open_ || id != id_) {
        done = Close(errors);
        open_ = true;
        id_ = id;
        fact_ = Proto();
        fact_.set_line(row_.line());
        good_ = true;
      } else if (std::exchange(gap_, false)) {
        good_ = false;
      }
      Fields fields(row_, this->table(), this->locale(), errors);
      if (!row_.broken()) Add(fields, fact_);
      good_ = good_ && !row_.broken() && fields.ok();
      if (done) return done;
    }
  }

 protected:
  // Adds a row to the fact that its first row began; fact.line() is that row's.
  virtual void Add(Fields& fields, Proto& fact) = 0;

 private:
  std::optional<Proto> Close(RowErrors& errors) {
    if (std::exchange(gap_, false)) errors.CountRejected();
    if (!std::exchange(open_, false)) return std::nullopt;
    if (good_) return std::move(fact_);
    errors.CountRejected();
    return std::nullopt;
  }

  const int id_column_;
  Row row_;
  bool open_ = false, good_ = true, gap_ = false;
  std::string id_;
  Proto fact_;
};

}  // namespace kefu::kefuctl
