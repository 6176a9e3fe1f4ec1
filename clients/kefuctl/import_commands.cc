// kefuctl import …
#include <fmt/ranges.h>

#include "clients/kefuctl/context.h"
#include "clients/kefuctl/data_sets.h"
#include "clients/kefuctl/formats.h"
#include "clients/kefuctl/people_formats.h"
#include "clients/kefuctl/rpcs.h"
#include "clients/kefuctl/shops.h"
#include "clients/kefuctl/upload.h"
#include "common/time/civil.h"

namespace kefu::kefuctl {
namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kShownErrors = 20;  // on a terminal: what one looks through before mending a file

const NewShop kCallCentreShop{"call-centre", "银行呼叫中心", "Bank call centre", "Asia/Jerusalem",
                              "ILS"};
const NewShop kOlistShop{"olist", "Olist 商城", "Olist", "America/Sao_Paulo", "BRL"};

struct ImportOptions {
  std::string path, shop, errors_file, replaced_day;
  bool dry_run = false;
};

struct Sums {
  int64_t received = 0, inserted = 0, replaced = 0, unchanged = 0, rejected = 0, days = 0;
};

// One run of a command: where rows go, what went wrong, what came of it.
class Run {
 public:
  Run(Context& context, const ImportOptions& options)
      : context_(context),
        options_(options),
        progress_(context.err_is_terminal && !context.no_progress),
        errors_(
            [this](const std::string& line) {
              progress_.Clear();
              context_.Say(line);
            },
            context.err_is_terminal ? kShownErrors : -1) {}

  absl::Status Begin() {
    if (options_.errors_file.empty()) return absl::OkStatus();
    return errors_.WriteTo(options_.errors_file);
  }

  // The shop that was named.
  absl::Status UseShop() {
    ASSIGN_OR_RETURN(Client* const client, context_.gateway_client());
    ASSIGN_OR_RETURN(const auto shop, FindShop(*client, options_.shop));
    ASSIGN_OR_RETURN(shop_, ReadyShop(*client, shop));
    return absl::OkStatus();
  }

  // The shop of a data set: the one that was named or the data set's own.
  absl::Status UseShopOf(const NewShop& own) {
    ASSIGN_OR_RETURN(Client* const client, context_.gateway_client());
    if (options_.dry_run && options_.shop.empty()) {
      const auto found = FindShop(*client, own.external_id);
      if (absl::IsNotFound(found.status())) {
        context_.Say(Tr(Text::kCheckedHere, own.external_id));
        offline_ = true;
        return LocaleOf(own);
      }
    }
    bool created = false;
    auto shop = options_.shop.empty() ? FindOrCreateShop(*client, own, &created)
                                      : FindShop(*client, options_.shop);
    RETURN_IF_ERROR(shop.status());
    if (created) context_.Say(Tr(Text::kShopCreated, shop->display_name(), shop->shop_id()));
    ASSIGN_OR_RETURN(shop_, ReadyShop(*client, *shop));
    return absl::OkStatus();
  }

  const ShopRef& shop() const { return shop_; }

  template <class Request, class Proto>
  absl::Status Import(std::string_view name,
                      const Rpc<Request, performance::v1::ImportResponse>& rpc,
                      FactSource<Proto>& source) {
    const int64_t rejected_before = errors_.rejected();
    Sums sums;
    if (offline_) {
      ASSIGN_OR_RETURN(sums.received, CheckOnly(source, errors_, progress_));
    } else {
      ASSIGN_OR_RETURN(Client* const client, context_.gateway_client());
      auto response =
          Upload(*client, rpc, shop_.shop_id, options_.dry_run, source, errors_, progress_);
      if (!response.ok()) {
        if (!options_.dry_run && absl::IsUnavailable(response.status()))
          context_.Say(Tr(Text::kImportBroken));
        return response.status();
      }
      sums = {response->received(),  response->inserted(), response->replaced(),
              response->unchanged(), response->rejected(), response->days_recomputed()};
    }
    // Facts that were refused here never reached the service.
    const int64_t rejected = errors_.rejected() - rejected_before;
    sums.received += rejected - sums.rejected;
    sums.rejected = rejected;
    Tell(name, sums);
    return absl::OkStatus();
  }

  // Whether every row of a source can be read.
  template <class Proto>
  absl::StatusOr<bool> IsGood(FactSource<Proto>& source) {
    RETURN_IF_ERROR(CheckOnly(source, errors_, progress_).status());
    return errors_.rejected() == 0 && errors_.errors() == 0;
  }

  // Replaces a day by all that the source holds.
  template <class Proto>
  absl::Status ReplaceDay(std::string_view name, absl::CivilDay day, FactSource<Proto>& source) {
    ASSIGN_OR_RETURN(Client* const client, context_.gateway_client());
    ASSIGN_OR_RETURN(const auto response, UploadDay(*client, rpcs::kReplaceDay, shop_.shop_id, day,
                                                    options_.dry_run, source, errors_, progress_));
    const auto& rows = response.rows();
    // What the file itself holds wrongly never reached the service, and is missing there.
    const int64_t refused_here = errors_.rejected() - rows.rejected();
    Tell(name, {rows.received() + refused_here, rows.inserted(), rows.replaced(), rows.unchanged(),
                errors_.rejected(), rows.days_recomputed()});
    json_[std::string(name)]["removed"] = response.removed();
    if (context_.json() || options_.dry_run) return absl::OkStatus();
    const std::string text = absl::FormatCivilTime(day);
    context_.Print((rows.rejected() > 0 ? Tr(Text::kDayKept, name, text)
                                        : Tr(Text::kDayReplaced, name, text, response.removed())) +
                   "\n");
    return absl::OkStatus();
  }

  absl::Status End() {
    progress_.Clear();
    if (context_.json()) context_.PrintJson(json_);
    context_.rows_refused = errors_.errors() > 0 || errors_.rejected() > 0;
    return errors_.Finish();
  }

 private:
  absl::Status LocaleOf(const NewShop& own) {
    if (!absl::LoadTimeZone(own.zone, &shop_.locale.zone))
      return absl::InternalError(fmt::format("time zone {} is not known here", own.zone));
    shop_.locale.currency = own.currency;
    return absl::OkStatus();
  }

  void Tell(std::string_view name, const Sums& sums) {
    progress_.Clear();
    json_[std::string(name)] =
        Json{{"received", sums.received},        {"inserted", sums.inserted},
             {"replaced", sums.replaced},        {"unchanged", sums.unchanged},
             {"rejected", sums.rejected},        {"days_recomputed", sums.days},
             {"validate_only", options_.dry_run}};
    if (context_.json()) return;
    context_.Print((options_.dry_run
                        ? Tr(Text::kChecked, name, sums.received, sums.rejected)
                        : Tr(Text::kImported, name, sums.received, sums.inserted, sums.replaced,
                             sums.unchanged, sums.rejected, sums.days)) +
                   "\n");
  }

  Context& context_;
  const ImportOptions& options_;
  Progress progress_;
  RowErrors errors_;
  ShopRef shop_;
  bool offline_ = false;
  Json json_ = Json::object();
};

absl::Status CheckCurrency(const ShopRef& shop, const std::string& currency) {
  if (shop.locale.currency == currency) return absl::OkStatus();
  return absl::InvalidArgumentError(Tr(Text::kShopCurrency, shop.locale.currency, currency));
}

// Headers are read before anything else: a wrong one stops everything before a shop is made.
absl::Status ImportCallCentre(Context& context, const ImportOptions& options) {
  Run run(context, options);
  ASSIGN_OR_RETURN(const auto source, OpenCallCentre(options.path, run.shop().locale));
  RETURN_IF_ERROR(run.Begin());
  RETURN_IF_ERROR(run.UseShopOf(kCallCentreShop));
  RETURN_IF_ERROR(run.Import("conversations", rpcs::kImportConversations, *source));
  return run.End();
}

absl::Status ImportOlist(Context& context, const ImportOptions& options) {
  Run run(context, options);
  ASSIGN_OR_RETURN(const auto orders, OpenOlistOrders(options.path, run.shop().locale));
  ASSIGN_OR_RETURN(const auto reviews, OpenOlistReviews(options.path, run.shop().locale));
  RETURN_IF_ERROR(run.Begin());
  RETURN_IF_ERROR(run.UseShopOf(kOlistShop));
  RETURN_IF_ERROR(CheckCurrency(run.shop(), kOlistShop.currency));
  RETURN_IF_ERROR(run.Import("orders", rpcs::kImportOrders, *orders));
  RETURN_IF_ERROR(run.Import("reviews", rpcs::kImportReviews, *reviews));
  return run.End();
}

// One of kefu's own formats.
template <class Open, class Request>
absl::Status ImportCsv(Context& context, const ImportOptions& options, std::string_view name,
                       Open open, const Rpc<Request, performance::v1::ImportResponse>& rpc) {
  Run run(context, options);
  ASSIGN_OR_RETURN(const auto source, open(options.path, run.shop().locale));
  RETURN_IF_ERROR(run.Begin());
  RETURN_IF_ERROR(run.UseShop());
  RETURN_IF_ERROR(run.Import(name, rpc, *source));
  return run.End();
}

// The same, or a day replaced as a whole: then first the file is read to its end, so that no row
// that it holds wrongly is taken for one that is gone.
template <class Open, class Request>
absl::Status ImportDated(Context& context, const ImportOptions& options, std::string_view name,
                         Open open, const Rpc<Request, performance::v1::ImportResponse>& rpc) {
  if (options.replaced_day.empty()) return ImportCsv(context, options, name, open, rpc);
  const auto day = ParseDay(options.replaced_day);
  if (!day.ok()) return absl::InvalidArgumentError(Tr(Text::kBadDay, options.replaced_day));
  Run run(context, options);
  ASSIGN_OR_RETURN(const auto checked, open(options.path, run.shop().locale));
  RETURN_IF_ERROR(run.Begin());
  RETURN_IF_ERROR(run.UseShop());
  ASSIGN_OR_RETURN(const bool good, run.IsGood(*checked));
  if (!good) {
    context.Say(Tr(Text::kDayKept, name, options.replaced_day));
    return run.End();
  }
  ASSIGN_OR_RETURN(const auto source, open(options.path, run.shop().locale));
  RETURN_IF_ERROR(run.ReplaceDay(name, *day, *source));
  return run.End();
}

absl::Status DescribeFormats(const Context& context, const std::string& only) {
  for (const Format& format : Formats()) {
    if (format.name == only) context.Print(format.example);
  }
  if (!only.empty()) return absl::OkStatus();
  context.Print(Tr(Text::kFormatsIntro) + "\n");
  for (const Format& format : Formats()) {
    context.Print(fmt::format("\nkefuctl import {} FILE.csv --shop SHOP\n", format.name));
    for (const FormatColumn& column : format.columns) {
      context.Print(fmt::format("  {}{:<18} {}\n", column.filled ? '*' : ' ', column.spec.name,
                                Tr(column.meaning)));
    }
    context.Print(fmt::format("{}:\n{}", Tr(Text::kFormatsExample), format.example));
  }
  return absl::OkStatus();
}

// A subcommand with the options that all imports share.
CLI::App* AddImport(CLI::App& import, const char* name, Text help, bool folder,
                    const std::shared_ptr<ImportOptions>& options) {
  CLI::App* command = import.add_subcommand(name, Tr(help));
  command
      ->add_option(folder ? "DIR" : "FILE", options->path,
                   Tr(folder ? Text::kHelpDir : Text::kHelpFile))
      ->required();
  command->add_flag("--validate,--dry-run", options->dry_run, Tr(Text::kHelpDryRun));
  command->add_option("--errors", options->errors_file, Tr(Text::kHelpErrors))->type_name("FILE");
  return command;
}

using Command = std::function<absl::Status(Context&, const ImportOptions&)>;

void AddDataSet(CLI::App& import, Context& context, const char* name, Text help, bool folder,
                const NewShop& own, Command run) {
  const auto options = std::make_shared<ImportOptions>();
  CLI::App* command = AddImport(import, name, help, folder, options);
  command->add_option("--shop", options->shop, Tr(Text::kHelpShopOrCreate, own.external_id))
      ->type_name("ID");
  command->callback([&context, options, run] {
    context.command = [&context, options, run] { return run(context, *options); };
  });
}

void AddCsv(CLI::App& import, Context& context, const char* name, Text help, Command run) {
  const auto options = std::make_shared<ImportOptions>();
  CLI::App* command = AddImport(import, name, help, /*folder=*/false, options);
  command->add_option("--replace-day", options->replaced_day, Tr(Text::kHelpReplaceDay))
      ->type_name("DAY");
  command->add_option("--shop", options->shop, Tr(Text::kHelpShop))->type_name("ID")->required();
  command->callback([&context, options, run] {
    context.command = [&context, options, run] { return run(context, *options); };
  });
}

}  // namespace

void AddImportCommands(CLI::App& program, Context& context) {
  CLI::App& import = *program.add_subcommand("import", Tr(Text::kHelpImport));
  import.require_subcommand(1);
  AddDataSet(import, context, "call-centre", Text::kHelpImportCallCentre, false, kCallCentreShop,
             ImportCallCentre);
  AddDataSet(import, context, "olist", Text::kHelpImportOlist, true, kOlistShop, ImportOlist);
  AddCsv(import, context, "conversations", Text::kHelpImportConversations,
         [](Context& c, const ImportOptions& o) {
           return ImportDated(c, o, "conversations", OpenConversations, rpcs::kImportConversations);
         });
  AddCsv(import, context, "orders", Text::kHelpImportOrders,
         [](Context& c, const ImportOptions& o) {
           return ImportDated(c, o, "orders", OpenOrders, rpcs::kImportOrders);
         });
  AddCsv(import, context, "payments", Text::kHelpImportPayments,
         [](Context& c, const ImportOptions& o) {
           return ImportDated(c, o, "payments", OpenPayments, rpcs::kImportPayments);
         });
  AddCsv(import, context, "refunds", Text::kHelpImportRefunds,
         [](Context& c, const ImportOptions& o) {
           return ImportDated(c, o, "refunds", OpenRefunds, rpcs::kImportRefunds);
         });
  AddCsv(import, context, "reviews", Text::kHelpImportReviews,
         [](Context& c, const ImportOptions& o) {
           return ImportDated(c, o, "reviews", OpenReviews, rpcs::kImportReviews);
         });
  AddCsv(import, context, "visits", Text::kHelpImportVisits,
         [](Context& c, const ImportOptions& o) {
           return ImportDated(c, o, "visits", OpenVisits, rpcs::kImportVisits);
         });
  AddCsv(import, context, "ratings", Text::kHelpImportRatings,
         [](Context& c, const ImportOptions& o) {
           return ImportDated(c, o, "ratings", OpenRatings, rpcs::kImportRatings);
         });
  AddCsv(import, context, "inspections", Text::kHelpImportInspections,
         [](Context& c, const ImportOptions& o) {
           return ImportDated(c, o, "inspections", OpenInspections, rpcs::kImportInspections);
         });
  AddCsv(import, context, "conduct", Text::kHelpImportConduct,
         [](Context& c, const ImportOptions& o) {
           return ImportDated(c, o, "conduct", OpenConduct, rpcs::kImportConduct);
         });
  AddCsv(import, context, "attendance", Text::kHelpImportAttendance,
         [](Context& c, const ImportOptions& o) {
           return ImportDated(c, o, "attendance", OpenAttendance, rpcs::kImportAttendance);
         });
  CLI::App* formats = import.add_subcommand("formats", Tr(Text::kHelpImportFormats));
  const auto only = std::make_shared<std::string>();
  std::vector<std::string> names;
  for (const Format& format : Formats()) names.emplace_back(format.name);
  formats
      ->add_option("NAME", *only,
                   Tr(Text::kHelpFormatName, fmt::format("{}", fmt::join(names, ", "))))
      ->check(CLI::IsMember(names));
  formats->callback([&context, only] {
    context.command = [&context, only] { return DescribeFormats(context, *only); };
  });
}

}  // namespace kefu::kefuctl
