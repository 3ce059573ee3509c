#include <algorithm>
#include <iterator>

#include "analyzer/models/models.h"

namespace raddle::models {

const SharedState* findSharedState(std::string_view name) {
    // Sorted by name.
    static constexpr SharedState kFunctions[] = {
        {"asctime", "the buffer of asctime()"},
        {"clearenv", "the environment"},
        {"crypt", "the buffer of crypt()"},
        {"ctime", "the buffer of localtime()"},
        {"drand48", "the state of drand48()"},
        {"getenv", "the environment", false},
        {"getgrent", "the buffer of getgrnam()"},
        {"getgrgid", "the buffer of getgrnam()"},
        {"getgrnam", "the buffer of getgrnam()"},
        {"gethostbyaddr", "the buffer of gethostbyname()"},
        {"gethostbyname", "the buffer of gethostbyname()"},
        {"getopt", "the state of getopt()"},
        {"getopt_long", "the state of getopt()"},
        {"getprotobyname", "the buffer of getprotobyname()"},
        {"getpwent", "the buffer of getpwnam()"},
        {"getpwnam", "the buffer of getpwnam()"},
        {"getpwuid", "the buffer of getpwnam()"},
        {"getservbyname", "the buffer of getservbyname()"},
        {"getservbyport", "the buffer of getservbyname()"},
        {"gmtime", "the buffer of localtime()"},
        {"hcreate", "the table of hsearch()"},
        {"hdestroy", "the table of hsearch()"},
        {"hsearch", "the table of hsearch()"},
        {"localtime", "the buffer of localtime()"},
        {"lrand48", "the state of drand48()"},
        {"mrand48", "the state of drand48()"},
        {"putenv", "the environment"},
        {"setenv", "the environment"},
        {"srand48", "the state of drand48()"},
        {"strtok", "the state of strtok()"},
        {"ttyname", "the buffer of ttyname()"},
        {"unsetenv", "the environment"},
    };
    const auto* found =
        std::lower_bound(std::begin(kFunctions), std::end(kFunctions), name,
                         [](const SharedState& row, std::string_view key) { return row.function < key; });
    return found != std::end(kFunctions) && found->function == name ? found : nullptr;
}

}  // namespace raddle::models
