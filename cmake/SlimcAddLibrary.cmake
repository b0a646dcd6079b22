# slimc_add_library(TARGET
#                   MODEL FILE            what `slimc compile` takes: checkpoint prefix or graph; or the
#                                         name that slimc_init() or slimc_fetch() was given
#                   [CHECKPOINT PREFIX]   weights for a graph that has variables
#                   [RESOLUTION N|HxW]    of the image, where the graph leaves it open
#                   [LABELS FILE]         names of the classes
#                   [TARGETS TARGET...]   slimc's --target. Several: one library with code for each, the
#                                         best first. Left out: this machine, or, in a cross build, the
#                                         baseline of the machine that the toolchain file names
#                   [WEIGHTS embedded|external]
#                   [NO_THREADS]          a library that knows no pthreads
#                   [NAME NAME]           prefix of the C names; made from TARGET if left out
#                   [OPTIONS OPTION...]   more of `slimc compile`'s options
#                   [DEPENDS FILE...])    what must be made before, if the build makes the model's files
#
# Adds the imported static library TARGET: the network, compiled at build time, again whenever a file
# that it was made from, the labels or slimc change, and not otherwise. Linking it gives the include
# folder of NAME.h and the libraries that it needs (threads, libm). `slimc compile` runs for
# TARGET_files; it uses all cores, so the build tool runs one at a time and shows its progress.
#
#   find_package(slimc REQUIRED)
#   slimc_add_library(mynet MODEL ${CMAKE_CURRENT_SOURCE_DIR}/mobilenet_v1_0.25_224.ckpt)
#   target_link_libraries(app PRIVATE mynet)          # and in the source: #include "mynet.h"
#
# Properties of TARGET, also for generator expressions: SLIMC_TARGETS, and with external weights
# SLIMC_WEIGHTS, the path of NAME.weights. slimc_copy_weights(PROGRAM TARGET) puts it beside a program.
cmake_policy(VERSION 3.20)  # CMP0116, of depfiles, whatever the project is content with
include(${CMAKE_CURRENT_LIST_DIR}/SlimcDefaultTarget.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/SlimcModels.cmake)

function(slimc_add_library target)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "NO_THREADS"
                        "MODEL;CHECKPOINT;RESOLUTION;LABELS;WEIGHTS;NAME" "TARGETS;OPTIONS;DEPENDS")
  if(NOT ARG_MODEL OR ARG_UNPARSED_ARGUMENTS OR ARG_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR
            "slimc_add_library(${target} ...): MODEL is missing, or an argument is not understood: "
            "${ARG_UNPARSED_ARGUMENTS} ${ARG_KEYWORDS_MISSING_VALUES}")
  endif()
  if(NOT ARG_NAME)
    set(ARG_NAME ${target})
  endif()
  # slimc's own rule (frontend/c_identifier.cc): dots go, one '_' stands for what else C does not allow.
  if(NOT ARG_NAME MATCHES "^[A-Za-z_][A-Za-z0-9_]*$")
    string(REPLACE "." "" ARG_NAME "${ARG_NAME}")
    string(REGEX REPLACE "[^A-Za-z0-9]+" "_" ARG_NAME "${ARG_NAME}")
    string(REGEX REPLACE "^_" "" ARG_NAME "${ARG_NAME}")
    string(REGEX REPLACE "_$" "" ARG_NAME "${ARG_NAME}")
    string(REGEX REPLACE "^([0-9])" "net_\\1" ARG_NAME "${ARG_NAME}")
  endif()
  if(NOT ARG_WEIGHTS)
    set(ARG_WEIGHTS embedded)
  elseif(NOT ARG_WEIGHTS MATCHES "^(embedded|external)$")
    message(FATAL_ERROR "slimc_add_library(${target}): WEIGHTS is '${ARG_WEIGHTS}', expected "
                        "embedded or external")
  endif()
  if(NOT ARG_TARGETS)
    slimc_default_target(ARG_TARGETS)
  endif()
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${target})

  # What it is made from. The files that slimc reads are in the depfile that it writes; here are those
  # that the build makes, which must be there first.
  set(depends ${ARG_DEPENDS})
  if(TARGET "${ARG_MODEL}")
    _slimc_model_of(${ARG_MODEL} model files)
    list(APPEND depends ${ARG_MODEL} ${files})
  else()
    _slimc_find_model(model ${target} MODEL "${ARG_MODEL}" "${depends}")
  endif()
  set(command compile "${model}")
  if(ARG_CHECKPOINT)
    _slimc_find_model(checkpoint ${target} CHECKPOINT "${ARG_CHECKPOINT}" "${depends}")
    list(APPEND command --checkpoint "${checkpoint}")
  endif()
  if(ARG_LABELS)
    _slimc_check_path(${target} LABELS "${ARG_LABELS}")
    get_filename_component(labels "${ARG_LABELS}" ABSOLUTE)
    if(NOT EXISTS "${labels}" AND NOT depends)
      message(FATAL_ERROR "slimc_add_library(${target}): there are no LABELS ${labels}")
    endif()
    list(APPEND command --labels "${labels}")
  endif()

  if(ARG_RESOLUTION)
    list(APPEND command --resolution ${ARG_RESOLUTION})
  endif()
  list(JOIN ARG_TARGETS "," targets)
  list(APPEND command --target ${targets})
  set(library ${folder}/lib${ARG_NAME}.a)
  set(outputs ${library} ${folder}/${ARG_NAME}.h ${folder}/${ARG_NAME}.cc)
  if(ARG_WEIGHTS STREQUAL "external")
    list(APPEND command --weights external)
    list(APPEND outputs ${folder}/${ARG_NAME}.weights)
  endif()
  if(ARG_NO_THREADS)
    list(APPEND command --no-threads)
  endif()
  set(depfile ${folder}/${ARG_NAME}.d)
  add_custom_command(
    OUTPUT ${outputs}
    COMMAND slimc::slimc ${command} --name ${ARG_NAME} -o ${folder} --depfile ${depfile} ${ARG_OPTIONS}
    DEPENDS slimc::slimc slimc::slimc-stages slimc::slimc-hdf5 slimc::slimc-launch ${depends}
    DEPFILE ${depfile}
    COMMENT "slimc compile ${ARG_MODEL}"
    USES_TERMINAL VERBATIM)
  add_custom_target(${target}_files DEPENDS ${outputs})

  file(MAKE_DIRECTORY ${folder})  # an imported target's include folder must exist
  add_library(${target} STATIC IMPORTED GLOBAL)
  add_dependencies(${target} ${target}_files)
  set_target_properties(${target} PROPERTIES IMPORTED_LOCATION ${library}
                                             SLIMC_TARGETS "${ARG_TARGETS}")
  if(ARG_WEIGHTS STREQUAL "external")
    set_target_properties(${target} PROPERTIES SLIMC_WEIGHTS ${folder}/${ARG_NAME}.weights)
  endif()
  target_include_directories(${target} INTERFACE ${folder})
  if(NOT CMAKE_SYSTEM_NAME STREQUAL "Windows")
    target_link_libraries(${target} INTERFACE m)
  endif()
  if(NOT ARG_NO_THREADS AND NOT CMAKE_SYSTEM_NAME MATCHES "^(Windows|Generic)$")
    if(NOT TARGET Threads::Threads)
      message(FATAL_ERROR "slimc_add_library(${target}): CMake finds no threads for "
                          "${CMAKE_SYSTEM_NAME}; NO_THREADS makes a library that needs none")
    endif()
    target_link_libraries(${target} INTERFACE Threads::Threads)
  endif()
endfunction()

# slimc_copy_weights(PROGRAM TARGET): whenever PROGRAM is linked, the external weights of the library
# TARGET are copied beside it. To install them: install(FILES $<TARGET_PROPERTY:TARGET,SLIMC_WEIGHTS>
# DESTINATION ...).
function(slimc_copy_weights program target)
  get_target_property(weights ${target} SLIMC_WEIGHTS)
  if(NOT weights)
    message(FATAL_ERROR "slimc_copy_weights(${program} ${target}): ${target} has no external weights")
  endif()
  add_custom_command(TARGET ${program} POST_BUILD
    COMMAND ${CMAKE_COMMAND} -E copy_if_different ${weights} $<TARGET_FILE_DIR:${program}>
    VERBATIM)
endfunction()

# The absolute path of a MODEL or CHECKPOINT, which must be there unless the build makes it: a file, a
# folder, or the prefix of a checkpoint's files.
function(_slimc_find_model result target what path made)
  _slimc_check_path(${target} ${what} "${path}")
  get_filename_component(prefix "${path}" ABSOLUTE)
  string(REGEX REPLACE "([[*?])" "[\\1]" pattern "${prefix}")
  file(GLOB files "${pattern}" "${pattern}.index" "${pattern}.ckpt.index" "${pattern}-*-of-*")
  if(NOT files AND NOT made)
    message(FATAL_ERROR "slimc_add_library(${target}): there is no ${what} ${prefix}")
  endif()
  set(${result} "${prefix}" PARENT_SCOPE)
endfunction()

# Commands are lists, which such characters would cut or join.
function(_slimc_check_path target what path)
  string(REGEX REPLACE "[[][^][]*[]]" "" outside "${path}")
  if(path MATCHES ";" OR outside MATCHES "[][\n\r]" OR path MATCHES "[\n\r]")
    message(FATAL_ERROR "slimc_add_library(${target}): the path of ${what} has a semicolon, a line break "
                        "or a single bracket, which CMake cannot pass on: expected another path")
  endif()
endfunction()
