/* SPDX-License-Identifier: MIT */
/*
 * signal() and raise() of ISO C. newlib has versions that only pretend, inside the process; these
 * take their place. They stand apart from signal.c because newlib's pair is one object too.
 */
#include <signal.h>
#include <unistd.h>

_sig_func_ptr signal(int sig, _sig_func_ptr handler)
{
	struct sigaction act = {.sa_handler = handler, .sa_flags = SA_RESTART};
	struct sigaction old;

	return sigaction(sig, &act, &old) ? SIG_ERR : old.sa_handler;
}

int raise(int sig)
{
	return kill(getpid(), sig);
}
