#!/usr/bin/env python3
"""What recording costs: each workload plain and recorded in turn, beside the tools that are installed.

    record_bench.py operations    locks, calls and waits: nanoseconds of CPU time that recording adds to each
    record_bench.py programs      whole programs: CPU time recorded, by that of the program alone
    record_bench.py start         a program that does nothing: what begins and ends with every recording
    record_bench.py shares -- COMMAND    shares of functions, by --sample and by `perf record` of the run after it

Medians (least to most) over --rounds. A round runs everything once, and differences and ratios are those of a round, so
that a machine that gets slower slows both sides. What the machine itself needs is measured with it: two readings of the
clock are the floor of an operation that is recorded with its times.
"""
import argparse
import collections
import contextlib
import json
import os
import pathlib
import resource
import shutil
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time

HEADER, CHUNK = 4096, struct.Struct("<Q8I3Q")
MAGIC, EVENTS = 0x314b4e4843444452, 1

CPU_BOUND_THREADS = """
import threading
def work():
    total = 0
    for i in range(2_000_000):
        total += i * i
threads = [threading.Thread(target=work) for _ in range(4)]
[t.start() for t in threads]
[t.join() for t in threads]
"""
PROCESS_POOL = """
import multiprocessing
def work(n):
    return sum(i * i for i in range(n))
if __name__ == "__main__":
    with multiprocessing.Pool(2) as pool:
        print(sum(pool.map(work, [50_000] * 100)))
"""


def summary(values, digits):
    if not values:
        return "–"
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def table(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def events_of(path):
    """Events of a recording, and the bytes that they and their definitions take."""
    data, at, count, size = path.read_bytes(), HEADER, 0, 0
    while at + CHUNK.size <= len(data):
        magic, length, kind, *_, committed = CHUNK.unpack_from(data, at)
        good = magic == MAGIC and length >= CHUNK.size
        if good and kind == EVENTS:
            count, size = count + (committed >> 32), size + (committed & 0xffffffff)
        at += length if good else 64
    return count, size


class Tools:
    """Ways to run a command; each leaves nothing behind."""

    def __init__(self, options, folder):
        self.raddle, self.folder, self.recording = options.raddle, folder, folder / "run.raddle"

    def record(self, *flags):
        return [self.raddle, "record", "-q", "-f", "-o", str(self.recording), *flags, "--"]

    def uftrace(self):
        shutil.rmtree(self.folder / "uftrace", ignore_errors=True)
        return ["uftrace", "record", "--force", "-d", str(self.folder / "uftrace")]

    @contextlib.contextmanager
    def lttng(self):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(["lttng-sessiond", "-d"], **quiet)
        for step in (["create", "bench", f"--output={self.folder}/lttng"], ["enable-event", "-u", "lttng_ust_pthread:*"],
                     ["start"]):
            subprocess.run(["lttng", *step], check=True, **quiet)
        try:
            yield {**os.environ, "LD_PRELOAD": "liblttng-ust-pthread-wrapper.so"}
        finally:
            subprocess.run(["lttng", "destroy", "bench"], **quiet)
            shutil.rmtree(self.folder / "lttng", ignore_errors=True)


def measured(command, env=None):
    """What the workload says of itself: {operation: nanoseconds}."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env, check=True)
    rows = (line.rsplit("\t", 1) for line in done.stdout.splitlines() if "\t" in line)
    return {name: float(ns) for name, ns in rows}


def operations(options, tools):
    plain, columns = [], collections.defaultdict(list)
    workload, few = [options.workload, "2000000"], [options.workload, "20000"]
    has_lttng = shutil.which("lttng") and shutil.which("lttng-sessiond")
    size = (0, 0)
    for _ in range(options.rounds):
        plain.append(measured(workload))
        columns["raddle, in full"].append(measured(tools.record("--exact") + workload))
        size = events_of(tools.recording)
        columns["raddle, counted"].append(measured(tools.record("--budget", "0.1") + workload))
        if options.interposer:
            columns["interposed only"].append(measured(workload, {**os.environ, "LD_PRELOAD": options.interposer}))
        if shutil.which("uftrace"):
            columns["uftrace"].append(measured(tools.uftrace() + few))
        if has_lttng:
            with tools.lttng() as env:
                columns["lttng-ust"].append(measured(few, env))
        if options.tsan_workload:
            columns["ThreadSanitizer"].append(measured([options.tsan_workload, "200000"]))
        if shutil.which("valgrind"):
            columns["helgrind"].append(measured(["valgrind", "-q", "--tool=helgrind", options.workload, "2000"]))
    rows = [["added nanoseconds", "plain", *columns]]
    for name in plain[0]:
        rows.append([name, summary([run[name] for run in plain], 1)])
        for runs in columns.values():
            added = [run[name] - alone[name] for run, alone in zip(runs, plain) if name in run]
            rows[-1].append(summary(added, 0 if added and max(added) > 1000 else 1))
    table(rows)
    print(f"\n{size[1] / max(size[0], 1):.2f} bytes an event in full, of {size[0]:,} events")


def children_cpu():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Load:
    """Clients of a key-value server on the loopback: a fixed number of requests, five to one reads to writes."""

    CLIENTS, REQUESTS, AT_ONCE = 4, 100_000, 100

    def __init__(self, port, protocol):
        self.port, self.protocol = port, protocol

    def connect(self):
        for _ in range(200):
            with contextlib.suppress(OSError):
                return socket.create_connection(("127.0.0.1", self.port))
            time.sleep(0.02)
        sys.exit(f"record_bench.py: no server came up at port {self.port}")

    def request(self, i):
        key, value = b"key:%03d" % (i * 7 % 500), b"0123456789"
        if self.protocol == "memcached":
            return b"set %s 0 0 10\r\n%s\r\n" % (key, value) if i % 5 == 0 else b"get %s\r\n" % key
        parts = (b"SET", key, value) if i % 5 == 0 else (b"GET", key)
        return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)

    def ends(self, line, is_value):
        """Whether a line of the answer is the last of it; a value's own line is not looked at."""
        if self.protocol == "memcached":
            return line in (b"STORED", b"END"), False
        return is_value or line in (b"+OK", b"$-1"), line.startswith(b"$") and line != b"$-1" and not is_value

    def client(self):
        with self.connect() as server:
            answers = server.makefile("rb")
            for begin in range(0, self.REQUESTS, self.AT_ONCE):
                server.sendall(b"".join(self.request(i) for i in range(begin, begin + self.AT_ONCE)))
                left, is_value = self.AT_ONCE, False
                while left > 0:
                    done, is_value = self.ends(answers.readline().rstrip(), is_value)
                    left -= done

    def run(self):
        self.connect().close()
        clients = [threading.Thread(target=self.client) for _ in range(self.CLIENTS)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()


def free_port():
    with socket.socket() as any_free:
        any_free.bind(("127.0.0.1", 0))
        return any_free.getsockname()[1]


class Program:
    def __init__(self, name, command, load=None):
        self.name, self.command, self.load = name, command, load

    def cpu(self, prefix):
        """CPU seconds of one run, all its processes and the recorder's included."""
        before = children_cpu()
        port = free_port()
        command = prefix + [part.replace("PORT", str(port)) for part in self.command]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
            if self.load:
                Load(port, self.load).run()
                server = run.pid if not prefix else int(subprocess.check_output(["pgrep", "-P", str(run.pid)]))
                os.kill(server, signal.SIGTERM)
        return children_cpu() - before


def programs_here(folder):
    data, size = folder / "data", 0
    with data.open("wb") as out:
        for library in sorted(pathlib.Path("/usr/lib").glob("*-linux-gnu/*.so.*")):
            if size < 12_000_000 and library.is_file() and not library.is_symlink():
                size += out.write(library.read_bytes())
    python = "/usr/bin/python3"
    for name, script in (("threads.py", CPU_BOUND_THREADS), ("pool.py", PROCESS_POOL)):
        (folder / name).write_text(script)
    wanted = [
        Program("xz -T2", ["xz", "-T2", "-1", "-k", "-c", str(data)]),
        Program("pbzip2 -p2", ["pbzip2", "-p2", "-k", "-c", str(data)]),
        Program("pigz -p2", ["pigz", "-p2", "-k", "-c", str(data)]),
        Program("memcached, 4 threads", ["memcached", "-u", "nobody", "-l", "127.0.0.1", "-p", "PORT", "-t", "4"], "memcached"),
        Program("redis-server", ["redis-server", "--port", "PORT", "--save", ""], "redis"),
        Program("python3, 4 threads", [python, str(folder / "threads.py")]),
        Program("python3, process pool", [python, str(folder / "pool.py")]),
    ]
    return [program for program in wanted if shutil.which(program.command[0])]


def programs(options, tools):
    modes = {"budget 5 %": [], "--exact": ["--exact"], "--sample": ["--sample"]}
    widths = (24, 18, *(22 for _ in modes), 14)

    def line(*cells):
        print("".join(cell.ljust(width) for cell, width in zip(cells, widths)).rstrip(), flush=True)

    line("CPU, by the program's", "alone, s", *modes, "events")
    for program in programs_here(tools.folder):
        alone, ratios, size = [], collections.defaultdict(list), (0, 0)
        for _ in range(options.rounds):
            alone.append(program.cpu([]))
            for mode, flags in modes.items():
                ratios[mode].append(program.cpu(tools.record(*flags)) / alone[-1])
                if mode == "--exact":
                    size = events_of(tools.recording)
        line(program.name, summary(alone, 2), *(summary(ratios[mode], 3) for mode in modes), f"{size[0]:,}")


def start(options, tools):
    rows = [["/bin/true, milliseconds", "wall", "CPU"]]
    for name, prefix in (("alone", []), ("recorded", tools.record())):
        walls, cpus = [], []
        for _ in range(options.rounds * 5):
            cpu, begin = children_cpu(), time.monotonic()
            subprocess.run(prefix + ["/bin/true"], check=True)
            walls.append((time.monotonic() - begin) * 1e3)
            cpus.append((children_cpu() - cpu) * 1e3)
        rows.append([name, summary(walls, 1), summary(cpus, 1)])
    table(rows)


def plain(name):
    """A function's name as both tools have it."""
    return name.partition("(")[0].partition("<")[0].partition("@")[0].removesuffix("+0x").split(".")[0].strip()


def perf_shares(command, rate, folder):
    """({function: samples with it on the stack}, samples)"""
    data, samples, count = folder / "perf.data", collections.Counter(), 0
    subprocess.run(["perf", "record", "-q", "-e", "cpu-clock:u", "-F", str(rate), "--call-graph", "dwarf,16384", "-o",
                    data, "--", *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    script = subprocess.run(["perf", "script", "--no-inline", "-F", "ip,sym", "-i", data], stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, text=True).stdout
    for stack in script.split("\n\n"):
        names = {plain(line.split(maxsplit=1)[1]) for line in stack.splitlines() if len(line.split()) > 1}
        count += bool(stack.strip())
        samples.update(names)
    return samples, count


def shares(options, tools):
    """Of functions with 3 % or more, all that they call included: what both have a name for."""
    worst, compared, beyond, sums = 0.0, 0, [], [0, 0]
    for _ in range(options.rounds):
        subprocess.run(tools.record(f"--sample={options.rate}") + options.command, check=True, stdout=subprocess.DEVNULL)
        report = json.loads(subprocess.run([options.raddle, "report", "--format", "json", tools.recording], check=True,
                                           stdout=subprocess.PIPE).stdout)
        rows, trees = report["sampled_functions"], collections.Counter()
        for row in rows:
            trees[plain(row["name"])] = max(trees[plain(row["name"])], row["cumulative_ns"] * options.rate * 1e-9)
        ours = sum(row["samples"] for row in rows)
        perfs, theirs = perf_shares(options.command, options.rate, tools.folder)
        sums = [sums[0] + ours, sums[1] + theirs]
        for name in sorted(set(trees) & set(perfs)):
            one, other = trees[name] / ours, perfs[name] / theirs
            if max(one, other) < 0.03:
                continue
            mean = (one + other) / 2
            sigma = max(mean * (1 - mean), 1 / ours) ** 0.5 * (1 / ours + 1 / theirs) ** 0.5
            compared, worst = compared + 1, max(worst, abs(one - other))
            if abs(one - other) > 2.6 * sigma:
                beyond.append(f"{name} {one:.1%} {other:.1%}")
    print(f"{' '.join(options.command)}: {sums[0]} and {sums[1]} samples in {options.rounds} rounds; {compared} shares, "
          f"the largest difference {worst * 100:.1f} points")
    print(f"above 2.6 sigma: {'; '.join(beyond) or 'none'}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["operations", "programs", "start", "shares"])
    parser.add_argument("--raddle", default="raddle")
    parser.add_argument("--workload", default="record_workload", help="program that measures itself")
    parser.add_argument("--tsan-workload", help="the same, built with -fsanitize=thread")
    parser.add_argument("--interposer", help="library that interposes the functions and does nothing else")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rate", type=int, default=1000, help="samples a second of processor time, of shares")
    parser.add_argument("command", nargs="*", help="of shares: what to run")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="record_bench.") as folder:
        globals()[options.what](options, Tools(options, pathlib.Path(folder)))


if __name__ == "__main__":
    main()
