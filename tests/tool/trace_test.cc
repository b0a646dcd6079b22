#include "tool/trace.h"

#include <gtest/gtest.h>

namespace slimc {
namespace {

// By the "Trace Event Format" of the Chromium project: times in microseconds.
TEST(ChromeTrace, IsWrittenAsItsFormatSays) {
  std::vector<LoadedStage> stages(2);
  stages[0].name = "conv_0";
  stages[0].kind = "first_convolution";
  stages[0].tasks = 4;
  stages[0].multiply_adds = 8000;
  stages[1].name = "pool";
  stages[1].kind = "pool";
  stages[1].tasks = 1;
  const std::vector<TracedPart> parts = {
      {0, {.stage = 0, .thread = 0, .batch_item = 0, .tasks = 3, .begin = 1500, .end = 3500}},
      {0, {.stage = 1, .thread = 0, .batch_item = 0, .tasks = 1, .begin = 4000, .end = 4000}},
      {7, {.stage = 0, .thread = 1, .batch_item = 2, .tasks = 1, .begin = 1500, .end = 2500}},
  };
  const std::string expected = R"json({"displayTimeUnit": "ns", "traceEvents": [
{"name":"process_name","ph":"M","pid":1,"tid":0,"args":{"name":"a \"net\""}},
{"name":"thread_name","ph":"M","pid":1,"tid":0,"args":{"name":"thread 0 (caller)"}},
{"name":"thread_sort_index","ph":"M","pid":1,"tid":0,"args":{"sort_index":0}},
{"name":"thread_name","ph":"M","pid":1,"tid":1,"args":{"name":"thread 1"}},
{"name":"thread_sort_index","ph":"M","pid":1,"tid":1,"args":{"sort_index":1}},
{"name":"conv_0","cat":"first_convolution","ph":"X","pid":1,"tid":0,"ts":1.5,"dur":2.0,"args":{"kind":"first_convolution","tasks":3,"tasks_of_stage":4,"gmacs":3.0,"run":0,"image":0}},
{"name":"pool","cat":"pool","ph":"X","pid":1,"tid":0,"ts":4.0,"dur":0.0,"args":{"kind":"pool","tasks":1,"tasks_of_stage":1,"gmacs":0.0,"run":0,"image":0}},
{"name":"conv_0","cat":"first_convolution","ph":"X","pid":1,"tid":1,"ts":1.5,"dur":1.0,"args":{"kind":"first_convolution","tasks":1,"tasks_of_stage":4,"gmacs":2.0,"run":7,"image":2}}
]}
)json";
  EXPECT_EQ(chrome_trace("a \"net\"", stages, parts), expected);
}

}  // namespace
}  // namespace slimc
