#include "clients/kefuctl/cases/intake.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "clients/kefuctl/cases/mail.h"
#include "clients/kefuctl/csv.h"
#include "clients/kefuctl/text.h"
#include "clients/kefuctl/words.h"
#include "common/status/status_macros.h"

namespace kefu::cases {
namespace {

namespace v1 = aftersales::v1;
using kefuctl::In;

constexpr size_t kMaxWords = 4000;  // characters of a problem, as the contract takes it

enum WorkOrderColumn { kNumber, kReceived, kOrder, kBuyer, kProblem, kDemand, kPriority, kWaybill };
enum MailColumn { kMessageId, kMailTime, kSubject, kBody, kInReplyTo, kMailOrder };

std::string Trimmed(std::string_view text) {
  return std::string(absl::StripAsciiWhitespace(absl::string_view(text.data(), text.size())));
}

// At most so many characters; whole ones.
std::string Cut(const std::string& text, size_t characters) {
  size_t at = 0;
  for (size_t count = 0; at < text.size(); ++count) {
    if (count + 1 == characters) break;
    do {
      ++at;
    } while (at < text.size() && (text[at] & 0xC0) == 0x80);
  }
  return at >= text.size() ? text : text.substr(0, at) + "…";
}

// Words as the contract takes them: line breaks and tabs stay, other control characters go.
std::string Words(const std::string& text) {
  std::string clean;
  for (const char c : WholeUtf8(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 ? byte != 0x7F : c == '\n' || c == '\t') clean += c;
  }
  return Cut(Trimmed(clean), kMaxWords);
}

// A CSV file with its columns found, whatever they are called there.
class Sheet {
 public:
  static absl::StatusOr<Sheet> Open(const std::string& path,
                                    const std::vector<IntakeColumn>& columns) {
    ASSIGN_OR_RETURN(auto reader, kefuctl::CsvReader::Open(path, ',', kefuctl::CsvBytes::kAny));
    Sheet sheet(path, std::move(reader), columns);
    RETURN_IF_ERROR(sheet.ReadHeader());
    return sheet;
  }

  absl::StatusOr<bool> Next(kefuctl::RowErrors& errors) {
    for (;;) {
      ASSIGN_OR_RETURN(const bool more, reader_->Next(&record_));
      if (!more) return false;
      if (record_.problem.empty()) return true;
      errors.Add(path_, record_.problem_line, record_.problem_column, record_.problem);
      errors.CountRejected();
    }
  }

  // The columns of the fields that the file has.
  std::shared_ptr<const FieldColumns> ColumnsOf(
      std::initializer_list<std::pair<const char*, int>> fields) const {
    auto columns = std::make_shared<FieldColumns>();
    for (const auto& [field, column] : fields) {
      if (places_[column] >= 0) columns->emplace(field, places_[column] + 1);
    }
    return columns;
  }

  int64_t line() const { return record_.line; }
  int64_t offset() const { return reader_->bytes_read(); }
  std::string Get(int column) const {
    const int place = places_[column];
    if (place < 0 || place >= static_cast<int>(record_.fields.size())) return "";
    return Trimmed(ToUtf8(record_.fields[place], ""));
  }
  int PositionOf(int column) const { return places_[column] + 1; }
  void Refuse(int column, std::string_view why, kefuctl::RowErrors& errors) const {
    errors.Add(path_, record_.line, std::max(1, PositionOf(column)), why);
  }

 private:
  Sheet(std::string path, std::unique_ptr<kefuctl::CsvReader> reader,
        const std::vector<IntakeColumn>& columns)
      : path_(std::move(path)), reader_(std::move(reader)), columns_(&columns) {}

  absl::Status ReadHeader() {
    ASSIGN_OR_RETURN(const bool any, reader_->Next(&record_));
    std::vector<std::string> header;
    for (std::string name : any ? record_.fields : std::vector<std::string>()) {
      if (header.empty() && name.starts_with("\xEF\xBB\xBF")) name.erase(0, 3);
      header.push_back(Trimmed(ToUtf8(name, "")));
    }
    std::string problems;
    for (const IntakeColumn& column : *columns_) {
      int place = -1;
      for (const std::string_view name : column.names) {
        const auto found = std::ranges::find(header, name);
        if (place < 0 && found != header.end()) place = static_cast<int>(found - header.begin());
      }
      places_.push_back(place);
      if (place >= 0 || !column.required) continue;
      problems += fmt::format("{}{}:1:1: {}", problems.empty() ? "" : "\n", path_,
                              fmt::format(fmt::runtime(In("缺少列 {}", "there is no column {}")),
                                          fmt::join(column.names, In(" 或 ", " or "))));
    }
    return problems.empty() ? absl::OkStatus() : absl::InvalidArgumentError(problems);
  }

  std::string path_;
  std::unique_ptr<kefuctl::CsvReader> reader_;
  const std::vector<IntakeColumn>* columns_;
  std::vector<int> places_;  // column → field of the file, -1 when absent
  kefuctl::CsvRecord record_;
};

// "2026/1/5 9:03" and "2026年1月5日 9:03:00", as spreadsheets leave them, beside kefu's own form.
absl::StatusOr<absl::Time> TimeIn(const std::string& text, absl::TimeZone zone) {
  if (auto time = kefuctl::ParseTime(text, zone); time.ok()) return time;
  for (const char* form : {"%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M",
                           "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M"}) {
    absl::Time time;
    if (absl::ParseTime(form, text, zone, &time, nullptr)) return time;
  }
  return kefuctl::ParseTime(text, zone).status();  // its words say what is expected
}

std::optional<v1::CasePriority> PriorityIn(const std::string& text) {
  static constexpr std::pair<std::string_view, v1::CasePriority> kWords[] = {
      {"", v1::CASE_PRIORITY_UNSPECIFIED},  {"low", v1::CASE_PRIORITY_LOW},
      {"normal", v1::CASE_PRIORITY_NORMAL}, {"high", v1::CASE_PRIORITY_HIGH},
      {"urgent", v1::CASE_PRIORITY_URGENT}, {"低", v1::CASE_PRIORITY_LOW},
      {"一般", v1::CASE_PRIORITY_NORMAL},   {"普通", v1::CASE_PRIORITY_NORMAL},
      {"中", v1::CASE_PRIORITY_NORMAL},     {"高", v1::CASE_PRIORITY_HIGH},
      {"重要", v1::CASE_PRIORITY_HIGH},     {"紧急", v1::CASE_PRIORITY_URGENT},
      {"加急", v1::CASE_PRIORITY_URGENT},   {"特急", v1::CASE_PRIORITY_URGENT}};
  for (const auto& [word, priority] : kWords) {
    if (word == text) return priority;
  }
  return std::nullopt;
}

v1::Case NewMail() {
  v1::Case record;
  record.set_kind(v1::CASE_KIND_PLATFORM_EMAIL);
  record.set_channel(v1::CASE_CHANNEL_EMAIL);
  return record;
}

absl::Status ReadMailSheet(const std::string& path, const kefuctl::ShopLocale& locale,
                           kefuctl::RowErrors& errors, const TakeRow& take) {
  ASSIGN_OR_RETURN(Sheet sheet, Sheet::Open(path, MailColumns()));
  const auto columns = sheet.ColumnsOf({{"case.external_id", kMessageId},
                                        {"case.receive_time", kMailTime},
                                        {"case.problem", kSubject},
                                        {"reply_to_ids[0]", kInReplyTo},
                                        {"case.order_id", kMailOrder}});
  for (;;) {
    ASSIGN_OR_RETURN(const bool more, sheet.Next(errors));
    if (!more) return absl::OkStatus();
    IntakeRow row{.line = sheet.line(), .end_offset = sheet.offset(), .columns = columns};
    v1::Case& record = *row.row.mutable_case_() = NewMail();
    record.set_external_id(sheet.Get(kMessageId));
    const std::string subject = sheet.Get(kSubject), body = sheet.Get(kBody);
    record.set_problem(Words(body.empty() ? subject : subject + "\n\n" + body));
    const std::string order = sheet.Get(kMailOrder);
    record.set_order_id(order.empty() ? OrderIn(record.problem()) : order);
    if (const std::string about = sheet.Get(kInReplyTo); !about.empty()) {
      row.row.add_reply_to_ids(about);
    }
    const auto time = TimeIn(sheet.Get(kMailTime), locale.zone);
    if (!time.ok()) {
      sheet.Refuse(kMailTime, std::string(time.status().message()), errors);
      errors.CountRejected();
      continue;
    }
    *record.mutable_receive_time() = kefuctl::ToTimestamp(*time);
    RETURN_IF_ERROR(take(std::move(row)));
  }
}

}  // namespace

const std::vector<IntakeColumn>& WorkOrderColumns() {
  static const auto& columns = *new std::vector<IntakeColumn>{
      {{"work_order_id", "工单编号", "工单号", "投诉单号", "投诉编号"},
       true,
       "工单编号，同号不重复",
       "The platform's number; the same one is taken in once"},
      {{"receive_time", "创建时间", "工单创建时间", "投诉时间", "提交时间"},
       true,
       "收到时间，时限由此起算",
       "When it came in; its clocks begin then"},
      {{"order_id", "订单编号", "订单号"}, false, "订单", "The order"},
      {{"customer_id", "买家账号", "买家昵称", "用户账号", "客户账号"}, false, "买家", "The buyer"},
      {{"problem", "问题描述", "投诉内容", "工单内容", "投诉原因", "问题类型"},
       true,
       "问题",
       "What it is about"},
      {{"demand", "买家诉求", "客户诉求", "诉求"}, false, "诉求", "What the buyer wants"},
      {{"priority", "紧急程度", "优先级"},
       false,
       "低、普通、高、紧急",
       "low, normal, high or urgent"},
      {{"waybill", "运单号", "快递单号", "物流单号"}, false, "运单", "The waybill"}};
  return columns;
}

const std::vector<IntakeColumn>& MailColumns() {
  static const auto& columns = *new std::vector<IntakeColumn>{
      {{"message_id", "邮件编号", "邮件ID", "消息ID"},
       true,
       "邮件编号，同号不重复",
       "The Message-ID; the same one is taken in once"},
      {{"receive_time", "收到时间", "接收时间", "发送时间", "时间"},
       true,
       "收到时间，时限由此起算",
       "When it came in; its clocks begin then"},
      {{"subject", "主题", "标题"}, true, "主题", "The subject"},
      {{"body", "正文", "内容"}, false, "正文", "The text"},
      {{"in_reply_to", "回复邮件编号", "原邮件编号"},
       false,
       "所回复的邮件",
       "The e-mail that it answers"},
      {{"order_id", "订单编号", "订单号"}, false, "订单", "The order"}};
  return columns;
}

absl::Status ReadWorkOrders(const std::string& path, const kefuctl::ShopLocale& locale,
                            kefuctl::RowErrors& errors, const TakeRow& take) {
  ASSIGN_OR_RETURN(Sheet sheet, Sheet::Open(path, WorkOrderColumns()));
  const auto columns = sheet.ColumnsOf({{"case.external_id", kNumber},
                                        {"case.receive_time", kReceived},
                                        {"case.order_id", kOrder},
                                        {"case.customer_id", kBuyer},
                                        {"case.problem", kProblem},
                                        {"case.demand", kDemand},
                                        {"case.priority", kPriority},
                                        {"case.waybill", kWaybill}});
  for (;;) {
    ASSIGN_OR_RETURN(const bool more, sheet.Next(errors));
    if (!more) return absl::OkStatus();
    IntakeRow row{.line = sheet.line(), .end_offset = sheet.offset(), .columns = columns};
    v1::Case& record = *row.row.mutable_case_();
    record.set_kind(v1::CASE_KIND_PLATFORM_WORK_ORDER);
    record.set_channel(v1::CASE_CHANNEL_WORK_ORDER);
    record.set_external_id(sheet.Get(kNumber));
    record.set_order_id(sheet.Get(kOrder));
    record.set_customer_id(sheet.Get(kBuyer));
    record.set_problem(Words(sheet.Get(kProblem)));
    record.set_demand(Words(sheet.Get(kDemand)));
    record.set_waybill(sheet.Get(kWaybill));
    bool good = true;
    const auto time = TimeIn(sheet.Get(kReceived), locale.zone);
    if (time.ok()) {
      *record.mutable_receive_time() = kefuctl::ToTimestamp(*time);
    } else {
      sheet.Refuse(kReceived, std::string(time.status().message()), errors);
      good = false;
    }
    const auto priority = PriorityIn(sheet.Get(kPriority));
    if (priority) {
      record.set_priority(*priority);
    } else {
      sheet.Refuse(kPriority,
                   fmt::format(fmt::runtime(In("不认识“{}”：应为 低、普通、高 或 紧急",
                                               "there is no '{}': low, normal, high or urgent")),
                               sheet.Get(kPriority)),
                   errors);
      good = false;
    }
    if (!good) {
      errors.CountRejected();
      continue;
    }
    RETURN_IF_ERROR(take(std::move(row)));
  }
}

absl::Status ReadMailRows(const std::string& path, const kefuctl::ShopLocale& locale,
                          kefuctl::RowErrors& errors, const TakeRow& take) {
  if (path.ends_with(".csv") || path.ends_with(".CSV")) {
    return ReadMailSheet(path, locale, errors, take);
  }
  return ReadMails(path, [&](Mail mail) -> absl::Status {
    IntakeRow row{.line = mail.line, .end_offset = mail.end_offset};
    if (mail.receive_time == absl::InfinitePast()) {
      errors.Add(path, mail.line, 1,
                 In("没有可读的 Received 或 Date", "neither Received nor Date can be read"));
      errors.CountRejected();
      return absl::OkStatus();
    }
    v1::Case& record = *row.row.mutable_case_() = NewMail();
    record.set_external_id(mail.message_id);
    // The same words whoever brings the mail, in whichever language: it is known by what it says.
    std::string text = mail.subject;
    if (!mail.from.empty()) text += "\n发件人 From: " + mail.from;
    for (const std::string& attachment : mail.attachments) {
      text += "\n附件 Attached: " + attachment;
    }
    record.set_problem(Words(text + "\n\n" + mail.body));
    record.set_order_id(OrderIn(mail.subject + "\n" + mail.body));
    *record.mutable_receive_time() = kefuctl::ToTimestamp(mail.receive_time);
    for (std::string& id : mail.reply_to) row.row.add_reply_to_ids(std::move(id));
    record.set_language(mail.language);
    return take(std::move(row));
  });
}

int ColumnOf(const IntakeRow& row, std::string_view field) {
  if (row.columns == nullptr) return 1;
  const auto found = row.columns->find(field);
  return found == row.columns->end() ? 1 : found->second;
}

std::string OrderIn(std::string_view text) {
  constexpr size_t kLeastDigits = 8, kMostDigits = 32;
  for (const std::string_view label : {"订单编号", "订单号", "订单", "Order ID", "order id"}) {
    for (size_t at = text.find(label); at != std::string_view::npos;
         at = text.find(label, at + 1)) {
      size_t begin = at + label.size();
      for (bool more = true; more;) {
        more = false;
        for (const std::string_view gap : {" ", ":", "：", "#", "[", "【", "("}) {
          if (text.substr(begin).starts_with(gap)) {
            begin += gap.size();
            more = true;
          }
        }
      }
      size_t end = begin;
      while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
      if (end - begin >= kLeastDigits && end - begin <= kMostDigits) {
        return std::string(text.substr(begin, end - begin));
      }
    }
  }
  return "";
}

}  // namespace kefu::cases
