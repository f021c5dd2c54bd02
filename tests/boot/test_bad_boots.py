# SPDX-License-Identifier: MIT
"""Does a boot that cannot work say so, and why? A silent hang is the one wrong answer."""

import random
import struct
import subprocess

import pytest

import images
from machine import BUILD, IMAGE, qemu_args

IMAGE_AT, DTB_AT = 0x42000000, 0x45000000
DTB_FIELDS = {
    name: 4 * i
    for i, name in enumerate(
        "magic totalsize off_dt_struct off_dt_strings off_mem_rsvmap version last_comp_version "
        "boot_cpuid_phys size_dt_strings size_dt_struct".split()
    )
}
PANIC = r"Kernel panic: ([^\n]*)\n"


@pytest.fixture(scope="module")
def virt_dtb(tmp_path_factory):
    """The devicetree that QEMU makes for virt."""
    path = tmp_path_factory.mktemp("dtb") / "virt.dtb"
    line = qemu_args.command(machine_opts=f"dumpdtb={path}", kernel=IMAGE, serial="none")
    subprocess.run(line, check=True, stderr=subprocess.DEVNULL, timeout=20)
    return path.read_bytes()


@pytest.fixture
def boot_with(boot, tmp_path):
    """boot_with(blob, r2=..., r1=...) enters the image with r2 pointing to a blob of our choice."""

    def start(blob, r2=DTB_AT, r1=0, at=DTB_AT, extra=()):
        loader, parameters = tmp_path / "loader", tmp_path / "parameters"
        loader.write_bytes(images.jump(IMAGE_AT, r1, r2))
        parameters.write_bytes(blob)
        extra = [*extra, *images.loaded(IMAGE, IMAGE_AT), *images.loaded(parameters, at)]
        return boot(None, kernel=loader, extra=extra)

    return start


def panic_of(machine):
    return machine.wait(PANIC, 20)[1][1]


def changed(blob, field, value):
    at = DTB_FIELDS[field]
    return blob[:at] + struct.pack(">I", value) + blob[at + 4 :]


# -- the image ---------------------------------------------------------------------------------------

DAMAGED = r"quir\s+quire.img is damaged: it cannot be unpacked\s+!"


def packed_part():
    """Offset and length of what is packed, from the image's header (boot/start.S)."""
    size, _, _, start, _ = struct.unpack_from("<5I", IMAGE.read_bytes(), 0x34)
    assert start + size == IMAGE.stat().st_size
    return start, size


def flipped(image, at):
    return image[:at] + bytes([image[at] ^ 0x10]) + image[at + 1 :]


def with_pages_exchanged(image, at):
    return image[:at] + image[at + 4096 : at + 8192] + image[at : at + 4096] + image[at + 8192 :]


DAMAGES = {
    "in the first word": lambda image, start, size: flipped(image, start),
    "in the middle": lambda image, start, size: flipped(image, start + size // 2),
    "in the last word": lambda image, start, size: flipped(image, start + size - 1),
    "two pages exchanged": lambda image, start, size: with_pages_exchanged(image, start + 4096),
    "cut short": lambda image, start, size: image[:-10_000],
    "a wild length": lambda image, start, size: image[:0x34] + b"\xf0\xff\xff\xff" + image[0x38:],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_image_says_so(boot, tmp_path, damage):
    path = tmp_path / "damaged.img"
    path.write_bytes(damage(IMAGE.read_bytes(), *packed_part()))
    boot("", kernel=path).wait(DAMAGED, 20)


# -- devicetrees and ATAGs ---------------------------------------------------------------------------


def test_the_loader_of_these_tests_can_boot(boot_with, virt_dtb):
    machine = boot_with(virt_dtb)
    assert "Quire, loaded at 0x42000000" in machine.wait_text("# ")


def test_an_elf_file_brings_no_parameters(boot):
    """QEMU enters an ELF file on all four cores, with r2 = 0."""
    machine = boot(None, board="raspi2b", kernel=BUILD / "quire.elf")
    assert "r2 = 0" in machine.wait(PANIC, 5)[1][1]


def test_nothing_in_r2(boot_with, virt_dtb):
    message = panic_of(boot_with(virt_dtb, r2=0))
    assert "devicetree" in message and "r2 = 0" in message


@pytest.mark.parametrize("r2", [DTB_AT + 1, 0x46000000, 0x00000004, 0x30000000, 0xFFFFFFFC])
def test_r2_points_to_something_else(boot_with, virt_dtb, r2):
    message = panic_of(boot_with(virt_dtb, r2=r2))
    assert "devicetree" in message and f"{r2:#010x}" in message


def test_wrong_magic(boot_with, virt_dtb):
    message = panic_of(boot_with(changed(virt_dtb, "magic", 0xD00DFEEE)))
    assert "neither a devicetree nor ATAGs" in message


@pytest.mark.parametrize(
    "field, value",
    [
        ("totalsize", 0),
        ("totalsize", 39),
        ("totalsize", 0x100),
        ("totalsize", 0xFFFFFFFF),
        ("off_dt_struct", 0x7FFFFFFF),
        ("off_dt_struct", 0xFFFFFFFC),
        ("off_dt_struct", 0x39),
        ("off_dt_strings", 0xFFFFFFFF),
        ("size_dt_struct", 0xFFFFFFF0),
        ("size_dt_struct", 8),
        ("size_dt_strings", 0),
        ("off_mem_rsvmap", 0xFFFFFFF8),
        ("version", 1),
        ("last_comp_version", 99),
    ],
)
def test_damaged_header(boot_with, virt_dtb, field, value):
    message = panic_of(boot_with(changed(virt_dtb, field, value)))
    assert "devicetree" in message


def test_structure_full_of_rubbish(boot_with, virt_dtb):
    start = struct.unpack_from(">I", virt_dtb, DTB_FIELDS["off_dt_struct"])[0]
    rubbish = random.Random(1).randbytes(2000)
    blob = virt_dtb[: start + 64] + rubbish + virt_dtb[start + 64 + len(rubbish) :]
    assert "devicetree" in panic_of(boot_with(blob))


def test_a_devicetree_without_memory(boot_with, virt_dtb):
    blob = virt_dtb.replace(b"memory\0", b"nemory\0").replace(b"memory@", b"nemory@")
    assert "no memory" in panic_of(boot_with(blob))


@pytest.mark.parametrize("seed", range(12))
def test_random_damage_is_never_silent(boot_with, virt_dtb, seed):
    """Eight bytes anywhere in what is used of the blob: a prompt, or a message that says why not."""
    choose = random.Random(seed)
    used = len(virt_dtb.rstrip(b"\0"))
    blob = bytearray(virt_dtb)
    for _ in range(8):
        blob[choose.randrange(used)] = choose.randrange(256)
    machine = boot_with(bytes(blob))
    machine.wait(rf"{PANIC}|Welcome to |init: ", 20)


def test_atags_of_an_unknown_machine(boot_with):
    tags = images.atags((0x08000000, 0x40000000))
    message = panic_of(boot_with(tags, r1=0x1234))
    assert "ATAGs" in message and "0x1234" in message


def test_atags_cut_short(boot_with):
    tags = images.atags((0x08000000, 0x40000000))[:-8] + struct.pack("<2I", 0x10000000, 0x54410009)
    assert "ATAGs" in panic_of(boot_with(tags, r1=0xC42))


def test_a_devicetree_right_behind_the_image_file(boot_with, virt_dtb):
    """The header says how much room the kernel needs there; a loader that goes by the file's size is told."""
    behind = (IMAGE_AT + IMAGE.stat().st_size + 7) & ~7
    message = panic_of(boot_with(virt_dtb, r2=behind, at=behind))
    assert f"{behind:#010x} (r2): the kernel has unpacked itself there" in message


@pytest.fixture
def boot_with_initrd_at(boot, boot_with, virt_dtb, tmp_path):
    """boot_with_initrd_at(start, data, size) puts an initrd where no good loader would."""

    def start(address, data, size=None):
        tree, archive = tmp_path / "initrd.dtb", tmp_path / "archive"
        tree.write_bytes(virt_dtb)
        archive.write_bytes(data)
        for name, value in ("start", address), ("end", address + (size or len(data))):
            subprocess.run(["fdtput", "-t", "x", tree, "/chosen", f"linux,initrd-{name}", f"{value:x}"], check=True)
        return boot_with(tree.read_bytes(), extra=images.loaded(archive, address))

    return start


TAKEN = r"initrd at 0x[0-9a-f]+, \d+ bytes, is where the kernel has unpacked itself: using the image's own files"


@pytest.mark.parametrize("room", [0, 0x40000])
def test_an_initrd_right_behind_the_image_file(boot_with_initrd_at, room):
    behind = (IMAGE_AT + IMAGE.stat().st_size + room + 0xFFF) & ~0xFFF
    machine = boot_with_initrd_at(behind, images.newc(images.built_in_files()))
    machine.wait(TAKEN, 20)
    machine.wait_prompt()


def test_an_initrd_whose_end_is_within_the_kernel(boot_with_initrd_at):
    """Its archive ends before and is whole; giving back its memory must not give away the kernel's."""
    archive = images.newc(images.built_in_files())
    start = (IMAGE_AT - len(archive)) & ~0xFFF
    machine = boot_with_initrd_at(start, archive, IMAGE_AT + 0x100000 - start)
    machine.wait(TAKEN, 20)
    machine.wait_prompt()


# -- the first program ------------------------------------------------------------------------------


def boot_files(boot, folder, files, append=""):
    return boot(append, initrd=images.initrd(folder, files))


def test_no_init(boot, tmp_path):
    machine = boot_files(boot, tmp_path, {"dev": None, "readme": b"nothing to run"})
    assert "No working init found" in panic_of(machine)


BAD_PROGRAMS = {
    "text without an interpreter line": b"hello\n" * 100,
    "empty": b"",
    "an ELF header and nothing else": lambda elf: elf[:52],
    "an ELF file cut in the program headers": lambda elf: elf[:100],
    "an ELF file cut in the text": lambda elf: elf[:6000],
    "for another processor": lambda elf: elf[:18] + b"\x3e\0" + elf[20:],
    "64 bit": lambda elf: elf[:4] + b"\x02" + elf[5:],
    "a segment in the kernel": lambda elf: elf[:60] + b"\0\0\0\xff" + elf[64:],
    "an interpreter that is not there": b"#!/no/such/program\n",
}


@pytest.mark.parametrize("program", BAD_PROGRAMS.values(), ids=BAD_PROGRAMS.keys())
def test_init_cannot_be_run(boot, tmp_path, program):
    if callable(program):
        program = program((BUILD / "user/bin/true").read_bytes())
    machine = boot_files(boot, tmp_path, {"dev": None, "init": program})
    assert "init" in panic_of(machine)
    assert "/init" in machine.log and "error " in machine.log


def test_init_is_a_folder(boot, tmp_path):
    machine = boot_files(boot, tmp_path, {"dev": None, "init": None})
    assert "No working init found" in panic_of(machine)
    assert "/init cannot be started" in machine.log


def test_the_init_asked_for_is_missing(boot):
    machine = boot("rdinit=/none init=/bin/none")
    assert "/bin/none" in panic_of(machine)


def test_init_dies_at_once(boot, tmp_path):
    files = {"dev": None, "init": (BUILD / "user/bin/crimes").read_bytes()}
    message = panic_of(boot_files(boot, tmp_path, files, "-- -s null-read"))
    assert "init" in message and "0x000b" in message.replace("0x0000000b", "0x000b")


@pytest.mark.parametrize("size", [1, 109, 110])
def test_no_archive_at_all_leaves_the_built_in_files(boot, tmp_path, size):
    """Cut within its first header; U-Boot with -kernel even names an initrd that it never loaded."""
    path = tmp_path / "cut.cpio"
    path.write_bytes(images.newc(images.built_in_files())[:size])
    machine = boot("-- shell", initrd=path)
    machine.wait(r"initrd at 0x[0-9a-f]{8}, \d+ bytes, is no cpio archive", 20)
    machine.wait_prompt()


@pytest.mark.parametrize("size", [112, 1000, 100_000])
def test_archive_cut_short(boot, tmp_path, size):
    path = tmp_path / "cut.cpio"
    path.write_bytes(images.newc(images.built_in_files())[:size])
    machine = boot("", initrd=path)
    machine.wait(r"initramfs: [^\n]*|initrd[^\n]*", 20)
    machine.wait(PANIC, 20)


def test_archive_damaged_inside(boot, tmp_path):
    path = tmp_path / "damaged.cpio"
    whole = images.newc(images.built_in_files())
    second = whole.index(b"070701", 1)
    path.write_bytes(whole[:second] + b"070709" + whole[second + 6 :])
    machine = boot("", initrd=path)
    assert str(second) in machine.wait(r"initramfs: [^\n]*\n", 20)[1][0]


def test_a_compressed_archive(boot, tmp_path):
    path = tmp_path / "initrd.gz"
    path.write_bytes(b"\x1f\x8b\x08" + bytes(range(256)) * 20)
    machine = boot("", initrd=path)
    machine.wait(r"initramfs: compressed archives are not supported", 20)
    machine.wait(PANIC, 20)
