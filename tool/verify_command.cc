// slimc verify: compiled stages against the double-precision reference.
#include <fmt/format.h>

#include <memory>
#include <random>

#include "tool/command.h"
#include "tool/image.h"
#include "tool/npy.h"
#include "tool/table.h"
#include "tool/verification.h"

namespace slimc {
namespace {

struct Options {
  ModelOptions model;
  CompilationOptions compilation;
  std::filesystem::path image, input;
  std::uint32_t seed = 1;
  double tolerance = 1e-5;
  int threads = 1;
};

// Uniform over what the network takes for 0 to 255, and any bytes. std::mt19937's numbers are the
// same everywhere, those of the library's distributions are not.
VerificationInput random_input(const Plan& plan, std::uint32_t seed) {
  std::mt19937 random(seed);
  VerificationInput input;
  const std::int64_t elements = plan.input_shape.elements();
  const auto channels = static_cast<std::size_t>(plan.input_shape[3]);
  constexpr double kWholeRange = 4294967295.0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(elements); ++i) {
    const double channel = static_cast<double>(random()) / kWholeRange * 255;
    input.values.push_back(static_cast<float>(channel * plan.pixels.scale_of(i % channels) +
                                              plan.pixels.offset_of(i % channels)));
  }
  for (std::int64_t i = 0; i < elements; ++i) {
    input.bytes.push_back(static_cast<std::uint8_t>(random() >> 24));
  }
  return input;
}

Result<VerificationInput> input_from_image(const std::filesystem::path& path, const Plan& plan) {
  const Shape& shape = plan.input_shape;
  SLIMC_TRY(check_takes_photos(shape));
  SLIMC_ASSIGN(const Image image, read_image(path));
  const std::vector<float> values =
      preprocess_for_evaluation(image, shape[1], shape[2], shape[3], plan.pixels);
  const std::vector<std::uint8_t> bytes = preprocess_to_bytes(image, shape[1], shape[2], shape[3]);
  VerificationInput input;
  for (std::int64_t i = 0; i < shape[0]; ++i) {
    input.values.insert(input.values.end(), values.begin(), values.end());
    input.bytes.insert(input.bytes.end(), bytes.begin(), bytes.end());
  }
  return input;
}

Result<VerificationInput> input_from_array(const std::filesystem::path& path, const Plan& plan) {
  SLIMC_ASSIGN(NpyArray array, read_npy(path));
  if (!array.is_float() || array.shape != plan.input_shape) {
    return fail({.file = path.string(),
                 .message = fmt::format("{} array of shape {}, expected float32 of {}",
                                        array.is_float() ? "float32" : "uint8",
                                        array.shape.to_string(), plan.input_shape.to_string())});
  }
  return VerificationInput{std::get<std::vector<float>>(std::move(array.data)), {}};
}

Result<VerificationInput> choose_input(const Options& options, const Plan& plan) {
  if (!options.image.empty()) return input_from_image(options.image, plan);
  if (!options.input.empty()) return input_from_array(options.input, plan);
  return random_input(plan, options.seed);
}

Json to_json(const Verification& verification, bool ok) {
  Json stages = Json::array();
  for (const StageError& stage : verification.stages) {
    stages.push_back({{"name", stage.name},
                      {"max_abs_error", stage.error.max_abs},
                      {"max_rel_error", stage.error.max_rel}});
  }
  const auto& rounding = verification.max_abs_rounding;
  return {{"ok", ok},
          {"max_abs_error", verification.max_abs_error},
          {"max_abs_rounding", rounding ? Json(*rounding) : Json(nullptr)},
          {"magnitude", verification.magnitude},
          {"stages", stages}};
}

std::string to_text(const Verification& verification, double tolerance) {
  constexpr auto kRight = Table::Align::Right;
  Table table({{"stage"}, {"max abs error", kRight}, {"max rel error", kRight}, {""}});
  for (const StageError& stage : verification.stages) {
    table.add({stage.name, fmt::format("{:.2e}", stage.error.max_abs),
               fmt::format("{:.2e}", stage.error.max_rel),
               stage.error.max_rel <= tolerance ? "" : "too large"});
  }
  table.add_rule();
  table.add({"whole network", fmt::format("{:.2e}", verification.max_abs_error), "",
             verification.result_within(tolerance) ? "" : "too large"});
  if (verification.max_abs_rounding) {
    table.add({"against 32-bit weights", fmt::format("{:.2e}", *verification.max_abs_rounding), "",
               "by rounding them"});
  }
  return table.to_string();
}

Result<void> verify(const Options& options, Console& console) {
  if (!options.image.empty() && !options.input.empty()) {
    return fail(
        {.message = "--image and an array for --input exclude each other", .blame = Blame::Usage});
  }
  SLIMC_ASSIGN(const BuiltNetwork built,
               build_network(options.model, options.compilation, console));
  SLIMC_ASSIGN(const VerificationInput input, choose_input(options, built.library.plan()));
  SLIMC_ASSIGN(const Verification verification,
               verify_network(built, input, options.threads, console));
  const bool ok = verification.within(options.tolerance);
  if (console.json()) {
    console.print_json(to_json(verification, ok));
  } else {
    console.print(to_text(verification, options.tolerance));
  }
  if (ok) return {};
  return fail(
      {.file = built.imported.file,
       .message = fmt::format("the compiled network differs from the reference by more than "
                              "{:g}",
                              options.tolerance)});
}

}  // namespace

void add_verify_command(CLI::App& app, Action& action) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = add_subcommand(
      app, "verify", "Compare compiled code with a double-precision reference",
      "What is compared: the network is compiled for this machine and run here. Each\n"
      "stage alone gets the reference's values, rounded to float, as its input; its\n"
      "output is compared with the reference's (naive double-precision loops over the\n"
      "graph that the stages were made of). max_rel_error is the largest difference\n"
      "over the largest magnitude in the reference's output of that stage. Then the\n"
      "whole network runs untouched; its results are compared with the reference on\n"
      "the graph as imported, before any pass: that is max_abs_error at the top. The\n"
      "8-bit entry is compared too, against what --input says of pixels.\n"
      "ok: max_rel_error of each stage is at most the tolerance, and so is max_abs_error\n"
      "at the top, divided by the results' largest magnitude where that is above 1\n"
      "(features and logits). If not, the exit status is 1.\n"
      "With --weights-type f16 the reference of results has the rounded weights too, so\n"
      "that the tolerance is one for the code; max_abs_rounding is their largest\n"
      "difference from the graph as imported, with its 32-bit weights.\n"
      "\n"
      "Examples:\n"
      "  slimc verify net.ckpt\n"
      "  slimc verify net.ckpt --image photo.jpg --threads 2\n"
      "  slimc verify net_frozen.pb --schedule mullapudi2016 --json");
  add_model_options(*command, options->model, &options->input);
  command->add_option("--image", options->image, "A photo as input, instead of random numbers")
      ->type_name("FILE");
  command
      ->add_option("--seed", options->seed,
                   "Seed of the random input, uniform over what pixels become")
      ->type_name("N")
      ->capture_default_str();
  command->add_option("--tolerance", options->tolerance, "Largest error that is fine")
      ->type_name("X")
      ->check(positive())
      ->capture_default_str();
  command->add_option("--threads", options->threads, "Threads that compute")
      ->type_name("N")
      ->check(at_least(1))
      ->capture_default_str();
  add_compilation_options(*command, options->compilation);
  add_output_options(*command, action,
                     "ok, max_abs_error, max_abs_rounding, magnitude, stages [{name, "
                     "max_abs_error, max_rel_error}]");
  command->callback([options, &action] {
    action.run = [options](Console& console) { return verify(*options, console); };
  });
}

}  // namespace slimc
