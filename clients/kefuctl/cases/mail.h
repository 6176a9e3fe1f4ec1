// E-mails out of an mbox (RFC 4155) or a single message (RFC 5322), by GMime: encoded words,
// transfer encodings, multipart bodies, and the charsets that Chinese platforms write in. Not
// thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace kefu::cases {

// Longest id of an e-mail that the contract takes; a longer one is named by its hash.
inline constexpr size_t kMaxMessageId = 200;

struct Mail {
  int64_t line = 0;        // where it begins in the file, from 1
  int64_t end_offset = 0;  // of the file, for progress
  // Message-ID without its brackets; of an e-mail that has none the hash of its content, so that it
  // is known again.
  std::string message_id;
  std::vector<std::string> reply_to;  // In-Reply-To, then References, the last one first
  // UTF-8; the body with the e-mails that it forwards.
  std::string subject, from, body;
  // The first of Content-Language that is a language tag; may be empty.
  std::string language;
  // When it was received: of the topmost Received, else of Date. Nothing readable: InfinitePast.
  absl::Time receive_time = absl::InfinitePast();
  std::vector<std::string> attachments;  // "photo.jpg (image/jpeg, 12345 bytes)"
};

// Hands each e-mail of the file to `take`, in order; a status that it returns ends the reading.
// INVALID_ARGUMENT in words when the file cannot be opened or holds no e-mail.
absl::Status ReadMails(const std::string& path, const std::function<absl::Status(Mail)>& take);

// The bytes as UTF-8: in that charset, or when it is not named or not known in UTF-8 where it is
// that, else in GB18030, which includes GBK and GB2312. What cannot be read is replaced.
std::string ToUtf8(std::string_view bytes, std::string_view charset);

// What a reader sees of a page of HTML. Linear: senders are not to be trusted.
std::string TextOfHtml(std::string_view html);

// The text with what is no UTF-8 replaced.
std::string WholeUtf8(std::string_view text);

}  // namespace kefu::cases
