// A network small enough to compute by hand, with all that a plan can ask of the generated source:
// two images a batch, tasks, halos in memory that was something else before, scratch, a task's row
// as a scalar, a kernel that two stages share, and an 8-bit variant. Its kernels are
// tiny_kernels.cc.
//
//   conv_0   4x4x3 -> 4x4x5:  a[y][x][co] = sum over ci of image[y][x][ci] * pointwise[ci][co]
//   block_1  4x4x5 -> 4x4x5:  b[y][x][c] = sum over dy of a[y-1+dy][x][c] * vertical[dy][c]
//   block_2  4x4x5 -> 4x4x5:  c = the same of b
//   logits   4x4x5 -> 6:      out[k] = sum over all of c[y][x][ch] * classifier[k][ch]
//
// Pixels have room for 8 channels; the last three are zeros.
#pragma once

#include "compiler/plan/library.h"
#include "tests/runtime/tiny_shape.h"

namespace slimc::testing {

float tiny_weight(int index);

// With and without WordNet ids, and what C would read otherwise or a line has no room for.
ClassLabels tiny_labels();

Plan tiny_plan();

// The graph that the plan's weights are a constant of.
Graph tiny_graph();

// A library without objects, for the writers of texts.
Library library_of(Plan plan, const Target& target, ClassLabels labels = tiny_labels());

// Its weights as an object.
Result<std::string> weights_object_of(const Library& library);

}  // namespace slimc::testing
