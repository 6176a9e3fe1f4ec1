#include "clients/kefuctl/cases/mail.h"

#include <fmt/format.h>
#include <gmime/gmime.h>
#include <unicode/ucnv.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>
#include <memory>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "clients/kefuctl/text.h"
#include "clients/kefuctl/words.h"
#include "common/hash/sha256.h"

namespace kefu::cases {
namespace {

constexpr size_t kMaxReplyTo = 100;
// E-mails within e-mails, beyond which nobody reads on.
constexpr int kMaxForwarded = 5;
// Of a language tag, as the contract takes it.
constexpr size_t kMaxLanguage = 35;

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

std::string Text(const char* text) { return text == nullptr ? "" : text; }

std::string Hash(std::string_view bytes) { return "sha256:" + kefu::Hex(kefu::Sha256({bytes})); }

// An id that the contract takes.
std::string ShortId(std::string_view id) {
  std::string text(absl::StripAsciiWhitespace(absl::string_view(id.data(), id.size())));
  if (text.starts_with('<') && text.ends_with('>')) text = text.substr(1, text.size() - 2);
  const bool control = std::ranges::any_of(
      text, [](char c) { return absl::ascii_iscntrl(static_cast<unsigned char>(c)); });
  return text.size() > kMaxMessageId || control || !kefuctl::IsUtf8(text) ? Hash(text) : text;
}

// The decoded bytes of a part.
std::string ContentOf(GMimePart* part) {
  GMimeDataWrapper* const content = g_mime_part_get_content(part);
  if (content == nullptr) return "";
  const Owned<GMimeStream> memory(g_mime_stream_mem_new());
  g_mime_data_wrapper_write_to_stream(content, memory.get());
  const GByteArray* const bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory.get()));
  return {reinterpret_cast<const char*>(bytes->data), bytes->len};
}

std::string From(GMimeMessage* message) {
  InternetAddressList* const list = g_mime_message_get_from(message);
  if (list == nullptr || internet_address_list_length(list) == 0) return "";
  const std::unique_ptr<char, decltype(&g_free)> text(
      internet_address_to_string(internet_address_list_get_address(list, 0), nullptr, FALSE),
      &g_free);
  return ToUtf8(Text(text.get()), "");
}

// Header words that are no encoded ones are in the charset that the writer had.
std::string Header(const char* decoded, const char* raw) {
  if (decoded != nullptr && kefuctl::IsUtf8(decoded)) return decoded;
  return ToUtf8(Text(raw), "");
}
std::string Subject(GMimeMessage* message) {
  return Header(g_mime_message_get_subject(message),
                g_mime_object_get_header(GMIME_OBJECT(message), "Subject"));
}

void AddPart(GMimeObject* parent, GMimeObject* object, gpointer parts);

// The parts of one e-mail.
struct Parts {
  int depth = 0;  // of e-mails that it lies in
  std::optional<std::string> plain, html;
  std::string forwarded;
  std::vector<std::string> attachments;

  // An e-mail within the e-mail, as whoever forwards the platform's letter sends it.
  void Add(GMimeMessage* message) {
    if (message == nullptr || depth >= kMaxForwarded) return;
    Parts inner{.depth = depth + 1};
    g_mime_message_foreach(message, AddPart, &inner);
    forwarded += fmt::format("\n\n{}\n{}\n\n{}", Subject(message), From(message), inner.Body());
    std::ranges::move(inner.attachments, std::back_inserter(attachments));
  }

  void Add(GMimePart* part) {
    GMimeContentType* const type = g_mime_object_get_content_type(GMIME_OBJECT(part));
    const char* const charset = g_mime_content_type_get_parameter(type, "charset");
    const std::string content = ContentOf(part);
    const bool text = g_mime_content_type_is_type(type, "text", "*") != FALSE;
    if (g_mime_part_is_attachment(part) != FALSE || !text) {
      const std::unique_ptr<char, decltype(&g_free)> mime(g_mime_content_type_get_mime_type(type),
                                                          &g_free);
      const std::string name = ToUtf8(Text(g_mime_part_get_filename(part)), "");
      attachments.push_back(
          fmt::format("{} ({}, {} bytes)", name.empty() ? "-" : name, mime.get(), content.size()));
      return;
    }
    std::optional<std::string>& place =
        g_mime_content_type_is_type(type, "text", "html") != FALSE ? html : plain;
    if (!place) place = ToUtf8(content, Text(charset));
  }

  std::string Body() const {
    if (plain && !absl::StripAsciiWhitespace(*plain).empty()) return *plain + forwarded;
    return (html ? TextOfHtml(*html) : plain.value_or("")) + forwarded;
  }
};

void AddPart(GMimeObject* /*parent*/, GMimeObject* object, gpointer parts) {
  if (GMIME_IS_PART(object)) static_cast<Parts*>(parts)->Add(GMIME_PART(object));
  if (GMIME_IS_MESSAGE_PART(object)) {
    static_cast<Parts*>(parts)->Add(g_mime_message_part_get_message(GMIME_MESSAGE_PART(object)));
  }
}

// The first language of a list (RFC 3282) that is a tag as the contract takes it.
std::string LanguageIn(std::string_view list) {
  for (const absl::string_view one :
       absl::StrSplit(absl::string_view(list.data(), list.size()), ',')) {
    const absl::string_view tag = absl::StripAsciiWhitespace(one);
    const bool plain = std::ranges::all_of(
        tag, [](char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-'; });
    if (plain && !tag.empty() && tag.size() <= kMaxLanguage) return std::string(tag);
  }
  return "";
}

std::optional<absl::Time> TimeIn(const char* text) {
  if (text == nullptr) return std::nullopt;
  GDateTime* const time = g_mime_utils_header_decode_date(text);
  if (time == nullptr) return std::nullopt;
  const absl::Time instant = absl::FromUnixSeconds(g_date_time_to_unix(time));
  g_date_time_unref(time);
  return instant;
}

absl::Time ReceiveTime(GMimeMessage* message) {
  const char* const received = g_mime_object_get_header(GMIME_OBJECT(message), "Received");
  if (received != nullptr) {
    const std::string_view text = received;
    const size_t semicolon = text.rfind(';');
    if (semicolon != std::string_view::npos) {
      if (const auto time = TimeIn(received + semicolon + 1)) return *time;
    }
  }
  return TimeIn(g_mime_object_get_header(GMIME_OBJECT(message), "Date"))
      .value_or(absl::InfinitePast());
}

// Ids of a header in the order in which they stand there.
std::vector<std::string> IdsIn(GMimeMessage* message, const char* header) {
  std::vector<std::string> ids;
  const char* const text = g_mime_object_get_header(GMIME_OBJECT(message), header);
  if (text == nullptr) return ids;
  GMimeReferences* const found = g_mime_references_parse(nullptr, text);
  for (int i = 0; i < g_mime_references_length(found); ++i) {
    ids.push_back(ShortId(g_mime_references_get_message_id(found, i)));
  }
  g_mime_references_free(found);
  return ids;
}

std::vector<std::string> ReplyTo(GMimeMessage* message) {
  std::vector<std::string> ids = IdsIn(message, "In-Reply-To");
  std::vector<std::string> references = IdsIn(message, "References");
  for (auto id = references.rbegin(); id != references.rend(); ++id) {
    if (std::ranges::count(ids, *id) == 0) ids.push_back(*id);
  }
  std::erase(ids, "");
  if (ids.size() > kMaxReplyTo) ids.resize(kMaxReplyTo);
  return ids;
}

Mail FromMessage(GMimeMessage* message) {
  Mail mail;
  Parts parts;
  g_mime_message_foreach(message, AddPart, &parts);
  mail.subject = Subject(message);
  mail.from = From(message);
  mail.body = parts.Body();
  mail.attachments = std::move(parts.attachments);
  // Headers of the content stand with the content.
  GMimeObject* const content = g_mime_message_get_mime_part(message);
  if (content != nullptr) {
    mail.language = LanguageIn(Text(g_mime_object_get_header(content, "Content-Language")));
  }
  mail.receive_time = ReceiveTime(message);
  mail.reply_to = ReplyTo(message);
  const char* const id = g_mime_message_get_message_id(message);
  if (id != nullptr && *id != '\0') {
    mail.message_id = ShortId(id);
  } else {
    const char* const date = g_mime_object_get_header(GMIME_OBJECT(message), "Date");
    mail.message_id = Hash(mail.from + '\n' + Text(date) + '\n' + mail.subject + '\n' + mail.body);
  }
  return mail;
}

// Counts lines of the file up to offsets that grow.
class LineCounter {
 public:
  explicit LineCounter(const std::string& path) : file_(std::fopen(path.c_str(), "rb")) {}
  ~LineCounter() {
    if (file_ != nullptr) std::fclose(file_);
  }
  LineCounter(const LineCounter&) = delete;
  LineCounter& operator=(const LineCounter&) = delete;

  int64_t LineAt(int64_t offset) {
    std::array<char, 65536> block;
    while (file_ != nullptr && offset_ < offset) {
      const size_t want = std::min<int64_t>(block.size(), offset - offset_);
      const size_t got = std::fread(block.data(), 1, want, file_);
      if (got == 0) break;
      line_ += std::count(block.begin(), block.begin() + static_cast<std::ptrdiff_t>(got), '\n');
      offset_ += static_cast<int64_t>(got);
    }
    return line_;
  }

 private:
  std::FILE* const file_;
  int64_t offset_ = 0, line_ = 1;
};

absl::Status Bad(const std::string& path, std::string_view zh, std::string_view en) {
  return absl::InvalidArgumentError(
      fmt::format("{}: {}", path, kefuctl::In(std::string(zh), std::string(en))));
}

bool BeginsAsMbox(const std::string& path) {
  std::FILE* const file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return false;
  std::array<char, 5> begin{};
  const size_t got = std::fread(begin.data(), 1, begin.size(), file);
  std::fclose(file);
  return std::string_view(begin.data(), got) == "From ";
}

void StartGmime() {
  static const bool started = [] {
    g_mime_init();
    return true;
  }();
  (void)started;
}

}  // namespace

absl::Status ReadMails(const std::string& path, const std::function<absl::Status(Mail)>& take) {
  StartGmime();
  // What names no charset is UTF-8, or what Chinese platforms write.
  const std::unique_ptr<GMimeParserOptions, decltype(&g_mime_parser_options_free)> options(
      g_mime_parser_options_new(), &g_mime_parser_options_free);
  std::array<const char*, 3> charsets{"utf-8", "gb18030", nullptr};
  g_mime_parser_options_set_fallback_charsets(options.get(), charsets.data());
  GError* error = nullptr;
  GMimeStream* const opened = g_mime_stream_file_open(path.c_str(), "rb", &error);
  if (opened == nullptr) {
    const std::string why = error == nullptr ? "" : Text(error->message);
    g_clear_error(&error);
    return Bad(path, "无法打开：" + why, "cannot be opened: " + why);
  }
  const Owned<GMimeStream> stream(opened);
  const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  const bool mbox = BeginsAsMbox(path);
  g_mime_parser_set_format(parser.get(), mbox ? GMIME_FORMAT_MBOX : GMIME_FORMAT_MESSAGE);
  LineCounter lines(path);
  int64_t count = 0;
  while (g_mime_parser_eos(parser.get()) == FALSE) {
    const Owned<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), options.get()));
    if (message == nullptr) break;
    Mail mail = FromMessage(message.get());
    mail.line = mbox ? lines.LineAt(g_mime_parser_get_mbox_marker_offset(parser.get())) : 1;
    mail.end_offset = g_mime_parser_tell(parser.get());
    if (const absl::Status taken = take(std::move(mail)); !taken.ok()) return taken;
    ++count;
    if (!mbox) break;
  }
  return count > 0 ? absl::OkStatus() : Bad(path, "没有邮件", "there is no e-mail in it");
}

std::string ToUtf8(std::string_view bytes, std::string_view charset) {
  std::string name(charset);
  absl::AsciiStrToLower(&name);
  const bool chinese = name.starts_with("gb") || name == "x-gbk" || name == "cp936" ||
                       name == "windows-936" || name == "hz-gb-2312";
  UErrorCode code = U_ZERO_ERROR;
  UConverter* from = nullptr;
  if (name == "hz-gb-2312") {
    from = ucnv_open("HZ", &code);
  } else if (!chinese && !name.empty() && name != "utf-8" && name != "us-ascii") {
    from = ucnv_open(name.c_str(), &code);
  }
  if (from == nullptr || U_FAILURE(code) != 0) {
    if (!chinese && kefuctl::IsUtf8(bytes)) return std::string(bytes);
    code = U_ZERO_ERROR;
    from = ucnv_open("gb18030", &code);
    if (U_FAILURE(code) != 0) return kefuctl::Printable(bytes);
  }
  std::u16string wide(bytes.size() + 1, u'\0');
  const int32_t length = ucnv_toUChars(from, wide.data(), static_cast<int32_t>(wide.size()),
                                       bytes.data(), static_cast<int32_t>(bytes.size()), &code);
  ucnv_close(from);
  std::string text(static_cast<size_t>(length) * 3 + 1, '\0');
  code = U_ZERO_ERROR;
  UConverter* const to = ucnv_open("UTF-8", &code);
  const int32_t size = ucnv_fromUChars(to, text.data(), static_cast<int32_t>(text.size()),
                                       wide.data(), length, &code);
  ucnv_close(to);
  text.resize(static_cast<size_t>(std::max(size, 0)));
  return text;
}

namespace {

// "&lt;", "&#20013;" at the beginning of the text: what it stands for, and how long it is.
std::optional<std::pair<std::string, size_t>> Entity(std::string_view text) {
  static constexpr std::pair<std::string_view, std::string_view> kNamed[] = {
      {"&nbsp;", " "},  {"&lt;", "<"},   {"&gt;", ">"}, {"&amp;", "&"},
      {"&quot;", "\""}, {"&apos;", "'"}, {"&yen;", "¥"}};
  for (const auto& [name, stands] : kNamed) {
    if (text.starts_with(name)) return std::pair(std::string(stands), name.size());
  }
  if (!text.starts_with("&#")) return std::nullopt;
  const size_t end = text.substr(0, 10).find(';');
  if (end == std::string_view::npos) return std::nullopt;
  const bool hex = text[2] == 'x' || text[2] == 'X';
  const std::string digits(text.substr(hex ? 3 : 2, end - (hex ? 3 : 2)));
  char* rest = nullptr;
  const unsigned long point = std::strtoul(digits.c_str(), &rest, hex ? 16 : 10);
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;  // half a character is none
  if (digits.empty() || *rest != '\0' || point == 0 || point > 0x10FFFF || surrogate) {
    return std::nullopt;
  }
  std::array<char, 8> utf8{};
  const int size = g_unichar_to_utf8(static_cast<gunichar>(point), utf8.data());
  return std::pair(std::string(utf8.data(), static_cast<size_t>(size)), end + 1);
}

bool BreaksLine(std::string_view tag) {
  static constexpr std::string_view kTags[] = {"br", "p",  "/p", "div", "/div",  "tr",    "/tr",
                                               "li", "h1", "h2", "h3",  "table", "/table"};
  const size_t end = tag.find_first_of(" \t\r\n/>", 1);
  const std::string name =
      absl::AsciiStrToLower(absl::string_view(tag.data(), std::min(end, tag.size())));
  return std::ranges::count(kTags, std::string_view(name)) > 0;
}

// Where the tag that ends an element begins, or npos.
size_t FindEnd(std::string_view html, size_t at, std::string_view name) {
  for (at = html.find("</", at); at != std::string_view::npos; at = html.find("</", at + 2)) {
    const absl::string_view found(html.data() + at + 2, html.size() - at - 2);
    if (absl::StartsWithIgnoreCase(found, absl::string_view(name.data(), name.size()))) break;
  }
  return at;
}

}  // namespace

std::string WholeUtf8(std::string_view text) {
  if (kefuctl::IsUtf8(text)) return std::string(text);
  std::string whole;
  for (int32_t at = 0; at < static_cast<int32_t>(text.size());) {
    const int32_t begin = at;
    UChar32 character;
    U8_NEXT(text.data(), at, static_cast<int32_t>(text.size()), character);
    whole += character < 0 ? std::string_view("\uFFFD") : text.substr(begin, at - begin);
  }
  return whole;
}

std::string TextOfHtml(std::string_view html) {
  std::string text;
  bool blank = true;
  for (size_t at = 0; at < html.size();) {
    const absl::string_view rest(html.data() + at, html.size() - at);
    if (html[at] == '<') {
      bool skipped = false;
      for (const char* name : {"style", "script", "head"}) {
        if (!absl::StartsWithIgnoreCase(rest.substr(1), name)) continue;
        const size_t close = FindEnd(html, at, name);
        at = close == std::string_view::npos ? html.size() : close + 1;
        skipped = true;
        break;
      }
      const size_t close = html.find('>', at);
      if (!skipped && BreaksLine(html.substr(at + 1, 8)) && !text.empty() && text.back() != '\n') {
        text += '\n';
        blank = true;
      }
      at = close == std::string_view::npos ? html.size() : close + 1;
    } else if (const auto entity = Entity(html.substr(at))) {
      text += entity->first;
      blank = false;
      at += entity->second;
    } else if (absl::ascii_isspace(static_cast<unsigned char>(html[at]))) {
      if (!blank) text += ' ';
      blank = true;
      ++at;
    } else {
      text += html[at++];
      blank = false;
    }
  }
  return std::string(absl::StripAsciiWhitespace(text));
}

}  // namespace kefu::cases
