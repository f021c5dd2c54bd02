#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Prints the path of the zImage of Debian's Linux for ARMv7 (linux-image-armmp), and fetches it first
# if need be. It is kept outside the sources, in ${XDG_CACHE_HOME:-~/.cache}/quire. Nothing is
# installed, and apt's own lists stay as they are: a foreign architecture needs lists of its own,
# which are kept in a temporary folder.

set -eu
cache=${XDG_CACHE_HOME:-$HOME/.cache}/quire
image=$cache/vmlinuz-armmp
if [ -f "$image" ]; then
	echo "$image"
	exit 0
fi

for program in apt-get dpkg-deb; do
	command -v $program >/dev/null || {
		echo "no $program to fetch linux-image-armmp with" >&2
		exit 1
	}
done
mkdir -p "$cache"
work=$(mktemp -d "$cache/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"

armhf() {
	program=$1
	shift
	"$program" -q -o APT::Architecture=armhf -o APT::Architectures=armhf \
		-o APT::Sandbox::User=root -o Dir::State::lists="$work/lists" -o Dir::Cache="$work/cache" \
		-o Dir::State::status=/dev/null -o Acquire::http::Timeout=20 -o Acquire::Retries=2 "$@"
}

# One list of several may be out of step with its mirror; the download tells whether that matters.
armhf apt-get update >"$work/log" 2>&1 || true
package=$(armhf apt-cache depends linux-image-armmp 2>/dev/null |
	sed -n 's/^ *Depends: \(linux-image-[^ ]*\).*/\1/p' | head -n 1)
if [ -z "$package" ] || ! (cd "$work" && armhf apt-get download "$package:armhf") >>"$work/log" 2>&1; then
	echo "linux-image-armmp can't be fetched: $(grep '^E:' "$work/log" | head -n 1)" >&2
	exit 1
fi
dpkg-deb -x "$work"/linux-image-*.deb "$work/root"
cp "$work"/root/boot/vmlinuz-* "$work/vmlinuz"
mv "$work/vmlinuz" "$image" # at once, for others that look at the same time
echo "$image"
