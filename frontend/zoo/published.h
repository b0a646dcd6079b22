// The 16 networks of the family whose weights are published, and where.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "frontend/mobilenet/architecture.h"
#include "support/result.h"

namespace slimc::frontend {

// Accuracies are percent of ImageNet's validation images.
struct PublishedModel {
  std::string name;  // "mobilenet_v1_0.50_160"
  double alpha = 1;
  std::int64_t resolution = 224;
  // Of the float models, from slim's table (kSlimTable).
  double slim_top1 = 0, slim_top5 = 0;
  // From the docstring of Keras' applications/mobilenet.py (kKerasTable), which has seven of them.
  std::optional<double> keras_top1;
  // As it is called on the server, which writes 0.5 for 0.50: "mobilenet_v1_0.5_160". The files in
  // the archive begin with it.
  std::string stem;

  Architecture slim() const;   // 1001 classes
  Architecture keras() const;  // 1000 classes
};

inline constexpr const char* kSlimTable =
    "https://github.com/tensorflow/models/blob/master/research/slim/nets/mobilenet_v1.md";
inline constexpr const char* kKerasTable =
    "https://github.com/tensorflow/tensorflow/blob/r1.9/tensorflow/python/keras/applications/"
    "mobilenet.py";

// The addresses that slim's table links to, and that r1.9's mobilenet.py loads from.
inline constexpr const char* kSlimAddress =
    "http://download.tensorflow.org/models/mobilenet_v1_2018_02_22/";
inline constexpr const char* kKerasAddress =
    "https://github.com/fchollet/deep-learning-models/releases/download/v0.6/";

// From the largest to the smallest.
const std::vector<PublishedModel>& published_models();

// One file on a server, and what it becomes here.
struct Publication {
  enum class Kind { SlimArchive, KerasWeights };
  Kind kind = Kind::SlimArchive;
  const PublishedModel* model = nullptr;
  bool include_top = true;  // of KerasWeights
  std::string file;         // "mobilenet_v1_1.0_224.tgz", "mobilenet_1_0_224_tf.h5"
  std::string address;      // of its folder

  // Under the models' folder: the folder of an archive's files, or the .h5 itself.
  std::string name_on_disk() const;
  // What the compiler takes, under the models' folder.
  std::string model_on_disk() const;
  // The network whose weights these are.
  Architecture architecture() const;
};

// Its archive and Keras' files with and without a top.
std::vector<Publication> publications_of(const PublishedModel& model);

// By the name of a model (with 0.5 or 0.50, with or without "mobilenet_v1_"), of its archive or of
// Keras' file. A failure lists the names that there are.
Result<Publication> find_publication(const std::string& name);

}  // namespace slimc::frontend
