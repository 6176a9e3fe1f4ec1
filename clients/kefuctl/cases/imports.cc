// kefuctl cases import-mails, import-work-orders, import-olist.
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <unordered_set>
#include <vector>

#include "absl/time/clock.h"
#include "clients/kefuctl/cases/commands.h"
#include "clients/kefuctl/cases/intake.h"
#include "clients/kefuctl/cases/olist_cases.h"
#include "clients/kefuctl/cases/sending.h"
#include "clients/kefuctl/data_sets.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/shops.h"
#include "clients/kefuctl/subcommand.h"

namespace kefu::cases {
namespace {

using kefuctl::Client;
using kefuctl::Command;
using kefuctl::Context;
using kefuctl::In;

struct Options {
  std::string path, shop, errors_file;
  bool dry_run = false;
  int low_score = 2;
};

int64_t SizeOf(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? status.st_size : 0;
}

using Read = absl::Status (*)(const std::string& path, const kefuctl::ShopLocale& locale,
                              kefuctl::RowErrors& errors, const TakeRow& take);

absl::Status Import(Context& context, const Options& options, std::string_view name, Read read) {
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto found, kefuctl::FindShop(*client, options.shop));
  kefuctl::ShopLocale locale;
  if (!absl::LoadTimeZone(found.time_zone(), &locale.zone)) locale.zone = absl::UTCTimeZone();
  locale.currency = found.currency_code();
  Sending sending(context, *client, found.shop_id(), options.path, options.dry_run);
  RETURN_IF_ERROR(sending.Begin(options.errors_file));
  const int64_t size = SizeOf(options.path);
  RETURN_IF_ERROR(read(options.path, locale, sending.errors(),
                       [&](IntakeRow row) { return sending.Add(std::move(row), size); }));
  RETURN_IF_ERROR(sending.Flush());
  return sending.End(name);
}

absl::Status ImportMails(Context& context, const Options& options) {
  return Import(context, options, "mails", ReadMailRows);
}

absl::Status ImportWorkOrders(Context& context, const Options& options) {
  return Import(context, options, "work_orders", ReadWorkOrders);
}

absl::Status ImportOlist(Context& context, const Options& options) {
  return ImportOlistCases(context, options.path, options.shop, options.errors_file,
                          options.low_score, options.dry_run);
}

// "  *work_order_id, 工单编号, …   The platform's number".
std::string Described(const std::vector<IntakeColumn>& columns) {
  std::string text;
  for (const IntakeColumn& column : columns) {
    text += fmt::format("\n  {}{}\n      {}", column.required ? '*' : ' ',
                        fmt::join(column.names, ", "), In(column.meaning_zh, column.meaning_en));
  }
  return text;
}

CLI::App* AddImport(CLI::App& cases, Context& context, const char* name, std::string help,
                    std::string file, absl::Status (*run)(Context&, const Options&),
                    std::shared_ptr<Options>* options) {
  const auto [command, o] = Command<Options>(cases, context, name, std::move(help), run);
  command->add_option("PATH", o->path, std::move(file))->required();
  command->add_option("--shop", o->shop, In("店铺", "The shop"))->type_name("ID");
  command->add_flag("--validate,--dry-run", o->dry_run,
                    In("只检查，不写入", "Check everything and change nothing"));
  command
      ->add_option("--errors", o->errors_file,
                   In("另把所有错误写入文件", "Write all errors to this file as well"))
      ->type_name("FILE");
  *options = o;
  return command;
}

}  // namespace

void AddCaseImports(CLI::App& cases, Context& context) {
  std::shared_ptr<Options> options;
  CLI::App* const mails = AddImport(
      cases, context, "import-mails",
      In("导入平台邮件；重复导入不变", "Take in the platform's e-mails; again changes nothing"),
      In("mbox、单封邮件或 CSV", "An mbox, a single message, or a CSV"), &ImportMails, &options);
  mails->get_option("--shop")->required();
  mails->footer(In("CSV 的列（* 必填）：", "Columns of a CSV (* must be there):") +
                Described(MailColumns()));
  CLI::App* const orders = AddImport(
      cases, context, "import-work-orders",
      In("导入平台工单；重复导入不变", "Take in the platform's work orders; again changes nothing"),
      In("CSV，UTF-8 或 GBK", "A CSV, in UTF-8 or GBK"), &ImportWorkOrders, &options);
  orders->get_option("--shop")->required();
  orders->footer(In("列（* 必填）：", "Columns (* must be there):") +
                 Described(WorkOrderColumns()));
  CLI::App* const olist =
      AddImport(cases, context, "import-olist",
                In("Olist 数据：晚发货成赔付单，差评成售后单",
                   "Olist's data set: late shipments become claims, low reviews cases"),
                In("数据目录", "The data set's folder"), &ImportOlist, &options);
  olist
      ->add_option("--low-score", options->low_score,
                   In("不高于此分为差评", "Reviews with this score or less are low"))
      ->check(CLI::Range(1, 4))
      ->capture_default_str();
}

}  // namespace kefu::cases
