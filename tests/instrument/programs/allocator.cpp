// A program with an allocator of its own, whose first lock is taken while it sets itself up: what allocates there
// enters it again, which an allocator that locks does not survive.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cstddef>

namespace {

alignas(16) char g_arena[64 << 20];
size_t g_used;
__thread bool t_isInside __attribute__((tls_model("initial-exec")));
pthread_mutex_t g_mutex = PTHREAD_MUTEX_INITIALIZER;

void* allocate(size_t size, size_t alignment) {
    if (t_isInside) {
        constexpr char kText[] = "the allocator was entered again\n";
        (void)!write(2, kText, sizeof kText - 1);
        _exit(97);
    }
    t_isInside = true;
    if (pthread_mutex_trylock(&g_mutex) != 0) pthread_mutex_lock(&g_mutex);
    // Each block has its size before it.
    const size_t begin = (g_used + sizeof(size_t) + alignment - 1) / alignment * alignment;
    const bool fits = begin + size <= sizeof g_arena;
    if (fits) {
        memcpy(g_arena + begin - sizeof(size_t), &size, sizeof size);
        g_used = begin + size;
    }
    pthread_mutex_unlock(&g_mutex);
    t_isInside = false;
    return fits ? g_arena + begin : nullptr;
}

void* work(void*) {
    for (int i = 0; i < 100; ++i) {
        void* volatile block = malloc(32);
        free(block);
    }
    return nullptr;
}

}  // namespace

extern "C" void* malloc(size_t size) {
    return allocate(size, 16);
}
extern "C" void free(void*) {}
extern "C" void* calloc(size_t count, size_t size) {
    return allocate(count * size, 16);  // the arena is zeros, and none is used twice
}
extern "C" void* realloc(void* old, size_t size) {
    void* fresh = allocate(size, 16);
    size_t before = 0;
    if (old) memcpy(&before, static_cast<char*>(old) - sizeof before, sizeof before);
    if (old && fresh) memcpy(fresh, old, before < size ? before : size);
    return fresh;
}
extern "C" void* memalign(size_t alignment, size_t size) {
    return allocate(size, alignment < 16 ? 16 : alignment);
}
extern "C" void* aligned_alloc(size_t alignment, size_t size) {
    return memalign(alignment, size);
}
extern "C" int posix_memalign(void** out, size_t alignment, size_t size) {
    *out = memalign(alignment, size);
    return *out ? 0 : 12;
}

int main() {
    pthread_t threads[2];
    for (pthread_t& thread : threads) pthread_create(&thread, nullptr, work, nullptr);
    for (pthread_t thread : threads) pthread_join(thread, nullptr);
    constexpr char kText[] = "done\n";
    return write(1, kText, sizeof kText - 1) > 0 ? 0 : 1;
}
