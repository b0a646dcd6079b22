# What `cmake --install` lays down. The tool finds its other programs and the runtime's headers beside
# itself, so a prefix can be moved.
include(CMakePackageConfigHelpers)

set(SLIMC_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/slimc)

install(TARGETS slimc slimc-stages slimc-hdf5 slimc-launch EXPORT slimcTargets
        RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(EXPORT slimcTargets NAMESPACE slimc:: DESTINATION ${SLIMC_PACKAGE_DIR})
install(DIRECTORY runtime/include/slimc DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN "*.h")

# Manual pages and completion, as tool/manual made them.
install(DIRECTORY ${SLIMC_SHARE_DIR}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR})
install(DIRECTORY ${SLIMC_SHARE_DIR}/ DESTINATION ${CMAKE_INSTALL_DATADIR} PATTERN man EXCLUDE)

# For who compiles NAME.cc: the headers. prefix is found from the file's own place.
file(RELATIVE_PATH up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" SLIMC_PC_TO_PREFIX ${up})
configure_file(cmake/slimc.pc.in ${PROJECT_BINARY_DIR}/slimc.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/slimc.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

configure_package_config_file(cmake/slimcConfig.cmake.in ${PROJECT_BINARY_DIR}/slimcConfig.cmake
                              INSTALL_DESTINATION ${SLIMC_PACKAGE_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/slimcConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${PROJECT_BINARY_DIR}/slimcConfig.cmake
              ${PROJECT_BINARY_DIR}/slimcConfigVersion.cmake cmake/SlimcAddLibrary.cmake
              cmake/SlimcDefaultTarget.cmake cmake/SlimcModels.cmake
        DESTINATION ${SLIMC_PACKAGE_DIR})
