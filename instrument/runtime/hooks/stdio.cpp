// Reading and writing through the C library's streams, which call the system inside of it. Most calls only move bytes
// in the stream's buffer and are passed on as they are; of one that will fill or empty it the time is taken, and it is
// written when it took long. What a buffer holds is read from glibc's FILE, which its own headers make public.
#include <stdio.h>
#include <string.h>

#include "instrument/runtime/base/hook.h"
#include "instrument/runtime/events/io_wait.h"

using namespace raddle::rt;

namespace {

// Other threads may be using the stream just now: it is a guess, and only pointers are compared.
bool holds(const FILE* stream, size_t bytes) {
    const ptrdiff_t left = stream->_IO_read_end - stream->_IO_read_ptr;
    return left > 0 && static_cast<size_t>(left) >= bytes;
}

// Where a line ends is not looked for: where there is less left than most lines have, the system may be called.
bool holdsLine(const FILE* stream) {
    constexpr size_t kMostLines = 256;
    return holds(stream, kMostLines);
}

bool takes(const FILE* stream, size_t bytes) {
    const ptrdiff_t left = stream->_IO_write_end - stream->_IO_write_ptr;
    return left > 0 && static_cast<size_t>(left) >= bytes;
}

template <class Call>
RADDLE_INLINE auto reading(bool isBuffered, FILE* stream, const CallerFrames& from, Call call) {
    if (RADDLE_LIKELY(isBuffered) || stream->_fileno < 0) return call();
    return recordedTransfer(kRaddleIoRead, stream->_fileno, from, call);
}

template <class Call>
RADDLE_INLINE auto writing(bool isBuffered, FILE* stream, const CallerFrames& from, Call call) {
    if (RADDLE_LIKELY(isBuffered) || stream->_fileno < 0) return call();
    return recordedTransfer(kRaddleIoWrite, stream->_fileno, from, call);
}

}  // namespace

RADDLE_HOOK(size_t, fread, (void* to, size_t size, size_t count, FILE* stream)) {
    return reading(holds(stream, size * count), stream, RADDLE_FROM,
                   [&] { return RADDLE_REAL(fread)(to, size, count, stream); });
}

RADDLE_HOOK(size_t, fread_unlocked, (void* to, size_t size, size_t count, FILE* stream)) {
    return reading(holds(stream, size * count), stream, RADDLE_FROM,
                   [&] { return RADDLE_REAL(fread_unlocked)(to, size, count, stream); });
}

RADDLE_HOOK(char*, fgets, (char* to, int size, FILE* stream)) {
    return reading(holdsLine(stream), stream, RADDLE_FROM, [&] { return RADDLE_REAL(fgets)(to, size, stream); });
}

RADDLE_HOOK(ssize_t, getline, (char** line, size_t* size, FILE* stream)) {
    return reading(holdsLine(stream), stream, RADDLE_FROM, [&] { return RADDLE_REAL(getline)(line, size, stream); });
}

RADDLE_HOOK(ssize_t, getdelim, (char** line, size_t* size, int delimiter, FILE* stream)) {
    return reading(holdsLine(stream), stream, RADDLE_FROM,
                   [&] { return RADDLE_REAL(getdelim)(line, size, delimiter, stream); });
}

// What getline and fgets are called where programs are built with checks (_FORTIFY_SOURCE).
extern "C" ssize_t __getdelim(char**, size_t*, int, FILE*);
extern "C" char* __fgets_chk(char*, size_t, int, FILE*);
extern "C" size_t __fread_chk(void*, size_t, size_t, size_t, FILE*);

RADDLE_HOOK(ssize_t, __getdelim, (char** line, size_t* size, int delimiter, FILE* stream)) {
    return reading(holdsLine(stream), stream, RADDLE_FROM,
                   [&] { return RADDLE_REAL(__getdelim)(line, size, delimiter, stream); });
}

RADDLE_HOOK(char*, __fgets_chk, (char* to, size_t room, int size, FILE* stream)) {
    return reading(holdsLine(stream), stream, RADDLE_FROM,
                   [&] { return RADDLE_REAL(__fgets_chk)(to, room, size, stream); });
}

RADDLE_HOOK(size_t, __fread_chk, (void* to, size_t room, size_t size, size_t count, FILE* stream)) {
    return reading(holds(stream, size * count), stream, RADDLE_FROM,
                   [&] { return RADDLE_REAL(__fread_chk)(to, room, size, count, stream); });
}

RADDLE_HOOK(int, fgetc, (FILE * stream)) {
    return reading(holds(stream, 1), stream, RADDLE_FROM, [&] { return RADDLE_REAL(fgetc)(stream); });
}

RADDLE_HOOK(int, getc, (FILE * stream)) {
    return reading(holds(stream, 1), stream, RADDLE_FROM, [&] { return RADDLE_REAL(getc)(stream); });
}

RADDLE_HOOK(size_t, fwrite, (const void* from, size_t size, size_t count, FILE* stream)) {
    return writing(takes(stream, size * count), stream, RADDLE_FROM,
                   [&] { return RADDLE_REAL(fwrite)(from, size, count, stream); });
}

RADDLE_HOOK(int, fputs, (const char* text, FILE* stream)) {
    return writing(takes(stream, strlen(text)), stream, RADDLE_FROM, [&] { return RADDLE_REAL(fputs)(text, stream); });
}

RADDLE_HOOK(int, fflush, (FILE * stream)) {
    if (!stream) return RADDLE_REAL(fflush)(stream);
    return writing(stream->_IO_write_ptr == stream->_IO_write_base, stream, RADDLE_FROM,
                   [&] { return RADDLE_REAL(fflush)(stream); });
}
