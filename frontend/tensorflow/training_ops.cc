#include "frontend/tensorflow/training_ops.h"

#include <set>

namespace slimc::frontend {

bool is_assignment(const std::string& op) {
  // Assign, AssignSub, AssignSubVariableOp, ScatterUpdate, ...
  const bool is_function = op == "ScatterNd" || op == "ScatterNdNonAliasingAdd";
  return op.starts_with("Assign") || (op.starts_with("Scatter") && !is_function) ||
         op.starts_with("ResourceScatter");
}

bool is_training_op(const std::string& op) {
  static const std::set<std::string> ops = {
      "SoftmaxCrossEntropyWithLogits",
      "SparseSoftmaxCrossEntropyWithLogits",
      "L2Loss",
      "CTCLoss",
      "InTopK",
      "InTopKV2",
      "Assert",
      "PrintV2",
      "SaveV2",
      "Save",
      "SaveSlices",
      "NoOp",
  };
  return ops.count(op) != 0 || is_assignment(op) || op.starts_with("Apply") ||
         op.starts_with("ResourceApply") || op.starts_with("SparseApply") ||
         op.starts_with("Debug") || op.ends_with("Summary") || op.ends_with("SummaryV2") ||
         op.ends_with("Grad") || op.ends_with("GradV3") || op.ends_with("GradV2") ||
         op.find("Backprop") != std::string::npos;
}

bool is_choice(const std::string& op) {
  return op == "ArgMax" || op == "ArgMin" || op == "TopK" || op == "TopKV2";
}

bool follows_choice(const std::string& op) {
  static const std::set<std::string> ops = {
      "Cast",       "Identity", "IdentityN", "Squeeze",         "Reshape",           "ExpandDims",
      "AsString",   "Gather",   "GatherV2",  "HashTableLookup", "LookupTableFind",   "StopGradient",
      "StringJoin", "Equal",    "NotEqual",  "StringFormat",    "LookupTableFindV2",
  };
  return ops.count(op) != 0;
}

bool is_arithmetic(const std::string& op) {
  static const std::set<std::string> ops = {
      "Cast", "Sum",  "RealDiv", "Div",   "Minimum", "Maximum",    "ClipByValue",
      "Mul",  "Sub",  "Add",     "AddV2", "Neg",     "Square",     "Pow",
      "Exp",  "Sqrt", "Inv",     "Max",   "Rsqrt",   "Reciprocal", "SquaredDifference",
  };
  return ops.count(op) != 0;
}

bool is_shape_only(const std::string& op) {
  static const std::set<std::string> ops = {"Shape", "ShapeN",    "Rank",
                                            "Size",  "ZerosLike", "OnesLike"};
  return ops.count(op) != 0;
}

bool prepares_images(const std::string& op) {
  static const std::set<std::string> ops = {
      "CropAndResize",    "ExtractGlimpse", "RandomCrop",       "ReadFile", "RGBToHSV",  "HSVToRGB",
      "AdjustContrastv2", "AdjustHue",      "AdjustSaturation", "Reverse",  "ReverseV2",
  };
  return ops.count(op) != 0 || op.starts_with("Resize") || op.starts_with("Decode") ||
         op.starts_with("ScaleAndTranslate");
}

}  // namespace slimc::frontend
