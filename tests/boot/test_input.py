# SPDX-License-Identifier: MIT
"""Is anything lost when 64 KiB are pasted?"""

import random
import re
import threading
import zlib

import pytest

import images
from machine import Machine

SIZE = 64 * 1024
END_OF_FILE = "\x04"


@pytest.fixture(scope="module", params=["virt", "raspi2b"])
def machine(request, tmp_path_factory):
    initrd = images.with_test_programs(tmp_path_factory.mktemp("initrd"))
    with Machine(board=request.param, initrd=initrd) as started:
        started.wait_prompt()
        yield started


def text_to_paste(seed):
    """Lines of printable characters, of up to a few hundred each."""
    choose = random.Random(seed)
    letters = "".join(chr(code) for code in range(32, 127))
    text = ""
    while len(text) < SIZE:
        text += "".join(choose.choices(letters, k=choose.randrange(300))) + "\n"
    return text[: SIZE - 1] + "\n"


def paste(machine, command, text):
    """Starts a command, pastes as fast as the serial port takes it, and returns what came out."""
    machine.type(command + "\r")
    machine.wait_text("ready")
    sender = threading.Thread(target=machine.type, args=(text + END_OF_FILE,))
    sender.start()
    found = machine.wait(r"bytes (\d+) crc (\w{8})", patience=50)[1]
    sender.join()
    machine.wait_prompt()
    return int(found[1]), int(found[2], 16)


def test_a_program_that_reads_gets_every_byte(machine):
    text = text_to_paste(1)
    assert paste(machine, "/test/sum", text) == (SIZE, zlib.crc32(text.encode()))


def test_pasted_text_goes_into_a_file(machine):
    text = text_to_paste(2)
    command = "echo ready; cat > /tmp/x; /test/sum < /tmp/x"
    machine.type(command + "\r")
    machine.wait(r"\nready")
    sender = threading.Thread(target=machine.type, args=(text + END_OF_FILE,))
    sender.start()
    found = machine.wait(r"\nbytes (\d+) crc (\w{8})", patience=50)[1]
    sender.join()
    machine.wait_prompt()
    assert (int(found[1]), int(found[2], 16)) == (SIZE, zlib.crc32(text.encode()))


def test_a_program_that_is_slow_to_read_gets_every_byte(machine):
    """Then the driver has to stop the sender: a serial port has nowhere else to put 64 KiB."""
    text = text_to_paste(3)
    assert paste(machine, "/test/sum 1", text) == (SIZE, zlib.crc32(text.encode()))


def test_the_shell_runs_what_was_typed_ahead(machine):
    machine.type("sleep 1\recho first\recho second\r")
    text = machine.wait(r"\nsecond\r+\n")[0]
    assert re.search(r"\nfirst\n", text)
    machine.wait_prompt()
