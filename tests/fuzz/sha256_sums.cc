// Lists of hashes as sha256sum writes them.
#include "frontend/integrity.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slimc;
  const auto sums = frontend::parse_sha256_sums(fuzz::text_of(data, size), "SHA256SUMS");
  if (!sums) {
    fuzz::check_words(sums.error());
    return 0;
  }
  for (const auto& [name, hash] : *sums) {
    SLIMC_CHECK(hash.size() == 64, "a hash of another length");
    SLIMC_CHECK(hash.find_first_not_of("0123456789abcdef") == std::string::npos, "no hash");
  }
  return 0;
}
