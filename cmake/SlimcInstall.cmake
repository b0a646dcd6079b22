# What `cmake --install` lays down. The tool finds its other programs and the runtime's headers beside
# itself, so a prefix can be moved.
include(CMakePackageConfigHelpers)

set(SLIMC_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/slimc)

install(TARGETS slimc slimc-stages slimc-hdf5 EXPORT slimcTargets
        RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(EXPORT slimcTargets NAMESPACE slimc:: DESTINATION ${SLIMC_PACKAGE_DIR})
install(DIRECTORY runtime/include/slimc DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN "*.h")
install(FILES docs/slimc.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)

configure_package_config_file(cmake/slimcConfig.cmake.in ${PROJECT_BINARY_DIR}/slimcConfig.cmake
                              INSTALL_DESTINATION ${SLIMC_PACKAGE_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/slimcConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${PROJECT_BINARY_DIR}/slimcConfig.cmake
              ${PROJECT_BINARY_DIR}/slimcConfigVersion.cmake cmake/SlimcAddLibrary.cmake
        DESTINATION ${SLIMC_PACKAGE_DIR})
