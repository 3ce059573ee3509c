# What `cmake --install` lays down, beyond the targets that install themselves.

# find_package(raddle): function hooks for other projects' targets.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/raddle)
configure_package_config_file(${CMAKE_SOURCE_DIR}/cmake/raddleConfig.cmake.in ${CMAKE_BINARY_DIR}/raddleConfig.cmake
  INSTALL_DESTINATION ${package_folder} PATH_VARS CMAKE_INSTALL_BINDIR)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/raddleConfigVersion.cmake COMPATIBILITY SameMajorVersion ARCH_INDEPENDENT)
install(FILES ${CMAKE_SOURCE_DIR}/cmake/RaddleInstrument.cmake ${CMAKE_BINARY_DIR}/raddleConfig.cmake
  ${CMAKE_BINARY_DIR}/raddleConfigVersion.cmake DESTINATION ${package_folder} COMPONENT raddle_cmake_package)
