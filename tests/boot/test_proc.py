# SPDX-License-Identifier: MIT
"""Does /proc tell the truth, in Linux's forms?"""

import re


def fields(text):
    """Lines "Name: number kB" as a dictionary."""
    return {name: int(kb) for name, kb in re.findall(r"^(\S+):\s+(\d+) kB$", text, re.M)}


def test_status_statm_and_rollup_agree(machine):
    status = machine.text_of("cat /proc/1/status")
    rollup = fields(machine.text_of("cat /proc/1/smaps_rollup"))
    statm = [int(pages) * 4 for pages in machine.text_of("cat /proc/1/statm").split()]
    sizes = fields(status)
    assert status.startswith("Name:\tinit\n") and "\nPid:\t1\n" in status
    assert sizes["VmRSS"] == sizes["RssAnon"] + sizes["RssFile"] + sizes["RssShmem"]
    assert sizes["VmRSS"] == rollup["Rss"] == statm[1] <= sizes["VmHWM"]
    assert sizes["VmSize"] == statm[0] <= sizes["VmPeak"]
    assert rollup["Anonymous"] == sizes["RssAnon"] > 0
    assert re.search(r"^Asid:\t[1-9]\d*$", status, re.M)


def test_stat_has_the_52_fields_of_linux(machine):
    stat = machine.text_of("cat /proc/1/stat").split()
    assert len(stat) == 52
    assert stat[:4] == ["1", "(init)", "S", "0"]


def test_maps_names_every_region(machine):
    text = machine.text_of("cat /proc/1/maps")
    line = re.compile(r"([0-9a-f]{8})-([0-9a-f]{8}) [r-][w-][x-][sp] [0-9a-f]{8} \d\d:\d\d \d+ (.*)")
    ends = [int(end, 16) for _, end, _ in line.findall(text)]
    starts = [int(start, 16) for start, _, _ in line.findall(text)]
    assert len(starts) == text.count("\n")
    assert all(end <= start for end, start in zip(ends, starts[1:]))
    assert re.search(r"^.{49}/bin/init$", text, re.M) and text.count("[stack]\n") == 1
    pages = sum(end - start for start, end in zip(starts, ends) if start < 0x80000000)
    assert pages >> 10 == fields(machine.text_of("cat /proc/1/status"))["VmSize"]


def test_programs_see_what_the_files_say(machine):
    assert re.search(r"^ +1 +0 S +\d+ +\d+ +\d+ init$", machine.text_of("ps"), re.M)
    total = fields(machine.text_of("cat /proc/meminfo"))["MemTotal"]
    assert re.search(rf"^Mem: +{total} ", machine.text_of("free"), re.M)
    assert machine.text_of("maps 1").count("/bin/init\n") >= 2
    assert re.match(r"up 0 days, 00:0\d:\d\d, load average: ", machine.text_of("uptime"))
    assert machine.run("maps 32767").status == 1


def test_times_grow_and_fit_together(machine):
    first = machine.text_of("cat /proc/uptime").split()
    second = machine.text_of("cat /proc/uptime").split()
    assert float(first[0]) <= float(second[0]) and float(second[1]) <= float(second[0])
    cpu = re.search(r"^cpu0 (\d+) 0 0 (\d+) ", machine.text_of("cat /proc/stat"), re.M)
    assert int(cpu[1]) + int(cpu[2]) >= float(second[0]) * 100 - 2


def test_oom_score_adj_moves_oom_score(machine):
    assert machine.text_of("cat /proc/self/oom_score") == "666\n"
    assert machine.text_of("cat /proc/1/oom_score") == "0\n"  # init is never chosen
    machine.run("echo 500 > /proc/1/oom_score_adj")
    assert machine.text_of("cat /proc/1/oom_score_adj") == "500\n"
    machine.run("echo 1001 > /proc/1/oom_score_adj")
    machine.run("echo many > /proc/1/oom_score_adj")
    machine.run("echo 5k > /proc/1/oom_score_adj")
    assert machine.text_of("cat /proc/1/oom_score_adj") == "500\n"
    machine.run("echo 0 > /proc/1/oom_score_adj")


def test_hardware(machine):
    assert "CPU architecture: 7\n" in machine.text_of("cat /proc/cpuinfo")
    ram = re.search(r"^([0-9a-f]{8})-([0-9a-f]{8}) : System RAM\n  [^\n]* : Kernel code$",
                    machine.text_of("cat /proc/iomem"), re.M)
    assert int(ram[1], 16) < int(ram[2], 16)
    timer = re.compile(r"^ *\d+: +(\d+) .* arch_timer$", re.M)
    before = int(timer.search(machine.text_of("cat /proc/interrupts"))[1])
    machine.run("sleep 1")
    assert int(timer.search(machine.text_of("cat /proc/interrupts"))[1]) > before


def test_settings(machine):
    machine.run("echo 1 > /proc/sys/kernel/pid_max")
    assert machine.text_of("cat /proc/sys/kernel/pid_max") == "32768\n"
    assert machine.text_of("cat /proc/sys/vm/mmap_min_addr") == "65536\n"
    machine.run("echo 7 > /proc/sys/kernel/panic")
    assert machine.text_of("cat /proc/sys/kernel/panic") == "7\n"
    machine.run("echo 0 > /proc/sys/kernel/panic; echo blue > /proc/sys/kernel/hostname")
    assert "Linux blue 6.1.0" in machine.text_of("uname -a")
