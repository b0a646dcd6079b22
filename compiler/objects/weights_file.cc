#include "compiler/objects/weights_file.h"

#include "compiler/objects/pack_weights.h"

#include <xxhash.h>

#include <string_view>

namespace slimc {
namespace {

constexpr char kMagic[] = "\x89slimcW\n";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kAlignment = 64;  // of the weights' blocks
constexpr std::size_t kPreamble = 32, kEntry = 32, kChecksum = 8;

std::size_t aligned(std::size_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

template <typename T>
void append(std::string& bytes, T value) {
  for (std::size_t i = 0; i < sizeof value; ++i) {
    bytes += static_cast<char>(value >> (8 * i) & 0xff);
  }
}

std::uint64_t checksum(std::string_view bytes) { return XXH64(bytes.data(), bytes.size(), 0); }

}  // namespace

WeightsFile write_weights_file(const Library& library) {
  WeightsFile file;
  std::size_t names_at = kPreamble + kEntry * library.targets.size();
  std::size_t names_bytes = 0;
  for (const TargetPlan& code : library.targets) names_bytes += code.target.name.size();
  const std::size_t header_bytes = aligned(names_at + names_bytes + kChecksum);

  std::string content;
  for (const TargetPlan& code : library.targets) {
    std::string section = pack_weights(*library.graph, code.plan);
    section.resize(aligned(section.size()));
    file.layout.sections.push_back({.offset = header_bytes + content.size(),
                                    .bytes = section.size(),
                                    .checksum = checksum(section)});
    content += section;
  }

  std::string header(kMagic, 8);
  append(header, kVersion);
  append(header, static_cast<std::uint32_t>(header_bytes));
  append(header, std::uint64_t{header_bytes + content.size()});
  append(header, static_cast<std::uint32_t>(library.targets.size()));
  append(header, std::uint32_t{0});
  for (std::size_t i = 0; i < library.targets.size(); ++i) {
    const std::size_t name_bytes = library.targets[i].target.name.size();
    append(header, file.layout.sections[i].offset);
    append(header, file.layout.sections[i].bytes);
    append(header, file.layout.sections[i].checksum);
    append(header, static_cast<std::uint32_t>(names_at));
    append(header, static_cast<std::uint32_t>(name_bytes));
    names_at += name_bytes;
  }
  for (const TargetPlan& code : library.targets) header += code.target.name;
  header.resize(header_bytes - kChecksum);
  file.layout.header_checksum = checksum(header);
  append(header, file.layout.header_checksum);
  file.bytes = header + content;
  file.layout.bytes = file.bytes.size();
  return file;
}

}  // namespace slimc
