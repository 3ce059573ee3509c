// Large blocks: a program that links this can work on more than should lie in memory. Once keepLargeBlocksIn() was
// called, blocks that operator new gives out are in files without a name when they are large and those in memory
// together would become more than a limit: vectors of any kind, whoever owns them. The system writes such pages out
// when it needs room and reads them back when they are looked at; the files are gone with the block or the process,
// however it ends. Small blocks, and all of a program that stays below the limit, cost what they cost without.
//
// Where the folder has no room, or its file system cannot promise it, blocks lie in memory as ever. Not in programs
// that are built with a sanitizer, which brings an operator new of its own.
#pragma once

#include <cstdint>
#include <string>

namespace raddle::memory {

struct Limits {
    uint64_t inMemory = uint64_t{1} << 30;    // of large blocks that are not in files
    uint64_t resident = uint64_t{700} << 20;  // of files' pages that stay mapped, however much is looked at
};

// Once, before there are other threads. `folder` has to be there; disk is best, of course.
void keepLargeBlocksIn(const std::string& folder, Limits limits = {});

// Bytes of blocks that are in files now.
uint64_t largeBlocksInFiles();

}  // namespace raddle::memory
