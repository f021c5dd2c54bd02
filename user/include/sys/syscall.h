/* SPDX-License-Identifier: MIT */
/*
 * The numbers of the system calls that the programs use, and the one instruction that makes them.
 *
 * Source: Linux v6.1, arch/arm/tools/syscall.tbl (EABI: no offset); calling convention in
 * arch/arm/kernel/entry-common.S: number in r7, arguments in r0-r5, result or -errno in r0.
 */
#ifndef QUIRE_SYSCALL_H
#define QUIRE_SYSCALL_H

enum {
	SYS_exit = 1,
	SYS_fork = 2,
	SYS_read = 3,
	SYS_write = 4,
	SYS_open = 5,
	SYS_close = 6,
	SYS_link = 9,
	SYS_unlink = 10,
	SYS_execve = 11,
	SYS_chdir = 12,
	SYS_chmod = 15,
	SYS_lseek = 19,
	SYS_getpid = 20,
	SYS_mount = 21,
	SYS_kill = 37,
	SYS_mkdir = 39,
	SYS_times = 43,
	SYS_brk = 45,
	SYS_ioctl = 54,
	SYS_setpgid = 57,
	SYS_dup2 = 63,
	SYS_getppid = 64,
	SYS_setsid = 66,
	SYS_getrusage = 77,
	SYS_reboot = 88,
	SYS_munmap = 91,
	SYS_wait4 = 114,
	SYS_uname = 122,
	SYS_mprotect = 125,
	SYS_mlockall = 152,
	SYS_munlockall = 153,
	SYS_sched_yield = 158,
	SYS_nanosleep = 162,
	SYS_prctl = 172,
	SYS_rt_sigreturn = 173,
	SYS_rt_sigaction = 174,
	SYS_rt_sigprocmask = 175,
	SYS_getcwd = 183,
	SYS_mmap2 = 192,
	SYS_stat64 = 195,
	SYS_lstat64 = 196,
	SYS_fstat64 = 197,
	SYS_getdents64 = 217,
	SYS_gettid = 224,
	SYS_exit_group = 248,
	SYS_pipe2 = 359,
	SYS_clock_gettime64 = 403,
};

/*
 * syscall(number, arguments...) - enter the kernel, inline.
 *
 * Takes up to six arguments, each converted to long. Returns what the kernel answered: a result, or
 * a negative Linux errno. errno itself is left alone, unlike glibc's function of this name.
 */
#define syscall(...)                                                                               \
	SYSCALL_PICK(                                                                              \
	        __VA_ARGS__, syscall6, syscall5, syscall4, syscall3, syscall2, syscall1, syscall0) \
	(__VA_ARGS__)
#define SYSCALL_PICK(n, a, b, c, d, e, f, name, ...) name

/* clang-format off */
#define SYSARG(x) ((long)(x))
#define syscall0(n)          syscall_0(n)
#define syscall1(n, a)       syscall_1(n, SYSARG(a))
#define syscall2(n, a, b)    syscall_2(n, SYSARG(a), SYSARG(b))
#define syscall3(n, a, b, c) syscall_3(n, SYSARG(a), SYSARG(b), SYSARG(c))
#define syscall4(n, a, b, c, d)                                                                    \
	syscall_6(n, SYSARG(a), SYSARG(b), SYSARG(c), SYSARG(d), 0, 0)
#define syscall5(n, a, b, c, d, e)                                                                 \
	syscall_6(n, SYSARG(a), SYSARG(b), SYSARG(c), SYSARG(d), SYSARG(e), 0)
#define syscall6(n, a, b, c, d, e, f)                                                              \
	syscall_6(n, SYSARG(a), SYSARG(b), SYSARG(c), SYSARG(d), SYSARG(e), SYSARG(f))
/* clang-format on */

static inline __attribute__((always_inline)) long syscall_0(long n)
{
	register long r7 __asm__("r7") = n;
	register long r0 __asm__("r0");

	__asm__ volatile("svc 0" : "=r"(r0) : "r"(r7) : "memory");
	return r0;
}

static inline __attribute__((always_inline)) long syscall_1(long n, long a)
{
	register long r7 __asm__("r7") = n;
	register long r0 __asm__("r0") = a;

	__asm__ volatile("svc 0" : "+r"(r0) : "r"(r7) : "memory");
	return r0;
}

static inline __attribute__((always_inline)) long syscall_2(long n, long a, long b)
{
	register long r7 __asm__("r7") = n;
	register long r0 __asm__("r0") = a;
	register long r1 __asm__("r1") = b;

	__asm__ volatile("svc 0" : "+r"(r0) : "r"(r7), "r"(r1) : "memory");
	return r0;
}

static inline __attribute__((always_inline)) long syscall_3(long n, long a, long b, long c)
{
	register long r7 __asm__("r7") = n;
	register long r0 __asm__("r0") = a;
	register long r1 __asm__("r1") = b;
	register long r2 __asm__("r2") = c;

	__asm__ volatile("svc 0" : "+r"(r0) : "r"(r7), "r"(r1), "r"(r2) : "memory");
	return r0;
}

static inline __attribute__((always_inline)) long syscall_6(
        long n, long a, long b, long c, long d, long e, long f)
{
	register long r7 __asm__("r7") = n;
	register long r0 __asm__("r0") = a;
	register long r1 __asm__("r1") = b;
	register long r2 __asm__("r2") = c;
	register long r3 __asm__("r3") = d;
	register long r4 __asm__("r4") = e;
	register long r5 __asm__("r5") = f;

	__asm__ volatile("svc 0"
	                 : "+r"(r0)
	                 : "r"(r7), "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r5)
	                 : "memory");
	return r0;
}

#endif
