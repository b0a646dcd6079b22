// XXH64, a checksum of several bytes a cycle: finds damage, not forgery. By its specification,
// github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md, for processors that are little-endian.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace slimc {
namespace checksum {

inline constexpr uint64_t prime_1 = 0x9e3779b185ebca87u, prime_2 = 0xc2b2ae3d27d4eb4fu,
                          prime_3 = 0x165667b19e3779f9u, prime_4 = 0x85ebca77c2b2ae63u,
                          prime_5 = 0x27d4eb2f165667c5u;

inline uint64_t rotate(uint64_t x, int bits) { return x << bits | x >> (64 - bits); }

// Of any alignment.
template <typename T>
inline T load(const uint8_t* from) {
  T value;
  __builtin_memcpy(&value, from, sizeof value);
  return value;
}

inline uint64_t round(uint64_t sum, uint64_t word) {
  return rotate(sum + word * prime_2, 31) * prime_1;
}
inline uint64_t merge(uint64_t hash, uint64_t sum) {
  return (hash ^ round(0, sum)) * prime_1 + prime_4;
}

}  // namespace checksum

inline uint64_t xxh64(const void* data, size_t bytes, uint64_t seed = 0) {
  using namespace checksum;
  const uint8_t* at = static_cast<const uint8_t*>(data);
  const uint8_t* const end = at + bytes;
  uint64_t hash = seed + prime_5;
  if (bytes >= 32) {
    uint64_t a = seed + prime_1 + prime_2, b = seed + prime_2, c = seed, d = seed - prime_1;
    for (; end - at >= 32; at += 32) {
      a = round(a, load<uint64_t>(at));
      b = round(b, load<uint64_t>(at + 8));
      c = round(c, load<uint64_t>(at + 16));
      d = round(d, load<uint64_t>(at + 24));
    }
    hash = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18);
    hash = merge(merge(merge(merge(hash, a), b), c), d);
  }
  hash += bytes;
  for (; end - at >= 8; at += 8) {
    hash = rotate(hash ^ round(0, load<uint64_t>(at)), 27) * prime_1 + prime_4;
  }
  if (end - at >= 4) {
    hash = rotate(hash ^ load<uint32_t>(at) * prime_1, 23) * prime_2 + prime_3;
    at += 4;
  }
  for (; at < end; ++at) hash = rotate(hash ^ *at * prime_5, 11) * prime_1;
  hash = (hash ^ hash >> 33) * prime_2;
  hash = (hash ^ hash >> 29) * prime_3;
  return hash ^ hash >> 32;
}

}  // namespace slimc
