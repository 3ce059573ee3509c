# Compiles the rule pages into a program: raddle_rule_pages(TARGET) adds docs/rules/*.md as the source of what
# cli/base/rule_pages.h declares. As a script (cmake -DOUT=… -DPAGES=… -P) it writes that source.
set(RADDLE_PAGES_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(raddle_rule_pages target)
  file(GLOB pages CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/docs/rules/*.md)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/rule_pages.cpp)
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} "-DPAGES=${pages}" -P ${RADDLE_PAGES_SCRIPT}
    DEPENDS ${pages} ${RADDLE_PAGES_SCRIPT} VERBATIM COMMENT "Embedding the rule pages")
  target_sources(${target} PRIVATE ${out})
endfunction()

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  set(rows "")
  foreach(page ${PAGES})
    get_filename_component(rule ${page} NAME_WE)
    file(READ ${page} text)
    string(APPEND rows "    {\"${rule}\", R\"page(${text})page\"},\n")
  endforeach()
  file(WRITE ${OUT} "#include \"cli/base/rule_pages.h\"\n\nnamespace raddle::cli {\nnamespace {\n\n"
    "constexpr RulePage kPages[] = {\n${rows}};\n\n}  // namespace\n\n"
    "std::span<const RulePage> rulePages() { return kPages; }\n\n}  // namespace raddle::cli\n")
endif()
