/* SPDX-License-Identifier: MIT */
/*
 * Signals and errors by name, for messages.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <quire.h>

static const struct {
	const char *name, *meaning;
} signals[NSIG] = {
        [SIGHUP] = {"SIGHUP", "Hangup"},
        [SIGINT] = {"SIGINT", "Interrupt"},
        [SIGQUIT] = {"SIGQUIT", "Quit"},
        [SIGILL] = {"SIGILL", "Illegal instruction"},
        [SIGTRAP] = {"SIGTRAP", "Trace/breakpoint trap"},
        [SIGABRT] = {"SIGABRT", "Aborted"},
        [SIGBUS] = {"SIGBUS", "Bus error"},
        [SIGFPE] = {"SIGFPE", "Arithmetic exception"},
        [SIGKILL] = {"SIGKILL", "Killed"},
        [SIGUSR1] = {"SIGUSR1", "User signal 1"},
        [SIGSEGV] = {"SIGSEGV", "Segmentation fault"},
        [SIGUSR2] = {"SIGUSR2", "User signal 2"},
        [SIGPIPE] = {"SIGPIPE", "Broken pipe"},
        [SIGALRM] = {"SIGALRM", "Alarm clock"},
        [SIGTERM] = {"SIGTERM", "Terminated"},
        [SIGCHLD] = {"SIGCHLD", "Child status changed"},
        [SIGCONT] = {"SIGCONT", "Continued"},
        [SIGSTOP] = {"SIGSTOP", "Stopped"},
        [SIGTSTP] = {"SIGTSTP", "Stopped by the terminal"},
        [SIGTTIN] = {"SIGTTIN", "Stopped: reads the terminal"},
        [SIGTTOU] = {"SIGTTOU", "Stopped: writes the terminal"},
        [SIGSYS] = {"SIGSYS", "Bad system call"},
};

static const char *const errors[] = {
        [1] = "EPERM",
        [2] = "ENOENT",
        [4] = "EINTR",
        [9] = "EBADF",
        [11] = "EAGAIN",
        [12] = "ENOMEM",
        [13] = "EACCES",
        [14] = "EFAULT",
        [22] = "EINVAL",
        [38] = "ENOSYS",
};

static const char *numbered(const char *what, int number)
{
	static char text[24];

	snprintf(text, sizeof(text), "%s %d", what, number);
	return text;
}

const char *signal_name(int sig)
{
	if (sig > 0 && sig < NSIG && signals[sig].name)
		return signals[sig].name;
	return numbered("signal", sig);
}

char *strsignal(int sig)
{
	if (sig > 0 && sig < NSIG && signals[sig].meaning)
		return (char *)signals[sig].meaning;
	return (char *)numbered("Signal", sig);
}

const char *errno_name(int linux_errno)
{
	if (linux_errno > 0 && (size_t)linux_errno < sizeof(errors) / sizeof(errors[0]) &&
	        errors[linux_errno])
		return errors[linux_errno];
	return numbered("errno", linux_errno);
}
