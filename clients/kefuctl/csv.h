// CSV files (RFC 4180, by libcsv) with line and column numbers, that go on after a broken record:
// what cannot be read is refused alone, and reading resumes at the line after the one where it
// begins. Memory stays bounded whatever the file holds. Not thread-safe.
#pragma once

#include <csv.h>

#include <cstdint>
#include <cstdio>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace kefu::kefuctl {

// A line, and a record over several lines, holds at most so many bytes. Longer than any text that
// the services take; a quote that is never closed must not swallow the file.
inline constexpr size_t kMaxRecordBytes = 1 << 20;

struct CsvRecord {
  int64_t line = 0;  // where it begins, from 1
  std::vector<std::string> fields;
  std::vector<int64_t> lines;  // where each field begins
  // Why it is refused, in words; empty when it is good. `fields` then holds what could be read.
  std::string problem;
  int64_t problem_line = 0;
  int problem_column = 0;  // number of the field, from 1
};

// What a field's bytes may be: UTF-8, or anything, for a reader that decodes the fields itself. A
// charset of several bytes must keep delimiter, quote and line end to themselves, as GB 18030 does.
enum class CsvBytes { kUtf8, kAny };

class CsvReader {
 public:
  // INVALID_ARGUMENT in words when the file cannot be opened or is a folder.
  static absl::StatusOr<std::unique_ptr<CsvReader>> Open(const std::string& path, char delimiter,
                                                         CsvBytes bytes = CsvBytes::kUtf8);
  ~CsvReader();
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  // The next record, good or refused; false at the end. Empty lines are passed over. INTERNAL when
  // the file cannot be read on.
  absl::StatusOr<bool> Next(CsvRecord* record);

  int64_t bytes_read() const { return bytes_read_; }
  int64_t bytes_total() const { return bytes_total_; }  // 0 when not known

 private:
  struct Line {
    int64_t number = 0;
    std::string text;
    bool too_long = false;
  };

  CsvReader(std::string path, std::FILE* file, char delimiter, CsvBytes bytes);
  void ResetParser();
  bool ReadLine(Line* line);
  bool TakeLine(Line* line);
  // False when libcsv refuses the line's text.
  bool Feed(const Line& line);
  CsvRecord Broken(std::string problem);

  const std::string path_;
  std::FILE* const file_;
  const char delimiter_;
  const CsvBytes bytes_;
  int64_t bytes_read_ = 0, bytes_total_ = 0, lines_read_ = 0;
  std::vector<char> block_;
  size_t block_position_ = 0, block_size_ = 0;
  csv_parser parser_;
  std::deque<Line> replay_;    // lines to parse again after a broken record
  std::vector<Line> pending_;  // lines of the record that has begun
  size_t pending_bytes_ = 0;
  int64_t feeding_line_ = 0, field_line_ = 0;  // the line being fed; where the next field begins
  CsvRecord building_;
  std::deque<CsvRecord> ready_;
};

}  // namespace kefu::kefuctl
