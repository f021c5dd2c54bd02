# SPDX-License-Identifier: MIT
"""Does the one image boot, and pass the demonstration, on every machine that it is for?"""

import re
import subprocess

import pytest

import images
from machine import IMAGE, PASSED, PI2_DTB, TOP

UBOOT = "/usr/lib/u-boot/qemu_arm/u-boot.bin"
PI2 = 0xC42  # the Pi 2's machine number (Linux: arch/arm/tools/mach-types)

MACHINES = {
    "cortex-a7": {},
    "cortex-a15": {"cpu": "cortex-a15"},
    "hyp": {"machine_opts": "virtualization=on"},
    "hyp-cortex-a15": {"cpu": "cortex-a15", "machine_opts": "virtualization=on"},
    "secure": {"machine_opts": "secure=on"},
    "64M": {"mem": "64M"},
    "1G": {"mem": "1G"},
    "four-cores": {"cpus": 4},
    "raspi2b-atags": {"board": "raspi2b"},
    "raspi2b-dtb": {"board": "raspi2b", "dtb": PI2_DTB},
}


def memory_found(text):
    """The MiB of RAM and the KiB free, as the kernel's boot log tells."""
    found = re.search(r"memory: (\d+) MiB at 0x[0-9a-f]+, (\d+) KiB free", text)
    assert found, text
    return int(found[1]), int(found[2])


@pytest.mark.parametrize("settings", MACHINES.values(), ids=MACHINES.keys())
def test_demonstration_passes_and_powers_off(boot, settings):
    machine = boot("-- demo", **settings)
    machine.wait_text(PASSED)
    assert "Power down" in machine.wait_end()


@pytest.mark.parametrize("mem", [64, 128, 1024])
def test_all_memory_is_found(boot, mem):
    text = boot("-- run true", mem=f"{mem}M").wait_end()
    total, free = memory_found(text)
    assert total == mem
    assert free > mem * 1024 * 15 // 16


def test_memory_beyond_the_linear_map_is_left_out_and_that_is_said(boot):
    text = boot("-- run hello", mem="2G").wait_end()
    total, _ = memory_found(text)
    assert 1700 <= total <= 1792  # 0x80000000 to 0xf0000000
    assert re.search(r"(?i)memory.*0x[0-9a-f]+.*(left out|beyond|ignored|not (used|mapped))", text), text


def test_a_pi_without_a_dtb_uses_the_one_in_the_image(boot):
    text = boot("-- run true", board="raspi2b").wait_end()
    assert "ATAGs for machine 0xc42: using the image's own devicetree" in text


def test_a_pi_with_a_dtb_uses_that_one(boot):
    text = boot("-- run true", board="raspi2b", dtb=PI2_DTB).wait_end()
    assert "ATAGs" not in text
    assert "machine: " in text


def raw_with_atags(folder, address):
    """Settings that load the image on a Pi 2 where QEMU would not, with a loader of our own."""
    loader, tags = folder / "loader", folder / "atags"
    loader.write_bytes(images.jump(address, PI2, 0x1000100))
    tags.write_bytes(images.atags((0x3C000000, 0), "-- run uname -a"))
    extra = images.loaded(IMAGE, address) + images.loaded(tags, 0x1000100)
    extra += ["-device", f"loader,file={loader},addr=0x1000000,cpu-num=0,force-raw=on"]
    return {"board": "raspi2b", "bare": True, "append": None, "extra": extra}


@pytest.mark.parametrize("address", [0x8000, 0x100000, 0x7654000])
def test_image_runs_wherever_it_was_loaded(boot, tmp_path, address):
    """0x8000 is where the Raspberry Pi's firmware puts kernel7.img."""
    text = boot(**raw_with_atags(tmp_path, address)).wait_end()
    assert f"Quire, loaded at {address:#010x}" in text
    assert "armv7l" in text and "init: uname ended with status 0" in text


@pytest.mark.parametrize("address", [0x8004, 0x8800, 0x100FFC])
def test_image_that_does_not_begin_a_page_is_moved_to_one(boot, tmp_path, address):
    text = boot(**raw_with_atags(tmp_path, address)).wait_end()
    place = (address + 0x1FFF) & ~0xFFF
    assert f"Quire, loaded at {place:#010x}" in text
    assert "init: uname ended with status 0" in text


@pytest.mark.parametrize("address", [0x80200000, 0x90000000, 0xA7F80000])
def test_image_above_2_gib(boot, tmp_path, address):
    """Where physical addresses look like virtual ones of the kernel: the identity map and the linear map meet."""
    loader = tmp_path / "loader"
    loader.write_bytes(images.jump(address, 0, 0x48000000))  # QEMU's devicetree for 1 GiB and more
    text = boot("-- run true", mem="2G", kernel=loader, extra=images.loaded(IMAGE, address)).wait_end()
    assert f"Quire, loaded at {address:#010x}" in text
    assert "init: true ended with status 0" in text


@pytest.mark.parametrize(
    "address, mem, append", [(0x46000000, "128M", "mem=64M "), (0xAFFC0000, "2G", ""), (0xB8000000, "2G", "")]
)
def test_image_in_memory_that_is_left_out(boot, tmp_path, address, mem, append):
    """Behind what mem= allows, and at and behind the end of the linear map: its files cannot be given back."""
    loader = tmp_path / "loader"
    loader.write_bytes(images.jump(address, 0, 0x48000000 if mem == "2G" else 0x44000000))
    text = boot(append + "-- run true", mem=mem, kernel=loader, extra=images.loaded(IMAGE, address)).wait_end()
    assert f"Quire, loaded at {address:#010x}" in text
    assert "init: true ended with status 0" in text


@pytest.mark.parametrize("address", [0x42000000, 0x42000200])
def test_uboot_bootz(boot, address):
    machine = boot("-- demo", extra=["-bios", UBOOT])
    machine.wait_text("Hit any key to stop autoboot")
    machine.type("\r")
    machine.wait_text("\n=> ")
    machine.type(f"qfw load {address:#x} 0x44000000\r")  # QEMU's -kernel and -append
    machine.wait_text("\n=> ")
    machine.type(f"bootz {address:#x} - ${{fdtcontroladdr}}\r")
    place = address if address % 4096 == 0 else (address + 0x1FFF) & ~0xFFF
    assert "Starting kernel" in machine.wait_text(f"Quire, loaded at {place:#010x}")
    machine.wait_text(PASSED)
    machine.wait_end()


@pytest.mark.parametrize("board", ["virt", "raspi2b"])
def test_initrd_takes_the_place_of_the_built_in_files(boot, tmp_path, board):
    files = images.built_in_files()
    files["etc/motd"] = b"these are other files\n"
    path = images.initrd(tmp_path, files)
    text = boot("-- run cat /etc/motd", board=board, initrd=path).wait_end()
    assert "these are other files\n" in text
    assert "init: cat ended with status 0" in text


@pytest.mark.parametrize("board", ["virt", "raspi2b"])
def test_built_in_files_are_as_they_were_built(boot, board):
    files = images.built_in_files()
    text = boot("-- run cat /etc/motd", board=board).wait_end()
    assert files["etc/motd"].decode() in text


@pytest.mark.parametrize("board", ["virt", "raspi2b"])
def test_every_boot_stage_writes_its_letter(boot, board):
    machine = boot("-- run true", board=board)
    assert machine.wait_text("Quire, loaded at").startswith("quire[")
    machine.wait_end()


def test_make_run_without_a_terminal_ends_with_status_0():
    result = subprocess.run(
        ["python3", "tools/run.py"], cwd=TOP, stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=60, check=False, env={"PATH": "/usr/bin:/bin:/usr/local/bin", "KERNEL": str(IMAGE)},
    )  # fmt: skip
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr
