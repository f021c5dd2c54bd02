/* SPDX-License-Identifier: MIT */
/*
 * Which function answers which system call, and ARM's private calls.
 */
#include <arm/layout.h>
#include <arm/sysreg.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/abi/syscall.h>
#include <lib/errno.h>
#include <mm/access.h>

_Static_assert(SYSCALL_TABLE_SIZE >= NR_SYSCALLS, "kernel/entry.S calls through the table");

/* Private calls up to this offset are "not implemented"; those beyond are no calls (Linux: arm_syscall()). */
#define ARM_NR_LAST 0x7ff

long sys_ni_syscall(void)
{
	return -ENOSYS;
}

/* The range sets every entry first, and the lines below it replace some: that is the intention. */
#pragma GCC diagnostic ignored "-Woverride-init"

/* clang-format off */
void *const syscall_table[SYSCALL_TABLE_SIZE] = {
	[0 ... SYSCALL_TABLE_SIZE - 1] = sys_ni_syscall,
	[__NR_restart_syscall] = sys_restart_syscall,
	[__NR_exit] = sys_exit,
	[__NR_fork] = sys_fork,
	[__NR_read] = sys_read,
	[__NR_write] = sys_write,
	[__NR_open] = sys_open,
	[__NR_close] = sys_close,
	[__NR_creat] = sys_creat,
	[__NR_link] = sys_link,
	[__NR_unlink] = sys_unlink,
	[__NR_execve] = sys_execve,
	[__NR_chdir] = sys_chdir,
	[__NR_mknod] = sys_mknod,
	[__NR_chmod] = sys_chmod,
	[__NR_lseek] = sys_lseek,
	[__NR_getpid] = sys_getpid,
	[__NR_mount] = sys_mount,
	[__NR_pause] = sys_pause,
	[__NR_access] = sys_access,
	[__NR_sync] = sys_sync,
	[__NR_kill] = sys_kill,
	[__NR_rename] = sys_rename,
	[__NR_mkdir] = sys_mkdir,
	[__NR_rmdir] = sys_rmdir,
	[__NR_dup] = sys_dup,
	[__NR_pipe] = sys_pipe,
	[__NR_times] = sys_times,
	[__NR_setitimer] = sys_setitimer,
	[__NR_getitimer] = sys_getitimer,
	[__NR_brk] = sys_brk,
	[__NR_umount2] = sys_umount2,
	[__NR_ioctl] = sys_ioctl,
	[__NR_fcntl] = sys_fcntl,
	[__NR_setpgid] = sys_setpgid,
	[__NR_umask] = sys_umask,
	[__NR_chroot] = sys_chroot,
	[__NR_dup2] = sys_dup2,
	[__NR_getppid] = sys_getppid,
	[__NR_getpgrp] = sys_getpgrp,
	[__NR_setsid] = sys_setsid,
	[__NR_sigaction] = sys_sigaction,
	[__NR_sigsuspend] = sys_sigsuspend,
	[__NR_sigpending] = sys_sigpending,
	[__NR_sethostname] = sys_sethostname,
	[__NR_setrlimit] = sys_setrlimit,
	[__NR_getrusage] = sys_getrusage,
	[__NR_gettimeofday] = sys_gettimeofday,
	[__NR_settimeofday] = sys_settimeofday,
	[__NR_symlink] = sys_symlink,
	[__NR_readlink] = sys_readlink,
	[__NR_reboot] = sys_reboot,
	[__NR_munmap] = sys_munmap,
	[__NR_truncate] = sys_truncate,
	[__NR_ftruncate] = sys_ftruncate,
	[__NR_fchmod] = sys_fchmod,
	[__NR_stat] = sys_stat,
	[__NR_lstat] = sys_lstat,
	[__NR_fstat] = sys_fstat,
	[__NR_wait4] = sys_wait4,
	[__NR_sysinfo] = sys_sysinfo,
	[__NR_fsync] = sys_fsync,
	[__NR_sigreturn] = sys_sigreturn,
	[__NR_clone] = sys_clone,
	[__NR_setdomainname] = sys_setdomainname,
	[__NR_uname] = sys_uname,
	[__NR_mprotect] = sys_mprotect,
	[__NR_msync] = sys_msync,
	[__NR_mlock] = sys_mlock,
	[__NR_mlock2] = sys_mlock2,
	[__NR_munlock] = sys_munlock,
	[__NR_mlockall] = sys_mlockall,
	[__NR_munlockall] = sys_munlockall,
	[__NR_mremap] = sys_mremap,
	[__NR_mincore] = sys_mincore,
	[__NR_madvise] = sys_madvise,
	[__NR_sigprocmask] = sys_sigprocmask,
	[__NR_getpgid] = sys_getpgid,
	[__NR_fchdir] = sys_fchdir,
	[__NR_personality] = sys_personality,
	[__NR__llseek] = sys_llseek,
	[__NR__newselect] = sys_newselect,
	[__NR_readv] = sys_readv,
	[__NR_writev] = sys_writev,
	[__NR_getsid] = sys_getsid,
	[__NR_fdatasync] = sys_fsync,
	[__NR_sched_getparam] = sys_sched_getparam,
	[__NR_sched_getscheduler] = sys_sched_getscheduler,
	[__NR_sched_yield] = sys_sched_yield,
	[__NR_sched_get_priority_max] = sys_sched_get_priority_max,
	[__NR_sched_get_priority_min] = sys_sched_get_priority_min,
	[__NR_nanosleep] = sys_nanosleep,
	[__NR_poll] = sys_poll,
	[__NR_prctl] = sys_prctl,
	[__NR_rt_sigreturn] = sys_rt_sigreturn,
	[__NR_rt_sigaction] = sys_rt_sigaction,
	[__NR_rt_sigprocmask] = sys_rt_sigprocmask,
	[__NR_rt_sigpending] = sys_rt_sigpending,
	[__NR_rt_sigtimedwait] = sys_rt_sigtimedwait,
	[__NR_rt_sigqueueinfo] = sys_rt_sigqueueinfo,
	[__NR_rt_sigsuspend] = sys_rt_sigsuspend,
	[__NR_pread64] = sys_pread64,
	[__NR_pwrite64] = sys_pwrite64,
	[__NR_getcwd] = sys_getcwd,
	[__NR_sigaltstack] = sys_sigaltstack,
	[__NR_sendfile] = sys_sendfile,
	[__NR_vfork] = sys_vfork,
	[__NR_ugetrlimit] = sys_getrlimit,
	[__NR_mmap2] = sys_mmap2,
	[__NR_truncate64] = sys_truncate64,
	[__NR_ftruncate64] = sys_ftruncate64,
	[__NR_stat64] = sys_stat64,
	[__NR_lstat64] = sys_lstat64,
	[__NR_fstat64] = sys_fstat64,
	[__NR_lchown32] = sys_lchown32,
	[__NR_getuid32] = sys_getuid32,
	[__NR_getgid32] = sys_getgid32,
	[__NR_geteuid32] = sys_geteuid32,
	[__NR_getegid32] = sys_getegid32,
	[__NR_setreuid32] = sys_setreuid32,
	[__NR_setregid32] = sys_setregid32,
	[__NR_getgroups32] = sys_getgroups32,
	[__NR_setgroups32] = sys_setgroups32,
	[__NR_fchown32] = sys_fchown32,
	[__NR_setresuid32] = sys_setresuid32,
	[__NR_getresuid32] = sys_getresuid32,
	[__NR_setresgid32] = sys_setresgid32,
	[__NR_getresgid32] = sys_getresgid32,
	[__NR_chown32] = sys_chown32,
	[__NR_setuid32] = sys_setuid32,
	[__NR_setgid32] = sys_setgid32,
	[__NR_getdents64] = sys_getdents64,
	[__NR_fcntl64] = sys_fcntl,
	[__NR_gettid] = sys_gettid,
	[__NR_setxattr] = sys_setxattr,
	[__NR_lsetxattr] = sys_lsetxattr,
	[__NR_fsetxattr] = sys_fsetxattr,
	[__NR_getxattr] = sys_xattr,
	[__NR_lgetxattr] = sys_lxattr,
	[__NR_fgetxattr] = sys_fxattr,
	[__NR_listxattr] = sys_listxattr,
	[__NR_llistxattr] = sys_llistxattr,
	[__NR_flistxattr] = sys_flistxattr,
	[__NR_removexattr] = sys_xattr,
	[__NR_lremovexattr] = sys_lxattr,
	[__NR_fremovexattr] = sys_fxattr,
	[__NR_tkill] = sys_tkill,
	[__NR_sendfile64] = sys_sendfile64,
	[__NR_futex] = sys_futex,
	[__NR_sched_setaffinity] = sys_sched_setaffinity,
	[__NR_sched_getaffinity] = sys_sched_getaffinity,
	[__NR_exit_group] = sys_exit,
	[__NR_set_tid_address] = sys_set_tid_address,
	[__NR_clock_settime] = sys_clock_settime,
	[__NR_clock_gettime] = sys_clock_gettime,
	[__NR_clock_getres] = sys_clock_getres,
	[__NR_clock_nanosleep] = sys_clock_nanosleep,
	[__NR_statfs64] = sys_statfs64,
	[__NR_fstatfs64] = sys_fstatfs64,
	[__NR_tgkill] = sys_tgkill,
	[__NR_arm_fadvise64_64] = sys_arm_fadvise64_64,
	[__NR_waitid] = sys_waitid,
	[__NR_openat] = sys_openat,
	[__NR_mkdirat] = sys_mkdirat,
	[__NR_mknodat] = sys_mknodat,
	[__NR_fchownat] = sys_fchownat,
	[__NR_fstatat64] = sys_fstatat64,
	[__NR_unlinkat] = sys_unlinkat,
	[__NR_renameat] = sys_renameat,
	[__NR_linkat] = sys_linkat,
	[__NR_symlinkat] = sys_symlinkat,
	[__NR_readlinkat] = sys_readlinkat,
	[__NR_fchmodat] = sys_fchmodat,
	[__NR_faccessat] = sys_faccessat,
	[__NR_pselect6] = sys_pselect6,
	[__NR_ppoll] = sys_ppoll,
	[__NR_getcpu] = sys_getcpu,
	[__NR_utimensat] = sys_utimensat,
	[__NR_dup3] = sys_dup3,
	[__NR_pipe2] = sys_pipe2,
	[__NR_preadv] = sys_preadv,
	[__NR_pwritev] = sys_pwritev,
	[__NR_prlimit64] = sys_prlimit64,
	[__NR_fallocate] = sys_fallocate,
	[__NR_process_vm_readv] = sys_process_vm_readv,
	[__NR_process_vm_writev] = sys_process_vm_writev,
	[__NR_renameat2] = sys_renameat2,
	[__NR_getrandom] = sys_getrandom,
	[__NR_memfd_create] = sys_memfd_create,
	[__NR_statx] = sys_statx,
	[__NR_clock_gettime64] = sys_clock_gettime64,
	[__NR_clock_settime64] = sys_clock_settime64,
	[__NR_clock_getres_time64] = sys_clock_getres_time64,
	[__NR_clock_nanosleep_time64] = sys_clock_nanosleep_time64,
	[__NR_utimensat_time64] = sys_utimensat_time64,
	[__NR_pselect6_time64] = sys_pselect6_time64,
	[__NR_ppoll_time64] = sys_ppoll_time64,
	[__NR_rt_sigtimedwait_time64] = sys_rt_sigtimedwait_time64,
	[__NR_futex_time64] = sys_futex_time64,
	[__NR_close_range] = sys_close_range,
	[__NR_faccessat2] = sys_faccessat2,
};
/* clang-format on */

/* Where the SVC instruction stands. */
static uint32_t svc_address(const struct trap_frame *f)
{
	return f->pc - (f->cpsr & PSR_T ? 2 : 4);
}

static long bad_call(const struct trap_frame *f)
{
	signal_force(SIGILL, ILL_ILLTRP, svc_address(f));
	return f->r[0];
}

/* Linux's ARM_BREAKPOINT: r0 stays, and the program counter shows where it was. */
static long breakpoint(struct trap_frame *f)
{
	f->pc = svc_address(f);
	signal_force(SIGTRAP, TRAP_BRKPT, f->pc);
	return f->r[0];
}

/* After a program has written instructions: makes [start, end) fit to be executed. */
static long cacheflush(uint32_t start, uint32_t end, uint32_t flags)
{
	if (end < start || flags)
		return -EINVAL;
	if (end > USER_END)
		return -EFAULT;
	return mm_sync_instructions(current()->mm, start, end) ? -EFAULT : 0;
}

static long set_tls(uint32_t tls)
{
	current()->tls = tls;
	write_tpidruro(tls);
	return 0;
}

long syscall_other(uint32_t a, uint32_t b, uint32_t c)
{
	struct trap_frame *f = task_frame(current());
	uint32_t number = f->syscall;

	switch (number) {
	case __ARM_NR_breakpoint:
		return breakpoint(f);
	case __ARM_NR_cacheflush:
		return cacheflush(a, b, c);
	case __ARM_NR_usr26:
	case __ARM_NR_usr32:
		return bad_call(f); /* only for processors that had a 26-bit mode */
	case __ARM_NR_set_tls:
		return set_tls(a);
	case __ARM_NR_get_tls:
		return current()->tls;
	}
	if (number == __ARM_NR_BASE) {
		signal_force(SIGSEGV, SEGV_MAPERR, 0); /* Linux: "branch through zero" */
		return 0;
	}
	if (number < __ARM_NR_BASE || number - __ARM_NR_BASE <= ARM_NR_LAST)
		return -ENOSYS;
	return bad_call(f);
}
