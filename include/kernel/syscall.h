/* SPDX-License-Identifier: MIT */
/*
 * The system calls. kernel/entry.S calls them through syscall_table with the user's r0-r5 as
 * arguments; the result goes back in r0, errors as a negative errno. What each does, and which
 * errors it has, stands in section 2 of the Linux manual under its name.
 *
 * Arguments are those of Linux's ARM EABI: a 64-bit one fills an even and the following odd
 * register (AAPCS, 6.5), which is where a C parameter of type loff_t is looked for as well.
 * All are called by a task, with interrupts on and no lock held.
 */
#ifndef KERNEL_SYSCALL_H
#define KERNEL_SYSCALL_H

#include <arm/uaccess.h>
#include <lib/abi/signal.h>
#include <lib/types.h>

/*
 * Interrupted system calls. Like ERESTARTSYS (<lib/wait.h>) these never reach the user: the way
 * back makes them EINTR where a handler runs. Where none does, the call is made again with the
 * same arguments, or as restart_syscall(), which goes on with what current()->restart says.
 * After ERESTARTNOINTR it is always made again.
 */
#define ERESTARTNOINTR        513
#define ERESTARTNOHAND        514
#define ERESTART_RESTARTBLOCK 516

struct iovec;
struct ktimezone;
struct ktms;
struct pollfd;
struct rlimit;
struct rlimit64;
struct rusage;
struct stat;
struct stat64;
struct statfs64;
struct statx;
struct sysinfo;
struct timespec32;
struct timespec64;
struct itimerval32;
struct timeval32;
struct utsname;

/* What r7 selects; numbers without a call hold sys_ni_syscall. */
extern void *const syscall_table[];

/* Every number beyond the table: ARM's private calls. */
long syscall_other(uint32_t a, uint32_t b, uint32_t c);
/* -ENOSYS. */
long sys_ni_syscall(void);

/* kernel/fork.c, exit.c, exec.c */
long sys_clone(
        unsigned long flags, uint32_t stack, uint32_t parent_tid, uint32_t tls, uint32_t child_tid);
long sys_fork(void);
long sys_vfork(void);
long sys_execve(const char __user *path, const uint32_t __user *argv, const uint32_t __user *envp);
long sys_exit(int code);
long sys_wait4(pid_t pid, uint32_t __user *status, int options, struct rusage __user *rusage);
long sys_waitid(int idtype, pid_t id, struct user_siginfo __user *info, int options,
        struct rusage __user *rusage);

/* kernel/signal*.c */
long sys_kill(pid_t pid, int sig);
long sys_tkill(pid_t tid, int sig);
long sys_tgkill(pid_t tgid, pid_t tid, int sig);
long sys_rt_sigaction(int sig, const struct ksigaction __user *action,
        struct ksigaction __user *old, size_t size);
/* The old form: handler, 32-bit mask, flags, restorer. */
long sys_sigaction(int sig, const uint32_t __user *action, uint32_t __user *old);
long sys_rt_sigprocmask(int how, const ksigset_t __user *set, ksigset_t __user *old, size_t size);
long sys_sigprocmask(int how, const uint32_t __user *set, uint32_t __user *old);
long sys_rt_sigpending(ksigset_t __user *set, size_t size);
long sys_sigpending(uint32_t __user *set);
long sys_rt_sigsuspend(const ksigset_t __user *set, size_t size);
long sys_sigsuspend(int unused1, int unused2, uint32_t mask);
long sys_pause(void);
long sys_sigaltstack(const struct sigaltstack __user *stack, struct sigaltstack __user *old);
long sys_sigreturn(void);
long sys_rt_sigreturn(void);
long sys_rt_sigtimedwait(const ksigset_t __user *set, struct user_siginfo __user *info,
        const struct timespec32 __user *timeout, size_t size);
long sys_rt_sigtimedwait_time64(const ksigset_t __user *set, struct user_siginfo __user *info,
        const struct timespec64 __user *timeout, size_t size);
long sys_rt_sigqueueinfo(pid_t pid, int sig, struct user_siginfo __user *info);

/* kernel/sys_mm.c */
long sys_mmap2(
        uint32_t addr, uint32_t length, uint32_t prot, uint32_t flags, int fd, uint32_t pgoff);
long sys_munmap(uint32_t addr, uint32_t length);
long sys_mprotect(uint32_t addr, uint32_t length, uint32_t prot);
long sys_brk(uint32_t brk);
long sys_mremap(
        uint32_t addr, uint32_t old_length, uint32_t new_length, uint32_t flags, uint32_t new_addr);
long sys_madvise(uint32_t addr, uint32_t length, int advice);
long sys_mlock(uint32_t addr, uint32_t length);
long sys_mlock2(uint32_t addr, uint32_t length, uint32_t flags);
long sys_munlock(uint32_t addr, uint32_t length);
long sys_mlockall(uint32_t flags);
long sys_munlockall(void);
long sys_msync(uint32_t addr, uint32_t length, uint32_t flags);
long sys_mincore(uint32_t addr, uint32_t length, uint8_t __user *vec);

/* kernel/sys_file.c: bytes */
long sys_read(int fd, void __user *buf, size_t n);
long sys_write(int fd, const void __user *buf, size_t n);
long sys_readv(int fd, const struct iovec __user *iov, unsigned int count);
long sys_writev(int fd, const struct iovec __user *iov, unsigned int count);
long sys_pread64(int fd, void __user *buf, size_t n, loff_t pos);
long sys_pwrite64(int fd, const void __user *buf, size_t n, loff_t pos);
long sys_preadv(int fd, const struct iovec __user *iov, unsigned int count, uint32_t pos_low,
        uint32_t pos_high);
long sys_pwritev(int fd, const struct iovec __user *iov, unsigned int count, uint32_t pos_low,
        uint32_t pos_high);
long sys_lseek(int fd, int32_t offset, unsigned int whence);
long sys_llseek(int fd, uint32_t high, uint32_t low, loff_t __user *result, unsigned int whence);
long sys_ftruncate(int fd, int32_t length);
long sys_ftruncate64(int fd, loff_t length);
long sys_fsync(int fd);
long sys_sync(void);
long sys_fallocate(int fd, uint32_t mode, loff_t offset, loff_t length);
long sys_arm_fadvise64_64(int fd, int advice, loff_t offset, loff_t length);

/* kernel/sys_sendfile.c */
long sys_sendfile(int out, int in, uint32_t __user *offset, size_t n);
long sys_sendfile64(int out, int in, loff_t __user *offset, size_t n);

/* kernel/sys_fd.c: descriptors */
long sys_close(int fd);
long sys_close_range(uint32_t first, uint32_t last, uint32_t flags);
long sys_dup(int fd);
long sys_dup2(int from, int to);
long sys_dup3(int from, int to, uint32_t flags);
long sys_fcntl(int fd, unsigned int cmd, unsigned long arg);
long sys_ioctl(int fd, unsigned int cmd, unsigned long arg);
long sys_pipe(int __user *fds);
long sys_pipe2(int __user *fds, uint32_t flags);

/* kernel/sys_open.c: from names to files */
long sys_open(const char __user *name, uint32_t flags, uint32_t mode);
long sys_openat(int dir, const char __user *name, uint32_t flags, uint32_t mode);
long sys_memfd_create(const char __user *name, uint32_t flags);
long sys_creat(const char __user *name, uint32_t mode);
long sys_truncate(const char __user *name, int32_t length);
long sys_truncate64(const char __user *name, loff_t length);
long sys_chdir(const char __user *name);
long sys_fchdir(int fd);
long sys_chroot(const char __user *name);
long sys_getcwd(char __user *buf, size_t n);
long sys_umask(uint32_t mask);
long sys_getdents64(int fd, void __user *buf, uint32_t n);

/* kernel/sys_stat.c */
long sys_stat(const char __user *name, struct stat __user *buf);
long sys_lstat(const char __user *name, struct stat __user *buf);
long sys_fstat(int fd, struct stat __user *buf);
long sys_stat64(const char __user *name, struct stat64 __user *buf);
long sys_lstat64(const char __user *name, struct stat64 __user *buf);
long sys_fstat64(int fd, struct stat64 __user *buf);
long sys_fstatat64(int dir, const char __user *name, struct stat64 __user *buf, uint32_t flags);
long sys_statx(
        int dir, const char __user *name, uint32_t flags, uint32_t mask, struct statx __user *buf);
long sys_statfs64(const char __user *name, size_t size, struct statfs64 __user *buf);
long sys_fstatfs64(int fd, size_t size, struct statfs64 __user *buf);
long sys_access(const char __user *name, uint32_t mode);
long sys_faccessat(int dir, const char __user *name, uint32_t mode);
long sys_faccessat2(int dir, const char __user *name, uint32_t mode, uint32_t flags);
long sys_readlink(const char __user *name, char __user *buf, int n);
long sys_readlinkat(int dir, const char __user *name, char __user *buf, int n);

/* kernel/sys_names.c */
long sys_mkdir(const char __user *name, uint32_t mode);
long sys_mkdirat(int dir, const char __user *name, uint32_t mode);
long sys_mknod(const char __user *name, uint32_t mode, uint32_t dev);
long sys_mknodat(int dir, const char __user *name, uint32_t mode, uint32_t dev);
long sys_rmdir(const char __user *name);
long sys_unlink(const char __user *name);
long sys_unlinkat(int dir, const char __user *name, uint32_t flags);
long sys_rename(const char __user *old_name, const char __user *new_name);
long sys_renameat(
        int old_dir, const char __user *old_name, int new_dir, const char __user *new_name);
long sys_renameat2(int old_dir, const char __user *old_name, int new_dir,
        const char __user *new_name, uint32_t flags);
long sys_link(const char __user *old_name, const char __user *new_name);
long sys_linkat(int old_dir, const char __user *old_name, int new_dir, const char __user *new_name,
        uint32_t flags);
long sys_symlink(const char __user *target, const char __user *name);
long sys_symlinkat(const char __user *target, int dir, const char __user *name);
long sys_mount(const char __user *source, const char __user *target, const char __user *type,
        uint32_t flags, const void __user *data);
long sys_umount2(const char __user *target, uint32_t flags);

/* kernel/sys_attr.c */
long sys_chmod(const char __user *name, uint32_t mode);
long sys_fchmod(int fd, uint32_t mode);
long sys_fchmodat(int dir, const char __user *name, uint32_t mode);
long sys_chown32(const char __user *name, uint32_t uid, uint32_t gid);
long sys_lchown32(const char __user *name, uint32_t uid, uint32_t gid);
long sys_fchown32(int fd, uint32_t uid, uint32_t gid);
long sys_fchownat(int dir, const char __user *name, uint32_t uid, uint32_t gid, uint32_t flags);
long sys_utimensat(
        int dir, const char __user *name, const struct timespec32 __user *times, uint32_t flags);
long sys_utimensat_time64(
        int dir, const char __user *name, const struct timespec64 __user *times, uint32_t flags);

/* kernel/sys_process_vm.c */
long sys_process_vm_readv(pid_t pid, const void __user *local, unsigned int nlocal,
        const void __user *remote, unsigned int nremote, uint32_t flags);
long sys_process_vm_writev(pid_t pid, const void __user *local, unsigned int nlocal,
        const void __user *remote, unsigned int nremote, uint32_t flags);

/* kernel/sys_xattr.c: setting an attribute; getting and removing one; listing them */
long sys_setxattr(const char __user *path, const char __user *name, const void __user *value,
        size_t size, uint32_t flags);
long sys_lsetxattr(const char __user *path, const char __user *name, const void __user *value,
        size_t size, uint32_t flags);
long sys_fsetxattr(
        int fd, const char __user *name, const void __user *value, size_t size, uint32_t flags);
long sys_xattr(const char __user *path, const char __user *name);
long sys_lxattr(const char __user *path, const char __user *name);
long sys_fxattr(int fd, const char __user *name);
long sys_listxattr(const char __user *path);
long sys_llistxattr(const char __user *path);
long sys_flistxattr(int fd);

/* kernel/sys_poll.c, kernel/sys_select.c */
long sys_poll(struct pollfd __user *fds, uint32_t n, int timeout_ms);
long sys_ppoll(struct pollfd __user *fds, uint32_t n, struct timespec32 __user *timeout,
        const ksigset_t __user *mask, size_t size);
long sys_ppoll_time64(struct pollfd __user *fds, uint32_t n, struct timespec64 __user *timeout,
        const ksigset_t __user *mask, size_t size);
long sys_newselect(int n, uint32_t __user *in, uint32_t __user *out, uint32_t __user *except,
        struct timeval32 __user *timeout);
/* mask: two words, the address of a ksigset_t and its size */
long sys_pselect6(int n, uint32_t __user *in, uint32_t __user *out, uint32_t __user *except,
        struct timespec32 __user *timeout, const uint32_t __user *mask);
long sys_pselect6_time64(int n, uint32_t __user *in, uint32_t __user *out, uint32_t __user *except,
        struct timespec64 __user *timeout, const uint32_t __user *mask);

/* kernel/sys_time.c, kernel/itimer.c, kernel/sys_sleep.c */
long sys_clock_gettime(int clock, struct timespec32 __user *time);
long sys_clock_gettime64(int clock, struct timespec64 __user *time);
long sys_clock_settime(int clock, const struct timespec32 __user *time);
long sys_clock_settime64(int clock, const struct timespec64 __user *time);
long sys_clock_getres(int clock, struct timespec32 __user *res);
long sys_clock_getres_time64(int clock, struct timespec64 __user *res);
long sys_gettimeofday(struct timeval32 __user *time, struct ktimezone __user *zone);
long sys_settimeofday(const struct timeval32 __user *time, const struct ktimezone __user *zone);
long sys_times(struct ktms __user *times);
long sys_getitimer(int which, struct itimerval32 __user *value);
long sys_setitimer(
        int which, const struct itimerval32 __user *value, struct itimerval32 __user *old);
long sys_nanosleep(const struct timespec32 __user *time, struct timespec32 __user *rest);
long sys_clock_nanosleep(
        int clock, int flags, const struct timespec32 __user *time, struct timespec32 __user *rest);
long sys_clock_nanosleep_time64(
        int clock, int flags, const struct timespec64 __user *time, struct timespec64 __user *rest);
long sys_restart_syscall(void);

/* kernel/sys_info.c: the machine */
long sys_uname(struct utsname __user *name);
long sys_sethostname(const char __user *name, int n);
long sys_setdomainname(const char __user *name, int n);
long sys_sysinfo(struct sysinfo __user *info);
long sys_getrandom(void __user *buf, size_t n, uint32_t flags);
long sys_reboot(uint32_t magic1, uint32_t magic2, uint32_t cmd, const char __user *arg);

/* kernel/sys_limits.c */
long sys_getrlimit(unsigned int resource, struct rlimit __user *limit);
long sys_setrlimit(unsigned int resource, const struct rlimit __user *limit);
long sys_prlimit64(pid_t pid, unsigned int resource, const struct rlimit64 __user *limit,
        struct rlimit64 __user *old);
long sys_getrusage(int who, struct rusage __user *usage);

/* kernel/sys_sched.c: the task as the scheduler sees it, its name */
long sys_sched_yield(void);
long sys_sched_getaffinity(pid_t pid, size_t n, uint32_t __user *mask);
long sys_sched_setaffinity(pid_t pid, size_t n, const uint32_t __user *mask);
long sys_sched_getscheduler(pid_t pid);
long sys_sched_getparam(pid_t pid, int __user *priority);
long sys_sched_get_priority_max(int policy);
long sys_sched_get_priority_min(int policy);
long sys_getcpu(uint32_t __user *cpu, uint32_t __user *node, void __user *unused);
long sys_prctl(int option, uint32_t arg, uint32_t arg3, uint32_t arg4, uint32_t arg5);
long sys_personality(uint32_t persona);

/* kernel/sys_id.c, kernel/sys_cred.c */
long sys_getpid(void);
long sys_gettid(void);
long sys_getppid(void);
long sys_getpgid(pid_t pid);
long sys_getpgrp(void);
long sys_setpgid(pid_t pid, pid_t pgid);
long sys_getsid(pid_t pid);
long sys_setsid(void);
long sys_set_tid_address(uint32_t address);
long sys_getuid32(void);
long sys_geteuid32(void);
long sys_getgid32(void);
long sys_getegid32(void);
long sys_getresuid32(uint32_t __user *real, uint32_t __user *effective, uint32_t __user *saved);
long sys_getresgid32(uint32_t __user *real, uint32_t __user *effective, uint32_t __user *saved);
long sys_setuid32(uint32_t id);
long sys_setgid32(uint32_t id);
long sys_setreuid32(uint32_t real, uint32_t effective);
long sys_setregid32(uint32_t real, uint32_t effective);
long sys_setresuid32(uint32_t real, uint32_t effective, uint32_t saved);
long sys_setresgid32(uint32_t real, uint32_t effective, uint32_t saved);
long sys_getgroups32(int n, uint32_t __user *groups);
long sys_setgroups32(int n, const uint32_t __user *groups);

/* kernel/futex.c */
long sys_futex(
        uint32_t addr, int op, uint32_t value, uint32_t timeout, uint32_t addr2, uint32_t value3);
long sys_futex_time64(
        uint32_t addr, int op, uint32_t value, uint32_t timeout, uint32_t addr2, uint32_t value3);

#endif
