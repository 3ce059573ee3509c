// Where functions begin in a program or library that was stripped of its symbols: the search table of its unwind
// information (.eh_frame_hdr, Linux Standard Base Core, 10.6.2), which stays. O(log functions) a question.
#pragma once

#include <libelf.h>

#include <cstdint>
#include <vector>

namespace raddle::trace {

class FunctionStarts {
  public:
    // Empty when the file has no table, or one in a form that linkers do not write.
    static FunctionStarts read(Elf* elf);

    // The begin of the function an address is in, as far as can be told; 0 when it cannot.
    uint64_t of(uint64_t address) const;

  private:
    std::vector<uint64_t> starts_;  // ascending
};

}  // namespace raddle::trace
