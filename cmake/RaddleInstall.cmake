# What `cmake --install` lays down, beyond the targets that install themselves.
install(FILES docs/man/raddle.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(DIRECTORY docs/rules DESTINATION ${CMAKE_INSTALL_DATADIR}/raddle FILES_MATCHING PATTERN *.md)
install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES docs/completions/raddle.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME raddle)
install(FILES docs/completions/_raddle DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES docs/completions/raddle.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

# find_package(raddle): function hooks for other projects' targets.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/raddle)
configure_package_config_file(${CMAKE_SOURCE_DIR}/cmake/raddleConfig.cmake.in ${CMAKE_BINARY_DIR}/raddleConfig.cmake
  INSTALL_DESTINATION ${package_folder} PATH_VARS CMAKE_INSTALL_BINDIR)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/raddleConfigVersion.cmake COMPATIBILITY SameMajorVersion ARCH_INDEPENDENT)
install(FILES ${CMAKE_SOURCE_DIR}/cmake/RaddleInstrument.cmake ${CMAKE_SOURCE_DIR}/cmake/RaddleScan.cmake ${CMAKE_BINARY_DIR}/raddleConfig.cmake
  ${CMAKE_BINARY_DIR}/raddleConfigVersion.cmake DESTINATION ${package_folder} COMPONENT raddle_cmake_package)
