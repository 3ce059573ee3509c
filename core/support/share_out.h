// shareOut: pieces of work that do not touch each other, done by the calling thread and one more, each taking the next
// piece when it is done with one. Two, since what calls this often runs beside something else already.
#pragma once

#include <atomic>
#include <cstddef>
#include <future>

namespace raddle {

template <class Each>
void shareOut(size_t pieces, Each each) {
    std::atomic<size_t> next = 0;
    auto work = [&] {
        for (size_t i; (i = next++) < pieces;) each(i);
    };
    auto beside = std::async(std::launch::async, work);
    work();
    beside.get();
}

}  // namespace raddle
