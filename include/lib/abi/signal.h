/* SPDX-License-Identifier: MIT */
/* Signal numbers, sigaction flags and the structures that the rt_sig* calls exchange with user
 * space. Sources: Linux 6.1, arch/arm/include/uapi/asm/signal.h,
 * include/uapi/asm-generic/siginfo.h. */
#ifndef LIB_ABI_SIGNAL_H
#define LIB_ABI_SIGNAL_H

#include <lib/types.h>

#define SIGHUP    1
#define SIGINT    2
#define SIGQUIT   3
#define SIGILL    4
#define SIGTRAP   5
#define SIGABRT   6
#define SIGIOT    6
#define SIGBUS    7
#define SIGFPE    8
#define SIGKILL   9
#define SIGUSR1   10
#define SIGSEGV   11
#define SIGUSR2   12
#define SIGPIPE   13
#define SIGALRM   14
#define SIGTERM   15
#define SIGSTKFLT 16
#define SIGCHLD   17
#define SIGCONT   18
#define SIGSTOP   19
#define SIGTSTP   20
#define SIGTTIN   21
#define SIGTTOU   22
#define SIGURG    23
#define SIGXCPU   24
#define SIGXFSZ   25
#define SIGVTALRM 26
#define SIGPROF   27
#define SIGWINCH  28
#define SIGIO     29
#define SIGPOLL   SIGIO
#define SIGPWR    30
#define SIGSYS    31
#define SIGRTMIN  32
#define SIGRTMAX  64

/* Signals are numbered 1 to _NSIG. */
#define _NSIG     64

/* A set of signals; signal n is bit n-1. User structures hold it at 4-byte alignment. */
typedef uint64_t ksigset_t __attribute__((aligned(4)));

#define SIG_BLOCK         0
#define SIG_UNBLOCK       1
#define SIG_SETMASK       2

#define SA_NOCLDSTOP      0x00000001
#define SA_NOCLDWAIT      0x00000002
#define SA_SIGINFO        0x00000004
#define SA_UNSUPPORTED    0x00000400
#define SA_EXPOSE_TAGBITS 0x00000800
#define SA_THIRTYTWO      0x02000000
#define SA_RESTORER       0x04000000
#define SA_ONSTACK        0x08000000
#define SA_RESTART        0x10000000
#define SA_NODEFER        0x40000000
#define SA_RESETHAND      0x80000000
/* The others are gone when rt_sigaction() is asked again. */
#define SA_KNOWN                                                                                   \
	(SA_NOCLDSTOP | SA_NOCLDWAIT | SA_SIGINFO | SA_EXPOSE_TAGBITS | SA_THIRTYTWO |             \
	        SA_RESTORER | SA_ONSTACK | SA_RESTART | SA_NODEFER | SA_RESETHAND)

/* Values of sa_handler that are not addresses. */
#define SIG_DFL 0u
#define SIG_IGN 1u

/* What rt_sigaction() takes: not the structure of the C libraries, which reorder it. */
struct ksigaction {
	uint32_t sa_handler; /* user address, SIG_DFL or SIG_IGN; bit 0 set means Thumb */
	uint32_t sa_flags;
	uint32_t sa_restorer; /* user address, if SA_RESTORER */
	ksigset_t sa_mask;
};
_Static_assert(sizeof(struct ksigaction) == 20, "user space counts on this size");

#define SS_ONSTACK    1
#define SS_DISABLE    2
#define SS_AUTODISARM (1u << 31)
#define MINSIGSTKSZ   2048

struct sigaltstack {
	uint32_t ss_sp;
	int32_t ss_flags;
	uint32_t ss_size;
};
_Static_assert(sizeof(struct sigaltstack) == 12, "user space counts on this size");

union sigval32 {
	int32_t sival_int;
	uint32_t sival_ptr;
};

/*
 * siginfo_t. Which members of the union hold something depends on si_signo and si_code; si_pid and
 * si_uid serve kill, sigqueue and SIGCHLD alike, because those three lay them out in the same
 * place.
 */
struct siginfo {
	int32_t si_signo;
	int32_t si_errno;
	int32_t si_code;
	union {
		struct {
			int32_t si_pid;
			uint32_t si_uid;
			union {
				union sigval32 si_value; /* sigqueue() */
				struct {                 /* SIGCHLD */
					int32_t si_status;
					int32_t si_utime; /* in ticks of 1/100 s */
					int32_t si_stime;
				};
			};
		};
		struct { /* a POSIX timer */
			int32_t si_tid;
			int32_t si_overrun;
			union sigval32 si_timer_value;
		};
		struct { /* SIGILL, SIGFPE, SIGSEGV, SIGBUS, SIGTRAP */
			uint32_t si_addr;
			union {
				int16_t si_addr_lsb; /* BUS_MCEERR_* */
				struct {             /* SEGV_BNDERR */
					uint32_t __bnd_pad;
					uint32_t si_lower;
					uint32_t si_upper;
				};
			};
		};
		struct { /* SIGIO */
			int32_t si_band;
			int32_t si_fd;
		};
		struct { /* SIGSYS */
			uint32_t si_call_addr;
			int32_t si_syscall;
			uint32_t si_arch;
		};
	};
};

/* As user space has it: the same with room to grow, zeros. */
struct user_siginfo {
	union {
		struct siginfo info;
		uint32_t __pad[32];
	};
};
_Static_assert(sizeof(struct user_siginfo) == 128, "user space counts on this size");

#define SI_USER       0
#define SI_KERNEL     0x80
#define SI_QUEUE      (-1)
#define SI_TIMER      (-2)
#define SI_MESGQ      (-3)
#define SI_ASYNCIO    (-4)
#define SI_SIGIO      (-5)
#define SI_TKILL      (-6)
#define SI_DETHREAD   (-7)

#define ILL_ILLOPC    1
#define ILL_ILLOPN    2
#define ILL_ILLADR    3
#define ILL_ILLTRP    4
#define ILL_PRVOPC    5
#define ILL_PRVREG    6
#define ILL_COPROC    7
#define ILL_BADSTK    8

#define FPE_INTDIV    1
#define FPE_INTOVF    2
#define FPE_FLTDIV    3
#define FPE_FLTOVF    4
#define FPE_FLTUND    5
#define FPE_FLTRES    6
#define FPE_FLTINV    7
#define FPE_FLTSUB    8

#define SEGV_MAPERR   1
#define SEGV_ACCERR   2
#define SEGV_BNDERR   3

#define BUS_ADRALN    1
#define BUS_ADRERR    2
#define BUS_OBJERR    3
#define BUS_MCEERR_AR 4
#define BUS_MCEERR_AO 5

#define TRAP_BRKPT    1
#define TRAP_TRACE    2
#define TRAP_BRANCH   3
#define TRAP_HWBKPT   4
#define TRAP_UNK      5

#define CLD_EXITED    1
#define CLD_KILLED    2
#define CLD_DUMPED    3
#define CLD_TRAPPED   4
#define CLD_STOPPED   5
#define CLD_CONTINUED 6

#endif
