#include "frontend/keras/hdf5/walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/keras/hdf5/handle.h"
#include "frontend/keras/hdf5/limits.h"
#include "frontend/keras/hdf5/strings.h"
#include "frontend/keras/hdf5/values.h"

namespace slimc::hdf5 {
namespace {

// Training's; as large as the network, or twice. The second is Keras 3's, whose files have no names
// of layers; in others a layer may be called so.
constexpr const char* kOptimizer = "optimizer_weights";
constexpr const char* kOptimizerOfKeras3 = "optimizer";

// Attributes of Keras' that are one string or a list.
constexpr const char* kAttributes[] = {"model_config", "keras_version", "backend", "layer_names",
                                       "weight_names"};
// Lists of more than 64 kB are split: layer_names0, layer_names1 and so on
// (keras/saving/legacy/hdf5_format.py, save_attributes_to_hdf5_group).
constexpr const char* kSplitAttributes[] = {"layer_names", "weight_names"};

// Where Keras 3 has a layer's variables.
constexpr const char* kVariables = "vars";
constexpr std::string_view kVariablesEnd = "/vars";

struct Link {
  std::string name;
  H5L_type_t type = H5L_TYPE_ERROR;
};

class Walk {
 public:
  explicit Walk(std::int64_t file_bytes)
      : values_{.elements = kMaxElements,
                .bytes = std::min(file_bytes, kMaxElements * 8) * kMaxExpansion} {}

  Tree take() { return std::move(tree_); }

  void root(hid_t root) {
    H5O_info_t info;
    if (H5Oget_info(root, &info) >= 0) around_.push_back(info.addr);
    group(root, "", 0);
  }

 private:
  void group(hid_t group, const std::string& path, int depth) {
    Object* object = add(path);
    if (object == nullptr) return;
    read_attributes(group, *object);
    if (!object->problem().empty()) return;
    if (depth > kMaxDepth) {
      return fail(*object, fmt::format("groups are nested deeper than {}", kMaxDepth));
    }
    std::vector<Link> links;
    if (H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, collect, &links) < 0) {
      return fail(*object, "its members cannot be listed: " + last_reason());
    }
    for (const Link& link : links) {
      if (path.empty() && (link.name == kOptimizer ||
                           (link.name == kOptimizerOfKeras3 && !has_layer_names(group)))) {
        continue;
      }
      member(group, link, path.empty() ? link.name : path + "/" + link.name, depth);
    }
  }

  static bool has_layer_names(hid_t group) {
    return H5Aexists(group, "layer_names") > 0 || H5Aexists(group, "layer_names0") > 0;
  }

  // Null where no more are read.
  Object* add(const std::string& path) {
    if (tree_.objects_size() > kMaxObjects || problems_ > kMaxProblems) return nullptr;
    Object* object = tree_.add_objects();
    object->set_path(path);
    if (tree_.objects_size() <= kMaxObjects) return object;
    fail(*object, fmt::format("is one of more than {} objects", kMaxObjects));
    return nullptr;
  }

  void fail(Object& object, std::string problem) {
    if (++problems_ <= kMaxProblems) {
      object.set_problem(std::move(problem));
    } else {
      tree_.set_problems_left_out(true);
      tree_.mutable_objects()->RemoveLast();
    }
  }

  static herr_t collect(hid_t, const char* name, const H5L_info_t* info, void* result) {
    auto& links = *static_cast<std::vector<Link>*>(result);
    links.push_back({name, info->type});
    return links.size() > static_cast<std::size_t>(kMaxObjects) ? 1 : 0;
  }

  void member(hid_t parent, const Link& link, const std::string& path, int depth) {
    if (link.type != H5L_TYPE_HARD) {
      if (Object* object = add(path)) {
        fail(*object, "is a link to another place or file; slimc does not follow links");
      }
      return;
    }
    const Handle opened(H5Oopen(parent, link.name.c_str(), H5P_DEFAULT), H5Oclose);
    if (!opened.valid()) {
      const std::string reason = last_reason();
      if (Object* object = add(path)) fail(*object, "cannot be opened: " + reason);
      return;
    }
    const H5I_type_t type = H5Iget_type(opened.get());
    if (type == H5I_GROUP) {
      H5O_info_t info;
      if (H5Oget_info(opened.get(), &info) < 0) return;
      if (std::find(around_.begin(), around_.end(), info.addr) != around_.end()) {
        if (Object* object = add(path)) fail(*object, "is a group that holds itself");
        return;
      }
      around_.push_back(info.addr);
      group(opened.get(), path, depth + 1);
      around_.pop_back();
      return;
    }
    if (type == H5I_DATASET) return dataset(opened.get(), path);
  }

  void dataset(hid_t dataset, const std::string& path) {
    Object* object = add(path);
    if (object == nullptr) return;
    std::string problem = read_values(dataset, values_, *object->mutable_dataset());
    if (problem.empty()) return;
    object->clear_dataset();
    fail(*object, std::move(problem));
  }

  void read_attributes(hid_t group, Object& object) {
    const std::string& path = object.path();
    if (path == kVariables || (path.size() > kVariablesEnd.size() &&
                               path.substr(path.size() - kVariablesEnd.size()) == kVariablesEnd)) {
      read_attribute(group, "name", object);  // of the layer, from Keras 3.6 on
      return;
    }
    for (const char* name : kAttributes) {
      if (!read_attribute(group, name, object)) return;
    }
    for (const char* name : kSplitAttributes) {
      for (int i = 0;; ++i) {
        const int before = object.attributes_size();
        if (!read_attribute(group, name + std::to_string(i), object)) return;
        if (object.attributes_size() == before) break;
      }
    }
  }

  // False after a problem. An attribute that is not there is none.
  bool read_attribute(hid_t group, const std::string& name, Object& object) {
    const htri_t exists = H5Aexists(group, name.c_str());
    if (exists == 0) return true;
    if (exists < 0) {
      fail(object, "its attributes cannot be read: " + last_reason());
      return false;
    }
    auto strings = read_strings(group, name, text_);
    if (auto* problem = std::get_if<Problem>(&strings)) {
      fail(object, std::move(problem->message));
      return false;
    }
    Attribute* attribute = object.add_attributes();
    attribute->set_name(name);
    for (std::string& text : std::get<0>(strings)) attribute->add_values(std::move(text));
    return true;
  }

  Tree tree_;
  TextBudget text_{kMaxText, kMaxStrings};
  ValueBudget values_;
  int problems_ = 0;
  std::vector<haddr_t> around_;  // addresses of the groups that we are in
};

}  // namespace

Tree walk(hid_t root, std::int64_t file_bytes) {
  Walk walk(file_bytes);
  walk.root(root);
  return walk.take();
}

}  // namespace slimc::hdf5
