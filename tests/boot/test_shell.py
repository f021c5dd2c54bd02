# SPDX-License-Identifier: MIT
"""Can a person work with the shell?"""

import re
import time

import pytest

import images
from machine import PROMPT, Result


def test_a_program_gets_its_arguments(machine):
    assert machine.run("echo one 'two  words' three") == Result("one two  words three\n", 0)


def test_uname_says_what_linux_programs_expect(machine):
    assert machine.run("uname -sm") == Result("Linux armv7l\n", 0)


@pytest.mark.parametrize("command, status", [("true", 0), ("false", 1), ("sh -c 'exit 42'", 42)])
def test_exit_status_arrives(machine, command, status):
    assert machine.run(command).status == status


def test_an_unknown_command_is_named(machine):
    text, status = machine.run("no-such-program")
    assert "no-such-program" in text and status == 127


def test_ls_shows_the_files_of_the_archive(machine):
    programs = {name[4:] for name in images.built_in_files() if name.startswith("bin/")}
    text, status = machine.run("ls /bin")
    assert status == 0 and programs <= set(text.split())


def test_ls_follows_a_link_that_it_is_told_but_not_with_l(machine):
    assert "cmdline" in machine.text_of("ls /proc/self").split()
    assert machine.text_of("ls -l /proc/self").startswith("l")
    assert machine.text_of("ls -l /dev").count("drwxrwxrwt ") == 1  # shm


def test_cat_shows_a_file(machine):
    assert machine.run("cat /etc/motd").text == images.built_in_files()["etc/motd"].decode()


def test_cat_names_a_file_that_is_not_there(machine):
    text, status = machine.run("cat /etc/nothing")
    assert "/etc/nothing" in text and status == 1


def test_redirection_and_pipes(machine):
    assert machine.run("echo first > /tmp/file && echo second >> /tmp/file").status == 0
    assert machine.run("cat < /tmp/file | cat").text == "first\nsecond\n"


def test_backspace_takes_back_what_was_typed(machine):
    assert machine.text_of("echo wrong\b\b\b\b\bright") == "right\n"
    assert machine.text_of("echo wrong\x7f\x7f\x7f\x7f\x7fright") == "right\n"


def test_arrow_keys_edit_and_recall(machine):
    assert machine.text_of("echo ac\x1b[Db") == "abc\n"
    assert machine.text_of("\x1b[A") == "abc\n"


def test_ctrl_c_ends_the_foreground_program_and_the_shell_lives(machine):
    machine.type("sleep 100\r")
    time.sleep(0.5)
    began = time.monotonic()
    machine.type("\x03")
    machine.wait_prompt()
    assert time.monotonic() - began < 5
    assert machine.text_of("echo $?") == "130\n"


def test_ctrl_c_drops_a_line_half_typed(machine):
    machine.type("echo this is not run\x03")
    machine.wait_prompt()
    assert machine.text_of("echo this is") == "this is\n"


def test_ctrl_c_ends_a_program_that_only_computes(machine):
    machine.type("neon 100\r")
    time.sleep(0.5)
    machine.type("\x03")
    machine.wait_prompt()
    assert machine.text_of("echo $?") == "130\n"


def test_kill_ends_a_program_in_the_background(machine):
    pid = re.search(r"\[(\d+)\]", machine.text_of("sleep 100 &"))[1]
    assert machine.run(f"kill {pid}").status == 0
    machine.run("sleep 0.1")
    assert f"[{pid}] Terminated\n" in machine.log
    text, status = machine.run(f"kill {pid}")
    assert pid in text and status == 1


def test_exit_gives_a_new_shell(machine):
    machine.type("exit 3\r")
    machine.wait_prompt()
    assert machine.text_of("echo still here") == "still here\n"


def test_a_crime_at_the_shell_is_explained(machine):
    text, status = machine.run("crimes -s null-read")
    assert "of 0x00000000" in text and status == 128 + 11


@pytest.mark.parametrize("board", ["virt", "raspi2b"])
def test_poweroff_ends_the_machine(boot, board):
    machine = boot(board=board)
    machine.wait_prompt()
    machine.type("poweroff\r")
    assert "Power down" in machine.wait_end()


@pytest.mark.parametrize("board", ["virt", "raspi2b"])
def test_reboot_starts_again(boot, board):
    machine = boot(board=board)
    machine.wait_prompt()
    machine.type("reboot\r")
    machine.wait_text("Quire, loaded at")
    machine.wait(PROMPT)
    assert machine.text_of("echo back") == "back\n"
