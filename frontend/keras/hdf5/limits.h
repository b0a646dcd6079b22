// What a Keras file may ask for. Checked in slimc-hdf5 before memory is taken, and again by the
// reader of what it prints.
#pragma once

#include <cstdint>

namespace slimc::hdf5 {

// The largest network of the family has 4.3 million weights in 137 of a file's 360 objects.
inline constexpr std::int64_t kMaxElements = std::int64_t{1} << 26;  // of all datasets together
inline constexpr std::int64_t kMaxObjects = 20'000;
inline constexpr int kMaxDepth = 64;  // of groups in groups; Keras 3 has two a model in models
inline constexpr int kMaxRank = 8;
inline constexpr std::int64_t kMaxText = std::int64_t{16}
                                         << 20;       // bytes of all attributes together
inline constexpr std::int64_t kMaxStrings = 100'000;  // in all attributes together

// A file's datasets cannot declare more bytes than this for each byte of the file: deflate's best
// ratio (https://zlib.net/zlib_tech.html, "Maximum Compression Factor").
inline constexpr std::int64_t kMaxExpansion = 1032;

// No more problems are listed.
inline constexpr int kMaxProblems = 20;

// What the process may use: processor seconds, and bytes of address space beside some for each byte
// of the file. Reading the largest network takes 0.1 s and 120 MB.
inline constexpr std::uint64_t kMaxSeconds = 4;
inline constexpr std::uint64_t kBaseMemory = std::uint64_t{384} << 20;
inline constexpr std::uint64_t kMemoryPerByte = 16;

// Exit statuses of slimc-hdf5; its words are on stderr.
inline constexpr int kExitUnreadable = 1;   // no HDF5 file, or damaged at its root
inline constexpr int kExitUsage = 2;        // wrong arguments, or the output cannot be written
inline constexpr int kExitOutOfMemory = 3;  // beyond the limits above

}  // namespace slimc::hdf5
