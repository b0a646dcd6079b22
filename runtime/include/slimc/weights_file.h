// NAME.weights, of the format that docs/formats.md specifies: whether bytes are the ones that a
// library was compiled with, and mapping them.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "checksum.h"

namespace slimc {

// What a library knows of its file.
struct WeightsFile {
  uint64_t bytes;
  uint64_t header_checksum;
};
// The part of it that one target's kernels read.
struct WeightsSection {
  uint64_t offset;  // bytes from the file's start
  uint64_t bytes;
  uint64_t checksum;
};

enum class WeightsProblem {
  none,
  wrong,    // of another library, or no such file at all
  damaged,  // torn or altered
};

// Who has the right header has the right file: the sections' checksums are in it.
inline WeightsProblem check_weights(const void* weights, size_t bytes, const WeightsFile& file,
                                    const WeightsSection& section) {
  // \x89slimcW\n and the version, 1.
  constexpr uint8_t begin[12] = {0x89, 's', 'l', 'i', 'm', 'c', 'W', '\n', 1, 0, 0, 0};
  constexpr size_t checksum_bytes = 8;
  const uint8_t* at = static_cast<const uint8_t*>(weights);
  for (size_t i = 0; i < sizeof begin && i < bytes; ++i) {
    if (at[i] != begin[i]) return WeightsProblem::wrong;
  }
  if (bytes < sizeof begin + 4) return WeightsProblem::damaged;
  const size_t header_bytes = checksum::load<uint32_t>(at + sizeof begin);
  if (header_bytes > bytes || header_bytes < sizeof begin + 4 + checksum_bytes) {
    return WeightsProblem::damaged;
  }
  const uint64_t header_checksum = xxh64(at, header_bytes - checksum_bytes);
  if (checksum::load<uint64_t>(at + header_bytes - checksum_bytes) != header_checksum) {
    return WeightsProblem::damaged;
  }
  if (header_checksum != file.header_checksum) return WeightsProblem::wrong;
  if (bytes != file.bytes) return WeightsProblem::damaged;
  const uint8_t* content = at + static_cast<size_t>(section.offset);
  return xxh64(content, static_cast<size_t>(section.bytes)) == section.checksum
             ? WeightsProblem::none
             : WeightsProblem::damaged;
}

}  // namespace slimc

// Files, where there is a system that has them. As in threads.h, its functions are declared under
// names of our own.
#ifndef SLIMC_NO_THREADS
#define SLIMC_TEXT_OF(x) #x
#define SLIMC_TEXT(x) SLIMC_TEXT_OF(x)
#define SLIMC_LIBC(name) __asm__(SLIMC_TEXT(__USER_LABEL_PREFIX__) #name)
extern "C" {
int slimc_open(const char* file, int flags, ...) SLIMC_LIBC(open);
int slimc_close(int file) SLIMC_LIBC(close);
int slimc_munmap(void* at, size_t bytes) SLIMC_LIBC(munmap);
#if defined(__linux__) && !defined(__LP64__)
// C libraries disagree in whether off_t has 32 or 64 bits there, but not in how the kernel is
// called.
long slimc_syscall(long number, ...) SLIMC_LIBC(syscall);
#else
// off_t has 64 bits.
int64_t slimc_lseek(int file, int64_t offset, int from) SLIMC_LIBC(lseek);
void* slimc_mmap(void* at, size_t bytes, int protection, int flags, int file, int64_t offset)
    SLIMC_LIBC(mmap);
#endif
}
#undef SLIMC_LIBC
#undef SLIMC_TEXT
#undef SLIMC_TEXT_OF

namespace slimc {

// The file's size; negative: errno says why there is none.
inline int64_t size_of_file(int file) {
  constexpr int from_end = 2;  // SEEK_END
#if defined(__linux__) && !defined(__LP64__)
  int64_t size = -1;
  constexpr long llseek = 140;  // of ARM's and of x86's 32-bit kernels
  return slimc_syscall(llseek, long{file}, 0l, 0l, &size, long{from_end}) == 0 ? size : -1;
#else
  return slimc_lseek(file, 0, from_end);
#endif
}

// Null: errno says why not.
inline const void* map_pages(int file, size_t bytes) {
  constexpr int readable = 1, private_pages = 2;  // PROT_READ, MAP_PRIVATE
#if defined(__linux__) && !defined(__LP64__)
  constexpr long mmap2 = 192;
  const long at =
      slimc_syscall(mmap2, 0l, bytes, long{readable}, long{private_pages}, long{file}, 0l);
  return at == -1 ? nullptr : reinterpret_cast<const void*>(at);
#else
  const void* at = slimc_mmap(nullptr, bytes, readable, private_pages, file, 0);
  return at == reinterpret_cast<const void*>(intptr_t{-1}) ? nullptr : at;
#endif
}

// A whole file, for reading. False: errno says why not. An empty file is mapped nowhere, with 0
// bytes.
inline bool map_file(const char* name, const void** content, size_t* bytes) {
#if defined(__APPLE__)
  constexpr int flags = 0x01000004;  // O_RDONLY | O_CLOEXEC | O_NONBLOCK, which is for pipes
#else
  constexpr int flags = 0x80800;
#endif
  const int file = slimc_open(name, flags);
  if (file < 0) return false;
  const int64_t size = size_of_file(file);
  const size_t room = size > 0 ? static_cast<size_t>(size) : 0;
  if (room != 0) *content = map_pages(file, room);
  if (room != 0 && *content != nullptr) *bytes = room;
  slimc_close(file);
  return size == 0 || *content != nullptr;
}

inline void unmap_file(const void* content, size_t bytes) {
  if (content != nullptr) slimc_munmap(const_cast<void*>(content), bytes);
}

}  // namespace slimc
#endif
