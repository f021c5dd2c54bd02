/* SPDX-License-Identifier: MIT */
/*
 * Signals by the kernel, with Linux's numbers (see <sys/signal.h>).
 */
#include <signal.h>
#include <quire.h>
#include "glue.h"

int _kill(pid_t pid, int sig);
void signal_return(void); /* crt0.S */

#define SA_RESTORER 0x04000000u

/* Linux v6.1, include/linux/signal_types.h, struct sigaction with a 64-bit mask. */
struct linux_sigaction {
	void *handler;
	unsigned long flags;
	void (*restorer)(void);
	uint32_t mask[2];
};

int _kill(pid_t pid, int sig)
{
	return answer(syscall(SYS_kill, pid, sig));
}

/* Every handler is entered with the three arguments of SA_SIGINFO, so one way back serves all. */
int sigaction(int sig, const struct sigaction *act, struct sigaction *old)
{
	struct linux_sigaction new_raw, old_raw;
	long result;

	if (act)
		new_raw = (struct linux_sigaction){
		        .handler = (void *)act->sa_handler,
		        .flags = act->sa_flags | SA_SIGINFO | SA_RESTORER,
		        .restorer = signal_return,
		        .mask = {act->sa_mask, 0},
		};
	result = answer(syscall(SYS_rt_sigaction, sig, act ? &new_raw : NULL, old ? &old_raw : NULL,
	        sizeof(new_raw.mask)));
	if (!result && old) {
		old->sa_handler = (_sig_func_ptr)old_raw.handler;
		old->sa_mask = old_raw.mask[0];
		old->sa_flags = old_raw.flags & ~SA_RESTORER;
	}
	return result;
}

int sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
	uint32_t new_raw[2] = {set ? *set : 0, 0};
	uint32_t old_raw[2];
	long result;

	result = answer(syscall(SYS_rt_sigprocmask, how, set ? new_raw : NULL, old ? old_raw : NULL,
	        sizeof(new_raw)));
	if (!result && old)
		*old = old_raw[0];
	return result;
}
