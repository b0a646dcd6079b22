// slimc-hdf5 FILE.h5 OUTPUT: reads a file of Keras' through the HDF5 library and writes a Tree
// (tree.proto). A program of its own, with limits on memory and time, because HDF5 1.10 can crash
// on damaged files; slimc runs it.
#include <fcntl.h>
#include <hdf5.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <new>
#include <string>
#include <system_error>

#include "frontend/keras/hdf5/handle.h"
#include "frontend/keras/hdf5/limits.h"
#include "frontend/keras/hdf5/walk.h"
#include "support/encode.h"

// Address sanitizers reserve terabytes of address space.
#if defined(__SANITIZE_ADDRESS__)
#define SLIMC_LIMIT_MEMORY 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SLIMC_LIMIT_MEMORY 0
#endif
#endif
#ifndef SLIMC_LIMIT_MEMORY
#define SLIMC_LIMIT_MEMORY 1
#endif

namespace {

using slimc::hdf5::Handle;

// Without destructors and exit handlers: on damaged files HDF5's own clean-up is where it crashes.
[[noreturn]] void end(int status, const std::string& words) {
  std::fputs((slimc::printable(words) + (words.empty() ? "" : "\n")).c_str(), stderr);
  std::fflush(nullptr);
  ::_exit(status);
}

[[noreturn]] void out_of_memory() { end(slimc::hdf5::kExitOutOfMemory, "out of memory"); }

void limit(__rlimit_resource resource, rlim_t soft, rlim_t hard) {
  const rlimit values = {soft, hard};
  ::setrlimit(resource, &values);
}

void limit_resources(std::uint64_t file_bytes) {
  limit(RLIMIT_CORE, 0, 0);
  limit(RLIMIT_CPU, slimc::hdf5::kMaxSeconds, slimc::hdf5::kMaxSeconds + 1);
  if (SLIMC_LIMIT_MEMORY != 0) {
    const rlim_t bytes = slimc::hdf5::kBaseMemory + slimc::hdf5::kMemoryPerByte * file_bytes;
    limit(RLIMIT_AS, bytes, bytes);
  }
  std::set_new_handler(out_of_memory);
}

// A file that only a descriptor names: HDF5 asks for the real path of what it opens itself.
bool is_descriptor(const std::string& file) { return file.rfind("/proc/self/fd/", 0) == 0; }

std::string read_whole(const std::string& file, std::uint64_t bytes) {
  std::string content(bytes, '\0');
  std::ifstream stream(file, std::ios::binary);
  stream.read(content.data(), static_cast<std::streamsize>(bytes));
  if (!stream) end(slimc::hdf5::kExitUnreadable, "it ends early");
  return content;
}

Handle open_file(const std::string& file, std::uint64_t bytes) {
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  if (is_descriptor(file)) {
    constexpr std::size_t kGrowth = std::size_t{1} << 16;
    std::string content = read_whole(file, bytes);
    H5Pset_fapl_core(access.get(), kGrowth, false);
    H5Pset_file_image(access.get(), content.data(), content.size());
  }
  // A file is only read; locks fail on some network file systems.
  H5Pset_file_locking(access.get(), false, true);
  // An image has a name that no file can have: there must be none of its name.
  const std::string name = is_descriptor(file) ? "/dev/null/image" : file;
  Handle opened(H5Fopen(name.c_str(), H5F_ACC_RDONLY, access.get()), H5Fclose);
  if (!opened.valid()) end(slimc::hdf5::kExitUnreadable, slimc::hdf5::last_reason());
  return opened;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) end(slimc::hdf5::kExitUsage, "usage: slimc-hdf5 FILE.h5 OUTPUT");
  const std::string file = argv[1];
  std::error_code error;
  const std::uint64_t bytes = std::filesystem::file_size(file, error);
  if (error) end(slimc::hdf5::kExitUnreadable, error.message());
  limit_resources(bytes);

  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  H5PLset_loading_state(0);  // no filters from other libraries
  const Handle opened = open_file(file, bytes);
  const Handle root(H5Gopen2(opened.get(), "/", H5P_DEFAULT), H5Gclose);
  if (!root.valid()) end(slimc::hdf5::kExitUnreadable, slimc::hdf5::last_reason());
  const slimc::hdf5::Tree tree = slimc::hdf5::walk(root.get(), static_cast<std::int64_t>(bytes));

  const int output = ::open(argv[2], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (output < 0 || !tree.SerializeToFileDescriptor(output) || ::close(output) != 0) {
    end(slimc::hdf5::kExitUsage, std::string(argv[2]) + " cannot be written");
  }
  end(0, "");
}
