/* SPDX-License-Identifier: MIT */
/*
 * For programs that run on two kernels and say what they see: system calls without a C library in
 * between, and lines "label: what was seen". A label stands once in a program's output; the two
 * outputs are compared label by label.
 *
 * Numbers and structures come from Linux's own headers (<asm/...>, <linux/...>); what these keep to
 * the kernel is declared here, from Linux v6.1.
 */
#ifndef OBSERVE_H
#define OBSERVE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <asm/errno.h>

#include <linux/mman.h>
#include <asm/siginfo.h>
#include <asm/signal.h>
#include <asm/sigcontext.h>
#include <asm/stat.h>
#include <asm/unistd.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/signal.h>
#include <linux/stat.h>
#include <linux/wait.h>

#define PAGE           4096
#define ARRAY_LEN(a)   (sizeof(a) / sizeof((a)[0]))
#define BAD_POINTER    ((void *)0x10) /* below mmap_min_addr: never mapped */
#define KERNEL         ((void *)0xc0008000u)

/* A system call by its name in <asm/unistd.h>; answers what the kernel answers: -errno on failure. */
#define SYS(name, ...) raw_syscall(__NR_##name __VA_OPT__(, ) __VA_ARGS__)
long raw_syscall(long number, ...);

/* Prints one line, "label: " and a text as printf() has it: %d %u %x %s %c %o with 0 and a width. */
void say(const char *label, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Prints the answer of a system call: the number, or the name of the error. */
void saw(const char *label, long answer);
/* The same, but only whether it failed, for results that no two kernels share (addresses). */
void saw_ok(const char *label, long answer);
/* Prints a wait status: "exit 3", "signal 11", "stop 19", "continue". */
void saw_status(const char *label, int status);

/* The name of what a system call answered: "EINVAL", or "0" (in a static buffer of one call). */
const char *answer_name(long answer);

int is_error(long answer);
size_t length(const char *text);
int same(const char *a, const char *b);
const char *find(const char *text, const char *part);
void *memset(void *to, int byte, size_t n);
void *memcpy(void *to, const void *from, size_t n);
int memcmp(const void *a, const void *b, size_t n);

/* Writes to a buffer of size bytes, with a final NUL. */
void format_text(char *to, size_t size, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

/* Runs act() in a child; returns the child's wait status. act's result is the exit status. */
int in_child(int (*act)(void));
/*
 * clone(2) with these flags and child_tid: the child has a stack of its own, which only one child at a
 * time may use, and does run(), which must not return. The pid or -errno.
 */
long clone_child(unsigned long flags, volatile int *word, void (*run)(void));
/* Waits for that child; its wait status, or -errno. */
int wait_status(long pid);
void sleep_ms(long ms);
_Noreturn void leave(int status);

/* Anonymous private memory of that many pages, or the program ends. */
char *pages(unsigned int n, int prot);
/* A new file for reading and writing with that text in it; its descriptor. */
int new_file(const char *path, const char *text);
/* Reads a whole file as text; its length, or -errno. */
long read_file(const char *path, char *to, size_t size);

/* What rt_sigaction(2) takes (include/linux/signal_types.h). */
struct action {
	void *handler;
	unsigned long flags;
	void (*restorer)(void);
	uint64_t mask __attribute__((packed, aligned(4))); /* two words there: no gap before */
};

/* What a handler with SA_SIGINFO is given (arch/arm/include/asm/ucontext.h). */
struct context {
	unsigned long flags;
	struct context *link;
	stack_t stack;
	struct sigcontext registers;
	uint64_t mask;
};

void restore(void);
void restore_rt(void);

/* Installs a handler, with SA_RESTORER and its restorer added to the flags; what the kernel says. */
long handle(int sig, void *handler, unsigned long flags);
/* how: SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK; bit n-1 stands for signal n. */
long mask_signals(int how, uint64_t set);
#define SIGNAL_BIT(n) (1ull << ((n)-1))

#endif
