#!/usr/bin/env python3
"""Writes a C program of about the given number of lines, with its compilation database, for the benchmark of analysis.

It is made of modules, each a file: records with locks, a queue, a worker thread, chains of calls, a table of handlers
called through pointers, statistics that all modules share, and helpers that no thread cares about. Every tenth module
has a planted race. The same arguments give the same program.

    generate_program.py --lines 10000 FOLDER
"""
import argparse
import json
import pathlib
import random

HEADER = """#ifndef COMMON_H
#define COMMON_H
#include <pthread.h>
#include <stdlib.h>
typedef struct Stats {{ pthread_mutex_t mu; long hits; long misses; long bytes; }} Stats;
typedef struct Job {{ struct Job *next; int kind; long arg; void (*run)(struct Job *); }} Job;
typedef struct Queue {{ pthread_mutex_t mu; pthread_cond_t ready; Job *head; int closed; }} Queue;
extern Stats stats;
void count_hit(long bytes);
void count_miss(void);
void push_job(Queue *queue, Job *job);
Job *pop_job(Queue *queue);
{declarations}
#endif
"""

MAIN = """#include "common.h"
Stats stats = {{PTHREAD_MUTEX_INITIALIZER, 0, 0, 0}};
void count_hit(long bytes) {{
    pthread_mutex_lock(&stats.mu);
    stats.hits++;
    stats.bytes += bytes;
    pthread_mutex_unlock(&stats.mu);
}}
void count_miss(void) {{
    pthread_mutex_lock(&stats.mu);
    stats.misses++;
    pthread_mutex_unlock(&stats.mu);
}}
void push_job(Queue *queue, Job *job) {{
    pthread_mutex_lock(&queue->mu);
    job->next = queue->head;
    queue->head = job;
    pthread_cond_signal(&queue->ready);
    pthread_mutex_unlock(&queue->mu);
}}
Job *pop_job(Queue *queue) {{
    pthread_mutex_lock(&queue->mu);
    while (!queue->head && !queue->closed) pthread_cond_wait(&queue->ready, &queue->mu);
    Job *job = queue->head;
    if (job) queue->head = job->next;
    pthread_mutex_unlock(&queue->mu);
    return job;
}}
int main(int argc, char **argv) {{
    pthread_t threads[{count}];
    (void)argv;
{starts}
{joins}
    return stats.hits > argc;
}}
"""

MODULE = """#include "common.h"
typedef struct Entry{m} {{ pthread_mutex_t mu; struct Entry{m} *next; int key; long value; long uses; char name[16]; }} Entry{m};
static Entry{m} *table{m}[64];
static pthread_mutex_t table_mu{m} = PTHREAD_MUTEX_INITIALIZER;
static Queue queue{m} = {{PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0}};
static long total{m};
static int generation{m};

static Entry{m} *find{m}(int key) {{
    Entry{m} *entry = table{m}[key & 63];
    while (entry && entry->key != key) entry = entry->next;
    return entry;
}}
static Entry{m} *make{m}(int key) {{
    Entry{m} *entry = calloc(1, sizeof *entry);
    pthread_mutex_init(&entry->mu, 0);
    entry->key = key;
    entry->next = table{m}[key & 63];
    table{m}[key & 63] = entry;
    return entry;
}}
long get{m}(int key) {{
    long value = -1;
    pthread_mutex_lock(&table_mu{m});
    Entry{m} *entry = find{m}(key);
    if (entry) {{
        pthread_mutex_lock(&entry->mu);
        entry->uses++;
        value = entry->value;
        pthread_mutex_unlock(&entry->mu);
    }}
    pthread_mutex_unlock(&table_mu{m});
    if (value < 0) count_miss(); else count_hit(value);
    return value;
}}
void put{m}(int key, long value) {{
    pthread_mutex_lock(&table_mu{m});
    Entry{m} *entry = find{m}(key);
    if (!entry) entry = make{m}(key);
    pthread_mutex_lock(&entry->mu);
    entry->value = value;
    pthread_mutex_unlock(&entry->mu);
    pthread_mutex_unlock(&table_mu{m});
}}
{helpers}
{handlers}
static void (*const handlers{m}[])(Job *) = {{{names}}};
static void *work{m}(void *arg) {{
    Job *job;
    (void)arg;
    while ((job = pop_job(&queue{m}))) {{
        handlers{m}[job->kind % {handlerCount}](job);
        job->run(job);
        {bug}
        free(job);
    }}
    return 0;
}}
void submit{m}(int kind, long arg) {{
    Job *job = calloc(1, sizeof *job);
    job->kind = kind;
    job->arg = arg;
    job->run = handlers{m}[kind % {handlerCount}];
    push_job(&queue{m}, job);
}}
void start{m}(pthread_t *thread) {{ pthread_create(thread, 0, work{m}, 0); }}
void stop{m}(pthread_t thread) {{
    for (int i = 0; i < 8; ++i) submit{m}(i, i);
    pthread_mutex_lock(&queue{m}.mu);
    queue{m}.closed = 1;
    pthread_cond_broadcast(&queue{m}.ready);
    pthread_mutex_unlock(&queue{m}.mu);
    pthread_join(thread, 0);
}}
"""

HELPER = """static long mix{m}_{i}(long a, long b) {{
    long out = a * {c};
    for (int i = 0; i < {n}; ++i) {{
        if ((out ^ b) & (1 << i)) out += b >> i;
        else out -= a << 1;
    }}
    switch (out % 5) {{
        case 0: out += {next}; break;
        case 1: out ^= b; break;
        case 2: out = a - b; break;
        default: break;
    }}
    return out;
}}
"""

HANDLER = """static void handle{m}_{i}(Job *job) {{
    long value = mix{m}_{h}(job->arg, {c});
    if (job->kind == {i}) {{
        put{other}(job->kind, value);
        value += get{m}((int)value);
    }} else if (value > {c}) {{
        {nested}
    }}
    pthread_mutex_lock(&table_mu{m});
    total{m} += value;
    pthread_mutex_unlock(&table_mu{m});
}}
"""


def module(m, modules, rng):
    helpers, handlers = 8, 6
    text = {"helpers": "", "handlers": ""}
    for i in range(helpers):
        inner = f"mix{m}_{rng.randrange(i)}(b, a)" if i else "a"
        text["helpers"] += HELPER.format(m=m, i=i, c=rng.randrange(3, 99), n=rng.randrange(4, 30), next=inner)
    for i in range(handlers):
        # Modules call those before them, so that calls go deep.
        other = rng.randrange(max(0, m - 8), m + 1)
        nested = f"handle{m}_{rng.randrange(i)}(job);" if i else f"count_hit(value);"
        text["handlers"] += HANDLER.format(m=m, i=i, h=rng.randrange(helpers), c=rng.randrange(99), other=other,
                                           nested=nested)
    names = ", ".join(f"handle{m}_{i}" for i in range(handlers))
    bug = f"generation{m}++;" if m % 10 == 0 else ""
    if m % 10 == 0:
        text["handlers"] += f"int generation_of{m}(void) {{ return generation{m}++; }}\n"
    else:
        text["handlers"] += f"int generation_of{m}(void) {{ return generation{m}; }}\n"
    return MODULE.format(m=m, names=names, handlerCount=handlers, bug=bug, **text)


def write(folder, lines, seed=1):
    rng = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    sources, written, m = {}, 0, 0
    while written < lines:
        sources[f"module{m}.c"] = module(m, 0, rng)
        written += sources[f"module{m}.c"].count("\n")
        m += 1
    declarations = "".join(f"long get{i}(int); void put{i}(int, long); void submit{i}(int, long); int generation_of{i}(void);"
                           f" void start{i}(pthread_t *); void stop{i}(pthread_t);\n" for i in range(m))
    starts = "\n".join(f"    start{i}(&threads[{i}]);\n    submit{i}({i}, {i});" for i in range(m))
    joins = "\n".join(f"    stats.hits += generation_of{i}();\n    stop{i}(threads[{i}]);" for i in range(m))
    sources["main.c"] = MAIN.format(count=m, starts=starts, joins=joins)
    sources["common.h"] = HEADER.format(declarations=declarations)
    database = []
    for name, text in sources.items():
        (folder / name).write_text(text)
        if name.endswith(".c"):
            database.append({"directory": str(folder), "file": str(folder / name),
                             "command": f"cc -std=gnu11 -pthread -c {name}"})
    (folder / "compile_commands.json").write_text(json.dumps(database, indent=1))
    return sum(text.count("\n") for text in sources.values())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--lines", type=int, default=10000)
    arguments = parser.parse_args()
    print(write(arguments.folder, arguments.lines), "lines")
