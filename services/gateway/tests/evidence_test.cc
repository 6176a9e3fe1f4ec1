// Files of evidence over real sockets into a real folder.
#include <sys/stat.h>
#include <utime.h>

#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>
#include <vector>

#include "services/gateway/evidence/settings.h"
#include "services/gateway/tests/evidence_files.h"

namespace kefu::gateway {
namespace {

using auth::Role;
using ::kefu::testing::HasReason;
using testing::Answer;
using testing::Chunk;
using testing::CountFiles;
using testing::Get;
using ::testing::HasSubstr;
using testing::HttpClient;
using ::testing::Not;
using testing::Photo;
using testing::ReasonIn;
using testing::Samples;

class EvidenceTest : public testing::EvidenceGatewayTest {
 protected:
  Answer Ask(std::string_view request) { return HttpClient(port()).Ask(request); }
  // The reference under which a file went in.
  std::string PutFor(std::string_view headers, std::string_view bytes,
                     std::string_view shop = "shop-1") {
    const Answer answer =
        Ask(Put(bytes, headers, "image/jpeg", "/evidence?shop=" + std::string(shop)));
    EXPECT_EQ(answer.status, 200) << answer.body;
    return nlohmann::json::parse(answer.body).value("reference", "");
  }
  Answer Fetch(std::string_view headers, std::string_view reference) {
    return Ask(Get("/evidence/" + std::string(reference), headers));
  }
  // An upload that was let in; its 1000 bytes are still to come.
  std::unique_ptr<HttpClient> Slow(const std::string& headers) {
    auto client = std::make_unique<HttpClient>(port());
    client->Send(
        "PUT /evidence?shop=shop-1 HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\n"
        "Expect: 100-continue\r\nContent-Length: 1000\r\n" +
        headers + "\r\n");
    EXPECT_EQ(client->ReadHead().status, 100);
    return client;
  }
  // Whether a file gets in, once the end of a connection is noticed: only a hang needs 30 s.
  bool GetsIn(std::string_view headers) {
    const absl::Time patience = absl::Now() + absl::Seconds(30);
    while (absl::Now() < patience) {
      const Answer answer = Ask(Put(Photo(10), headers));
      if (ReasonIn(answer) != "EVIDENCE_BUSY") return answer.status == 200;
    }
    return false;
  }
};

TEST_F(EvidenceTest, AFileComesBackAsItWentIn) {
  StartWithFolder();
  const std::string photo = Photo(300'000), digest = Hex(Sha256({photo}));
  HttpClient client(port());  // one connection takes all of it
  const Answer put = client.Ask(Put(photo, Of("org-a")));
  ASSERT_EQ(put.status, 200) << put.body;
  const auto receipt = nlohmann::json::parse(put.body);
  EXPECT_EQ(receipt["reference"], "org-a/shop-1/" + digest + ".jpg");
  EXPECT_EQ(receipt["sha256"], digest);
  EXPECT_EQ(receipt["sizeBytes"], "300000");
  EXPECT_EQ(receipt["contentType"], "image/jpeg");

  const std::string path = "/evidence/" + receipt["reference"].get<std::string>();
  const Answer got = client.Ask(Get(path, Of("org-a")));
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, photo);
  EXPECT_EQ(got.headers.at("content-type"), "image/jpeg");
  EXPECT_EQ(got.headers.at("content-disposition"), "attachment; filename=\"" + digest + ".jpg\"");
  EXPECT_EQ(got.headers.at("x-content-type-options"), "nosniff");
  EXPECT_EQ(got.headers.at("cache-control"), "private, no-store");
  client.Send("HEAD " + path + " HTTP/1.1\r\nHost: x\r\n" + Of("org-a") + "\r\n");
  EXPECT_EQ(client.Read(/*head=*/true).headers.at("content-length"), "300000");

  // In pieces and by the other verb it is the same file.
  client.Send(
      "POST /evidence?shop=shop%2d1 HTTP/1.1\r\nHost: x\r\nContent-Type: IMAGE/JPG; q=1\r\n"
      "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n" +
      Of("org-a") + "\r\n");
  EXPECT_EQ(client.ReadHead().status, 100);
  for (size_t at = 0; at < photo.size(); at += 70'000)
    client.Send(Chunk(std::string_view(photo).substr(at, 70'000)));
  EXPECT_EQ(nlohmann::json::parse(client.Ask("0\r\n\r\n").body), receipt);
  EXPECT_EQ(CountFiles(Objects()), 1);
  EXPECT_EQ(CountFiles(Spool()), 0);
  EXPECT_EQ(
      CountersOf(&metrics_, "kefu_evidence_bytes_total", "", {"direction"}).With({"put"}).Value(),
      600'000);
}

TEST_F(EvidenceTest, EveryKindOfFileIsToldByItsBytes) {
  StartWithFolder();
  HttpClient client(port());
  for (const auto& known : kefu::evidence::MediaTypes()) {
    const std::string& bytes = Samples().at(std::string(known.name));
    for (const auto& claimed : kefu::evidence::MediaTypes()) {
      const Answer answer = client.Ask(Put(bytes, Of("org-a"), claimed.name));
      if (&claimed == &known) {
        ASSERT_EQ(answer.status, 200) << known.name << answer.body;
        const auto receipt = nlohmann::json::parse(answer.body);
        EXPECT_THAT(receipt["reference"].get<std::string>(),
                    ::testing::EndsWith("." + std::string(known.extension)));
        EXPECT_EQ(receipt["contentType"], known.name);
      } else {
        EXPECT_EQ(answer.status, 400) << known.name << " as " << claimed.name;
        EXPECT_EQ(ReasonIn(answer), "EVIDENCE_TYPE_MISMATCH");
      }
    }
  }
  // What a browser would run is no text, though it is made of words.
  for (const char* page : {"<!DOCTYPE html><html><script>alert(1)</script></html>",
                           "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>"})
    EXPECT_EQ(ReasonIn(client.Ask(Put(page, Of("org-a"), "text/plain"))), "EVIDENCE_TYPE_MISMATCH");
  EXPECT_EQ(client.Ask(Put("{\"a\": [1, 2]}\n", Of("org-a"), "text/plain")).status, 200);
  // The type shows late in none of them: what follows the head is not looked at, however long.
  EXPECT_EQ(client.Ask(Put(Photo(evidence::kSniffBytes + 1), Of("org-a"))).status, 200);
  EXPECT_EQ(ReasonIn(client.Ask(
                Put(std::string(evidence::kSniffBytes + 1, '\0'), Of("org-a"), "image/png"))),
            "EVIDENCE_TYPE_MISMATCH");
  EXPECT_EQ(CountFiles(Spool()), 0);
}

TEST_F(EvidenceTest, ReachesOnlyWhoMayReachTheCases) {
  StartWithFolder();
  const std::string photo = Photo(1000);
  const std::string mine = PutFor(Of("org-a"), photo);
  const std::string elsewhere = PutFor(Of("org-a"), photo, "shop-2");
  EXPECT_NE(mine, elsewhere);

  // Another tenant, though it brings the same bytes to a shop of the same name.
  const std::string theirs = PutFor(Of("org-b"), photo);
  EXPECT_NE(mine, theirs);
  EXPECT_EQ(ReasonIn(Fetch(Of("org-b"), mine)), "NOT_FOUND");
  EXPECT_EQ(Fetch(Of("org-b"), mine).status, 404);
  EXPECT_EQ(Fetch(Of("org-b"), theirs).body, photo);

  // A token confined to shops.
  const std::string confined = Of("org-a", Role::kAgent, {"shop-2"});
  EXPECT_EQ(Fetch(confined, elsewhere).status, 200);
  EXPECT_EQ(ReasonIn(Fetch(confined, mine)), "SHOP_NOT_ALLOWED");
  EXPECT_EQ(ReasonIn(Fetch(confined, theirs)), "NOT_FOUND");
  EXPECT_EQ(ReasonIn(Ask(Put(photo, confined))), "SHOP_NOT_ALLOWED");

  // A base brings files to the merchant, and while the contract runs sees those of the shop.
  const absl::CivilDay today = absl::ToCivilDay(absl::Now(), absl::UTCTimeZone());
  const std::string base = OfBase("org-a", "shop-1", today - 1, today + 1);
  const std::string brought = PutFor(base, Photo(2000));
  EXPECT_THAT(brought, ::testing::StartsWith("org-a/shop-1/"));
  EXPECT_EQ(Fetch(Of("org-a"), brought).body, Photo(2000));
  EXPECT_EQ(Fetch(base, mine).body, photo);
  EXPECT_EQ(ReasonIn(Fetch(base, elsewhere)), "NOT_FOUND");
  EXPECT_EQ(ReasonIn(Fetch(base, theirs)), "NOT_FOUND");
  EXPECT_EQ(ReasonIn(Ask(Put(photo, base, "image/jpeg", "/evidence?shop=shop-2"))),
            "SHOP_NOT_ALLOWED");
  const std::string former = OfBase("org-a", "shop-1", today - 9, today - 1);
  EXPECT_EQ(ReasonIn(Fetch(former, brought)), "NOT_FOUND");
  EXPECT_EQ(ReasonIn(Ask(Put(photo, former))), "SHOP_NOT_ALLOWED");

  // By permission: an auditor reads, a warehouse operator has nothing to do with cases.
  EXPECT_EQ(Fetch(Of("org-a", Role::kAuditor), mine).status, 200);
  EXPECT_EQ(ReasonIn(Ask(Put(photo, Of("org-a", Role::kAuditor)))), "PERMISSION_DENIED");
  EXPECT_EQ(Fetch(Of("org-a", Role::kWarehouseOperator), mine).status, 403);
  EXPECT_EQ(ReasonIn(Fetch("", mine)), "TOKEN_MISSING");
  const Answer unsigned_put = Ask(Put(photo, ""));
  EXPECT_EQ(unsigned_put.status, 401);
  EXPECT_EQ(unsigned_put.headers.at("www-authenticate"), "Bearer");
  EXPECT_EQ(ReasonIn(Ask(Put(photo, Bearer("a.b.c")))), "TOKEN_INVALID");
  // A process of the suite is of no organization.
  EXPECT_EQ(ReasonIn(Ask(Put(photo, Bearer(tokens_.ServiceToken())))), "SHOP_NOT_ALLOWED");
  EXPECT_EQ(ReasonIn(Fetch(Bearer(tokens_.ServiceToken()), mine)), "NOT_FOUND");
}

TEST_F(EvidenceTest, SaysWhatIsWrongAndStoresNothing) {
  evidence::Limits limits = AllTypes();
  limits.max_bytes = 100'000;
  limits.types = {"image/jpeg", "text/plain"};
  StartWithFolder(limits);
  const std::string owner = Of("org-a");
  const auto chunked = [&](const std::string& bytes) {
    return "PUT /evidence?shop=shop-1 HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\n"
           "Transfer-Encoding: chunked\r\n" +
           owner + "\r\n" + Chunk(bytes.substr(0, 60'000)) + Chunk(bytes.substr(60'000)) +
           "0\r\n\r\n";
  };
  const Answer large = Ask(Put(Photo(100'001), owner));
  EXPECT_EQ(large.status, 413);
  EXPECT_EQ(ReasonIn(large), "EVIDENCE_TOO_LARGE");
  EXPECT_EQ(large.headers.at("connection"), "close");  // the body was not read
  EXPECT_EQ(Ask(chunked(Photo(100'001))).status, 413);
  const Answer type = Ask(Put(Samples().at("image/png"), owner, "image/png"));
  EXPECT_EQ(type.status, 415);
  EXPECT_EQ(ReasonIn(type), "EVIDENCE_TYPE_NOT_ALLOWED");
  EXPECT_THAT(type.body, HasSubstr("image/jpeg, text/plain"));
  for (const char* unknown : {"", "image/svg+xml", "text/html", "image/jpeg,text/plain", "../x"})
    EXPECT_EQ(Ask(Put(Photo(10), owner, unknown)).status, 415) << unknown;
  EXPECT_EQ(ReasonIn(Ask(Put("", owner))), "EVIDENCE_EMPTY");
  EXPECT_EQ(ReasonIn(Ask("PUT /evidence?shop=shop-1 HTTP/1.1\r\nHost: x\r\n"
                         "Content-Type: image/jpeg\r\n" +
                         owner + "\r\n")),
            "EVIDENCE_EMPTY");
  for (const char* query : {"", "?", "?shop=", "?shop=..", "?shop=.", "?shop=a/b", "?shop=%2e%2E",
                            "?shop=a&shop=b", "?shop=a&x=1", "?shop=%zz", "?shop=%4"})
    EXPECT_EQ(ReasonIn(Ask(Put(Photo(10), owner, "image/jpeg", "/evidence" + std::string(query)))),
              "INVALID_FIELDS")
        << query;
  EXPECT_EQ(ReasonIn(Ask(Put(Photo(10), owner + "Content-Encoding: gzip\r\n"))),
            "COMPRESSION_UNKNOWN");
  EXPECT_EQ(Ask(Put(Photo(10), owner + "X: " + std::string(20'000, 'x') + "\r\n")).status, 431);
  EXPECT_EQ(Ask(Put(Photo(10), owner + "Transfer-Encoding: gzip\r\n")).status, 400);
  const Answer get = Ask(Get("/evidence", owner));
  EXPECT_EQ(get.status, 405);
  EXPECT_EQ(get.headers.at("allow"), "PUT, POST");
  EXPECT_EQ(Ask(Put(Photo(10), owner, "image/jpeg", "/elsewhere")).status, 405);
  EXPECT_EQ(Ask("DELETE /evidence HTTP/1.1\r\nHost: x\r\n\r\n").status, 405);

  EXPECT_EQ(CountFiles(folder_.path()), 0);
  EXPECT_EQ(Ask(Put(Photo(100'000), owner)).status, 200);  // the border itself
  EXPECT_EQ(Ask(chunked(Photo(100'000, 'y'))).status, 200);
  EXPECT_EQ(CountFiles(Objects()), 2);
}

TEST_F(EvidenceTest, NoReferenceLeadsOutOfTheFolder) {
  StartWithFolder();
  const std::string reference = PutFor(Of("org-a"), Photo(1000));
  const std::string digest = reference.substr(reference.rfind('/') + 1, 64);
  std::filesystem::copy_file(Objects() + "/" + reference, folder_.File(digest + ".jpg"));
  for (const std::string& wrong : {std::string(),
                                   "/" + reference,
                                   reference + "/",
                                   reference + "?x",
                                   reference + "%00",
                                   "org-a/shop-1/../shop-1/" + digest + ".jpg",
                                   "org-a/../" + digest + ".jpg",
                                   "../../" + digest + ".jpg",
                                   ".../../" + digest + ".jpg",
                                   "./../" + digest + ".jpg",
                                   "org-a/%2e%2e/" + digest + ".jpg",
                                   "org-a/shop-1/" + digest,
                                   "org-a/shop-1/" + digest + ".",
                                   "org-a/shop-1/" + digest + ".html",
                                   "org-a/shop-1/" + digest + ".png",
                                   "org-a/shop-1/" + digest.substr(1) + ".jpg",
                                   "org-a/shop-1/." + digest.substr(1) + ".jpg",
                                   "org-a/shop-1/" + std::string(64, 'A') + ".jpg",
                                   "org-a//" + digest + ".jpg",
                                   "org-a/" + std::string(65, 's') + "/" + digest + ".jpg"}) {
    const Answer answer = Fetch(Of("org-a"), wrong);
    EXPECT_EQ(answer.status, 404) << wrong;
    EXPECT_EQ(ReasonIn(answer), "NOT_FOUND") << wrong;
  }
  EXPECT_EQ(Fetch(Of("org-a"), reference).status, 200);
  // What somebody has laid there by hand is not followed.
  std::filesystem::create_symlink(folder_.File(digest + ".jpg"),
                                  Objects() + "/org-a/shop-1/" + std::string(64, '0') + ".jpg");
  EXPECT_EQ(ReasonIn(Fetch(Of("org-a"), "org-a/shop-1/" + std::string(64, '0') + ".jpg")),
            "EVIDENCE_STORE_UNAVAILABLE");
}

TEST_F(EvidenceTest, WhatTheDiskHasChangedIsToldAndNotSent) {
  StartWithFolder();
  const std::string photo = Photo(300'000), reference = PutFor(Of("org-a"), photo);
  const std::string path = Objects() + "/" + reference;
  const auto expect_damaged = [&] {
    const Answer answer = Fetch(Of("org-a"), reference);
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(ReasonIn(answer), "EVIDENCE_DAMAGED");
    EXPECT_THAT(answer.body, Not(HasSubstr(folder_.path())));
  };
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(299'999).put('x' ^ 1);
  }
  ASSERT_EQ(std::filesystem::file_size(path), photo.size());
  expect_damaged();
  // The same file brought again takes the place of the damaged one.
  EXPECT_EQ(PutFor(Of("org-a"), photo), reference);
  EXPECT_EQ(Fetch(Of("org-a"), reference).body, photo);
  std::filesystem::resize_file(path, 100'000);
  expect_damaged();
  std::filesystem::resize_file(path, 0);
  expect_damaged();
  EXPECT_EQ(CountersOf(&metrics_, "kefu_evidence_transfers_total", "", {"direction", "result"})
                .With({"get", "EVIDENCE_DAMAGED"})
                .Value(),
            3);
}

TEST_F(EvidenceTest, AnUploadThatDiesLeavesNothing) {
  StartWithFolder();
  const std::string photo = Photo(500'000);
  for (const bool reset : {false, true}) {
    HttpClient client(port());
    const std::string request = Put(photo, Of("org-a"));
    client.Send(std::string_view(request).substr(0, 300'000));
    while (CountFiles(Spool()) == 0) std::this_thread::yield();  // it is under way
    if (reset) {
      client.Close();
    } else {
      client.EndSending();
      EXPECT_EQ(ReasonIn(client.Read()), "BAD_BODY");
    }
  }
  HttpClient garbled(port());
  EXPECT_EQ(ReasonIn(garbled.Ask("PUT /evidence?shop=shop-1 HTTP/1.1\r\nHost: x\r\n"
                                 "Content-Type: image/jpeg\r\nTransfer-Encoding: chunked\r\n" +
                                 Of("org-a") + "\r\n" + Chunk(Photo(1000)) + "no number\r\n")),
            "BAD_BODY");
  server_.reset();  // waits for what is under way
  EXPECT_EQ(CountFiles(folder_.path()), 0);
  StartWithFolder();
  PutFor(Of("org-a"), photo);
}

TEST_F(EvidenceTest, TheSameFileFromManyIsOneFile) {
  constexpr int kClients = 12;
  evidence::Limits limits = AllTypes();
  limits.max_org_transfers = kClients;
  StartWithFolder(limits);
  const std::string photo = Photo(400'000);
  std::vector<std::string> references(kClients);
  std::vector<std::thread> threads;
  for (int i = 0; i < kClients; ++i) {
    threads.emplace_back([&, i] { references[i] = PutFor(Of("org-a"), photo); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::set<std::string>(references.begin(), references.end()).size(), 1);
  EXPECT_EQ(CountFiles(folder_.path()), 1);
  EXPECT_EQ(Fetch(Of("org-a"), references[0]).body, photo);
}

TEST_F(EvidenceTest, BoundsTimeAndNumberOfTransfers) {
  evidence::Limits limits = AllTypes();
  limits.max_transfers = 1;
  StartWithFolder(limits);
  const auto slow = Slow(Of("org-a"));
  const Answer busy = Ask(Put(Photo(10), Of("org-a")));
  EXPECT_EQ(busy.status, 429);
  EXPECT_EQ(ReasonIn(busy), "EVIDENCE_BUSY");
  EXPECT_THAT(busy.body, HasSubstr("google.rpc.RetryInfo"));
  EXPECT_THAT(busy.body, HasSubstr("the gateway"));
  slow->Send(Photo(1000));
  EXPECT_EQ(slow->Read().status, 200);
  EXPECT_EQ(Ask(Put(Photo(10), Of("org-a"))).status, 200);

  limits.max_time = absl::ZeroDuration();
  StartWithFolder(limits);
  EXPECT_EQ(ReasonIn(Ask(Put(Photo(1000, 'z'), Of("org-a")))), "DEADLINE_EXCEEDED");
  EXPECT_EQ(CountFiles(Objects()), 2);
  EXPECT_EQ(CountFiles(Spool()), 0);

  // A client that stops in the middle is left alone.
  auto store = evidence::DirectoryStore::Open(folder_.path());
  ASSERT_OK(store);
  http::ServerOptions options;
  options.idle_timeout = absl::Milliseconds(200);
  StartWith(*std::move(store), AllTypes(), options);
  HttpClient silent(port());
  silent.Send(std::string_view(Put(Photo(1000, 'z'), Of("org-a"))).substr(0, 900));
  EXPECT_TRUE(silent.AtEnd());
}

TEST_F(EvidenceTest, AnOrganizationAtItsShareKeepsNobodyElseOut) {
  evidence::Limits limits = AllTypes();
  limits.max_transfers = 6;
  limits.max_org_transfers = 2;
  StartWithFolder(limits);
  const absl::CivilDay today = absl::ToCivilDay(absl::Now(), absl::UTCTimeZone());
  const std::string merchant = Of("org-a"), other = Of("org-b"),
                    base = OfBase("org-a", "shop-1", today - 1, today + 1);
  const auto first = Slow(merchant), second = Slow(merchant);
  const Answer busy = Ask(Put(Photo(10), merchant));
  EXPECT_EQ(busy.status, 429);
  EXPECT_EQ(ReasonIn(busy), "EVIDENCE_BUSY");
  EXPECT_THAT(busy.body, HasSubstr("your organization"));
  EXPECT_THAT(busy.body, HasSubstr("google.rpc.RetryInfo"));
  // The base that works for the merchant has a share of its own.
  const std::string brought = PutFor(base, Photo(10));
  EXPECT_EQ(PutFor(other, Photo(10)).substr(0, 6), "org-b/");
  // Three at their shares fill the room.
  const auto third = Slow(other), fourth = Slow(other), fifth = Slow(base), sixth = Slow(base);
  const Answer full = Ask(Put(Photo(10), Of("org-c")));
  EXPECT_EQ(ReasonIn(full), "EVIDENCE_BUSY");
  EXPECT_THAT(full.body, HasSubstr("the gateway"));
  first->Send(Photo(1000));
  EXPECT_EQ(first->Read().status, 200);
  EXPECT_EQ(ReasonIn(Ask(Put(Photo(10), base))), "EVIDENCE_BUSY");
  EXPECT_EQ(Fetch(merchant, brought).status, 200);
}

TEST(EvidenceSettingsTest, AnOrganizationsShareIsHalfOfAllUnlessItIsSet) {
  const auto share = [](const std::vector<std::string>& arguments) {
    config::Spec spec("kefu-test", "A program under test.", "1.2.3");
    evidence::AddKeys(spec);
    std::vector<const char*> argv = {"kefu-test"};
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    const auto values = config::Load(spec, argv, config::Environment());
    EXPECT_OK(values);
    return values.ok() ? evidence::LimitsFrom(*values).max_org_transfers : -1;
  };
  EXPECT_EQ(share({}), evidence::Limits().max_org_transfers);
  EXPECT_EQ(share({"--evidence-max-transfers=8"}), 4);
  EXPECT_EQ(share({"--evidence-max-transfers=3"}), 1);
  EXPECT_EQ(share({"--evidence-max-transfers=1"}), 1) << "or nobody could bring anything";
  EXPECT_EQ(share({"--evidence-max-transfers=8", "--evidence-max-org-transfers=6"}), 6);
}

TEST_F(EvidenceTest, TheShareIsFreeHoweverATransferEnds) {
  evidence::Limits limits = AllTypes();
  limits.max_org_transfers = 1;
  StartWithFolder(limits);
  const std::string merchant = Of("org-a");
  const std::string large = PutFor(merchant, Photo(32 << 20));
  const auto expect_share_in_use = [&] {
    EXPECT_EQ(ReasonIn(Fetch(merchant, large)), "EVIDENCE_BUSY");
    EXPECT_EQ(ReasonIn(Ask(Put(Photo(10), merchant))), "EVIDENCE_BUSY");
    EXPECT_EQ(Ask(Put(Photo(10), Of("org-b"))).status, 200);
  };
  const std::map<std::string, std::function<void(HttpClient&)>> ends = {
      {"whole",
       [](HttpClient& slow) {
         slow.Send(Photo(1000));
         EXPECT_EQ(slow.Read().status, 200);
       }},
      {"of a false type",
       [](HttpClient& slow) {
         slow.Send(std::string(1000, '\0'));
         EXPECT_EQ(ReasonIn(slow.Read()), "EVIDENCE_TYPE_MISMATCH");
       }},
      {"cut",
       [](HttpClient& slow) {
         slow.Send(Photo(900));
         slow.EndSending();
         EXPECT_EQ(ReasonIn(slow.Read()), "BAD_BODY");
       }},
      {"gone", [](HttpClient& slow) { slow.Close(); }},
  };
  for (const auto& [how, end] : ends) {
    SCOPED_TRACE(how);
    const auto slow = Slow(merchant);
    expect_share_in_use();
    end(*slow);
    EXPECT_TRUE(GetsIn(merchant));
  }
  // Whom a file is sent to uses the share too; this one is longer than what waits on the way.
  HttpClient reader(port());
  reader.Send(Get("/evidence/" + large, merchant));
  EXPECT_EQ(reader.ReadHead().status, 200);
  expect_share_in_use();
  reader.Close();
  EXPECT_TRUE(GetsIn(merchant));
  // Whoever is refused has used nothing of it.
  EXPECT_EQ(ReasonIn(Fetch(merchant, large.substr(1))), "NOT_FOUND");
  EXPECT_EQ(ReasonIn(Ask(Put("", merchant))), "EVIDENCE_EMPTY");
  EXPECT_EQ(Ask(Put(Photo(10), merchant)).status, 200);
}

TEST_F(EvidenceTest, AStoreThatFailsIsNamedAndKeepsItsPathToItself) {
  StartWithFolder();
  const std::string reference = PutFor(Of("org-a"), Photo(1000));
  std::filesystem::rename(Objects(), folder_.File("away"));
  const Answer put = Ask(Put(Photo(1000), Of("org-a")));
  EXPECT_EQ(put.status, 503);
  EXPECT_EQ(ReasonIn(put), "EVIDENCE_STORE_UNAVAILABLE");
  EXPECT_THAT(put.body, Not(HasSubstr(folder_.path())));
  EXPECT_EQ(CountFiles(Spool()), 0);
  std::filesystem::rename(folder_.File("away"), Objects());
  EXPECT_EQ(Fetch(Of("org-a"), reference).status, 200);

  StartWith(nullptr, AllTypes());
  EXPECT_EQ(ReasonIn(Ask(Put(Photo(10), Of("org-a")))), "EVIDENCE_STORE_NOT_CONFIGURED");
  EXPECT_EQ(ReasonIn(Fetch(Of("org-a"), reference)), "EVIDENCE_STORE_NOT_CONFIGURED");
  Start();
  EXPECT_EQ(ReasonIn(Ask(Put(Photo(10), Of("org-a")))), "EVIDENCE_STORE_NOT_CONFIGURED");
}

TEST(DirectoryStoreTest, ClearsWhatTheDeadHaveLeftAndNothingElse) {
  const kefu::testing::TempFolder folder("kefu-evidence");
  ASSERT_OK(evidence::DirectoryStore::Open(folder.path()));
  const std::string old = folder.Write("spool/old", "x"), fresh = folder.Write("spool/new", "x");
  const utimbuf two_days_ago{0, absl::ToTimeT(absl::Now() - absl::Hours(48))};
  ASSERT_EQ(::utime(old.c_str(), &two_days_ago), 0);
  ASSERT_OK(evidence::DirectoryStore::Open(folder.path()));
  EXPECT_FALSE(std::filesystem::exists(old));
  EXPECT_TRUE(std::filesystem::exists(fresh));

  EXPECT_THAT(evidence::DirectoryStore::Open(folder.Write("file", "x")).status(),
              HasReason("EVIDENCE_FOLDER"));
}

}  // namespace
}  // namespace kefu::gateway
