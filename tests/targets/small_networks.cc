#include "tests/targets/small_networks.h"

#include "tests/common/graph_builder.h"

namespace slimc::testing {

Graph small_classifier() {
  GraphBuilder b({1, 23, 17, 3}, 11);
  Value x = b.relu6(b.conv(b.input(), 3, 13, /*stride=*/2, /*bias=*/true));
  // 12 rows: the block is one stage.
  x = b.relu6(b.depthwise(x, 3, 1, 1, true));
  x = b.relu6(b.conv(x, 1, 21, 1, true));
  // A depthwise alone.
  x = b.relu6(b.depthwise(x, 3, 2, 1, true));
  x = b.add(OpKind::Dropout, {x});
  // 6 rows: two stages.
  x = b.relu6(b.depthwise(x, 3, 1, 1, true));
  x = b.add(OpKind::Relu, {b.conv(x, 1, 30, 1, true)});
  x = b.add(OpKind::AvgPool, {x}, PoolAttributes{.kernel_h = 6, .kernel_w = 5});
  x = b.conv(x, 1, 37, 1, true);
  return b.finish(b.add(OpKind::Softmax, {x}));
}

Graph small_features() {
  GraphBuilder b({2, 21, 34, 5}, 12);
  Value x = b.relu6(b.conv(b.input(), 3, 11, 1, true));
  x = b.relu6(b.depthwise(x, 5, 2, 2, true));
  x = b.relu6(b.conv(x, 1, 19, 1, true));
  // A block with a shortcut around it.
  const Value y = b.conv(b.relu6(b.depthwise(x, 3, 1, 1, true)), 1, 19, 1, true);
  x = b.relu6(b.add(OpKind::Add, {x, y}));
  return b.finish(
      b.add(OpKind::MaxPool, {x},
            PoolAttributes{.kernel_h = 2, .kernel_w = 3, .stride_h = 2, .stride_w = 2}));
}

Graph long_sums() {
  GraphBuilder b({1, 16, 18, 3}, 14);
  Value x = b.relu6(b.conv(b.input(), 3, 200, /*stride=*/2, /*bias=*/true));
  x = b.relu6(b.depthwise(x, 3, 1, 1, true));
  x = b.relu6(b.conv(x, 1, 203, 1, true));
  x = b.relu6(b.depthwise(x, 3, 2, 1, true));
  x = b.relu6(b.conv(x, 1, 200, 1, true));
  return b.finish(b.conv(x, 1, 24, 1, true));
}

Graph smallest_network() {
  GraphBuilder b({1, 1, 1, 4}, 13);
  return b.finish(b.add(OpKind::Softmax, {b.conv(b.input(), 1, 5, 1, true)}));
}

}  // namespace slimc::testing
