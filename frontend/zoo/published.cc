#include "frontend/zoo/published.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "frontend/mobilenet/keras_mobilenet.h"
#include "frontend/mobilenet/mobilenet.h"
#include "support/check.h"
#include "support/reporter.h"
#include "support/suggestions.h"

namespace slimc::frontend {
namespace {

struct Row {
  const char* alpha;      // as the project writes it
  const char* on_server;  // as the server does
  double value;
  std::int64_t resolution;
  double slim_top1, slim_top5;
  std::optional<double> keras_top1;
};

// Copied from the two tables; all else is computed.
const Row kRows[] = {
    {"1.0", "1.0", 1.0, 224, 70.9, 89.9, 70.6},    {"1.0", "1.0", 1.0, 192, 70.0, 89.2, 69.1},
    {"1.0", "1.0", 1.0, 160, 68.0, 87.7, 67.2},    {"1.0", "1.0", 1.0, 128, 65.2, 85.8, 64.4},
    {"0.75", "0.75", 0.75, 224, 68.4, 88.2, 68.4}, {"0.75", "0.75", 0.75, 192, 67.2, 87.3, {}},
    {"0.75", "0.75", 0.75, 160, 65.3, 86.0, {}},   {"0.75", "0.75", 0.75, 128, 62.1, 83.9, {}},
    {"0.50", "0.5", 0.5, 224, 63.3, 84.9, 63.7},   {"0.50", "0.5", 0.5, 192, 61.7, 83.6, {}},
    {"0.50", "0.5", 0.5, 160, 59.1, 81.9, {}},     {"0.50", "0.5", 0.5, 128, 56.3, 79.4, {}},
    {"0.25", "0.25", 0.25, 224, 49.8, 74.2, 50.6}, {"0.25", "0.25", 0.25, 192, 47.7, 72.3, {}},
    {"0.25", "0.25", 0.25, 160, 45.5, 70.3, {}},   {"0.25", "0.25", 0.25, 128, 41.5, 66.3, {}},
};

constexpr const char* kPrefix = "mobilenet_v1_";

Publication slim_publication(const PublishedModel& model) {
  return {.kind = Publication::Kind::SlimArchive,
          .model = &model,
          .file = model.stem + ".tgz",
          .address = kSlimAddress};
}

Publication keras_publication(const PublishedModel& model, bool include_top) {
  return {.kind = Publication::Kind::KerasWeights,
          .model = &model,
          .include_top = include_top,
          .file = keras_weights_file(model.alpha, model.resolution, include_top),
          .address = kKerasAddress};
}

}  // namespace

Architecture PublishedModel::slim() const {
  auto architecture =
      slim_architecture({.alpha = alpha, .height = resolution, .width = resolution});
  SLIMC_CHECK(architecture.has_value(), "a published network that slim would refuse");
  return std::move(*architecture);
}

Architecture PublishedModel::keras() const {
  KerasMobileNetOptions options;
  options.input_shape = {resolution, resolution, 3};
  options.alpha = alpha;
  SilentReporter nobody;
  auto architecture = keras_architecture(options, nobody);
  SLIMC_CHECK(architecture.has_value(), "a published network that Keras would refuse");
  return std::move(*architecture);
}

const std::vector<PublishedModel>& published_models() {
  static const std::vector<PublishedModel> models = [] {
    std::vector<PublishedModel> list;
    for (const Row& row : kRows) {
      list.push_back({.name = fmt::format("{}{}_{}", kPrefix, row.alpha, row.resolution),
                      .alpha = row.value,
                      .resolution = row.resolution,
                      .slim_top1 = row.slim_top1,
                      .slim_top5 = row.slim_top5,
                      .keras_top1 = row.keras_top1,
                      .stem = fmt::format("{}{}_{}", kPrefix, row.on_server, row.resolution)});
    }
    return list;
  }();
  return models;
}

std::string Publication::name_on_disk() const {
  return kind == Kind::SlimArchive ? model->name : file;
}

std::string Publication::model_on_disk() const {
  return kind == Kind::SlimArchive ? model->name + "/" + model->stem + ".ckpt" : file;
}

Architecture Publication::architecture() const {
  if (kind == Kind::SlimArchive) return model->slim();
  Architecture architecture = model->keras();
  if (!include_top) {
    architecture.classes = 0;
    architecture.pooling = GlobalPooling::None;
  }
  return architecture;
}

std::vector<Publication> publications_of(const PublishedModel& model) {
  return {slim_publication(model), keras_publication(model, true), keras_publication(model, false)};
}

Result<Publication> find_publication(const std::string& name) {
  std::string wanted = name;
  std::transform(wanted.begin(), wanted.end(), wanted.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const PublishedModel& model : published_models()) {
    const bool named = wanted == model.name || wanted == model.stem ||
                       kPrefix + wanted == model.name || kPrefix + wanted == model.stem;
    for (const Publication& publication : publications_of(model)) {
      const bool archive = publication.kind == Publication::Kind::SlimArchive;
      if (wanted == publication.file || (archive && named)) return publication;
    }
  }
  std::vector<std::string> names;
  std::vector<std::string> files;  // and names, for who has mistyped one
  for (const PublishedModel& model : published_models()) {
    names.push_back(model.name);
    files.push_back(model.name);
    for (const Publication& publication : publications_of(model)) files.push_back(publication.file);
  }
  return fail({.subject = "'" + name + "'",
               .message = fmt::format("is none of the published models: {}; nor one of Keras' "
                                      "files, mobilenet_1_0_224_tf.h5 to "
                                      "mobilenet_2_5_128_tf_no_top.h5{}",
                                      fmt::join(names, ", "), did_you_mean(name, files)),
               .blame = Blame::Usage});
}

}  // namespace slimc::frontend
