# SPDX-License-Identifier: MIT
"""Is docs/tour.md what `tour` prints? Does the tour work on every machine and on Linux, and leave nothing
behind when it is interrupted?"""

import re
import subprocess
import sys

import pytest

import images
from machine import BUILD, PROMPT, TOP, Machine

sys.path.insert(0, str(TOP / "tests/conformance"))

import compare  # noqa: E402

DOCUMENT = TOP / "docs/tour.md"
ALL_RIGHT = "tour: 13 steps, 13 as claimed\n"

KERNEL_LINE = re.compile(r"\[ *\d+\.\d+\] ")
# As docs/tour.md says: hexadecimal numbers; numbers with a unit; numbers that name something.
VOLATILE = re.compile(
    r"0x[0-9a-f]+|\d+(?= (KiB|MiB|ns|us)\b| of \d+ MiB)|(?<=\bpid )\d+|(?<=\bASID )\d+|(?<=\boom_score )\d+"
)
BAR = re.compile(r"(?<=\|)[# ]*")


def masked(line):
    if KERNEL_LINE.match(line):
        line = re.sub(r"0x[0-9a-f]+|\d+", "N", line)
    line = BAR.sub("", VOLATILE.sub("N", line))
    return " ".join(line.split())


def lines(text):
    return [masked(line) for line in text.splitlines() if line.strip()]


def documented():
    return "\n".join(re.findall(r"^```text\n(.*?)^```", DOCUMENT.read_text(), re.M | re.S))


def state(machine):
    """What must be the same after a tour."""
    processes = re.findall(r"^ *\d+ .* (\S+)$", machine.text_of("ps"), re.M)
    setting = machine.text_of("cat /proc/sys/vm/overcommit_memory")
    files = machine.text_of("ls /tmp")
    free = int(re.search(r"MemFree: +(\d+)", machine.text_of("cat /proc/meminfo"))[1])
    return (processes, setting, files), free


def same_state(machine, before):
    """Is it, a moment later?"""
    machine.run("sleep 0.1")
    after = state(machine)
    assert after[0] == before[0]
    assert abs(after[1] - before[1]) < 256, "KiB of memory are missing"


@pytest.mark.limit(90)
def test_document_shows_what_is_printed(boot):
    machine = boot()
    machine.wait_prompt()
    printed = machine.text_of("tour < /dev/null", 80)
    expected = lines(documented())
    assert len(expected) > 100
    assert lines(printed) == expected


@pytest.mark.parametrize(
    "a, b, same",
    [
        ("got   59 MiB, then", "got 7 MiB, then", True),
        ("of 64 pages", "of 63 pages", False),
        ("oom_score_adj -1000, oom_score 0", "oom_score_adj 0, oom_score 881", False),
        ("takes 60 of 124 MiB out", "takes 61 of 125 MiB out", True),
        ("< 250 ns |##   |", "< 250 ns |   |##", True),
        ("[    1.5] pid 5", "[   11.5] pid 6", True),
        ("TLB flushes 0", "TLB flushes 1", False),
    ],
)
def test_what_is_masked(a, b, same):
    assert (masked(a) == masked(b)) == same


def test_list_names_the_steps_of_the_document(boot):
    machine = boot()
    machine.wait_prompt()
    listed = re.findall(r"^ *(\d+) +\w+ +(.*)$", machine.text_of("tour list"), re.M)
    assert listed == re.findall(r"^--- (\d+) of 13: (.*?) -+$", DOCUMENT.read_text(), re.M)


def test_every_step_stands_in_the_table_of_claims():
    table = DOCUMENT.read_text().split("## Where each claim is shown")[1]
    rows = re.findall(r"^\| [^*|]+ \| ([\d, ]+) \| [^|]+ \|$", table, re.M)
    steps = {int(step) for row in rows for step in row.split(",")}
    assert len(rows) >= 30 and steps <= set(range(1, 14))
    assert set(range(1, 14)) - steps <= {4, 12}  # copy-on-write and ASIDs: no claim of the notes


@pytest.mark.limit(150)
@pytest.mark.parametrize("settings", [{"mem": "64M"}, {"board": "raspi2b"}], ids=str)
def test_on_small_and_large_machines(boot, settings):
    machine = boot(**settings)
    machine.wait_prompt()
    before = state(machine)
    text, status = machine.run("tour < /dev/null", 120)
    assert text.endswith(ALL_RIGHT) and status == 0
    assert "NOT " not in text and "(not shown here" not in text
    same_state(machine, before)


def test_on_a_terminal_it_waits(boot):
    machine = boot()
    machine.wait_prompt()
    machine.type("tour\r")
    machine.wait_text("q: the end] ")
    assert "--- 2 of" not in machine.log
    machine.type("\r")
    assert "--- 2 of 13" in machine.wait_text("q: the end] ")
    machine.type("q\r")
    assert "tour: 2 steps, 2 as claimed\n" in machine.wait_prompt()
    assert machine.run("tour no-such-step").status == 2
    text, status = machine.run("tour rss 4")
    assert status == 0 and re.findall(r"--- (\d+) of", text) == ["3", "4"]


# (step, what it prints when something is changed or large, what it prints when all is done)
MOMENTS = [("promise", "mode 1: never", "=> With"), ("promise", "mode 2: Commit", "=> With"), ("oom", "hog: ", "=> The")]


@pytest.mark.limit(90)
@pytest.mark.parametrize("step, moment, over", MOMENTS)
def test_ctrl_c_leaves_nothing_behind(boot, step, moment, over):
    machine = boot(mem="256M")
    machine.wait_prompt()
    before = state(machine)
    interrupted = 0
    for _ in range(10):  # the step may be quicker than the key
        machine.type(f"tour {step}\r")
        machine.wait_text(moment)
        machine.type("\x03")
        text = machine.wait(PROMPT)[0]
        # If the key came too late, there are two prompts: what follows them is waited for.
        machine.type("echo ended $?\r")
        status = machine.wait(r"ended (\d+)\s")[1].group(1)
        machine.wait_prompt()
        same_state(machine, before)
        if over not in text:
            assert int(status) == 130
            interrupted += 1
        if interrupted == 2:
            break
    assert interrupted
    assert machine.run(f"tour {step}").status == 0


def test_ctrl_c_at_the_question(boot):
    machine = boot()
    machine.wait_prompt()
    machine.type("tour\r")
    machine.wait_text("q: the end] ")
    machine.type("\x03")
    machine.wait_prompt()
    assert machine.text_of("echo $?") == "130\n"


def test_a_claim_that_is_not_so_is_a_failure(boot):
    """With twice the memory there is as its limit, mode 2 does not make malloc fail early."""
    machine = boot()
    machine.wait_prompt()
    machine.run("echo 200 > /proc/sys/vm/overcommit_ratio")
    text, status = machine.run("tour promise")
    assert "NOT SO: malloc fails while memory is left\n" in text and "=> NOT AS CLAIMED" in text
    assert status == 1


def on_linux(kernel, initrd):
    """What the tour printed on Linux. With loglevel=0 Linux would not even say that it panics."""
    append = "quiet loglevel=1 panic=-1 console=ttyAMA0 -- /bin/tour"
    with Machine(append, kernel=kernel, initrd=initrd, extra=["-no-reboot"]) as machine:
        return machine.wait_end(110)


@pytest.mark.limit(240)
def test_on_linux(tmp_path):
    try:
        kernel = compare.linux_image()
    except compare.Unavailable as reason:
        pytest.skip(str(reason))
    init = tmp_path / "init"
    source = TOP / "tests/programs/linux/init.c"
    subprocess.run(["arm-linux-gnueabihf-gcc", "-static", "-O2", "-Wall", "-Werror", source, "-o", init], check=True)
    tour = (BUILD / "user/bin/tour").read_bytes()
    initrd = images.initrd(tmp_path, {"init": init.read_bytes(), "bin": None, "bin/tour": tour})
    text = on_linux(kernel, initrd)
    if "== /bin/tour ended" not in text:
        # Seen once in some hundred runs: Linux ended in the middle of its own out-of-memory step, where all
        # that is left of its processes is immune. That says nothing of the tour; a second time would.
        text = on_linux(kernel, initrd)
    assert "NOT " not in text
    assert "(not shown here: this kernel does not tell its ASIDs)" in text
    assert "tour: 13 steps, 13 as claimed (1 of them in part)\n== /bin/tour ended with status 0\n" in text
