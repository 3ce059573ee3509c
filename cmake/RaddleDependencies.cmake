# Third-party libraries, each behind one target, so that a folder's CMakeLists names what it uses.
find_package(Threads REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(yaml-cpp 0.7 REQUIRED)
find_package(mimalloc 2.0 REQUIRED)
find_package(Qt6 6.4 REQUIRED COMPONENTS Core Gui Widgets Svg)
find_package(PkgConfig REQUIRED)
pkg_check_modules(libdw REQUIRED IMPORTED_TARGET libdw libelf)
pkg_check_modules(libgvc REQUIRED IMPORTED_TARGET libgvc)

find_package(LLVM 19.1 REQUIRED CONFIG PATHS /usr/lib/llvm-19/lib/cmake/llvm)
find_package(Clang REQUIRED CONFIG PATHS ${LLVM_INSTALL_PREFIX}/lib/cmake/clang NO_DEFAULT_PATH)

# Clang as shared libraries; system headers of theirs do not warn. Clang is built without RTTI.
add_library(raddle_clang INTERFACE)
target_include_directories(raddle_clang SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS} ${CLANG_INCLUDE_DIRS})
target_compile_definitions(raddle_clang INTERFACE ${LLVM_DEFINITIONS_LIST})
target_compile_options(raddle_clang INTERFACE -fno-rtti)
target_link_libraries(raddle_clang INTERFACE clang-cpp LLVM)

if(RADDLE_TESTS)
  find_package(GTest REQUIRED)
endif()
if(RADDLE_BENCH)
  find_package(benchmark REQUIRED)
endif()
