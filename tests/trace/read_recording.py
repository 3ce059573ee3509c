"""A reader of recordings that was written from docs/trace-format.md alone and takes its tables from that page. It
knows nothing of raddle's code, so that what both make of a recording is what the page says."""
import collections
import os
import re
import struct

SAME_SITE, FIRST_TIMED, FIRST_SIZED, MOST_SLOTS = 0x80, 0x10, 0x60, 65536
LOCK_KINDS = range(1, 7)
FORMATS = {4: "I", 8: "Q"}

Event = collections.namedtuple("Event", "op ticks site second stack numbers strings frames")


class Broken(Exception):
    """Something that the page does not allow."""


class Page:
    """The tables of the page: the two headers as {field: (offset, bytes)}, the ops as {code: (name, operands)}."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.header = self.fields(text[text.index("\n## Header"):text.index("\n## Chunks")])
        self.chunk = self.fields(text[text.index("\n## Chunks"):text.index("\n## Events")])
        rows = re.findall(r"^\| (\w+) \| (0x\w\w) \| `?(\w*)`? \|", text, re.M)
        self.ops = {int(code, 16): (name, operands) for name, code, operands in rows}

    @staticmethod
    def fields(section):
        rows = re.findall(r"^\| (\d+) \| (\d+) \| `(\w+)`", section, re.M)
        return {name: (int(offset), int(size)) for offset, size, name in rows}


def unpack(fields, data, at):
    out = {}
    for name, (offset, size) in fields.items():
        part = data[at + offset:at + offset + size]
        out[name] = struct.unpack("<" + FORMATS[size], part)[0] if size in FORMATS else part
    return out


class Chunk:
    """Decodes the events of one chunk; its dictionaries begin empty."""

    def __init__(self, page, data, at, header):
        self.page, self.data, self.header = page, data, header
        self.at = at + 64
        self.end = self.at + (header["committed"] & 0xffffffff)
        self.slots = {"T": {}, "F": {}, "K": {}}
        self.ticks = header["baseTicks"]
        self.last_site = None

    def varint(self):
        value = shift = 0
        while self.at < self.end and shift < 70:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80:
                return value
        raise Broken("varint")

    def string(self):
        length = self.varint()
        if length > min(4096, self.end - self.at):
            raise Broken("string")
        self.at += length
        return self.data[self.at - length:self.at]

    def frames(self):
        frames = [self.varint() for _ in range(self.varint())]
        if not 1 <= len(frames) <= 64:
            raise Broken("frames")
        for i in range(1, len(frames)):
            frames[i] = (frames[i - 1] + ((frames[i] >> 1) ^ -(frames[i] & 1))) % 2**64
        return frames

    def meaning(self, letter):
        slot = self.varint()
        if slot not in self.slots[letter]:
            raise Broken(f"slot {slot} of {letter} was never defined")
        return self.slots[letter][slot]

    def define(self, operands):
        letter, slot = operands[0], self.varint()
        if slot >= MOST_SLOTS:
            raise Broken("slot")
        values = [self.frames() if rest == "P" else self.varint() for rest in operands[1:]]
        self.slots[letter][slot] = values if len(values) > 1 else values[0]

    def event(self, name, operands, same_site):
        got = {"site": None, "second": None, "stack": None, "numbers": [], "strings": [], "frames": None}
        for letter in operands:
            if letter == "S":
                self.last_site = self.last_site if same_site else self.meaning("T")
                if self.last_site is None:
                    raise Broken("the same site as none")
                got["site"] = self.last_site
            elif letter == "T":
                got["second"] = self.meaning("T")
            elif letter in "FK":
                got["stack"] = self.meaning(letter)
            elif letter in "ua":
                got["numbers"].append(self.varint())
            elif letter == "s":
                got["strings"].append(self.string())
            elif letter == "L":
                got["strings"] += [self.string() for _ in range(self.varint())]
            else:
                raise Broken(f"operand {letter}")
        return Event(name, self.ticks, **got)

    def events(self):
        timed = 0
        while self.at < self.end:
            byte = self.data[self.at]
            self.at += 1
            op = byte & ~SAME_SITE
            if op >= FIRST_TIMED:
                self.ticks += self.varint()
                timed += 1
            if op not in self.page.ops:
                if op < FIRST_SIZED:
                    raise Broken(f"unknown op {op:#x}")
                self.at += self.varint()
                continue
            name, operands = self.page.ops[op]
            if op < FIRST_TIMED:
                self.define(operands)
            elif op >= FIRST_SIZED:
                length = self.varint()
                end = self.at + length
                yield self.event(name, operands, byte & SAME_SITE)
                self.at = end  # behind what a later writer may have added
            else:
                yield self.event(name, operands, byte & SAME_SITE)
        if timed != self.header["committed"] >> 32:
            raise Broken("the chunk counts its events otherwise")


class Recording:
    """The header, and the chunks of each thread in order."""

    def __init__(self, page, path):
        with open(path, "rb") as file:
            self.data = file.read()
        self.header = unpack(page.header, self.data, 0)
        if not self.data.startswith(b"\x89RADDLE\n") or self.header["version"] != 1:
            raise Broken("not a recording of version 1")
        self.threads, self.counted = collections.defaultdict(list), []
        size, at = os.path.getsize(path), self.header["headerSize"]
        while at + self.header["chunkHeaderSize"] <= size:
            chunk = unpack(page.chunk, self.data, at)
            good = chunk["magic"] == 0x314b4e4843444452 and chunk["size"] >= 64 and chunk["size"] % 64 == 0
            if not good or at + chunk["size"] > size or 64 + (chunk["committed"] & 0xffffffff) > chunk["size"]:
                at += 64
                continue
            if chunk["kind"] == 2:
                rows = struct.iter_unpack("<QQQII", self.data[at + 64:at + 64 + 512 * 32])
                self.counted += [(chunk["pid"], *row) for row in rows if row[0]]
            if chunk["kind"] == 1:
                self.threads[chunk["thread"]].append(Chunk(page, self.data, at, chunk))
            at += chunk["size"]
        for chunks in self.threads.values():
            chunks.sort(key=lambda chunk: chunk.header["sequence"])

    def ns(self, ticks):
        header = self.header
        if header["clock"] == 1:
            return ticks - header["startTicks"]
        slope = (header["endMonotonicNs"] - header["startMonotonicNs"]) / (header["endTicks"] - header["startTicks"])
        return (ticks - header["startTicks"]) * slope


class Counts:
    """What happened to the locks and objects, by pid and address, and the threads by pid and tid."""

    def __init__(self, recording):
        self.recording, self.events, self.threads = recording, 0, collections.Counter()
        self.locks = collections.defaultdict(collections.Counter)
        self.objects = collections.defaultdict(collections.Counter)
        for chunks in recording.threads.values():
            self.threads[chunks[0].header["pid"], chunks[0].header["tid"]] += 1
            self.thread(chunks)
        for pid, address, acquisitions, _, written, failed in recording.counted:
            if address & 1:
                self.objects[pid, address - 1]["signals"] += acquisitions
                continue
            if (pid, address) in self.objects:
                self.objects[pid, address]["waits"] += acquisitions - written
                continue
            self.locks[pid, address]["acquisitions"] += acquisitions - written
            self.locks[pid, address]["failed_tries"] += failed

    def thread(self, chunks):
        waits = []
        for chunk in chunks:
            for event in chunk.events():
                self.events += 1
                self.take(event, chunk.header["pid"], waits)

    def take(self, event, pid, waits):
        kind, address = event.site[:2] if event.site else (0, 0)
        row = (self.locks if kind in LOCK_KINDS else self.objects)[pid, address]
        if event.op in ("Acquire", "AcquireShared", "AcquireTried", "AcquireSharedTried"):
            row["acquisitions"] += 1
        elif event.op == "TryFailed":
            row["failed_tries"] += 1
        elif event.op == "SemaphoreAcquire":
            row["waits"] += 1
        elif event.op in ("SemaphorePost", "ConditionSignal", "ConditionBroadcast", "ObjectWake", "ObjectWakeAll"):
            row["signals"] += 1
        elif event.op == "WaitEnd" and waits:
            self.end_wait(event, *waits.pop())
        elif event.op.endswith("Wait") or event.op in ("LockWaitShared", "Sleep"):
            row["waits"] += 1
            waits.append((event, row, kind in LOCK_KINDS))

    def end_wait(self, event, begin, row, is_lock):
        row["wait_ns"] += self.recording.ns(event.ticks) - self.recording.ns(begin.ticks)
        if not is_lock:
            return
        if event.numbers[0] in (0, 130):  # EOWNERDEAD: the lock of one that died
            row["acquisitions"] += 1
            row["contended"] += 1
        else:
            row["failed_tries"] += 1
