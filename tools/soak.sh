#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Processes until something leaks (`make soak`). CYCLES says how many in turn.

set -u
cd "$(dirname "$0")/.." || exit 1

soak() {
	log=$(APPEND="quiet -- run soak $1 $2" SERIAL=stdio QEMU_ARGS=-no-reboot python3 tools/qemu_args.py --exec </dev/null)
	echo "$log" | grep '^soak:' || echo "$log" | tail -n 15
	echo "$log" | tr -d '\r' | grep -qx 'init: soak ended with status 0'
}

if ! soak cycles "${CYCLES:-100000}" || ! MEM=64M soak crowd 1000; then
	echo 'soak: FAILED'
	exit 1
fi
