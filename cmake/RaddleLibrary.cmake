# raddle_library(NAME [DEPS target...]) builds the sources of the current folder as the static library
# raddle_NAME. One folder is one target; its DEPS are the folders the direction table
# (docs/architecture.md) lets it include. Sources are globbed so that adding a file needs no second edit.
function(raddle_library name)
  cmake_parse_arguments(ARG "" "" "DEPS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(sources)
    add_library(raddle_${name} STATIC ${sources})
    set(scope PUBLIC)
    raddle_options(raddle_${name})
  else()
    add_library(raddle_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(raddle_${name} ${scope} ${CMAKE_SOURCE_DIR})
  target_link_libraries(raddle_${name} ${scope} ${ARG_DEPS})
endfunction()

# Warnings and sanitizers shared by every target that is not the preloaded runtime.
function(raddle_options target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wno-missing-field-initializers)
  if(RADDLE_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(RADDLE_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${RADDLE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=${RADDLE_SANITIZE})
  endif()
endfunction()
