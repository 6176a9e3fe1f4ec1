// SHA-256 of bytes that come piece by piece.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX

namespace kefu {

// Not thread-safe.
class Sha256Stream {
 public:
  Sha256Stream();
  void Update(std::string_view bytes);
  // 32 raw bytes over everything so far. The last call: nothing follows it.
  std::string Finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace kefu
