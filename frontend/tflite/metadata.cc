#include "frontend/tflite/metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "frontend/tflite/metadata_generated.h"

namespace slimc::frontend::tflite {
namespace {

constexpr const char* kBufferName = "TFLITE_METADATA";
constexpr std::uint32_t kMaxDepth = 16;
constexpr std::uint32_t kMaxTables = 1 << 12;

using Bytes = flatbuffers::Vector<std::uint8_t>;

const Bytes* find_metadata(const Model& model) {
  const auto* entries = model.root().metadata();
  const auto* buffers = model.root().buffers();
  for (std::uint32_t i = 0; i < size_of(entries); ++i) {
    const schema::Metadata& entry = *entries->Get(i);
    if (printable(entry.name()) == kBufferName && entry.buffer() < size_of(buffers)) {
      return buffers->Get(entry.buffer())->data();
    }
  }
  return nullptr;
}

const metadata::NormalizationOptions* find_normalization(const metadata::ModelMetadata& root,
                                                         std::uint32_t subgraph) {
  if (subgraph >= size_of(root.subgraph_metadata())) return nullptr;
  const auto* inputs = root.subgraph_metadata()->Get(subgraph)->input_tensor_metadata();
  if (size_of(inputs) != 1) return nullptr;
  const auto* units = inputs->Get(0)->process_units();
  for (std::uint32_t i = 0; i < size_of(units); ++i) {
    if (const auto* options = units->Get(i)->options_as_NormalizationOptions()) return options;
  }
  return nullptr;
}

std::vector<double> numbers(const flatbuffers::Vector<float>* stored) {
  if (stored == nullptr) return {};
  return {stored->begin(), stored->end()};
}

}  // namespace

std::optional<PixelEncoding> pixels_of_metadata(const Model& model, std::uint32_t subgraph,
                                                std::int64_t channels, Reporter& reporter) {
  const Bytes* bytes = find_metadata(model);
  if (bytes == nullptr || bytes->size() == 0) return std::nullopt;
  const auto refuse = [&](const std::string& why) {
    reporter.warning({.file = model.file(),
                      .message = "its metadata is not used: " + why +
                                 "; --input says what the "
                                 "numbers of the image mean"});
    return std::nullopt;
  };
  // The buffer lies at a multiple of 16 where the file does, which any verifier insists on.
  const std::vector<std::uint64_t> aligned = [&] {
    std::vector<std::uint64_t> copy(bytes->size() / sizeof(std::uint64_t) + 1);
    std::copy(bytes->begin(), bytes->end(), reinterpret_cast<std::uint8_t*>(copy.data()));
    return copy;
  }();
  const auto* data = reinterpret_cast<const std::uint8_t*>(aligned.data());
  flatbuffers::Verifier verifier(data, bytes->size(), kMaxDepth, kMaxTables);
  if (!metadata::VerifyModelMetadataBuffer(verifier)) return refuse("it is damaged");
  const auto* normalization = find_normalization(*metadata::GetModelMetadata(data), subgraph);
  if (normalization == nullptr) return std::nullopt;

  const std::vector<double> mean = numbers(normalization->mean());
  const std::vector<double> std = numbers(normalization->std());
  const auto count = std::ssize(mean);
  if (count != std::ssize(std) || (count != 1 && count != channels)) {
    return refuse(fmt::format("it gives {} means and {} standard deviations for {} channels", count,
                              std.size(), channels));
  }
  PixelEncoding pixels;
  pixels.scale.clear();
  pixels.offset.clear();
  for (std::size_t i = 0; i < mean.size(); ++i) {
    if (!std::isfinite(mean[i]) || !std::isfinite(std[i]) || std[i] <= 0) {
      return refuse(fmt::format("its mean is {}, its standard deviation {}", mean[i], std[i]));
    }
    pixels.scale.push_back(1 / std[i]);
    pixels.offset.push_back(-mean[i] / std[i]);
  }
  pixels.source = PixelEncoding::Source::Model;
  pixels.evidence = fmt::format("the file's metadata (mean {:.6g}, standard deviation {:.6g}{})",
                                mean[0], std[0], mean.size() > 1 ? ", ..." : "");
  return pixels;
}

}  // namespace slimc::frontend::tflite
