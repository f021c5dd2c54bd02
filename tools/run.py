#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Boots Quire under QEMU (`make run`); tools/qemu_args.py says which variables choose the machine.

With a terminal: a shell to type at. Without one, init is told to run the demonstration, and it all
succeeds only if QEMU ends by itself, within RUN_TIMEOUT (120) seconds, and the last lines say that the
demonstration passed.
"""

import collections
import os
import subprocess
import sys
import threading

sys.dont_write_bytecode = True  # leave no cache among the sources
import qemu_args

PASSED = "demonstration: passed"
LAST_LINES = 20
TIMEOUT = float(os.environ.get("RUN_TIMEOUT", "120"))  # seconds


def interactive(settings):
    line = qemu_args.command(**settings)
    print(f"Quire on QEMU's {settings['board'] or 'virt'}. Ctrl-A x quits, Ctrl-A h lists more.", flush=True)
    os.execvp(line[0], line)


def demonstration(settings):
    """Runs QEMU, showing what it prints; true if that ends as it shall."""
    if " -- " not in f" {settings['append']} ":
        settings["append"] = f"{settings['append']} -- demo".strip()
    settings["serial"] = settings["serial"] or "stdio"
    settings["extra"].append("-no-reboot")
    last = collections.deque(maxlen=LAST_LINES)
    with subprocess.Popen(
        qemu_args.command(**settings), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    ) as qemu:
        late = threading.Event()

        def give_up():
            late.set()
            qemu.kill()

        timer = threading.Timer(TIMEOUT, give_up)
        timer.start()
        try:
            for line in qemu.stdout:
                sys.stdout.buffer.write(line)
                sys.stdout.flush()
                last.append(line.decode(errors="replace"))
            status = qemu.wait()
        except BaseException:
            qemu.kill()
            raise
        finally:
            timer.cancel()
        if late.is_set() or status != 0:
            why = f"the machine was not off after {TIMEOUT:g} s" if late.is_set() else "QEMU failed"
            print(f"run: {why}", file=sys.stderr)
            return False
    if not any(PASSED in line for line in last):
        print(f"run: the last lines do not say '{PASSED}'", file=sys.stderr)
        return False
    return True


def main():
    settings = qemu_args.from_environment()
    try:
        if sys.stdin.isatty() and sys.stdout.isatty():
            interactive(settings)
        sys.exit(0 if demonstration(settings) else 1)
    except ValueError as error:
        sys.exit(f"run: {error}")
    except FileNotFoundError as error:
        sys.exit(f"run: {error}; tools/setup.sh run installs what is missing")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
