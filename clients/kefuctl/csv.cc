#include "clients/kefuctl/csv.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/text.h"

namespace kefu::kefuctl {
namespace {

constexpr size_t kBlockBytes = 256 << 10;  // few system calls, little memory
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr int kBetweenRecords = 0;  // libcsv's state ROW_NOT_BEGUN

// Spaces belong to a field (RFC 4180, 2.4).
int NoSpace(unsigned char) { return 0; }

// Why a field's bytes are no text; empty when they are.
std::string TextProblem(std::string_view field, CsvBytes bytes) {
  if (field.find('\0') != std::string_view::npos) return Tr(Text::kNulByte);
  if (bytes == CsvBytes::kUtf8 && !IsUtf8(field)) return Tr(Text::kNotUtf8);
  return "";
}

}  // namespace

absl::StatusOr<std::unique_ptr<CsvReader>> CsvReader::Open(const std::string& path, char delimiter,
                                                           CsvBytes bytes) {
  const auto failed = [&] {
    return absl::InvalidArgumentError(Tr(Text::kCannotOpen, path, std::strerror(errno)));
  };
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return failed();
  std::unique_ptr<CsvReader> reader(new CsvReader(path, file, delimiter, bytes));
  struct stat status;
  if (fstat(fileno(file), &status) != 0) return failed();
  if (S_ISDIR(status.st_mode)) {
    errno = EISDIR;
    return failed();
  }
  if (S_ISREG(status.st_mode)) reader->bytes_total_ = status.st_size;
  return reader;
}

CsvReader::CsvReader(std::string path, std::FILE* file, char delimiter, CsvBytes bytes)
    : path_(std::move(path)),
      file_(file),
      delimiter_(delimiter),
      bytes_(bytes),
      block_(kBlockBytes) {
  csv_init(&parser_, 0);
  ResetParser();
}

CsvReader::~CsvReader() {
  csv_free(&parser_);
  std::fclose(file_);
}

void CsvReader::ResetParser() {
  csv_free(&parser_);
  csv_init(&parser_, CSV_STRICT);
  csv_set_delim(&parser_, static_cast<unsigned char>(delimiter_));
  csv_set_space_func(&parser_, NoSpace);
  building_ = CsvRecord();
}

bool CsvReader::ReadLine(Line* line) {
  *line = Line();
  bool any = false;
  for (;;) {
    if (block_position_ == block_size_) {
      block_size_ = std::fread(block_.data(), 1, block_.size(), file_);
      block_position_ = 0;
      bytes_read_ += static_cast<int64_t>(block_size_);
      if (block_size_ == 0) break;
    }
    any = true;
    const char* begin = block_.data() + block_position_;
    const size_t left = block_size_ - block_position_;
    const void* end = std::memchr(begin, '\n', left);
    const size_t size = end == nullptr ? left : static_cast<const char*>(end) - begin;
    if (line->text.size() + size > kMaxRecordBytes) line->too_long = true;
    if (!line->too_long) line->text.append(begin, size);
    block_position_ += end == nullptr ? size : size + 1;
    if (end != nullptr) break;
  }
  if (!any) return false;
  line->number = ++lines_read_;
  if (line->number == 1 && line->text.starts_with(kByteOrderMark))
    line->text.erase(0, kByteOrderMark.size());
  line->text.push_back('\n');  // also behind a last line without one
  return true;
}

bool CsvReader::TakeLine(Line* line) {
  if (replay_.empty()) return ReadLine(line);
  *line = std::move(replay_.front());
  replay_.pop_front();
  return true;
}

bool CsvReader::Feed(const Line& line) {
  feeding_line_ = line.number;
  const auto on_field = [](void* data, size_t size, void* self) {
    auto* reader = static_cast<CsvReader*>(self);
    CsvRecord& record = reader->building_;
    if (record.fields.empty()) record.line = reader->field_line_;
    record.fields.emplace_back(static_cast<const char*>(data), size);
    record.lines.push_back(std::exchange(reader->field_line_, reader->feeding_line_));
  };
  const auto on_record = [](int, void* self) {
    auto* reader = static_cast<CsvReader*>(self);
    reader->ready_.push_back(std::exchange(reader->building_, CsvRecord()));
  };
  return csv_parse(&parser_, line.text.data(), line.text.size(), on_field, on_record, this) ==
         line.text.size();
}

// Refuses the record that has begun: its first line is given up, the others are read again.
CsvRecord CsvReader::Broken(std::string problem) {
  CsvRecord record = std::move(building_);
  record.line = pending_.front().number;
  record.problem = std::move(problem);
  record.problem_line = field_line_;
  record.problem_column = static_cast<int>(record.fields.size()) + 1;
  replay_.insert(replay_.begin(), std::make_move_iterator(pending_.begin() + 1),
                 std::make_move_iterator(pending_.end()));
  pending_.clear();
  pending_bytes_ = 0;
  ResetParser();
  return record;
}

absl::StatusOr<bool> CsvReader::Next(CsvRecord* record) {
  Line line;
  while (ready_.empty()) {
    if (!TakeLine(&line)) {
      if (std::ferror(file_))
        return absl::InternalError(Tr(Text::kCannotRead, path_, std::strerror(errno)));
      if (pending_.empty()) return false;
      ready_.push_back(Broken(Tr(Text::kQuoteOpen)));  // the end stands inside quotes
      break;
    }
    if (line.too_long && pending_.empty()) {
      CsvRecord refused{.line = line.number};
      refused.problem = Tr(Text::kLineTooLong, kMaxRecordBytes);
      refused.problem_line = line.number;
      refused.problem_column = 1;
      ready_.push_back(std::move(refused));
      break;
    }
    if (pending_.empty()) field_line_ = line.number;
    const bool fits = !line.too_long && pending_bytes_ + line.text.size() <= kMaxRecordBytes + 1;
    pending_bytes_ += line.text.size();
    pending_.push_back(std::move(line));
    if (!fits) {
      ready_.push_back(Broken(Tr(Text::kQuoteOpen)));
    } else if (!Feed(pending_.back())) {
      ready_.push_back(Broken(Tr(Text::kQuoteInField)));
    } else if (parser_.pstate == kBetweenRecords) {
      pending_.clear();
      pending_bytes_ = 0;
    }
  }
  *record = std::move(ready_.front());
  ready_.pop_front();
  if (record->problem.empty()) {
    for (size_t i = 0; i < record->fields.size() && record->problem.empty(); ++i) {
      record->problem = TextProblem(record->fields[i], bytes_);
      record->problem_line = record->lines[i];
      record->problem_column = static_cast<int>(i) + 1;
    }
  }
  return true;
}

}  // namespace kefu::kefuctl
