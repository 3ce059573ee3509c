// Runs the event loop until something is true.
#pragma once

#include <QCoreApplication>
#include <QElapsedTimer>

namespace raddle::test {

template <class Condition>
bool waitFor(Condition condition, int milliseconds = 20000) {
    QElapsedTimer timer;
    timer.start();
    while (!condition()) {
        if (timer.elapsed() > milliseconds) return false;
        QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
    }
    return true;
}

}  // namespace raddle::test
