# slimc_add_library(TARGET
#                   MODEL FILE            what `slimc compile` takes: checkpoint prefix or graph
#                   [CHECKPOINT PREFIX]   weights for a graph that has variables
#                   [LABELS FILE]         names of the classes: slimc's --labels
#                   [NAME NAME]           prefix of the C names; made from TARGET if left out
#                   [FOR TARGET]          slimc's --target; "host" if left out
#                   [OPTIONS OPTION...]   more of `slimc compile`'s options
#                   [DEPENDS FILE...])    files that the model is made from, if the build makes them
#
# Adds the imported static library TARGET: the network, compiled at build time, again whenever the
# model's files, the labels or slimc change. Linking it gives the include folder of NAME.h and the libraries that
# it needs (threads, libm). `slimc compile` runs for TARGET_files; it uses all cores, so the build
# tool runs one at a time and shows its progress.
#
#   find_package(slimc REQUIRED)
#   slimc_add_library(mynet MODEL ${CMAKE_CURRENT_SOURCE_DIR}/mobilenet_v1_0.25_224.ckpt)
#   target_link_libraries(app PRIVATE mynet)          # and in the source: #include "mynet.h"
function(slimc_add_library target)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "MODEL;CHECKPOINT;LABELS;NAME;FOR" "OPTIONS;DEPENDS")
  if(NOT ARG_MODEL OR ARG_UNPARSED_ARGUMENTS OR ARG_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR
            "slimc_add_library(${target} ...): MODEL is missing, or an argument is not understood: "
            "${ARG_UNPARSED_ARGUMENTS} ${ARG_KEYWORDS_MISSING_VALUES}")
  endif()
  if(NOT ARG_NAME)
    set(ARG_NAME ${target})
  endif()
  # slimc's own rule: dots go, other characters that C does not allow become '_'.
  string(REPLACE "." "" ARG_NAME ${ARG_NAME})
  string(MAKE_C_IDENTIFIER ${ARG_NAME} ARG_NAME)

  set(command compile)
  foreach(what MODEL CHECKPOINT)
    if(ARG_${what})
      get_filename_component(prefix ${ARG_${what}} ABSOLUTE)
      _slimc_model_files(files ${prefix})
      if(NOT files AND NOT ARG_DEPENDS)
        message(FATAL_ERROR "slimc_add_library(${target}): there is no ${what} ${prefix}")
      endif()
      list(APPEND inputs ${files})
      set(${what}_path ${prefix})
    endif()
  endforeach()
  list(APPEND command ${MODEL_path})
  if(ARG_CHECKPOINT)
    list(APPEND command --checkpoint ${CHECKPOINT_path})
  endif()
  if(ARG_LABELS)
    get_filename_component(labels ${ARG_LABELS} ABSOLUTE)
    if(NOT EXISTS ${labels} AND NOT ARG_DEPENDS)
      message(FATAL_ERROR "slimc_add_library(${target}): there are no LABELS ${labels}")
    endif()
    list(APPEND inputs ${labels})
    list(APPEND command --labels ${labels})
  endif()
  if(ARG_FOR)
    list(APPEND command --target ${ARG_FOR})
  endif()

  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${target})
  set(library ${folder}/lib${ARG_NAME}.a)
  set(outputs ${library} ${folder}/${ARG_NAME}.h ${folder}/${ARG_NAME}.cc)
  add_custom_command(
    OUTPUT ${outputs}
    COMMAND slimc::slimc ${command} --name ${ARG_NAME} -o ${folder} ${ARG_OPTIONS}
    DEPENDS slimc::slimc slimc::slimc-stages slimc::slimc-hdf5 ${inputs} ${ARG_DEPENDS}
    COMMENT "slimc compile ${ARG_MODEL}"
    USES_TERMINAL VERBATIM)
  add_custom_target(${target}_files DEPENDS ${outputs})

  file(MAKE_DIRECTORY ${folder})  # an imported target's include folder must exist
  add_library(${target} STATIC IMPORTED GLOBAL)
  add_dependencies(${target} ${target}_files)
  set_target_properties(${target} PROPERTIES IMPORTED_LOCATION ${library})
  target_include_directories(${target} INTERFACE ${folder})
  target_link_libraries(${target} INTERFACE Threads::Threads $<$<PLATFORM_ID:Linux>:m>)
endfunction()

# The files that exist now of the model or checkpoint `prefix`: itself, or a checkpoint's parts with
# the graphs that slimc finds beside them.
function(_slimc_model_files result prefix)
  string(REGEX REPLACE "\\.ckpt$" "" stem ${prefix})
  file(GLOB files CONFIGURE_DEPENDS ${prefix} ${prefix}.index ${prefix}.meta ${prefix}.data-*
       ${stem}_eval.pbtxt)
  set(${result} ${files} PARENT_SCOPE)
endfunction()
