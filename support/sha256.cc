#include "support/sha256.h"

#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <vector>

#include "support/check.h"
#include "support/files.h"
#include "support/unique_fd.h"

namespace slimc {
namespace {

EVP_MD_CTX* context_of(void* context) { return static_cast<EVP_MD_CTX*>(context); }

// OpenSSL can fail only for want of memory, or where its configuration forbids SHA-256.
void check(int status) { SLIMC_CHECK(status == 1, "OpenSSL computes no SHA-256"); }

}  // namespace

void Sha256::Free::operator()(void* context) const { EVP_MD_CTX_free(context_of(context)); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  SLIMC_CHECK(context_ != nullptr, "OpenSSL computes no SHA-256");
  check(EVP_DigestInit_ex(context_of(context_.get()), EVP_sha256(), nullptr));
}

void Sha256::update(std::string_view bytes) {
  check(EVP_DigestUpdate(context_of(context_.get()), bytes.data(), bytes.size()));
}

std::string Sha256::hex() {
  std::array<unsigned char, 32> digest = {};
  check(EVP_DigestFinal_ex(context_of(context_.get()), digest.data(), nullptr));
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : digest) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 0xf];
  }
  return text;
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.hex();
}

Result<std::string> sha256_of_file(const std::filesystem::path& path) {
  SLIMC_ASSIGN(const UniqueFd fd, open_regular_file(path));
  Sha256 hash;
  std::vector<char> piece(std::size_t{1} << 20);
  while (true) {
    const ssize_t got = ::read(fd.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure(path, "cannot be read", errno);
    if (got == 0) break;
    hash.update({piece.data(), static_cast<std::size_t>(got)});
  }
  return hash.hex();
}

}  // namespace slimc
