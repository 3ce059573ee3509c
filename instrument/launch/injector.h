// Injector: calls functions of a running process, in one of its own threads, by ptrace. The thread is one that waits in
// a system call outside malloc and the dynamic loader, so that what is called finds no lock of them held by it; its
// registers and what it waited in are put back after. x86-64.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/support/result.h"

namespace raddle::launch {

class Injector {
  public:
    // Stops a thread of the process that is fit for calls; the others run on. Fails when the process may not be traced
    // (another user's, kernel.yama.ptrace_scope, a debugger has it), is not of this architecture, or when no thread
    // came by a fit place within two seconds.
    static Result<Injector> stop(pid_t pid);

    Injector(Injector&& other) noexcept : pid_(other.pid_), tid_(other.tid_) { other.tid_ = 0; }
    Injector& operator=(Injector&&) = delete;
    ~Injector();  // lets the thread go on

    // Calls the function at an address with a text and a number; `text` null passes a null pointer. Fails when the
    // function crashed (the thread is put back all the same) or the process ended.
    Result<uint64_t> call(uint64_t function, const std::string* text, uint64_t number);

  private:
    Injector(pid_t pid, pid_t tid) : pid_(pid), tid_(tid) {}

    pid_t pid_;
    pid_t tid_;  // stopped; 0: none
};

// Where a module that a process has loaded is: its load bias, and its path as this process can open it.
struct RemoteModule {
    uint64_t bias = 0;
    std::string path;
};

// The loaded module whose file is called `name` or begins with it; an error when there is none.
Result<RemoteModule> findModule(pid_t pid, const std::string& name);

// The address in the process of a function that a module exports.
Result<uint64_t> findFunction(const RemoteModule& module, const std::string& name);

}  // namespace raddle::launch
