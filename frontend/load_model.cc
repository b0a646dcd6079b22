#include "frontend/frontend.h"
#include "frontend/integrity.h"
#include "frontend/keras/load_keras.h"
#include "frontend/model_form.h"
#include "frontend/pixels.h"
#include "frontend/plausibility.h"
#include "frontend/tensorflow/load_tensorflow.h"
#include "frontend/tflite/load_tflite.h"

namespace slimc::frontend {
namespace {

Result<Graph> load(const ModelRequest& request, Reporter& reporter) {
  const std::string file = request.model.string();
  switch (form_of(request.model)) {
    case ModelForm::Keras:
      return load_keras(request, reporter);
    case ModelForm::TfLite:
      return load_tflite(request, reporter);
    case ModelForm::GitLfsPointer:
      return fail({.file = file,
                   .message = "is a pointer of Git LFS, not the file itself, which 'git lfs pull' "
                              "fetches"});
    case ModelForm::TensorFlow:
      break;
  }
  return load_tensorflow(request, reporter);
}

}  // namespace

Result<Graph> load_model(const ModelRequest& request, Reporter& reporter) {
  // A bad --name need not wait for the file.
  if (!request.name.empty()) SLIMC_TRY(c_identifier(request.name));
  if (!request.sha256.empty()) SLIMC_TRY(check_sha256(request.model, request.sha256));
  SLIMC_ASSIGN(Graph graph, load(request, reporter));
  SLIMC_TRY(check_plausible(graph, reporter));
  SLIMC_TRY(apply_pixels(request, graph));
  SLIMC_ASSIGN(graph.name, c_identifier(request.name.empty() ? graph.name : request.name));
  return graph;
}

}  // namespace slimc::frontend
