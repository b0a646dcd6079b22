#include "frontend/tflite/unread_numbers.h"
#include "frontend/listed.h"

#include <fmt/format.h>

#include <string>

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

}  // namespace

void report_unread_numbers(const Model& model, const Tensors& tensors,
                           const std::vector<SubgraphOp>& ops, Reporter& reporter) {
  std::vector<std::string> names = unread_tensors(tensors, ops);
  const std::vector<std::string> buffers = unused_buffers(model.root());
  names.insert(names.end(), buffers.begin(), buffers.end());
  if (names.empty()) return;
  reporter.warning({.file = model.file(),
                    .message = "has numbers that nothing reads, which converters do not leave: " +
                               listed(names, kMaxListed) + "; the file may be damaged"});
}

}  // namespace slimc::frontend::tflite
