// What the plan's verifier notices.
#include <gmock/gmock.h>

#include "tests/plan/published.h"

namespace slimc {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using testing::published;

// Each change alone, and the words that the verifier must find for it.
TEST(VerifyPlan, FindsWhatIsBroken) {
  const Plan good = published(0.25, 128);
  const auto expect_problem = [&good](auto change, const char* words) {
    Plan plan = good;
    change(plan);
    EXPECT_THAT(verify(plan), Contains(HasSubstr(words))) << words;
  };
  expect_problem([](Plan& p) { p.buffers[1].offset = p.buffers[0].offset; }, "share memory");
  expect_problem([](Plan& p) { p.buffers[0].offset = 4; }, "of an arena of");
  expect_problem([](Plan& p) { p.arena_bytes -= 64; }, "of an arena of");
  expect_problem([](Plan& p) { p.buffers[2].channel_stride = 1; }, "apart");
  expect_problem([](Plan& p) { ++p.stages[1].tasks; }, "stage 'block_1', argument 'in'");
  expect_problem([](Plan& p) { p.stages[3].tasks = 0; }, "0 tasks");
  expect_problem([](Plan& p) { p.stages[0].variants[0].kernel = 99; }, "kernel 99");
  expect_problem([](Plan& p) { p.stages[2].inputs[0] = 5; }, "does not live here");
  expect_problem([](Plan& p) { p.stages[2].output = 0; }, "is not written here");
  expect_problem([](Plan& p) { p.stages[4].output = -1; }, "is written by 2 stages");
  expect_problem([](Plan& p) { p.weights[2].layout.rows = 1; }, "argument 'depthwise_weights'");
  expect_problem([](Plan& p) { p.stages[1].variants[0].arguments[1].weights = 99; },
                 "no block 99 of weights");
  expect_problem([](Plan& p) { p.weights[1].offset -= 64; }, "a block of weights at byte");
  expect_problem([](Plan& p) { p.weights_bytes += 64; }, "blocks of weights up to byte");
  expect_problem([](Plan& p) { p.stages[0].variants.pop_back(); },
                 "1 variants, expected one for floats and one for bytes");
  expect_problem([](Plan& p) { p.stages[0].variants.clear(); }, "no variants");
  expect_problem([](Plan& p) { p.stages[2].inputs.push_back(p.stages[2].inputs[0]); },
                 "stage 'block_2': no argument of its kernel is its input 0");
  expect_problem([](Plan& p) { p.stages[0].inputs.push_back(-1); },
                 "stage 'conv_0': no argument of its kernel is its input 0");
  expect_problem([](Plan& p) { p.stages[1].scratch_bytes = 64; }, "argument 'scratch'");
  expect_problem([](Plan& p) { p.scratch_bytes = 64; },
                 "bytes of scratch, and each further thread has 64");
  expect_problem([](Plan& p) { p.stages[1].scratch_offset -= 64; },
                 "stage 'block_1': its scratch and buffer 'conv_0' share memory");
  expect_problem([](Plan& p) { p.stages[1].scratch_bytes += 64; },
                 "stage 'block_1': its scratch and buffer 'block_1' share memory");
  expect_problem([](Plan& p) { p.stages[1].scratch_offset = p.arena_bytes; },
                 "stage 'block_1': scratch in bytes");
  expect_problem(
      [](Plan& p) {
        p.outputs[0].shape = {1, 1000};
      },
      "stage 'softmax', argument 'out'");
}

// Of a plan whose buffers have gaps: a kernel that walks one as if it had none reads and writes
// what it may, and all pixels but the first are wrong.
TEST(VerifyPlan, FindsArgumentsThatDoNotStepFromPixelToPixel) {
  const Plan good = published(1.0, 224);
  int found = 0;
  for (std::size_t i = 0; i < good.stages.size(); ++i) {
    for (std::size_t a = 0; a < good.stages[i].variants[0].arguments.size(); ++a) {
      const Argument& argument = good.stages[i].variants[0].arguments[a];
      if (argument.source != Argument::Source::Arena || argument.dims.size() < 2) continue;
      const Buffer& buffer = good.buffers[static_cast<std::size_t>(argument.buffer)];
      if (buffer.channel_stride == buffer.padded_channels || argument.dims[1].extent < 2) continue;
      ++found;
      Plan plan = good;
      plan.stages[i].variants[0].arguments[a].dims[1].stride = buffer.padded_channels;
      EXPECT_THAT(verify(plan),
                  Contains(HasSubstr("argument '" + argument.name + "': its pixels are not ")))
          << good.stages[i].name;
    }
  }
  EXPECT_GE(found, 4);
}

}  // namespace
}  // namespace slimc
