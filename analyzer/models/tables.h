// The built-in rows, one table a library.
#pragma once

#include <array>
#include <span>

#include "analyzer/models/models.h"

namespace raddle::models {

std::span<const Model> posixTable();
std::span<const Model> standardTable();  // C11 threads and C++
std::span<const Model> memoryTable();    // allocation, memcpy, smart pointers, containers
std::span<const Model> qtTable();
std::span<const Model> glibTable();
std::span<const Model> libuvTable();
std::span<const Model> aprTable();
std::span<const Model> abseilTable();
std::span<const Model> follyTable();
std::span<const Model> boostTable();
std::span<const Model> annotationTable();  // what programs tell race detectors

inline std::array<std::span<const Model>, 11> allTables() {
    return {posixTable(), standardTable(), memoryTable(), qtTable(),    glibTable(),      libuvTable(),
            aprTable(),   abseilTable(),   follyTable(),  boostTable(), annotationTable()};
}

}  // namespace raddle::models
