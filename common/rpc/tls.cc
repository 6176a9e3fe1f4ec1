#include "common/rpc/tls.h"

#include <fstream>
#include <memory>
#include <sstream>
#include <string_view>

#include <fmt/format.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace kefu::rpc {
namespace {

namespace tls = grpc::experimental;

// How often files are looked at; certificates are renewed days before they expire.
constexpr unsigned kRefreshSeconds = 60;

absl::Status Bad(std::string_view file, std::string_view problem) {
  return FailedPrecondition("TLS_FILES", file, problem);
}

absl::StatusOr<std::string> ReadPem(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  if (!file || !(content << file.rdbuf())) return Bad(path, "cannot be read");
  return std::move(content).str();
}

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Bio Open(const std::string& pem) {
  return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free};
}

absl::StatusOr<Certificate> ReadCertificate(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string pem, ReadPem(path));
  Certificate certificate(PEM_read_bio_X509(Open(pem).get(), nullptr, nullptr, nullptr),
                          &X509_free);
  ERR_clear_error();
  if (!certificate) return Bad(path, "holds no PEM certificate");
  return certificate;
}

// gRPC only logs what is wrong with its files, much later; here it is said at the start.
absl::Status Check(const TlsFiles& files, bool server) {
  if (files.certificate.empty() != files.key.empty())
    return Bad("tls", "certificate and key belong together; one of them is not set");
  if (server && files.certificate.empty()) return Bad("tls", "a server needs a certificate");
  if (!files.ca.empty()) {
    RETURN_IF_ERROR(ReadCertificate(files.ca).status());
  }
  if (files.certificate.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Certificate certificate, ReadCertificate(files.certificate));
  ASSIGN_OR_RETURN(const std::string pem, ReadPem(files.key));
  const Key key(PEM_read_bio_PrivateKey(Open(pem).get(), nullptr, nullptr, nullptr),
                &EVP_PKEY_free);
  const bool fits = key && X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  if (!key) return Bad(files.key, "holds no unencrypted PEM private key");
  if (!fits) return Bad(files.key, fmt::format("is not the key of {}", files.certificate));
  return absl::OkStatus();
}

std::shared_ptr<tls::FileWatcherCertificateProvider> Watch(const TlsFiles& files) {
  return std::make_shared<tls::FileWatcherCertificateProvider>(files.key, files.certificate,
                                                               files.ca, kRefreshSeconds);
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> ServerCredentials(const TlsFiles& files) {
  if (files.empty()) return grpc::InsecureServerCredentials();
  RETURN_IF_ERROR(Check(files, /*server=*/true));
  tls::TlsServerCredentialsOptions options(Watch(files));
  options.watch_identity_key_cert_pairs();
  if (!files.ca.empty()) {
    options.watch_root_certs();
    options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  }
  return tls::TlsServerCredentials(options);
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> ChannelCredentials(
    const TlsFiles& files) {
  if (files.empty()) return grpc::InsecureChannelCredentials();
  RETURN_IF_ERROR(Check(files, /*server=*/false));
  tls::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(Watch(files));
  if (!files.ca.empty()) options.watch_root_certs();
  if (!files.certificate.empty()) options.watch_identity_key_cert_pairs();
  return tls::TlsCredentials(options);
}

bool IsLoopback(std::string_view address) {
  if (address.starts_with("unix:") || address.starts_with("unix-abstract:")) return true;
  std::string_view host = address.substr(0, address.rfind(':'));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host == "localhost" || host == "::1") return true;
  // 127.0.0.0/8 as four numbers: "127.evil.example" is a name like any other.
  return host.starts_with("127.") && host.find_first_not_of("0123456789.") == host.npos;
}

}  // namespace kefu::rpc
