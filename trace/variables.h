// Variables: names the place inside a static variable (`.mutex_`, `[3].lock`) from debug info. The table of a
// module's variables is built at the first question, in time linear in its top-level debug info.
#pragma once

#include <elfutils/libdwfl.h>

#include <string>
#include <unordered_map>

namespace raddle::trace {

class Variables {
  public:
    explicit Variables(Dwfl_Module* module) : module_(module) {}

    // The way from the variable that begins at `address` to the member at `offset` in it, as C writes it;
    // empty when debug info does not tell, or the variable itself is the place.
    std::string wayTo(uint64_t address, uint64_t offset);

  private:
    void index();
    void indexChildren(Dwarf_Die* parent, Dwarf_Addr bias, int depth);

    Dwfl_Module* module_;
    bool isIndexed_ = false;
    std::unordered_map<uint64_t, Dwarf_Die> types_;  // address -> type of the variable there
};

}  // namespace raddle::trace
