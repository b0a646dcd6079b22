// How forms are known whose signature is more than a few bytes; see foreign_forms.cc.
#pragma once

#include "frontend/file_evidence.h"

namespace slimc::frontend {

bool is_compressed(const FileEvidence& file);    // gzip, bzip2, xz, zstd, 7z, RAR
bool is_torch_pickle(const FileEvidence& file);  // of PyTorch before 1.6
bool is_safetensors(const FileEvidence& file);
bool is_caffe_model(const FileEvidence& file);
bool is_caffe_text(const FileEvidence& file);
bool is_darknet_text(const FileEvidence& file);
bool is_html(const FileEvidence& file);
bool is_bitmap(const FileEvidence& file);

// For forms that are known by their names alone: bytes that are no graph of TensorFlow's, whatever
// its name.
bool is_no_graph(const FileEvidence& file);

// Text with a field of those that TensorFlow's text files have: graphs, those of MetaGraphs and
// SavedModels, and the state of a folder of checkpoints.
bool may_be_tensorflow_text(const FileEvidence& file);

}  // namespace slimc::frontend
