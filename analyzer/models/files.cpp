#include <algorithm>
#include <iterator>

#include "analyzer/models/models.h"

namespace raddle::models {

using enum FileEffect;

const FileCall* findFileCall(std::string_view name) {
    // Sorted by name.
    static constexpr FileCall kCalls[] = {
        {"accept", receive},
        {"accept4", receive},
        {"bind", bind, 0, 1},
        {"close", close},
        {"connect", connect, 0, 1},
        {"dup2", replace, 1},
        {"dup3", replace, 1},
        {"eventfd", channel},
        {"fdatasync", use},
        {"fstat", use},
        {"fsync", use},
        {"ftruncate", use},
        {"ioctl", use},
        {"listen", use},
        {"lseek", use},
        {"pipe", pair},
        {"pipe2", pair},
        {"pread", use},
        {"pwrite", use},
        {"read", receive},
        {"readv", receive},
        {"recv", receive},
        {"recvfrom", receive},
        {"recvmsg", receive},
        {"send", send},
        {"sendfile", send},
        {"sendmsg", send},
        {"sendto", send},
        {"setsockopt", use},
        {"shutdown", use},
        {"socketpair", pair, 3},
        {"write", send},
        {"writev", send},
    };
    const auto* found =
        std::lower_bound(std::begin(kCalls), std::end(kCalls), name,
                         [](const FileCall& call, std::string_view key) { return call.function < key; });
    return found != std::end(kCalls) && found->function == name ? found : nullptr;
}

}  // namespace raddle::models
