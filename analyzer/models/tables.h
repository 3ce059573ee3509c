// The built-in rows, one table a library.
#pragma once

#include <array>
#include <span>

#include "analyzer/models/models.h"

namespace raddle::models {

std::span<const Model> posixTable();
std::span<const Model> standardTable();  // C11 threads and C++
std::span<const Model> memoryTable();    // allocation, memcpy, smart pointers, containers
std::span<const Model> frameworkTable(); // Qt and others

inline std::array<std::span<const Model>, 4> allTables() {
    return {posixTable(), standardTable(), memoryTable(), frameworkTable()};
}

}  // namespace raddle::models
