# Models that the build itself makes or downloads. Each function adds a custom target whose name
# slimc_add_library() takes for a MODEL.
#
# slimc_init(MODEL                         a network of the family with random weights
#            [ALPHA X] [RESOLUTION N|HxW] [CLASSES N] [SEED N]
#            [OPTIONS OPTION...])          more of `slimc init`'s options
#
# slimc_fetch(MODEL NETWORK                one that `slimc zoo` lists, or a file of Keras'
#             [SHA256 HASH]                what the downloaded file must be
#             [BASE_URL URL]               the folder on a server that has it, instead of the published
#             [MODELS_DIR FOLDER])         where fetched models are kept; left out: in the build folder
#
#   slimc_fetch(mobilenet mobilenet_v1_0.25_128)
#   slimc_add_library(classifier MODEL mobilenet)

function(slimc_init model)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "ALPHA;RESOLUTION;CLASSES;SEED" "OPTIONS")
  if(ARG_UNPARSED_ARGUMENTS OR ARG_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR "slimc_init(${model} ...): not understood: ${ARG_UNPARSED_ARGUMENTS} "
                        "${ARG_KEYWORDS_MISSING_VALUES}")
  endif()
  set(options ${ARG_OPTIONS})
  foreach(what ALPHA RESOLUTION CLASSES SEED)
    if(DEFINED ARG_${what})
      string(TOLOWER ${what} option)
      list(APPEND options --${option} ${ARG_${what}})
    endif()
  endforeach()
  set(prefix ${CMAKE_CURRENT_BINARY_DIR}/${model}/${model})
  set(files ${prefix}.ckpt.index ${prefix}.ckpt.data-00000-of-00001 ${prefix}.ckpt.meta
            ${prefix}_eval.pbtxt)
  add_custom_command(
    OUTPUT ${files}
    COMMAND slimc::slimc init ${options} -o ${prefix}
    DEPENDS slimc::slimc
    COMMENT "slimc init ${model}"
    VERBATIM)
  # Which of the files are read, the depfile of their user says.
  _slimc_add_model(${model} ${prefix}.ckpt ${prefix}.ckpt.index)
endfunction()

function(slimc_fetch model network)
  cmake_parse_arguments(PARSE_ARGV 2 ARG "" "SHA256;BASE_URL;MODELS_DIR" "")
  if(ARG_UNPARSED_ARGUMENTS OR ARG_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR "slimc_fetch(${model} ...): not understood: ${ARG_UNPARSED_ARGUMENTS} "
                        "${ARG_KEYWORDS_MISSING_VALUES}")
  endif()
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${model})
  if(NOT ARG_MODELS_DIR)
    set(ARG_MODELS_DIR ${folder})
  endif()
  get_filename_component(models ${ARG_MODELS_DIR} ABSOLUTE)
  # As `slimc fetch` lays them down: Keras' files as they are; of an archive a folder, whose files are
  # called as on the server, 0.5 for 0.50.
  if(network MATCHES "\\.h5$")
    set(path ${models}/${network})
  elseif(network MATCHES "^mobilenet_v1_[0-9.]+_[0-9]+$")
    string(REPLACE "_0.50_" "_0.5_" stem ${network})
    set(path ${models}/${network}/${stem}.ckpt)
  else()
    message(FATAL_ERROR "slimc_fetch(${model}): '${network}' is neither a name that 'slimc zoo' "
                        "lists nor a file of Keras'")
  endif()
  set(options --models-dir ${models})
  if(ARG_SHA256)
    list(APPEND options --sha256 ${ARG_SHA256})
  endif()
  if(ARG_BASE_URL)
    list(APPEND options --base-url ${ARG_BASE_URL})
  endif()
  # The models may lie in a folder that is not the build's, which "clean" must leave alone: a stamp
  # says that they are there.
  set(stamp ${folder}/fetched)
  add_custom_command(
    OUTPUT ${stamp}
    COMMAND slimc::slimc fetch ${network} ${options}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${folder}
    COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
    COMMENT "slimc fetch ${network}"
    USES_TERMINAL VERBATIM)
  _slimc_add_model(${model} ${path} ${stamp})
endfunction()

# The target `model`, which stands for what slimc calls `path` and is there when the files in ARGN are.
function(_slimc_add_model model path)
  add_custom_target(${model} DEPENDS ${ARGN})
  set_target_properties(${model} PROPERTIES SLIMC_MODEL ${path} SLIMC_MODEL_FILES "${ARGN}")
endfunction()

function(_slimc_model_of target path files)
  get_target_property(model ${target} SLIMC_MODEL)
  if(NOT model)
    message(FATAL_ERROR "slimc_add_library(... MODEL ${target}): ${target} is a target, but none of "
                        "slimc_init() or slimc_fetch()")
  endif()
  get_target_property(model_files ${target} SLIMC_MODEL_FILES)
  set(${path} ${model} PARENT_SCOPE)
  set(${files} ${model_files} PARENT_SCOPE)
endfunction()
