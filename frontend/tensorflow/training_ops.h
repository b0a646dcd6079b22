// Ops that are no part of what a network computes of an image, though they read what it computes.
#pragma once

#include <string>

namespace slimc::frontend {

// Losses, gradients, optimisers, summaries, metrics, assertions: what comes from them is about
// training or watching a network, never a result of it.
bool is_training_op(const std::string& op);

// Changes a variable: averages of training, counters of metrics.
bool is_assignment(const std::string& op);

// Chooses among the numbers of a result (the best class, the best five) and computes none.
bool is_choice(const std::string& op);

// What turns a choice into something to read: indices to other types, to names of classes.
bool follows_choice(const std::string& op);

// Computes elements of elements, and is no activation: what losses are written out of.
bool is_arithmetic(const std::string& op);

// Tells a tensor's shape or type, whatever its elements are.
bool is_shape_only(const std::string& op);

// A class of the ops that applications put in front of a network: they read, decode or resize.
bool prepares_images(const std::string& op);

}  // namespace slimc::frontend
