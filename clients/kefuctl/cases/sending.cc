#include "clients/kefuctl/cases/sending.h"

#include <fmt/format.h>

#include <utility>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/words.h"
#include "common/status/status_macros.h"

namespace kefu::cases {
namespace {

namespace v1 = aftersales::v1;
using kefuctl::In;

constexpr kefuctl::Rpc<v1::ImportCasesRequest, v1::ImportCasesResponse> kImportCases{
    "/kefu.aftersales.v1.IntakeService/ImportCases"};
// A batch is one transaction: short enough to be answered in time, well below the message limit.
constexpr size_t kBatchRows = 200, kBatchBytes = 1 << 20;
constexpr int kShownErrors = 20;

bool DiffersInTimeOnly(const v1::ImportResult& result) {
  return result.outcome() == v1::IMPORT_OUTCOME_CONFLICT && result.different_fields_size() == 1 &&
         result.different_fields(0) == "case.receive_time";
}

std::string ChineseName(std::string_view name) {
  static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"mails", "平台邮件"},
      {"work_orders", "平台工单"},
      {"claims", "晚发货赔付"},
      {"complaints", "差评售后"}};
  for (const auto& [english, chinese] : kNames) {
    if (english == name) return std::string(chinese);
  }
  return std::string(name);
}

}  // namespace

Sending::Sending(kefuctl::Context& context, kefuctl::Client& client, std::string shop_id,
                 std::string file, bool validate_only)
    : context_(context),
      client_(client),
      shop_id_(std::move(shop_id)),
      file_(std::move(file)),
      validate_only_(validate_only),
      progress_(context.err_is_terminal && !context.no_progress),
      errors_(
          [this](const std::string& line) {
            progress_.Clear();
            context_.Say(line);
          },
          context.err_is_terminal ? kShownErrors : -1) {}

absl::Status Sending::Begin(const std::string& errors_file) {
  progress_.Begin();
  return errors_file.empty() ? absl::OkStatus() : errors_.WriteTo(errors_file);
}

absl::Status Sending::Add(IntakeRow row, int64_t size) {
  const int64_t offset = row.end_offset;
  batch_bytes_ += row.row.ByteSizeLong();
  batch_.push_back(std::move(row));
  if (batch_.size() >= kBatchRows || batch_bytes_ >= kBatchBytes) {
    RETURN_IF_ERROR(Flush());
  }
  progress_.Update(++sent_, offset, size);
  return absl::OkStatus();
}

absl::Status Sending::Flush() {
  if (batch_.empty()) return absl::OkStatus();
  v1::ImportCasesRequest request;
  request.set_shop_id(shop_id_);
  request.set_validate_only(validate_only_);
  for (const IntakeRow& row : batch_) *request.add_rows() = row.row;
  // A call that broke can be sent again: what was taken in is known.
  ASSIGN_OR_RETURN(const auto response, client_.Call(kImportCases, request));
  for (int i = 0; i < response.results_size() && i < static_cast<int>(batch_.size()); ++i) {
    v1::ImportResult result = response.results(i);
    // The time is not the file's, which says the same as before.
    if (batch_[i].own_time && DiffersInTimeOnly(result)) {
      result.set_outcome(v1::IMPORT_OUTCOME_KNOWN);
      result.clear_different_fields();
    }
    ++sums_.received;
    sums_.opened += result.outcome() == v1::IMPORT_OUTCOME_OPENED;
    sums_.known += result.outcome() == v1::IMPORT_OUTCOME_KNOWN;
    sums_.conflicts += result.outcome() == v1::IMPORT_OUTCOME_CONFLICT;
    sums_.replies += result.outcome() == v1::IMPORT_OUTCOME_REPLY;
    TellDifferences(batch_[i], result);
    if (result.outcome() != v1::IMPORT_OUTCOME_REFUSED) continue;
    errors_.CountRejected();
    ++sums_.sent_back;
    for (const v1::ImportFault& fault : result.faults()) {
      errors_.Add(file_, batch_[i].line, ColumnOf(batch_[i], fault.field()),
                  fmt::format("{}: {}", fault.field(), fault.description()));
    }
    if (result.faults().empty()) {
      errors_.Add(file_, batch_[i].line, 1,
                  kefuctl::Explained(result.error_reason(), result.error_description()));
    }
  }
  batch_.clear();
  batch_bytes_ = 0;
  return absl::OkStatus();
}

// A number that came with other contents is an error; a reply has come in, whatever it says.
void Sending::TellDifferences(const IntakeRow& row, const v1::ImportResult& result) {
  if (result.different_fields().empty()) return;
  if (result.outcome() == v1::IMPORT_OUTCOME_CONFLICT) {
    for (const std::string& field : result.different_fields()) {
      errors_.Add(
          file_, row.line, ColumnOf(row, field),
          fmt::format(fmt::runtime(In("{}：与售后单 {} 先前收到的内容不同，未作改动",
                                      "{}: case {} was taken in with other contents; nothing "
                                      "was changed")),
                      field, result.case_id()));
    }
    return;
  }
  errors_.Note(fmt::format(
      fmt::runtime(In("{}:{}：回复已记入售后单 {}，但所述与该单不同：{}",
                      "{}:{}: the reply was put to case {}, but says otherwise than it: {}")),
      file_, row.line, result.case_id(), fmt::join(result.different_fields(), ", ")));
}

void Sending::Tell(std::string_view name) {
  progress_.Clear();
  sums_.refused = errors_.rejected() - told_refused_;
  told_refused_ = errors_.rejected();
  sums_.received += sums_.refused - sums_.sent_back;  // and what was not worth sending
  json_[std::string(name)] = {{"received", sums_.received},     {"opened", sums_.opened},
                              {"known", sums_.known},           {"conflicts", sums_.conflicts},
                              {"replies", sums_.replies},       {"refused", sums_.refused},
                              {"validate_only", validate_only_}};
  if (!context_.json()) {
    context_.Print(fmt::format(
        fmt::runtime(In("{}：收到 {}，新开 {}，已有 {}，内容冲突 {}，回复 {}，拒收 {}{}\n",
                        "{}: {} received, {} opened, {} known, {} conflicting, {} replies, {} "
                        "refused{}\n")),
        In(ChineseName(name), std::string(name)), sums_.received, sums_.opened, sums_.known,
        sums_.conflicts, sums_.replies, sums_.refused,
        validate_only_ ? In("（只检查）", " (checked only)") : ""));
  }
  sums_ = {};
}

absl::Status Sending::End(std::string_view name) {
  Tell(name);
  if (context_.json()) context_.PrintJson(json_);
  context_.rows_refused = errors_.errors() > 0 || errors_.rejected() > 0;
  return errors_.Finish();
}

}  // namespace kefu::cases
