/* SPDX-License-Identifier: MIT */
/*
 * Signals as Linux numbers them. newlib's own <sys/signal.h> follows BSD (there SIGBUS is 10), and
 * the kernel speaks Linux; this header takes its place, so no number is ever translated.
 *
 * Source: Linux v6.1, include/uapi/asm-generic/siginfo.h, arch/arm/include/uapi/asm/signal.h.
 */
#ifndef _SYS_SIGNAL_H
#define _SYS_SIGNAL_H

#include <stdint.h>
#include <sys/cdefs.h>
#include <sys/types.h>
#include <sys/_sigset.h>

#ifndef _SIGSET_T_DECLARED
#define _SIGSET_T_DECLARED
typedef __sigset_t sigset_t;
#endif

#define SIGHUP      1
#define SIGINT      2
#define SIGQUIT     3
#define SIGILL      4
#define SIGTRAP     5
#define SIGABRT     6
#define SIGIOT      SIGABRT
#define SIGBUS      7
#define SIGFPE      8
#define SIGKILL     9
#define SIGUSR1     10
#define SIGSEGV     11
#define SIGUSR2     12
#define SIGPIPE     13
#define SIGALRM     14
#define SIGTERM     15
#define SIGSTKFLT   16
#define SIGCHLD     17
#define SIGCONT     18
#define SIGSTOP     19
#define SIGTSTP     20
#define SIGTTIN     21
#define SIGTTOU     22
#define SIGURG      23
#define SIGXCPU     24
#define SIGXFSZ     25
#define SIGVTALRM   26
#define SIGPROF     27
#define SIGWINCH    28
#define SIGIO       29
#define SIGPWR      30
#define SIGSYS      31
#define NSIG        32

/* si_code of a fault. */
#define SEGV_MAPERR 1
#define SEGV_ACCERR 2
#define BUS_ADRALN  1
#define BUS_ADRERR  2

union sigval {
	int sival_int;
	void *sival_ptr;
};

/* What the kernel writes: 128 bytes, of which these are the members used for faults and kill. */
typedef struct {
	int si_signo;
	int si_errno;
	int si_code;
	union {
		void *si_addr; /* faults */
		pid_t si_pid;  /* kill, SIGCHLD */
		int _pad[29];
	};
} siginfo_t;

typedef void (*_sig_func_ptr)(int);

#define SA_NOCLDSTOP 0x00000001
#define SA_SIGINFO   0x00000004
#define SA_ONSTACK   0x08000000
#define SA_RESTART   0x10000000
#define SA_NODEFER   0x40000000
#define SA_RESETHAND 0x80000000

struct sigaction {
	union {
		_sig_func_ptr sa_handler;
		void (*sa_sigaction)(int, siginfo_t *, void *);
	};
	sigset_t sa_mask;
	unsigned int sa_flags;
};

/* As the kernel lays it out. */
typedef struct sigaltstack {
	void *ss_sp;
	int ss_flags;
	size_t ss_size;
} stack_t;

#define SIG_BLOCK             0
#define SIG_UNBLOCK           1
#define SIG_SETMASK           2

/* Bit n-1 stands for signal n; signals above 31 are not offered. */
#define sigemptyset(set)      (*(set) = 0, 0)
#define sigfillset(set)       (*(set) = ~0ul, 0)
#define sigaddset(set, sig)   (*(set) |= 1ul << ((sig)-1), 0)
#define sigdelset(set, sig)   (*(set) &= ~(1ul << ((sig)-1)), 0)
#define sigismember(set, sig) ((int)(*(set) >> ((sig)-1) & 1))

int kill(pid_t pid, int sig);
int sigaction(int sig, const struct sigaction *act, struct sigaction *old);
int sigprocmask(int how, const sigset_t *set, sigset_t *old);

#include <signal.h>

#endif
