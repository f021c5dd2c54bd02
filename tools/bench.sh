#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Counts instructions (`make bench`): with -icount shift=0 QEMU executes one instruction in one virtual
# nanosecond, so that times are counts and repeat from run to run.
# BENCH="name ..." measures only those. bench is process 1, see user/bench/first.c.

set -eu
cd "$(dirname "$0")/.."

image=$(wc -c < build/quire.img)
files=$(wc -c < build/initramfs.cpio)
echo "kernel image without the built-in files: $(((image - files) / 1024)) KiB"

# Succeeds only if bench says so of itself.
ICOUNT=shift=0,sleep=off SERIAL=stdio QEMU_ARGS=-no-reboot \
	APPEND="${APPEND:-} rdinit=/bin/bench -- ${BENCH:-}" python3 tools/qemu_args.py --exec </dev/null |
	awk '{ print; fflush() } /^bench: ended with status 0/ { well = 1 } END { exit !well }'
