#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Checks every source file without running it (`make lint`). Each check prints what it found, if
# anything; the last line counts them.

set -u
cd "$(dirname "$0")/.." || exit 1

passed=0
failed=0

# check NAME COMMAND...: runs one check.
check() {
	name=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
		echo "ok: $name"
	else
		failed=$((failed + 1))
		echo "FAILED: $name"
	fi
}

# The project's files that match, also those not yet added; in an unpacked archive, all there are.
files() {
	if [ -e .git ]; then
		git ls-files --cached --others --exclude-standard -- "$@"
	else
		for pattern; do
			find . -name "$pattern" -printf '%P\n'
		done
	fi | grep -v '^build/' | sort -u | while read -r file; do
		# Deleted but still in git's index.
		[ ! -f "$file" ] || echo "$file"
	done
}

# Names the files that `clang-format -i` would change.
layout() {
	bad=$(files '*.c' '*.h' | xargs clang-format --dry-run 2>&1 |
		sed -n 's/:[0-9]*:[0-9]*: warning: .*//p' | sort | uniq -c)
	[ -z "$bad" ] || {
		echo "$bad"
		return 1
	}
}

# cppcheck knows the C library by itself, but must read <sys/queue.h> and <sys/tree.h>, which are
# all macros. It gets these two of newlib's and not their company, which confuses it.
defects() {
	newlib=$(echo '#include <sys/queue.h>' | arm-none-eabi-gcc -M -xc - |
		grep -o '/[^ ]*/sys/queue.h' | sed 's|/queue.h||')
	macros=$(mktemp -d) || return 1
	mkdir "$macros/sys"
	cp "$newlib/queue.h" "$newlib/tree.h" "$macros/sys"
	files '*.c' | grep -v '^tests/' | xargs cppcheck --quiet --error-exitcode=1 -j "$(nproc)" \
		--enable=warning,performance,portability --std=c11 --platform=unix32 \
		-D__arm__ -D__GNUC__=12 -Iinclude "-I$macros" \
		--suppressions-list=tools/cppcheck-suppressions.txt
	result=$?
	rm -r "$macros"
	return $result
}

scripts() {
	{
		files '*.sh'
		[ ! -f .ci/run ] || echo .ci/run
	} | xargs shellcheck
}

layers() {
	python3 tools/check_layers.py
}

# Every file says under which licence it stands, in one of its first lines.
licence() {
	bad=$(files '*.c' '*.h' '*.S' '*.py' '*.sh' | while read -r file; do
		head -n 3 "$file" | grep -q 'SPDX-License-Identifier: MIT' || echo "$file: no SPDX line"
	done)
	[ -z "$bad" ] || {
		echo "$bad"
		return 1
	}
}

check clang-format layout
check cppcheck defects
check shellcheck scripts
check layers layers
check licence licence

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
