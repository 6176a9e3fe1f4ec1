// Where refused rows are told: FILE:LINE:COLUMN: reason. Not thread-safe.
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace kefu::kefuctl {

class RowErrors {
 public:
  // Prints a line for people. At most `most` are printed; < 0 prints all.
  RowErrors(std::function<void(const std::string&)> print, int64_t most)
      : print_(std::move(print)), most_(most) {}
  ~RowErrors();
  RowErrors(const RowErrors&) = delete;
  RowErrors& operator=(const RowErrors&) = delete;

  // All errors go to this file as well. INVALID_ARGUMENT in words when it cannot be written.
  absl::Status WriteTo(const std::string& path);

  // `column` is the number of the field, from 1.
  void Add(std::string_view file, int64_t line, int column, std::string_view reason);
  // A whole fact (row, conversation, order) was left out.
  void CountRejected() { ++rejected_; }
  // Words for people among the errors.
  void Note(const std::string& words) { print_(words); }

  int64_t errors() const { return errors_; }
  int64_t rejected() const { return rejected_; }
  // Tells how many were not printed, and closes the file. INTERNAL in words when the file could not
  // be written.
  absl::Status Finish();

 private:
  std::function<void(const std::string&)> print_;
  const int64_t most_;
  std::string path_;
  std::FILE* file_ = nullptr;
  int64_t errors_ = 0, rejected_ = 0;
};

}  // namespace kefu::kefuctl
