/* SPDX-License-Identifier: MIT */
/* Options of wait4() and waitid(), and how a child's fate is packed into a status word. Source:
 * Linux 6.1, include/uapi/linux/wait.h, kernel/exit.c. */
#ifndef LIB_ABI_WAIT_H
#define LIB_ABI_WAIT_H

#define WNOHANG           0x00000001
#define WUNTRACED         0x00000002
#define WSTOPPED          WUNTRACED
#define WEXITED           0x00000004
#define WCONTINUED        0x00000008
#define WNOWAIT           0x01000000
#define __WNOTHREAD       0x20000000
#define __WALL            0x40000000
#define __WCLONE          0x80000000u

/* waitid() */
#define P_ALL             0
#define P_PID             1
#define P_PGID            2
#define P_PIDFD           3

#define WSTATUS_CORE      0x80
#define WSTATUS_CONTINUED 0xffff

/* Status of a child that called exit(code). */
static inline int wstatus_exited(int code)
{
	return (code & 0xff) << 8;
}

/* Status of a child that a signal ended. */
static inline int wstatus_killed(int sig, int dumped_core)
{
	return (sig & 0x7f) | (dumped_core ? WSTATUS_CORE : 0);
}

/* Status of a child that a signal stopped. */
static inline int wstatus_stopped(int sig)
{
	return (sig & 0xff) << 8 | 0x7f;
}

#endif
