#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Installs the programs that a part of the project needs and that are missing:
#   tools/setup.sh run     to build the kernel and boot it
#   tools/setup.sh test    to test it as well
#   tools/setup.sh lint    to check the sources
# Prints nothing where nothing is missing. On Debian and its kin it asks apt, through sudo unless
# root; elsewhere it names the packages and fails.

set -eu

missing=

# need PACKAGE COMMAND...: notes PACKAGE as missing if COMMAND fails.
need() {
	package=$1
	shift
	"$@" >/dev/null 2>&1 || missing="$missing $package"
}

have() {
	command -v "$1"
}

newlib() {
	[ -f "$(arm-none-eabi-gcc -mcpu=cortex-a7 -mthumb -print-file-name=libc.a)" ]
}

# The tests want all their modules in one Python (tools/test.sh looks for it): the first in PATH if it
# has them, else Debian's own, which is the one that the packages are for.
python_module() {
	python3 -c "import pytest, pexpect, xdist" || /usr/bin/python3 -c "import $1"
}

need_run() {
	need gcc-arm-none-eabi have arm-none-eabi-gcc
	need libnewlib-arm-none-eabi newlib
	need qemu-system-arm have qemu-system-arm
	need gdb-multiarch have gdb-multiarch
	need cpio have cpio
	need device-tree-compiler have dtc
	need make have make
	need python3 have python3
}

need_test() {
	need gcc have gcc
	need libc6-dev [ -f /usr/include/stdio.h ]
	need libcmocka-dev [ -f /usr/include/cmocka.h ]
	need libfdt-dev [ -f /usr/include/libfdt.h ]
	need python3-pytest python_module pytest
	need python3-pexpect python_module pexpect
	need python3-pytest-xdist python_module xdist
	need gcc-arm-linux-gnueabihf have arm-linux-gnueabihf-gcc
	need libc6-dev-armhf-cross [ -f /usr/arm-linux-gnueabihf/lib/libc.a ]
	need u-boot-qemu [ -f /usr/lib/u-boot/qemu_arm/u-boot.bin ]
}

need_lint() {
	need clang-format have clang-format
	need cppcheck have cppcheck
	need shellcheck have shellcheck
	need python3 have python3
	need git have git
}

find_missing() {
	missing=
	case $1 in
	run)
		need_run
		;;
	test)
		need_run
		need_test
		;;
	lint)
		need_lint
		;;
	*)
		echo "usage: tools/setup.sh run|test|lint" >&2
		exit 2
		;;
	esac
}

give_up() {
	echo "setup: $1; please install:$missing" >&2
	exit 1
}

# As root, or through sudo, which may ask for a password only if somebody is there to type it.
as_root() {
	set -- env DEBIAN_FRONTEND=noninteractive "$@"
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif [ "$interactive" ]; then
		sudo "$@"
	else
		sudo -n "$@"
	fi
}

install_missing() {
	# shellcheck disable=SC2086 # $missing is a list
	as_root apt-get install -qq -y --no-install-recommends $missing </dev/null
}

part=${1-}
find_missing "$part"
[ -n "$missing" ] || exit 0

command -v apt-get >/dev/null || give_up "no apt-get here"
[ "$(id -u)" = 0 ] || command -v sudo >/dev/null || give_up "neither root nor sudo"

interactive=
[ ! -t 0 ] || interactive=yes
echo "setup: installing$missing"
# A package list that is missing or too old is the usual reason to fail at first.
install_missing 2>/dev/null || { as_root apt-get update -qq && install_missing; } ||
	give_up "apt-get failed"

find_missing "$part"
[ -z "$missing" ] || give_up "some things are still missing"
