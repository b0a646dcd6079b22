#include "tests/text/libraries.h"

#include <gtest/gtest.h>

#include "compiler/objects/weights_file.h"

namespace slimc::testing {
namespace {

void put_weights_into_a_file(Library& library) {
  library.external_weights = true;
  library.weights_file = write_weights_file(library).layout;
}

void add_output(Plan& plan) {
  Stage pool = plan.stages[2];
  pool.name = "pool";
  pool.output = -1;
  pool.network_output = 1;
  pool.needed_by = 2;
  Argument& to = pool.variants[0].arguments.back();
  to.source = Argument::Source::NetworkOutput;
  to.buffer = -1;
  to.network_output = 1;
  to.offset = 0;
  for (Stage& stage : plan.stages) stage.needed_by = 3;
  plan.stages.back().needed_by = 1;
  plan.stages.push_back(pool);
  plan.outputs.push_back({"pool", "pool", {2, 4, 4, 5}});
}

void scale_channels_one_by_one(Plan& plan) {
  plan.pixels = {.scale = {0.5, 0.25, 0.125},
                 .offset = {-1, -2, -3},
                 .order = ChannelOrder::Bgr,
                 .source = PixelEncoding::Source::User,
                 .evidence = ""};
}

}  // namespace

Target target(const std::string& name) {
  auto parsed = parse_target(name);
  EXPECT_TRUE(parsed.has_value()) << name;
  return std::move(parsed).value_or(Target());
}

TargetPlan code_of(Plan plan) { return library_of(std::move(plan), target("host")).targets[0]; }

Library tiny_library() { return library_of(tiny_plan(), target("host")); }

Library library_of_several_targets() {
  Library library = library_of(tiny_plan(), target("x86-64-v3"));
  library.targets.push_back(library.targets.front());
  library.targets[1].target = target("x86-64");
  library.targets[0].suffix = "x86_64_v3";
  library.targets[1].suffix = "x86_64";
  return library;
}

Library library_with_external_weights() {
  Library library = tiny_library();
  put_weights_into_a_file(library);
  return library;
}

Library library_of_several_outputs() {
  Library library = tiny_library();
  add_output(library.targets[0].plan);
  return library;
}

Library library_without_labels() {
  Library library = tiny_library();
  library.labels = {};
  return library;
}

Library library_without_threads() {
  Library library = tiny_library();
  library.no_threads = true;
  return library;
}

Library library_of_one_image() {
  Library library = tiny_library();
  Plan& plan = library.targets[0].plan;
  plan.input_shape = {1, kSize, kSize, kInputChannels};
  plan.outputs[0].shape = {1, kClasses};
  return library;
}

Library library_of_bgr_bytes() {
  Library library = tiny_library();
  scale_channels_one_by_one(library.targets[0].plan);
  return library;
}

std::vector<std::pair<std::string, Library>> libraries_of_all_shapes() {
  Library several_external = library_of_several_targets();
  put_weights_into_a_file(several_external);
  Library several_without_threads = library_of_several_targets();
  several_without_threads.no_threads = true;
  Library external_without_threads = library_with_external_weights();
  external_without_threads.no_threads = true;
  Library outputs_of_bytes = library_of_several_outputs();
  scale_channels_one_by_one(outputs_of_bytes.targets[0].plan);
  return {{"one target", tiny_library()},
          {"several targets", library_of_several_targets()},
          {"external weights", library_with_external_weights()},
          {"several outputs", library_of_several_outputs()},
          {"no labels", library_without_labels()},
          {"no threads", library_without_threads()},
          {"one image", library_of_one_image()},
          {"channels by themselves", library_of_bgr_bytes()},
          {"several targets, external weights", std::move(several_external)},
          {"several targets, no threads", std::move(several_without_threads)},
          {"external weights, no threads", std::move(external_without_threads)},
          {"several outputs, channels by themselves", std::move(outputs_of_bytes)}};
}

}  // namespace slimc::testing
