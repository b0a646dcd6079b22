# slimc_read_variants(): reads generated/variants.csv into slimc_variants, a list of the networks'
# names, and slimc_alpha_NAME, slimc_resolution_NAME; and generated/targets.csv into
# slimc_generated_targets; all in the caller's scope.
function(slimc_read_variants)
  _slimc_read_table(rows variants.csv "name,alpha,resolution")
  foreach(row IN LISTS rows)
    if(NOT row MATCHES "^([^,]+),([^,]+),([^,]+)$")
      message(FATAL_ERROR "generated/variants.csv: '${row}' does not have three columns")
    endif()
    set(name ${CMAKE_MATCH_1})
    list(APPEND names ${name})
    set(slimc_alpha_${name} ${CMAKE_MATCH_2} PARENT_SCOPE)
    set(slimc_resolution_${name} ${CMAKE_MATCH_3} PARENT_SCOPE)
  endforeach()
  set(slimc_variants ${names} PARENT_SCOPE)

  _slimc_read_table(targets targets.csv "target")
  set(slimc_generated_targets ${targets} PARENT_SCOPE)
endfunction()

# The rows of a file in generated/ that has this header. CMake runs again when it changes.
function(_slimc_read_table result file columns)
  set(table ${PROJECT_SOURCE_DIR}/generated/${file})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${table})
  file(STRINGS ${table} rows)
  list(POP_FRONT rows header)
  if(NOT header STREQUAL columns)
    message(FATAL_ERROR "${table}: the columns are '${header}', not '${columns}'")
  endif()
  set(${result} ${rows} PARENT_SCOPE)
endfunction()
