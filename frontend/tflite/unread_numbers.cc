#include "frontend/tflite/unread_numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "frontend/listed.h"

namespace slimc::frontend::tflite {
namespace {

constexpr std::size_t kMaxListed = 6;

std::vector<std::string> unread_tensors(const Tensors& tensors,
                                        const std::vector<SubgraphOp>& ops) {
  std::vector<bool> read(static_cast<std::size_t>(tensors.count()));
  for (const SubgraphOp& op : ops) {
    for (const int input : op.inputs) {
      if (input >= 0) read[static_cast<std::size_t>(input)] = true;
    }
  }
  std::vector<std::string> unread;
  for (int i = 0; i < tensors.count(); ++i) {
    if (!read[static_cast<std::size_t>(i)] && tensors.is_constant(i)) {
      unread.push_back(fmt::format("tensor '{}'", tensors.name(i)));
    }
  }
  return unread;
}

std::vector<std::string> unused_buffers(const schema::Model& model) {
  std::vector<bool> used(size_of(model.buffers()));
  const auto use = [&used](std::int64_t buffer) {
    if (buffer >= 0 && static_cast<std::size_t>(buffer) < used.size()) {
      used[static_cast<std::size_t>(buffer)] = true;
    }
  };
  for (flatbuffers::uoffset_t s = 0; s < size_of(model.subgraphs()); ++s) {
    const auto* tensors = model.subgraphs()->Get(s)->tensors();
    for (flatbuffers::uoffset_t t = 0; t < size_of(tensors); ++t) use(tensors->Get(t)->buffer());
  }
  for (flatbuffers::uoffset_t m = 0; m < size_of(model.metadata()); ++m) {
    use(model.metadata()->Get(m)->buffer());
  }
  for (flatbuffers::uoffset_t m = 0; m < size_of(model.metadata_buffer()); ++m) {
    use(model.metadata_buffer()->Get(m));
  }
  std::vector<std::string> unused;
  for (std::size_t i = 0; i < used.size(); ++i) {
    const auto* data = model.buffers()->Get(static_cast<flatbuffers::uoffset_t>(i))->data();
    if (!used[i] && size_of(data) > 0) unused.push_back(fmt::format("buffer {}", i));
  }
  return unused;
}

// "buffers 4 and 7": a damaged offset leads to the bytes of another.
std::vector<std::string> overlapping_buffers(const schema::Model& model) {
  std::vector<std::tuple<const std::uint8_t*, std::size_t, std::size_t>> lie;  // where, size, index
  for (flatbuffers::uoffset_t i = 0; i < size_of(model.buffers()); ++i) {
    const auto* data = model.buffers()->Get(i)->data();
    if (size_of(data) > 0) lie.emplace_back(data->data(), data->size(), i);
  }
  std::sort(lie.begin(), lie.end());
  std::vector<std::string> overlapping;
  for (std::size_t i = 1; i < lie.size(); ++i) {
    const auto& [before, size, index] = lie[i - 1];
    const auto& [begin, own_size, own_index] = lie[i];
    if (begin - before >= static_cast<std::ptrdiff_t>(size)) continue;
    overlapping.push_back(fmt::format("buffers {} and {}", index, own_index));
  }
  return overlapping;
}

}  // namespace

void report_unread_numbers(const Model& model, const Tensors& tensors,
                           const std::vector<SubgraphOp>& ops, Reporter& reporter) {
  if (const auto pairs = overlapping_buffers(model.root()); !pairs.empty()) {
    reporter.warning({.file = model.file(),
                      .message = "has the same bytes in two buffers, which converters do not "
                                 "write: " +
                                 listed(pairs, kMaxListed) +
                                 "; the file may be damaged, compare it with where it came from"});
  }
  std::vector<std::string> names = unread_tensors(tensors, ops);
  const std::vector<std::string> buffers = unused_buffers(model.root());
  names.insert(names.end(), buffers.begin(), buffers.end());
  if (names.empty()) return;
  reporter.warning({.file = model.file(),
                    .message = "has numbers that nothing reads, which converters do not leave: " +
                               listed(names, kMaxListed) + "; the file may be damaged"});
}

}  // namespace slimc::frontend::tflite
