#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Runs every test (`make test`) and ends with pytest's summary and a line that counts them all.

set -u
cd "$(dirname "$0")/.." || exit 1

python=python3
for p in python3 /usr/bin/python3; do
	"$p" -c 'import pytest, pexpect, xdist' 2>/dev/null && python=$p && break
done

passed=0
failed=0
count() {
	passed=$((passed + $1))
	failed=$((failed + $2))
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT

echo "== host tests"
if make --no-print-directory -s host-tests >"$log" 2>&1; then
	status=0
else
	status=1
fi
grep -E '^(==|\[  (PASSED|FAILED)|.*rror)' "$log" || :
count "$(grep -c '^\[       OK' "$log")" "$(grep -c '^\[  FAILED  \] [a-z]' "$log")"
if [ $status != 0 ]; then
	tail -n 40 "$log"
	[ $failed != 0 ] || failed=1
fi

echo "== mutants: do the host tests notice a missing barrier or TLB operation? (a fixed sample)"
if python3 tools/mutants.py --sample 4 --seed 1 >"$log" 2>&1; then
	count 1 0
else
	count 0 1
fi
tail -n 1 "$log"

echo "== machines, debugger, tools"
if "$python" -B -m pytest -q -p no:cacheprovider -n 2 tests >"$log" 2>&1; then
	status=0
else
	status=$?
fi
cat "$log"
before=$failed
last=$(tail -n 1 "$log")
count "$(echo "$last" | sed -n 's/.*[^0-9]\([0-9]\+\) passed.*/\1/p;s/^\([0-9]\+\) passed.*/\1/p' | head -n 1 | grep . || echo 0)" \
	"$(echo "$last" | grep -oE '[0-9]+ (failed|error)' | awk '{n += $1} END {print n + 0}')"
# A run that broke before it could count is a failure too.
[ $status = 0 ] || [ "$failed" != "$before" ] || failed=$((failed + 1))

echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
