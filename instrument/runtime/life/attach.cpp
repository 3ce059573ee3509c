// Joining a process that runs already, and leaving it: what the launcher's injector calls in a thread of the program.
// The library stays loaded afterwards, because threads may be inside its functions.
#include <errno.h>

#include "instrument/runtime/base/call_tables.h"
#include "instrument/runtime/base/session.h"
#include "instrument/runtime/events/thread_state.h"
#include "instrument/runtime/life/kernel_counts.h"
#include "instrument/runtime/sources/xray.h"

using namespace raddle::rt;

// 0, or an errno value.
extern "C" __attribute__((visibility("default"))) int raddle_attach(const char* path) {
    const int savedErrno = errno;
    const bool joined = joinSession(path);
    if (joined) {
        if (ThreadState* state = current()) writeCpuBefore(state);
        leadCallsHere();
    }
    errno = savedErrno;
    return joined ? 0 : EINVAL;
}

// Likewise. What threads have begun to record is still finished.
extern "C" __attribute__((visibility("default"))) int raddle_detach() {
    const int savedErrno = errno;
    if (putCallsBack()) {
        unpatchXray();
        if (ThreadState* state = current()) writeCpuOfAlive(state, true);
        leaveSession();
    }
    errno = savedErrno;
    return 0;
}
