// Uses a library that locks in its constructor and destructor.
extern "C" void earlyLock();

int main() {
    earlyLock();
    return 0;
}
