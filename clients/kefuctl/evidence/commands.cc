#include "clients/kefuctl/evidence/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "clients/kefuctl/evidence/files.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/shops.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/text.h"
#include "clients/kefuctl/values.h"
#include "common/evidence/evidence.h"
#include "common/status/error.h"
#include "kefu/aftersales/v1/aftersales_service.pb.h"
#include "kefu/aftersales/v1/case_work.pb.h"

namespace kefu::evidence_files {
namespace {

namespace v1 = aftersales::v1;
using kefuctl::Client;
using kefuctl::Command;
using kefuctl::Context;
using kefuctl::In;
using kefuctl::Rpc;
using kefuctl::Table;

constexpr Rpc<v1::GetCaseRequest, v1::Case> kGetCase{
    "/kefu.aftersales.v1.AftersalesService/GetCase"};
constexpr Rpc<v1::AttachEvidenceRequest, v1::Case> kAttachEvidence{
    "/kefu.aftersales.v1.CaseWorkService/AttachEvidence"};
constexpr Rpc<v1::ListCaseEvidenceRequest, v1::ListCaseEvidenceResponse> kListCaseEvidence{
    "/kefu.aftersales.v1.CaseWorkService/ListCaseEvidence"};

constexpr int kWide = 200;  // a reference is never cut: it is copied

struct Options {
  std::vector<std::string> files;
  std::vector<int> numbers;
  std::string case_id, shop, type, note, subject, out, request_id;
  int supersedes = 0;
};

bool ShowsProgress(const Context& context) {
  return context.err_is_terminal && !context.no_progress;
}

std::string Size(int64_t bytes) {
  return bytes < 1'000'000 ? fmt::format("{:.1f} kB", bytes / 1e3)
                           : fmt::format("{:.1f} MB", bytes / 1e6);
}

std::string Shown(const google::protobuf::Timestamp& time) {
  return kefuctl::ShownTime(time, absl::LocalTimeZone());
}

// --- upload

struct Brought {
  std::string file;
  v1::Evidence evidence;  // with its number, where it was attached
  bool known = false;     // the case had it already
};

// Attaches a file; one that the case has already is told by its number, so that an upload which
// broke off can be repeated as it was.
absl::StatusOr<Brought> Attach(Client& client, const Options& options, const std::string& file,
                               v1::Evidence evidence) {
  v1::AttachEvidenceRequest request;
  request.set_request_id(options.request_id);
  request.set_case_id(options.case_id);
  request.set_supersedes_number(options.supersedes);
  request.set_note(options.note);
  *request.mutable_evidence() = evidence;
  const auto record = client.Call(kAttachEvidence, request);
  Brought brought{file, std::move(evidence)};
  if (record.ok()) {
    brought.evidence = record->evidence(record->evidence_size() - 1);
    return brought;
  }
  int number = 0;
  brought.known = ReasonOf(record.status()) == "EVIDENCE_DUPLICATE" &&
                  absl::SimpleAtoi(MetadataOf(record.status(), "number"), &number);
  if (!brought.known) return record.status();
  brought.evidence.set_number(number);
  return brought;
}

void Print(Context& context, const std::vector<Brought>& all) {
  if (context.json()) {
    auto json = nlohmann::ordered_json::array();
    for (const Brought& one : all) {
      json.push_back({{"file", one.file},
                      {"reference", one.evidence.reference()},
                      {"sha256", one.evidence.sha256()},
                      {"size_bytes", one.evidence.size_bytes()},
                      {"content_type", one.evidence.content_type()},
                      {"number", one.evidence.number()},
                      {"known", one.known}});
    }
    context.PrintJson({{"files", std::move(json)}});
    return;
  }
  Table table({{In("文件", "File")},
               {In("序号", "No."), true},
               {In("类型", "Type")},
               {In("大小", "Size"), true},
               {In("编号", "Reference"), false, kWide}});
  for (const Brought& one : all) {
    const int number = one.evidence.number();
    table.Add(
        {kefuctl::Printable(one.file),
         number == 0 ? ""
                     : fmt::format("{}{}", number, one.known ? In("（已有）", " (known)") : ""),
         one.evidence.content_type(), Size(one.evidence.size_bytes()), one.evidence.reference()});
  }
  context.Print(table);
}

absl::Status Upload(Context& context, const Options& options) {
  if (options.case_id.empty() == options.shop.empty()) {
    return absl::InvalidArgumentError(In(
        "请给出 --case 或 --shop 之一", "either --case or --shop must say what the files are for"));
  }
  const bool of_one = options.supersedes != 0 || !options.request_id.empty();
  if (of_one && (options.files.size() != 1 || options.case_id.empty())) {
    return absl::InvalidArgumentError(
        In("--supersedes 和 --request-id 只用于为售后单上传单个文件",
           "--supersedes and --request-id go with one file for a case"));
  }
  ASSIGN_OR_RETURN(const std::vector<LocalFile> files, Look(options.files, options.type));
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  std::string shop_id;
  if (options.case_id.empty()) {
    ASSIGN_OR_RETURN(const auto shop, kefuctl::FindShop(*client, options.shop));
    shop_id = shop.shop_id();
  } else {
    v1::GetCaseRequest request;
    request.set_case_id(options.case_id);
    ASSIGN_OR_RETURN(const v1::Case record, client->Call(kGetCase, request));
    shop_id = record.shop_id();
  }
  kefuctl::Progress progress(ShowsProgress(context));
  std::vector<Brought> all;
  absl::Status status;
  for (const LocalFile& file : files) {
    auto evidence = Bring(*client, shop_id, file, progress);
    auto brought = !evidence.ok()            ? absl::StatusOr<Brought>(evidence.status())
                   : options.case_id.empty() ? Brought{file.path, *std::move(evidence)}
                                             : Attach(*client, options, file.path, *evidence);
    status = brought.status();
    if (!status.ok()) break;
    all.push_back(*std::move(brought));
  }
  if (!all.empty()) Print(context, all);  // those before the one that failed are there
  return status;
}

// --- list and fetch

absl::StatusOr<v1::ListCaseEvidenceResponse> ListAll(Client& client, const std::string& case_id) {
  v1::ListCaseEvidenceRequest request;
  request.set_case_id(case_id);
  return kefuctl::AllPages(client, kListCaseEvidence, request,
                           &v1::ListCaseEvidenceResponse::mutable_evidence);
}

absl::Status List(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto list, ListAll(*client, options.subject));
  if (kefuctl::PrintedJson(context, list)) return absl::OkStatus();
  Table table({{In("序号", "No."), true},
               {In("类型", "Type")},
               {In("大小", "Size"), true},
               {In("添加时间", "Attached")},
               {In("添加人", "By")},
               {In("备注", "Remark")},
               {In("编号", "Reference"), false, kWide}});
  for (const v1::CaseEvidence& row : list.evidence()) {
    const v1::Evidence& item = row.evidence();
    std::string remark;
    if (item.superseded_by_number() != 0) {
      remark = fmt::format(fmt::runtime(In("由 {} 替换", "superseded by {}")),
                           item.superseded_by_number());
    }
    if (row.case_id() != options.subject) {
      remark += fmt::format(fmt::runtime(In("{}来自并入的 {}", "{}of merged {}")),
                            remark.empty() ? "" : ", ", row.case_id());
    }
    table.Add({fmt::format("{}", item.number()), kefuctl::Printable(item.content_type()),
               Size(item.size_bytes()),
               item.has_attach_time() ? Shown(item.attach_time()) : In("开单时", "at opening"),
               kefuctl::Printable(item.attached_by()), remark,
               kefuctl::Printable(item.reference())});
  }
  kefuctl::PrintNamed(context, std::move(table));
  return absl::OkStatus();
}

struct Wanted {
  std::string reference, name;  // of the file in a folder
};

// The items of a case that were asked for; all of them where none is named.
absl::StatusOr<std::vector<Wanted>> WantedOf(Client& client, const Options& options) {
  ASSIGN_OR_RETURN(const auto list, ListAll(client, options.subject));
  std::vector<Wanted> wanted;
  std::vector<int> missing = options.numbers;
  for (const v1::CaseEvidence& row : list.evidence()) {
    const int number = row.evidence().number();
    const bool own = row.case_id() == options.subject;
    if (!options.numbers.empty() && (!own || std::ranges::count(options.numbers, number) == 0))
      continue;
    std::erase(missing, number);
    const auto file = evidence::ParseReference(row.evidence().reference());
    if (!file) continue;  // of before references were checked: kept elsewhere
    wanted.push_back({row.evidence().reference(),
                      fmt::format("{}-{:03}.{}", row.case_id(), number, file->type->extension)});
  }
  if (!missing.empty()) {
    return absl::NotFoundError(fmt::format(
        fmt::runtime(In("售后单没有第 {} 份凭证", "the case has no item {}")), missing.front()));
  }
  if (wanted.empty()) return absl::NotFoundError(In("售后单没有凭证", "the case has no evidence"));
  return wanted;
}

absl::Status FetchFiles(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  const auto reference = evidence::ParseReference(options.subject);
  std::vector<Wanted> wanted;
  if (reference) {
    wanted.push_back(
        {options.subject, fmt::format("{}.{}", reference->sha256, reference->type->extension)});
  } else {
    ASSIGN_OR_RETURN(wanted, WantedOf(*client, options));
  }
  std::error_code error;
  std::filesystem::create_directories(options.out, error);  // the first file tells if it cannot be
  kefuctl::Progress progress(ShowsProgress(context));
  auto json = nlohmann::ordered_json::array();
  for (const Wanted& one : wanted) {
    const std::string path = (std::filesystem::path(options.out) / one.name).string();
    RETURN_IF_ERROR(Fetch(*client, one.reference, path, progress));
    json.push_back({{"file", path}, {"reference", one.reference}});
    if (!context.json()) context.Print(path + "\n");
  }
  if (context.json()) context.PrintJson({{"files", std::move(json)}});
  return absl::OkStatus();
}

}  // namespace

void AddEvidenceCommands(CLI::App& program, Context& context) {
  CLI::App& evidence =
      *program.add_subcommand("evidence", In("售后单的凭证文件", "Files of evidence of cases"))
           ->require_subcommand(1);
  const auto [upload, u] =
      Command<Options>(evidence, context, "upload",
                       In("上传文件，并附到售后单；中断后重复同一命令即可",
                          "Bring files and attach them to a case; repeat it when it broke off"),
                       &Upload);
  upload->add_option("FILE", u->files, In("文件", "The files"))->required();
  upload->add_option("--case", u->case_id, In("售后单", "The case"))->type_name("ID");
  upload
      ->add_option("--shop", u->shop,
                   In("只上传，供该店铺以后开单时引用", "Only bring them, for a case of this shop"))
      ->type_name("ID");
  upload->add_option("--type", u->type,
                     In("类型，如 image/jpeg；不填看文件名",
                        "The media type, as image/jpeg; left out, the file's name tells it"));
  upload->add_option("--supersedes", u->supersedes,
                     In("替换第几份凭证", "The number of the item whose place it takes"));
  upload->add_option("--note", u->note, In("说明", "Why"));
  kefuctl::AddRequestId(*upload, *u);

  const auto [list, l] = Command<Options>(evidence, context, "list",
                                          In("售后单的凭证", "The evidence of a case"), &List);
  list->add_option("CASE", l->subject, In("售后单", "The case"))->required();

  const auto [fetch, f] = Command<Options>(
      evidence, context, "fetch",
      In("下载凭证，并核对内容", "Fetch files and check that they are whole"), &FetchFiles);
  fetch
      ->add_option("WHAT", f->subject,
                   In("售后单，或一份凭证的编号", "A case, or the reference of one file"))
      ->required();
  fetch->add_option("--number", f->numbers,
                    In("只要售后单的第几份", "Only these items of the case"));
  f->out = ".";
  fetch->add_option("--out", f->out, In("存到哪个文件夹", "The folder for them"))
      ->type_name("FOLDER")
      ->capture_default_str();
}

}  // namespace kefu::evidence_files
