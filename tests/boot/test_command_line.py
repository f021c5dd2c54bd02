# SPDX-License-Identifier: MIT
"""Is the command line obeyed as Linux obeys it?"""

import re

import pytest

import images
from machine import BUILD, PROMPT

NO_INIT = "rdinit=/none init=/none "


def test_panic_0_halts_and_says_so(boot):
    boot(NO_INIT).wait(r"Kernel panic: .*\n(.*\n)*.*halted")


def test_panic_1_restarts_after_a_second(boot):
    text = boot(NO_INIT + "panic=1", extra=["-no-reboot"]).wait_end(10)
    assert "Rebooting in 1 seconds" in text


def test_panic_minus_1_restarts_at_once(boot):
    text = boot(NO_INIT + "panic=-1", board="raspi2b", extra=["-no-reboot"]).wait_end(10)
    assert "Kernel panic" in text and "Rebooting in" not in text


@pytest.mark.parametrize("board", ["virt", "raspi2b"])
def test_mem_limits_memory(boot, board):
    text = boot("mem=64M -- run true", board=board).wait_end()
    assert re.search(r"memory: 64 MiB at ", text)


def test_quiet_leaves_only_what_is_wrong(boot):
    text = boot("quiet -- run crimes null-read").wait_end()
    assert "GIC" not in text and "asid" not in text
    assert "crimes: 1 tried, 1 answered as expected" in text


def test_loglevel_hides_what_is_less_urgent(boot):
    assert "asid" in boot("loglevel=6 -- run crimes null-read").wait_end()
    assert "asid" not in boot("loglevel=5 -- run crimes null-read").wait_end()
    text = boot("loglevel=0 " + NO_INIT + "panic=-1", extra=["-no-reboot"]).wait_end()
    assert "command line" not in text.partition("command line")[2]


def test_rdinit_sh_gives_a_shell_without_init(boot):
    machine = boot("rdinit=/bin/sh")
    machine.wait(PROMPT)
    assert machine.text_of("echo alone") == "alone\n"


@pytest.mark.parametrize("board", ["virt", "raspi2b"])
def test_what_follows_the_dashes_goes_to_init(boot, board):
    text = boot("-- run echo panic=5 mem=1M", board=board).wait_end()
    assert "\npanic=5 mem=1M\n" in text


def test_unknown_words_go_to_init_and_module_options_do_not(boot, tmp_path):
    files = {"dev": None, "init": (BUILD / "tests/programs/hello").read_bytes()}
    initrd = images.initrd(tmp_path, files)
    append = "panic=-1 word some.option=1 key=value HOME=/root -- after"
    text = boot(append, initrd=initrd, extra=["-no-reboot"]).wait_end()
    assert "argv[1] word\nargv[2] after\nargv end" in text
    assert "env key=value\n" in text and "env HOME=/root\n" in text
    assert "env HOME=/\n" not in text and "env some" not in text


def test_sysctl_on_the_command_line(boot):
    words = "sysctl.vm.overcommit_memory=2 sysctl.vm/overcommit_ratio=80 sysctl.kernel.hostname=pi sysctl.vm.none=1"
    text = boot(f"{words} sysctl.vm.panic_on_oom=9 -- run sh -c "
                "cat</proc/sys/vm/overcommit_memory;cat</proc/sys/vm/overcommit_ratio;cat</proc/sys/kernel/hostname").wait_end()
    assert "\n2\n80\npi\n" in text
    assert "sysctl.vm.none=1: no such setting" in text
    assert "sysctl.vm.panic_on_oom=9: no such setting, or no such value" in text


@pytest.mark.parametrize("word", ["console=ttyAMA0", "maxcpus=1", "earlycon", "root=/dev/ram ro"])
def test_usual_options_do_no_harm(boot, word):
    assert "init: true ended with status 0" in boot(f"{word} -- run true").wait_end()


@pytest.mark.parametrize("board, options", [("virt", 140), ("raspi2b", 30)])
def test_a_very_long_command_line_is_survived(boot, board, options):
    """On raspi2b, QEMU itself has code at 0x300 that longer ATAGs would run into."""
    words = " ".join(f"x.option{i}=1" for i in range(options))
    text = boot(f"{words} -- run true", board=board).wait_end()
    assert "init: true ended with status 0" in text
