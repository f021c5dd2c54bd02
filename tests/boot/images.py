# SPDX-License-Identifier: MIT
"""Files for a boot loader to pass to the kernel: initrds, and a loader of our own."""

import struct

from machine import BUILD

S_IFDIR, S_IFREG, S_IFLNK = 0o040000, 0o100000, 0o120000
TRAILER = "TRAILER!!!"


def newc_entry(name, mode=0, data=b"", inode=0):
    """One file of a newc cpio (Linux: Documentation/driver-api/early-userspace/buffer-format.rst)."""
    name = name.encode() + b"\0"
    numbers = (inode, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name), 0)
    head = b"070701" + b"".join(b"%08x" % number for number in numbers) + name
    return head + b"\0" * (-len(head) % 4) + data + b"\0" * (-len(data) % 4)


def newc(files):
    """A newc cpio from {path: bytes (a program), str (a symlink's target) or None (a folder)}."""
    archive = b""
    for inode, (path, data) in enumerate(files.items(), 1):
        mode = S_IFREG | 0o755
        if data is None:
            mode, data = S_IFDIR | 0o755, b""
        elif isinstance(data, str):
            mode, data = S_IFLNK | 0o777, data.encode()
        archive += newc_entry(path, mode, data, inode)
    return archive + newc_entry(TRAILER)


def read_newc(archive):
    """The files of a newc cpio, as newc() takes them."""
    files, at = {}, 0
    while True:
        numbers = [int(archive[at + 6 + 8 * i : at + 14 + 8 * i], 16) for i in range(13)]
        mode, size, name_size = numbers[1], numbers[6], numbers[11]
        name = archive[at + 110 : at + 110 + name_size - 1].decode()
        at += (110 + name_size + 3) & ~3
        data = archive[at : at + size]
        at += (size + 3) & ~3
        if name == TRAILER:
            return files
        kind = mode & 0o170000
        files[name] = None if kind == S_IFDIR else data.decode() if kind == S_IFLNK else data


def built_in_files():
    return read_newc((BUILD / "initramfs.cpio").read_bytes())


def initrd(folder, files, name="initrd.cpio"):
    """Writes a cpio into a folder; returns its path."""
    path = folder / name
    path.write_bytes(newc(files))
    return path


def with_test_programs(folder):
    """An initrd with the built-in files, and the test programs in /test."""
    files = built_in_files()
    files["test"] = None
    for program in sorted((BUILD / "tests/programs").glob("*")):
        if program.is_file() and "." not in program.name:
            files[f"test/{program.name}"] = program.read_bytes()
    return initrd(folder, files)


def jump(target, r1, r2):
    """A boot loader of four instructions: enters target with these in r1 and r2, and r0 = 0."""
    code = (
        0xE3A00000,  # mov r0, #0
        0xE59F1004,  # ldr r1, [pc, #4]
        0xE59F2004,  # ldr r2, [pc, #4]
        0xE59FF004,  # ldr pc, [pc, #4]
    )
    return struct.pack("<7I", *code, r1, r2, target)


def loaded(path, address):
    """QEMU's options that put a file into memory."""
    return ["-device", f"loader,file={path},addr={address:#x},force-raw=on"]


def atags(memory, command_line=""):
    """A list of ATAGs (Linux: arch/arm/include/uapi/asm/setup.h): memory is (size, start) or None."""
    text = command_line.encode() + b"\0"
    text += b"\0" * (-len(text) % 4)
    tags = struct.pack("<2I", 2, 0x54410001)
    if memory:
        tags += struct.pack("<4I", 4, 0x54410002, *memory)
    tags += struct.pack("<2I", 2 + len(text) // 4, 0x54410009) + text
    return tags + struct.pack("<2I", 0, 0)
