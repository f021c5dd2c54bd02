#!/bin/sh
# SPDX-License-Identifier: MIT
#
# nm boot/unpack.c.o lib/unpack.c.o | check_unpacking.sh
#
# What unpacks the kernel runs before the rest is there. So it calls nothing but itself and has no
# variables; all that it may know of the rest are the places that linker.ld and boot/start.S name.
# (__aeabi_unwind_cpp_pr0 is only a name in the unwind tables.) Prints what is not so, and then fails.

! grep -vE '^$|:$| [tTrR] | U (unpack|packed_part|_start|__(packed|text|unpack)_start|__(text|image)_end|__aeabi_unwind_cpp_pr0)$' |
	sed 's/^/not there yet when the kernel is unpacked: /' | grep .
