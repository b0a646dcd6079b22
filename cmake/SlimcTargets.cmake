# The two kinds of targets that the project's folders add, so that warnings, include paths and test
# registration are said once.

find_package(Threads REQUIRED)

add_library(slimc_options INTERFACE)
target_include_directories(slimc_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(slimc_options INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor)
# g++ 12 sees overlaps in "text" + std::string where there are none (GCC bug 105329), and destructors
# of a std::variant's alternatives that it does not hold.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(slimc_options INTERFACE -Wno-restrict -Wno-maybe-uninitialized)
endif()
if(SLIMC_WARNINGS_AS_ERRORS)
  target_compile_options(slimc_options INTERFACE -Werror)
endif()

# slimc_library(NAME SOURCES... [DEPENDS LIB...]): a static library of one room.
function(slimc_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC slimc_options ${ARG_DEPENDS})
endfunction()

# slimc_stage_sources(VARIABLE FILE): the paths of stages/KIND/FILE, a kind of stage each.
function(slimc_stage_sources variable file)
  set(table ${PROJECT_SOURCE_DIR}/stages/kinds.def)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${table})
  file(STRINGS ${table} rows REGEX "^SLIMC_STAGE_KIND\\(")
  set(files)
  foreach(row IN LISTS rows)
    if(NOT row MATCHES "^SLIMC_STAGE_KIND\\(([A-Za-z0-9]+), ([a-z0-9_]+)\\)$")
      message(FATAL_ERROR "stages/kinds.def: '${row}' is not SLIMC_STAGE_KIND(Name, folder)")
    endif()
    set(path stages/${CMAKE_MATCH_2}/${file})
    if(NOT EXISTS ${PROJECT_SOURCE_DIR}/${path})
      message(FATAL_ERROR "stages/kinds.def lists ${CMAKE_MATCH_1}, and ${path} is missing: "
                          "docs/stage-generators.md says what it holds")
    endif()
    list(APPEND files ${PROJECT_SOURCE_DIR}/${path})
  endforeach()
  set(${variable} ${files} PARENT_SCOPE)
endfunction()

# slimc_test(NAME SOURCES... [DEPENDS LIB...] [LABELS label...]): a GoogleTest program, each of its
# tests a CTest test.
function(slimc_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE slimc_options GTest::gmock_main ${ARG_DEPENDS})
  target_compile_definitions(
    ${name} PRIVATE SLIMC_SOURCE_DIR="${PROJECT_SOURCE_DIR}" SLIMC_BINARY_DIR="${PROJECT_BINARY_DIR}")
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  # An empty list of labels would take the next word, TIMEOUT, for one.
  if(ARG_LABELS)
    set(labels LABELS "${ARG_LABELS}")
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 120 PROPERTIES ${labels} TIMEOUT 1200)
endfunction()
