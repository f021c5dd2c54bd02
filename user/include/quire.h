/* SPDX-License-Identifier: MIT */
/*
 * What a Unix program expects and newlib's headers lack: memory mappings, directories, the
 * terminal, process groups, and a few conveniences that the programs here share.
 *
 * All functions answer as POSIX has it: -1 with errno set (newlib's numbers) on failure. Numbers
 * and structures are those of Linux v6.1 for 32-bit ARM (include/uapi/asm-generic).
 */
#ifndef QUIRE_H
#define QUIRE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* --- memory ---------------------------------------------------------------------------------- */

#define PAGE_SIZE     4096u

#define PROT_NONE     0
#define PROT_READ     1
#define PROT_WRITE    2
#define PROT_EXEC     4
#define MAP_SHARED    0x01
#define MAP_PRIVATE   0x02
#define MAP_FIXED     0x10
#define MAP_ANONYMOUS 0x20
#define MAP_POPULATE  0x8000
#define MAP_FAILED    ((void *)-1)

/* offset is in bytes and must be a multiple of PAGE_SIZE. */
void *mmap(void *addr, size_t len, int prot, int flags, int fd, off_t offset);
int munmap(void *addr, size_t len);
int mprotect(void *addr, size_t len, int prot);
/* Moves the end of the heap to addr. malloc and sbrk use the same heap. */
int brk(void *addr);

/* --- directories ----------------------------------------------------------------------------- */

/* One entry, as getdents64(2) writes it. */
struct dirent {
	uint64_t d_ino;
	int64_t d_off;
	uint16_t d_reclen;
	uint8_t d_type;
	char d_name[];
};

typedef struct dir DIR;

ssize_t getdents64(int fd, void *buf, size_t len);
DIR *opendir(const char *path);
/* Returns the next entry, valid until the next call, or NULL at the end. */
struct dirent *readdir(DIR *dir);
int closedir(DIR *dir);
int lstat(const char *path, struct stat *st);

/* --- the terminal ---------------------------------------------------------------------------- */

#define TCGETS    0x5401
#define TCSETS    0x5402 /* and the next two, for TCSADRAIN and TCSAFLUSH */
#define TIOCSCTTY 0x540e
#define TIOCGPGRP 0x540f
#define TIOCSPGRP 0x5410

#define TCSANOW   0
#define TCSADRAIN 1
#define TCSAFLUSH 2

#define ICRNL     0x0100
#define IXON      0x0400
#define ISIG      0x0001
#define ICANON    0x0002
#define ECHO      0x0008
#define IEXTEN    0x8000
#define VTIME     5
#define VMIN      6

/* The kernel's struct termios (struct ktermios to C libraries that have a longer one). */
struct termios {
	uint32_t c_iflag, c_oflag, c_cflag, c_lflag;
	uint8_t c_line;
	uint8_t c_cc[19];
};

int ioctl(int fd, unsigned long request, void *arg);
int tcgetattr(int fd, struct termios *tio);
/* when: TCSANOW, or TCSADRAIN (after output is out), or TCSAFLUSH (and drops unread input). */
int tcsetattr(int fd, int when, const struct termios *tio);

/* --- processes ------------------------------------------------------------------------------- */

#ifndef WCOREDUMP
#define WCOREDUMP(w) ((w)&0x80)
#endif

/* flags: newlib's O_NONBLOCK, O_CLOEXEC. */
int pipe2(int fds[2], int flags);
pid_t gettid(void);
int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d);
int sched_yield(void);

#define REBOOT_RESTART   0x01234567u
#define REBOOT_POWER_OFF 0x4321fedcu

/* Restarts or powers off the machine at once; needs privilege. Returns on failure only. */
int reboot(unsigned int command);

struct utsname {
	char sysname[65], nodename[65], release[65], version[65], machine[65], domainname[65];
};

int uname(struct utsname *name);

/* --- conveniences ---------------------------------------------------------------------------- */

/* "SIGSEGV" for 11; "signal N" (in a static buffer) for numbers without a name. */
const char *signal_name(int sig);

/* The Linux name of a positive Linux errno, "EFAULT" for 14; "errno N" where it has none here. */
const char *errno_name(int linux_errno);

/* CLOCK_MONOTONIC in nanoseconds; 0 only where the kernel has no such clock. */
uint64_t monotonic_ns(void);

/* Starts PATH in a child. Returns its pid, or -1. A child that can't exec says so and exits 127. */
pid_t spawn(const char *path, char *const argv[]);

/* NAME itself if it has a slash, else /bin/NAME (in a static buffer). */
const char *program_path(const char *name);

/* Waits for one child. Returns its wait status, or -1. Repeats after EINTR. */
int wait_for(pid_t pid);

/* A wait status as a shell's $?: the exit status, or 128 + the signal. */
int exit_status(int wait_status);

/* Reads a file of text, up to size - 1 bytes and a NUL. Returns its length, or -1. */
ssize_t read_text(const char *path, char *buf, size_t size);

/* What follows "NAME:" and blanks at the start of a line; NULL without such a line. */
const char *text_field(const char *text, const char *name);

/* Prints "PROGRAM: SUBJECT: what errno means" on standard error. Returns 1, for use as a status. */
int complain(const char *program, const char *subject);

#endif
