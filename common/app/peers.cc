#include "common/app/peers.h"

#include <fmt/format.h>

#include <fstream>

#include "common/rpc/client.h"

namespace kefu::app {
namespace {

std::string KeyOf(std::string_view name) { return fmt::format("peers.{}", name); }

}  // namespace

void AddPeerKeys(config::Spec& spec, const std::vector<std::string>& names) {
  using config::Key;
  for (const std::string& name : names) {
    spec.Add(Key::Address(KeyOf(name), fmt::format("Where kefu-{} listens", name)));
  }
  spec.Add(Key::Path("peers.token_file",
                     "File with this service's own token; read again when it changes")
               .MustExist())
      .Add(
          Key::Path("peers.tls_ca_file", "CA of the peers' certificates (PEM); makes TLS mandatory")
              .MustExist())
      .Add(Key::Path("peers.tls_cert_file", "Own certificate towards the peers (PEM)").MustExist())
      .Add(Key::Path("peers.tls_key_file", "Key of that certificate (PEM)").MustExist());
  spec.Check([names](const config::Values& values, config::Problems& problems) {
    for (const std::string& name : names) {
      const std::string key = KeyOf(name);
      if (values.Has(key) && !values.Has("peers.tls_ca_file") &&
          !values.Address(key).IsLoopback()) {
        problems.Add({key, "peers.tls_ca_file"},
                     "a peer on another machine needs TLS: set peers.tls_ca_file");
      }
    }
    if (values.Has("peers.tls_cert_file") != values.Has("peers.tls_key_file")) {
      problems.Add({"peers.tls_cert_file", "peers.tls_key_file"},
                   "certificate and key go together");
    }
  });
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> PeerChannel(const config::Values& values,
                                                           std::string_view name) {
  const std::string key = KeyOf(name);
  if (!values.Has(key)) return std::shared_ptr<grpc::Channel>();
  rpc::ClientOptions options;
  options.tls = {.certificate = values.Path("peers.tls_cert_file"),
                 .key = values.Path("peers.tls_key_file"),
                 .ca = values.Path("peers.tls_ca_file")};
  return rpc::MakeChannel(values.Address(key).ToString(), options);
}

std::string PeerToken(const config::Values& values) {
  std::ifstream in(values.Path("peers.token_file"));
  std::string token;
  in >> token;
  return token;
}

}  // namespace kefu::app
