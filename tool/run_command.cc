// slimc run: photos or arrays through a compiled network.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <span>

#include "support/encode.h"
#include "support/files.h"
#include "support/output_place.h"
#include "tool/build_network.h"
#include "tool/command.h"
#include "tool/image.h"
#include "tool/npy.h"

namespace slimc {
namespace {

using namespace std::string_literals;

struct Options {
  ModelOptions model;
  CompilationOptions compilation;
  std::vector<std::filesystem::path> photos;
  std::filesystem::path input, output;
  int top = 5;
  int threads = 1;
};

// Images in the form that the network takes, one behind the other, and what to call each.
struct Inputs {
  std::vector<std::string> names;
  std::variant<std::vector<float>, std::vector<std::uint8_t>> data;
};

// Results of one image.
struct Classified {
  std::string name;
  std::span<const LoadedPrediction> predictions;  // most probable first
};

Result<Inputs> read_photos(const std::vector<std::filesystem::path>& paths, const Plan& plan,
                           Console& console) {
  SLIMC_TRY(check_takes_photos(plan.input_shape));
  Inputs inputs;
  std::vector<float> values;
  Diagnostics problems;
  for (const std::filesystem::path& path : paths) {
    Result<Image> image = read_image(path);
    if (!image) {
      problems.add(std::move(image).error());
      continue;
    }
    if (!image->warning.empty()) {
      console.warning({.file = path.string(), .message = image->warning});
    }
    const std::vector<float> pixels = preprocess_for_evaluation(
        *image, plan.input_shape[1], plan.input_shape[2], plan.input_shape[3], plan.pixels);
    values.insert(values.end(), pixels.begin(), pixels.end());
    inputs.names.push_back(path.string());
  }
  if (!problems.empty()) return Failure(problems);
  inputs.data = std::move(values);
  return inputs;
}

// An array of [h,w,c], or of any number of images, [n,h,w,c].
Result<Inputs> read_array(const std::filesystem::path& path, const Plan& plan) {
  SLIMC_ASSIGN(NpyArray array, read_npy(path));
  const std::vector<std::int64_t>& dims = array.shape.dims();
  const std::vector<std::int64_t>& wanted = plan.input_shape.dims();
  const bool batched = dims.size() == 4;
  if ((!batched && dims.size() != 3) ||
      !std::equal(wanted.begin() + 1, wanted.end(), dims.end() - 3)) {
    return fail({.file = path.string(),
                 .message = fmt::format("array of shape {}, expected {} or any number of them",
                                        array.shape.to_string(),
                                        Shape({1, wanted[1], wanted[2], wanted[3]}).to_string())});
  }
  Inputs inputs;
  const std::int64_t images = batched ? dims[0] : 1;
  for (std::int64_t i = 0; i < images; ++i) {
    inputs.names.push_back(images == 1 ? path.string() : fmt::format("{}[{}]", path.string(), i));
  }
  inputs.data = std::move(array.data);
  return inputs;
}

// Runs all images, as many at a time as the network's batch; the last batch is filled up with
// zeros. Of each output the results of the images, one behind the other.
template <typename T>
Result<std::vector<std::vector<float>>> run_batches(const BuiltNetwork& built,
                                                    NetworkInstance& instance,
                                                    std::vector<T> images, std::size_t count) {
  const auto batch = static_cast<std::size_t>(built.library.plan().input_shape[0]);
  const auto input_elements = static_cast<std::size_t>(built.input_elements());
  const auto output_elements = static_cast<std::size_t>(built.output_elements());
  const std::size_t runs = (count + batch - 1) / batch;
  images.resize(runs * input_elements);
  std::vector<float> of_run(output_elements);
  const std::vector<PlanOutput>& outputs = built.library.plan().outputs;
  std::vector<std::vector<float>> results(outputs.size());
  for (std::size_t i = 0; i < runs; ++i) {
    SLIMC_TRY(instance.run(&images[i * input_elements], of_run.data()));
    auto from = of_run.begin();
    for (std::size_t k = 0; k < outputs.size(); ++k) {
      const auto end = from + outputs[k].shape.elements();
      results[k].insert(results[k].end(), from, end);
      from = end;
    }
  }
  for (std::size_t k = 0; k < outputs.size(); ++k) {
    results[k].resize(count * (static_cast<std::size_t>(outputs[k].shape.elements()) / batch));
  }
  return results;
}

// A text of the library's that may be missing.
Json text_or_null(const char* text) { return text == nullptr ? Json(nullptr) : Json(text); }

Json to_json(const Classified& image) {
  Json predictions = Json::array();
  for (const LoadedPrediction& prediction : image.predictions) {
    predictions.push_back({{"class", prediction.class_index},
                           {"wordnet_id", text_or_null(prediction.wordnet_id)},
                           {"label", text_or_null(prediction.label)},
                           {"probability", prediction.probability}});
  }
  return {{"predictions", predictions}};
}

void print(const std::vector<Classified>& images, Console& console) {
  if (console.json() && images.size() == 1) {
    console.print_json(to_json(images[0]));
    return;
  }
  if (console.json()) {
    Json list = Json::array();
    for (const Classified& image : images) {
      Json entry = {{"image", image.name}};
      entry.update(to_json(image));
      list.push_back(entry);
    }
    console.print_json({{"images", list}});
    return;
  }
  for (const Classified& image : images) {
    if (images.size() > 1) console.print(printable(image.name) + "\n");
    for (const LoadedPrediction& prediction : image.predictions) {
      const std::string label =
          prediction.label == nullptr ? "" : "  "s + printable(prediction.label);
      console.print(
          fmt::format("{:8.6f}  {:4}{}\n", prediction.probability, prediction.class_index, label));
    }
  }
}

// "out.npy", or of several outputs "out.logits.npy".
std::filesystem::path output_file(const std::filesystem::path& path, const Plan& plan,
                                  std::size_t output) {
  if (plan.outputs.size() == 1) return path;
  std::filesystem::path named = path;
  const std::string extension = path.extension().string();
  named.replace_extension(plan.outputs[output].identifier + extension);
  return named;
}

// Before anything is computed.
Result<void> check_outputs(const Options& options, const Plan& plan) {
  if (options.output.empty()) return {};
  const auto place = output_place(options.output);
  const bool one_stream = place && place->kind != OutputPlace::Kind::File;
  if (plan.outputs.size() > 1 && one_stream) {
    return fail({.subject = fmt::format("--output {}", options.output.string()),
                 .message = fmt::format("is one stream, and the network has {} outputs: expected "
                                        "the name of a file",
                                        plan.outputs.size()),
                 .blame = Blame::Usage});
  }
  OutputFiles files;
  for (std::size_t k = 0; k < plan.outputs.size(); ++k) {
    files.add(output_file(options.output, plan, k), "");
  }
  return files.check();
}

// Of an output for `images` images. Where its own first dimension is not the batch ([classes], say,
// behind a squeeze), the images come in front of it.
Shape shape_for(const Plan& plan, std::size_t output, std::int64_t images) {
  const Shape& shape = plan.outputs[output].shape;
  const std::int64_t batch = plan.input_shape[0];
  std::vector<std::int64_t> dims = shape.dims();
  if (shape.rank() >= 1 && shape[0] == batch && (batch > 1 || shape.rank() > 1)) {
    dims[0] = images;
  } else if (batch == 1) {
    dims.insert(dims.begin(), images);
  } else {
    dims = {images, shape.elements() / batch};
  }
  return Shape(std::move(dims));
}

Result<void> run(const Options& options, Console& console) {
  if (options.photos.empty() == options.input.empty()) {
    return fail({.message = "expected photos or --input, one of the two", .blame = Blame::Usage});
  }
  SLIMC_TRY(console.give_standard_output_to(options.output, "--output"));
  SLIMC_ASSIGN(const BuiltNetwork built,
               build_network(options.model, options.compilation, console));
  const Plan& plan = built.library.plan();
  const std::optional<std::int64_t> class_count = classes(plan);
  if (!class_count && options.output.empty()) {
    return fail({.message = fmt::format("the network gives {} without a classifier, expected "
                                        "--output for it",
                                        plan.outputs.front().shape.to_string()),
                 .blame = Blame::Usage});
  }
  SLIMC_TRY(check_outputs(options, plan));
  SLIMC_ASSIGN(Inputs inputs, options.input.empty() ? read_photos(options.photos, plan, console)
                                                    : read_array(options.input, plan));
  SLIMC_ASSIGN(NetworkInstance instance, built.network.create(options.threads));
  const std::size_t count = inputs.names.size();
  SLIMC_ASSIGN(
      const std::vector<std::vector<float>> results,
      std::visit(
          [&](auto& images) { return run_batches(built, instance, std::move(images), count); },
          inputs.data));

  if (!options.output.empty()) {
    OutputFiles files;
    for (std::size_t k = 0; k < results.size(); ++k) {
      files.add(output_file(options.output, plan, k),
                npy_bytes(shape_for(plan, k, static_cast<std::int64_t>(count)), results[k]));
    }
    SLIMC_TRY(files.commit());
  }
  if (!class_count) return {};
  const auto top = static_cast<std::size_t>(std::min<std::int64_t>(options.top, *class_count));
  SLIMC_ASSIGN(const std::vector<LoadedPrediction> predictions,
               built.network.decode(results.front(), static_cast<int>(top), *class_count));
  std::vector<Classified> classified;
  for (std::size_t i = 0; i < count; ++i) {
    classified.push_back({inputs.names[i], std::span(predictions).subspan(i * top, top)});
  }
  print(classified, console);
  return {};
}

}  // namespace

void add_run_command(CLI::App& app, Action& action) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = add_subcommand(
      app, "run", "Compile a model for this machine and run photos or arrays through it",
      "Photos are JPEG or PNG and get slim's evaluation preprocessing: the central 0.875\n"
      "of height and width, TensorFlow 1's bilinear resizing, and what --input says of\n"
      "pixels; for a network of one channel they become grey. --input FILE.npy, which may\n"
      "stand beside an encoding, is an array that is taken as it is: [n,h,w,c], float32\n"
      "as the network takes it, or uint8. Of several outputs --output out.npy writes\n"
      "out.NAME.npy each, and the first is what is printed.\n"
      "Labels are lines of text, one a class, with or without the WordNet id in front,\n"
      "or Keras' imagenet_class_index.json. There must be as many\n"
      "as classes; ImageNet's 1000 on slim's 1001 classes are aligned, which is said.\n"
      "\n"
      "Examples:\n"
      "  slimc run mobilenet_v1_1.0_224.ckpt photo.jpg --labels labels.txt\n"
      "  slimc run net_frozen.pb *.jpg --labels imagenet_class_index.json --top 1\n"
      "  slimc run net.ckpt --input in.npy --output out.npy");
  add_model_options(*command, options->model, &options->input);
  command->add_option("PHOTO", options->photos, "JPEG or PNG files")->type_name("...");
  command
      ->add_option("--output", options->output,
                   "Write all probabilities, [n,classes] float32 (-: on stdout)")
      ->type_name("FILE.npy");
  add_labels_option(*command, options->compilation);
  command->add_option("--top", options->top, "Classes to print for an image")
      ->type_name("K")
      ->check(at_least(1))
      ->capture_default_str();
  command->add_option("--threads", options->threads, "Threads that compute")
      ->type_name("N")
      ->check(at_least(1))
      ->capture_default_str();
  add_compilation_options(*command, options->compilation);
  add_output_options(
      *command, action,
      "predictions [{class, wordnet_id, label, probability}]; of several images: images [{image, "
      "predictions [...]}]");
  command->callback([options, &action] {
    action.run = [options](Console& console) { return run(*options, console); };
  });
}

}  // namespace slimc
