#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Do the numbers and structures of include/lib/abi agree with Linux's own headers for ARM?

Both sets of headers are compiled to assembly and the values are read out of it, so no ARM machine
is needed. Where no cross compiler with Linux headers is installed there is nothing to compare with:
the test says so."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

OURS = ["arm-none-eabi-gcc", "-std=gnu11", "-ffreestanding", "-mcpu=cortex-a7", "-Iinclude"]
LINUX = ["arm-linux-gnueabihf-gcc", "-std=gnu11"]

LINUX_HEADERS = """linux/errno.h asm/unistd.h linux/stat.h asm/stat.h asm/statfs.h linux/magic.h
linux/fcntl.h linux/falloc.h linux/fs.h linux/mount.h linux/limits.h linux/mman.h asm/signal.h
asm-generic/siginfo.h asm/sigcontext.h linux/wait.h linux/time.h linux/time_types.h linux/resource.h
linux/times.h asm/poll.h linux/sched.h linux/sched/types.h linux/futex.h linux/reboot.h
linux/sysinfo.h linux/uio.h linux/random.h linux/prctl.h asm/termbits.h asm/termios.h asm/ioctls.h
linux/auxvec.h asm/auxvec.h asm/hwcap.h linux/memfd.h linux/close_range.h linux/ioctl.h linux/utsname.h""".split()

# Ours, Linux's, and the members to compare (those with one name are spelt alike in both).
STRUCTS = [
    ("struct stat64", "struct stat64", "st_dev __st_ino st_mode st_nlink st_uid st_gid st_rdev "
     "st_size st_blksize st_blocks st_atime_sec:st_atime st_mtime_nsec st_ctime_nsec st_ino"),
    ("struct stat", "struct stat", "st_ino st_mode st_nlink st_rdev st_size st_blocks "
     "st_ctime_nsec"),
    ("struct statx", "struct statx", "stx_mode stx_ino stx_blocks stx_atime stx_mtime "
     "stx_rdev_major stx_mnt_id stx_dio_offset_align"),
    ("struct statfs64", "struct statfs64", "f_bsize f_blocks f_ffree f_namelen f_flags"),
    ("struct flock", "struct flock", "l_whence l_start l_len l_pid"),
    ("struct flock64", "struct flock64", "l_whence l_start l_len l_pid"),
    ("struct user_siginfo", "struct siginfo",
     "info.si_code:si_code info.si_pid:si_pid info.si_uid:si_uid "
     "info.si_value:si_value info.si_status:si_status info.si_stime:si_stime "
     "info.si_overrun:si_overrun info.si_addr:si_addr info.si_addr_lsb:si_addr_lsb "
     "info.si_lower:si_lower info.si_upper:si_upper info.si_band:si_band "
     "info.si_fd:si_fd info.si_call_addr:si_call_addr info.si_syscall:si_syscall "
     "info.si_arch:si_arch"),
    ("struct sigaltstack", "struct sigaltstack", "ss_sp ss_flags ss_size"),
    ("struct sigcontext", "struct sigcontext", "error_code arm_r0 arm_pc arm_cpsr fault_address"),
    ("struct ktermios", "struct termios", "c_iflag c_lflag c_line c_cc"),
    ("struct ktermios2", "struct termios2", "c_ispeed c_ospeed"),
    ("struct winsize", "struct winsize", "ws_row ws_col ws_ypixel"),
    ("struct timespec64", "struct __kernel_timespec", "tv_sec tv_nsec"),
    ("struct timespec32", "struct timespec", "tv_sec tv_nsec"),
    ("struct itimerval32", "struct itimerval", "it_interval it_value"),
    ("struct ktms", "struct tms", "tms_stime tms_cstime"),
    ("struct rlimit", "struct rlimit", "rlim_max"),
    ("struct rlimit64", "struct rlimit64", "rlim_max"),
    ("struct rusage", "struct rusage", "ru_stime ru_maxrss ru_minflt ru_nivcsw"),
    ("struct pollfd", "struct pollfd", "events revents"),
    ("struct clone_args", "struct clone_args", "child_tid exit_signal tls cgroup"),
    ("struct robust_list_head", "struct robust_list_head", "futex_offset list_op_pending"),
    ("struct sysinfo", "struct sysinfo", "loads totalram procs totalhigh mem_unit"),
    ("struct utsname", "struct new_utsname", "nodename machine domainname"),
    ("struct iovec", "struct iovec", "iov_base iov_len"),
]


def our_headers():
    abi = Path("include/lib/abi").glob("*.h")
    return ["lib/errno.h"] + sorted(str(p.relative_to("include")) for p in abi)


def our_names():
    """Every constant that our headers define: macros without parameters that have a value."""
    names = []
    for header in our_headers():
        text = (Path("include") / header).read_text()
        names += re.findall(r"^#define[ \t]+(\w+)[ \t]+\S", text, re.M)
    return names


def run(compiler, args, source):
    done = subprocess.run(compiler + args + ["-xc", "-"], input=source, capture_output=True,
                          text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def values(compiler, headers, expressions):
    """Compile {name: expression} after the headers; the values that the compiler laid down."""
    source = headers + "".join(f"unsigned long long v_{n} = (unsigned long long)({e});\n"
                               for n, e in expressions.items())
    found, name = {}, None
    for line in run(compiler, ["-w", "-S", "-o", "-"], source).splitlines():
        label = re.match(r"v_(\w+):", line)
        data = re.match(r"\s+\.(word|space)\s+(-?\w+)", line)
        if label:
            name = label[1]
            found[name] = []
        elif data and name in found:
            number = int(data[2], 0)
            found[name] += [number & 0xffffffff] if data[1] == "word" else [0] * (number // 4)
    return found


def structure_expressions(which):
    out = {}
    for index, pair in enumerate(STRUCTS):
        out[f"struct{index}_size"] = f"sizeof({pair[which]})"
        for member in pair[2].split():
            name = member.split(":")
            where = f"{pair[which]}, {name[which % len(name)]}"
            out[f"struct{index}_{name[-1]}"] = f"__builtin_offsetof({where})"
    return out


def main():
    if not shutil.which(LINUX[0]):
        print(f"not compared: {LINUX[0]} is not installed")
        return 0
    linux = "".join(f"#include <{h}>\n" for h in LINUX_HEADERS) + "#define _NSIG 64\n"
    ours = "".join(f"#include <{h}>\n" for h in our_headers())
    known = set(re.findall(r"^#define (\w+) ", run(LINUX, ["-E", "-dM"], linux), re.M))
    constants = {n: n for n in our_names() if n in known}
    left = values(OURS, ours, {**constants, **structure_expressions(0)})
    right = values(LINUX, linux, {**constants, **structure_expressions(1)})
    wrong = [n for n in right if left.get(n) != right[n]]
    for name in wrong:
        print(f"{name}: ours {left.get(name)}, Linux {right[name]}")
    print(f"{len(right)} values compared with Linux's headers, {len(wrong)} differ")
    return 1 if wrong or len(right) < 1000 else 0


if __name__ == "__main__":
    sys.exit(main())
