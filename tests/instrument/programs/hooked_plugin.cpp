// A library with one function that is built with function hooks.
extern "C" int pluginRun() {
    return 1;
}
