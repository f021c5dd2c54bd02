#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Unpacks Debian's musl-dev for armhf into build/musl (or the folder that is named), so that the
# tests can run a program that is linked with it. Nothing is installed, and apt's own lists stay as
# they are: a foreign architecture needs lists of its own, which are kept in a temporary folder.

set -eu
target=${1:-build/musl}
[ ! -d "$target/usr" ] || exit 0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"

armhf() {
	apt-get -qq -o APT::Architecture=armhf -o APT::Architectures=armhf -o APT::Sandbox::User=root \
		-o Dir::State::lists="$work/lists" -o Dir::Cache="$work/cache" \
		-o Dir::State::status=/dev/null "$@"
}

armhf update 2>/dev/null || true # one list of several may be out of step; the download tells
(cd "$work" && armhf download musl-dev:armhf)
mkdir -p "$target"
dpkg -x "$work"/musl-dev_*.deb "$target"
