#include "frontend/files_elsewhere.h"
#include "frontend/foreign_forms.h"
#include "frontend/frontend.h"
#include "frontend/integrity.h"
#include "frontend/keras/load_keras.h"
#include "frontend/model_form.h"
#include "frontend/onnx/load_onnx.h"
#include "frontend/pixels.h"
#include "frontend/plausibility.h"
#include "frontend/tensorflow/load_tensorflow.h"
#include "frontend/tflite/load_tflite.h"
#include "support/input_files.h"

namespace slimc::frontend {
namespace {

// What Graph::form says where a reader does not.
std::string_view name_of(ModelForm form) {
  switch (form) {
    case ModelForm::Keras:
      return "Keras";
    case ModelForm::TfLite:
      return "TFLite";
    case ModelForm::Onnx:
      return "ONNX";
    case ModelForm::TensorFlow:
    case ModelForm::GitLfsPointer:
      break;
  }
  return "TensorFlow";
}

Result<Graph> load(const ModelRequest& request, ModelForm form, Reporter& reporter) {
  const std::string file = request.model.string();
  // Those two are known by their bytes; the others may have their form by name alone, or are what
  // is left.
  if (form != ModelForm::Keras && form != ModelForm::GitLfsPointer) {
    if (const std::optional<std::string> words = foreign_form(request.model)) {
      return fail({.file = file, .message = *words});
    }
  }
  switch (form) {
    case ModelForm::Keras:
      return load_keras(request, reporter);
    case ModelForm::TfLite:
      return load_tflite(request, reporter);
    case ModelForm::Onnx:
      return load_onnx(request, reporter);
    case ModelForm::GitLfsPointer:
      return fail({.file = file,
                   .message = "is a pointer of Git LFS, not the file itself, which 'git lfs pull' "
                              "fetches"});
    case ModelForm::TensorFlow:
      break;
  }
  return load_tensorflow(request, reporter);
}

Result<Graph> load_and_check(const ModelRequest& request, Reporter& reporter) {
  // A bad --name need not wait for the file.
  if (!request.name.empty()) SLIMC_TRY(check_library_name(request.name));
  if (!request.sha256.empty()) SLIMC_TRY(check_sha256(request.model, request.sha256));
  const ModelForm form = form_of(request.model);
  SLIMC_ASSIGN(Graph graph, load(request, form, reporter));
  if (graph.form.empty()) graph.form = name_of(form);
  SLIMC_TRY(check_plausible(graph, reporter));
  SLIMC_TRY(apply_pixels(request, graph));
  if (request.name.empty()) {
    SLIMC_ASSIGN(graph.name, c_identifier_of_file(request.model, graph.name, reporter));
  } else {
    graph.name = request.name;
  }
  return graph;
}

}  // namespace

Result<Graph> load_model(const ModelRequest& request, Reporter& reporter) {
  const InputFiles read;
  Result<Graph> graph = load_and_check(request, reporter);
  warn_of_files_elsewhere(request, read.files(), reporter);
  return graph;
}

}  // namespace slimc::frontend
