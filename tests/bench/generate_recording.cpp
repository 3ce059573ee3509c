// generate_recording FILE EVENTS [WORKERS [LOCKS]]: a recording of about so many events, with a realistic shape, for
// trying the commands and the viewer on something large.
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "tests/support/recording_generator.h"

int main(int argc, char** argv) {
    if (argc < 3) {
        std::cerr << "usage: generate_recording FILE EVENTS [WORKERS [LOCKS]]\n";
        return 2;
    }
    auto number = [&](int i, uint64_t otherwise) { return i < argc ? std::strtoull(argv[i], nullptr, 10) : otherwise; };
    auto options =
        raddle::test::sized(number(2, 0), static_cast<uint32_t>(number(3, 6)), static_cast<uint32_t>(number(4, 5)));
    std::string bytes = raddle::test::recordingOf(raddle::test::generateTimeline(options));
    std::ofstream file(argv[1], std::ios::binary);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) {
        std::cerr << "generate_recording: cannot write " << argv[1] << "\n";
        return 2;
    }
    return 0;
}
