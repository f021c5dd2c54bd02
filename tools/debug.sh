#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Starts QEMU, stopped before its first instruction, and gdb-multiarch on it (`make debug`). The
# variables of tools/qemu_args.py choose the machine. What Quire prints appears between gdb's
# lines; with SERIAL=pty it goes to a terminal of its own, which can also be typed at. Arguments
# are passed on to gdb, e.g. -batch -ex 'quire tasks'.

set -eu
cd "$(dirname "$0")/.."

# What is wrong with the variables is said now, and not in the midst of gdb's lines.
python3 tools/qemu_args.py >/dev/null

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

# A session of its own, so that Ctrl-C reaches gdb alone.
GDB=$port SERIAL=${SERIAL:-stdio} setsid python3 tools/qemu_args.py --exec </dev/null &
qemu=$!
trap 'kill $qemu 2>/dev/null || :' EXIT
trap : INT TERM HUP # ends after gdb has, and then ends QEMU

gdb-multiarch -q -x tools/gdb/quire.py -ex "quire connect $port" "$@" build/quire.elf
