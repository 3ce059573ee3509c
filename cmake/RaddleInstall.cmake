# What `cmake --install` lays down, beyond the targets that install themselves.
install(FILES docs/man/raddle.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(DIRECTORY docs/rules DESTINATION ${CMAKE_INSTALL_DATADIR}/raddle FILES_MATCHING PATTERN *.md)
install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES docs/completions/raddle.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME raddle)
install(FILES docs/completions/_raddle DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES docs/completions/raddle.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
