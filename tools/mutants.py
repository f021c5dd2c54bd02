#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Shows that the tests notice when a step of MMU maintenance is missing.

Takes one TLB invalidation, barrier, table synchronisation, branch predictor invalidation or break
step (a descriptor made invalid) at a time out of a copy of mm/*.c and of the headers that hold such
sequences, or makes it weaker: an operation on all cores one on this core, a barrier one that waits
for less. Builds, and runs the tests of the simulated MMU. A mutant that they do not catch needs a
reason in tests/host/mmu/harmless.txt. Fails if one has none.

    tools/mutants.py                      all of them (some minutes)
    tools/mutants.py --sample 8 --seed 1  eight that have no reason, chosen by the seed
    tools/mutants.py --only "table.c table_copy"   those whose name contains this
    tools/mutants.py --list               names them
"""

import argparse
import concurrent.futures
import glob
import os
import random
import re
import shutil
import subprocess
import sys
import threading

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REASONS = "tests/host/mmu/harmless.txt"
PARTS = ["mm", "include", "lib", "tests/host"]
HEADERS = ["include/arm/tlb.h", "include/arm/cache.h", "include/arm/mmu.h"]
TESTS = ["test_mmu_user", "test_mmu_cases", "test_mmu_races", "test_mmu_kernel"]
KERNEL_FIRST = ["mm/kernel_table.c", "mm/page_init.c"]
SECONDS = 240

STEP = re.compile(
    r"^[ \t]*((?:table_sync\w*|tlb_\w+|dsb_\w+|isb|branch_predictor_\w+|sync_instructions"
    r"|write_ttbr0|write_contextidr|pte_write(?=\([^;]*, 0\);)|__asm__ volatile)\([^;{]*\);)",
    re.M,
)
# What a step may be weakened to: (pattern, replacement, what that is).
WEAKER = [
    (r"c8, c3, ", "c8, c7, ", "on this core only"),  # TLBI...IS
    (r"c7, c1, 6", "c7, c5, 6", "on this core only"),  # BPIALLIS
    (r"c7, c1, 0", "c7, c5, 0", "on this core only"),  # ICIALLUIS
    (r"^tlb_invalidate_(?!all_local)\w+\(.*\);", "tlb_invalidate_all_local();", "on this core only"),
    (r"^branch_predictor_invalidate\(\)", "branch_predictor_invalidate_local()",
     "on this core only"),
    (r"^dsb_ish\(", "dsb_ishst(", "for stores only"),
    (r"^dsb_ish\(", "dsb_nsh(", "for this core only"),
    (r"^dsb_(ish|ishst|nsh)\(", "dmb_ish(", "a DMB"),
]
FUNCTION = re.compile(r"^[a-z].*?(\w+)\([^;]*?\)\n\{", re.M | re.S)


class Mutant:
    """One statement, text[start:end] of a file, that is to be replaced."""

    def __init__(self, path, text, span, key, replacement):
        self.path = path
        self.start, self.end = span
        self.line = text.count("\n", 0, self.start) + 1
        self.key = key
        self.replacement = replacement
        self.result = None

    def apply(self, text):
        return text[: self.start] + self.replacement + text[self.end :]


def mutants_of(path, text, match, function, taken):
    """Without the step, and with weaker ones in its place."""
    step = match.group(1)
    name = key = f"{path} {function}: {' '.join(step.split())}"
    count = 1
    while key in taken:
        count += 1
        key = f"{name} #{count}"
    # Not simply gone: it may be the only statement under an if.
    yield Mutant(path, text, match.span(1), key, "(void)0;")
    for pattern, weaker, what in WEAKER:
        new, found = re.subn(pattern, weaker, step, count=1, flags=re.S)
        if found:
            yield Mutant(path, text, match.span(1), f"{key} => {what}", new)


def find_mutants():
    mutants = []
    for path in sorted(glob.glob("mm/*.c", root_dir=TOP)) + HEADERS:
        with open(os.path.join(TOP, path), encoding="utf-8") as source:
            text = source.read()
        functions = [(match.start(), match.group(1)) for match in FUNCTION.finditer(text)]
        for match in STEP.finditer(text):
            function = max((f for f in functions if f[0] < match.start()), default=(0, ""))[1]
            taken = {mutant.key for mutant in mutants}
            mutants += mutants_of(path, text, match, function, taken)
    return mutants


def read_reasons():
    """Blocks of a key line and an indented reason; # starts a comment."""
    reasons, key = {}, None
    path = os.path.join(TOP, REASONS)
    if not os.path.exists(path):
        return reasons
    with open(path, encoding="utf-8") as source:
        for line in source:
            if line.startswith("#") or not line.strip():
                continue
            if line[0] in " \t":
                reasons[key] = f"{reasons[key]} {line.strip()}".strip()
            else:
                key = line.strip()
                reasons[key] = ""
    return reasons


class Worker:
    """A copy of the tree in which one mutant after the other is built and run."""

    def __init__(self, number, build):
        self.dir = os.path.join(build, f"tree{number}")
        for part in PARTS:
            target = os.path.join(self.dir, part)
            shutil.rmtree(target, ignore_errors=True)
            # New dates, so that nothing built from an earlier mutant is taken for new.
            shutil.copytree(os.path.join(TOP, part), target, copy_function=shutil.copy)

    def build(self, test):
        """Without sanitizers, which cost more than they find here."""
        return subprocess.run(
            ["make", "-s", "-f", "tests/host/host.mk", "HOST_BUILD=h", "HOST_CC=gcc -w",
             "MMU_SANITIZE=", f"h/{test}"],
            cwd=self.dir, capture_output=True, text=True, check=False,
        )

    def run_tests(self, percent, tests=None):
        """None if the tests pass; else what was caught."""
        for test in tests or TESTS:
            build = self.build(test)
            if build.returncode:
                return "does not build: " + build.stderr.strip().split("\n")[0]
            try:
                run = subprocess.run(
                    [f"h/{test}"], cwd=self.dir, capture_output=True, text=True, check=False,
                    timeout=SECONDS, env={**os.environ, "MMU_PERCENT": str(percent)},
                )
            except subprocess.TimeoutExpired:
                return "hangs"
            if run.returncode:
                found = re.search(r"^(SEED=.*|.*runtime error.*)$", run.stderr, re.M)
                return found.group(1) if found else f"{test} fails"
        return None

    def try_mutant(self, mutant, percent):
        path = os.path.join(self.dir, mutant.path)
        with open(path, encoding="utf-8") as source:
            original = source.read()
        try:
            with open(path, "w", encoding="utf-8") as target:
                target.write(mutant.apply(original))
            # Most die at once; only who survives that gets all the sequences.
            tests = TESTS[-1:] + TESTS[:-1] if mutant.path in KERNEL_FIRST else TESTS
            return self.run_tests(percent // 8, tests) or self.run_tests(percent, tests)
        finally:
            with open(path, "w", encoding="utf-8") as target:
                target.write(original)


def run_all(mutants, options, reasons):
    queue = list(mutants)
    lock = threading.Lock()

    def work(number):
        worker = Worker(number, os.path.abspath(options.build))
        broken = worker.run_tests(options.percent)
        if broken:
            sys.exit(f"the tests fail without any mutation: {broken}")
        while True:
            with lock:
                if not queue:
                    return
                mutant = queue.pop(0)
            mutant.result = worker.try_mutant(mutant, options.percent)
            with lock:
                report(mutant, reasons)

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        list(pool.map(work, range(options.jobs)))


def report(mutant, reasons):
    if mutant.result:
        verdict, detail = "caught", mutant.result
    elif mutant.key in reasons:
        verdict, detail = "harmless", reasons[mutant.key]
    else:
        verdict, detail = "SURVIVED", ""
    print(f"{verdict:8}  {mutant.key}  (line {mutant.line})\n{'':10}{detail[:150]}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--sample", type=int, help="try only this many")
    parser.add_argument("--seed", type=int, default=1, help="chooses the sample")
    parser.add_argument("--only", default="", help="part of a mutant's name")
    parser.add_argument("--list", action="store_true", help="only name the mutants")
    parser.add_argument("--jobs", type=int, default=min(4, os.cpu_count() or 1))
    parser.add_argument("--percent", type=int, default=100, help="MMU_PERCENT of the tests")
    parser.add_argument("--build", default=os.path.join(TOP, "build/host/mutants"))
    options = parser.parse_args()

    every = find_mutants()
    reasons = read_reasons()
    stale = sorted(set(reasons) - {mutant.key for mutant in every})
    if stale:
        sys.exit(f"{REASONS} explains what is not there: {stale[0]}")
    mutants = [mutant for mutant in every if options.only in mutant.key]
    if options.sample:
        mutants = [mutant for mutant in mutants if mutant.key not in reasons]
        random.seed(options.seed)
        mutants = sorted(random.sample(mutants, min(options.sample, len(mutants))),
                         key=every.index)
    if options.list:
        print("\n".join(mutant.key for mutant in mutants))
        return
    run_all(mutants, options, reasons)
    caught = sum(bool(mutant.result) for mutant in mutants)
    left = [mutant for mutant in mutants if not mutant.result]
    unexplained = [mutant for mutant in left if mutant.key not in reasons]
    print(f"{caught} of {len(mutants)} mutants caught, {len(left) - len(unexplained)} harmless "
          f"with a reason, {len(unexplained)} unexplained")
    sys.exit(bool(unexplained))


main()
