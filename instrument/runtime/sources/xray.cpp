#include "instrument/runtime/sources/xray.h"

#include <string.h>
#include <sys/auxv.h>

#include "instrument/runtime/base/elf_symbols.h"
#include "instrument/runtime/events/sized_event.h"

extern "C" void __cyg_profile_func_enter(void* function, void* callSite);
extern "C" void __cyg_profile_func_exit(void* function, void* callSite);

namespace raddle::rt {

namespace {

// As in compiler-rt's include/xray/xray_interface.h.
enum EntryType { kEntry = 0, kExit = 1, kTail = 2, kLogArgumentsEntry = 3 };

struct XrayApi {
    int (*setHandler)(void (*)(int32_t function, int type));
    int (*removeHandler)();
    int (*patch)();
    int (*unpatch)();
    uintptr_t (*address)(int32_t function);
};

const char* const kNames[] = {"__xray_set_handler", "__xray_remove_handler", "__xray_patch", "__xray_unpatch",
                              "__xray_function_address"};
constexpr size_t kCount = sizeof kNames / sizeof *kNames;
static_assert(sizeof(XrayApi) == kCount * sizeof(void*));

XrayApi g_xray;

// The place of the call is not told; a function is its own, which is enough to tell activations apart.
void onFunction(int32_t id, int type) {
    auto* const function = reinterpret_cast<void*>(g_xray.address(id));
    if (type == kEntry || type == kLogArgumentsEntry)
        __cyg_profile_func_enter(function, function);
    else if (type == kExit || type == kTail)
        __cyg_profile_func_exit(function, function);
}

}  // namespace

void patchXray(ThreadState* state) {
    auto* const inside = reinterpret_cast<const void*>(getauxval(AT_ENTRY));
    if (!inside || !hasSection(inside, "xray_instr_map")) return;
    void* found[kCount] = {};
    findInModuleOf(inside, kNames, found, kCount);
    for (void* const function : found)
        if (!function)
            return recordNote(state, "XRay's calls are not recorded: the program is stripped of its symbols");
    memcpy(&g_xray, found, sizeof g_xray);
    g_xray.setHandler(onFunction);
    g_xray.patch();
}

void unpatchXray() {
    if (!g_xray.unpatch) return;
    g_xray.unpatch();
    g_xray.removeHandler();
}

}  // namespace raddle::rt
