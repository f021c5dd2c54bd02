/* SPDX-License-Identifier: MIT */
/*
 * Terminals and job control: sessions, the foreground process group, the controlling terminal
 * (POSIX.1-2017, 11.1; Linux: credentials(7), tty_ioctl(2)).
 */
#include <lib/abi/signal.h>
#include <lib/errno.h>

#include "tty_priv.h"

struct tty *tty_find_session(pid_t sid)
{
	struct tty *tty;

	TAILQ_FOREACH (tty, &ttys, link) {
		if (sid > 0 && tty->session == sid)
			return tty;
	}
	return NULL;
}

/* Is this the caller's controlling terminal? */
static bool controls_caller(const struct tty *tty)
{
	return tty_hooks && tty->session > 0 && tty->session == tty_hooks->current_sid();
}

int tty_check_background(struct tty *tty, int sig)
{
	pid_t own;

	if (!controls_caller(tty))
		return 0;
	own = tty_hooks->current_pgrp();
	if (tty->pgrp == 0 || tty->pgrp == own)
		return 0;
	if (tty_hooks->signal_ignored(sig))
		return sig == SIGTTIN ? -EIO : 0;
	if (tty_hooks->pgrp_orphaned(own))
		return -EIO;
	tty_hooks->signal_pgrp(own, sig);
	return -ERESTARTSYS;
}

/* The session loses its terminal. Under tty->lock. */
static void disconnect_locked(struct tty *tty)
{
	tty_signal_locked(tty, SIGHUP);
	tty_signal_locked(tty, SIGCONT);
	tty->session = 0;
	tty->pgrp = 0;
}

void tty_session_exit(pid_t sid)
{
	struct tty *tty = tty_find_session(sid);
	uint32_t flags;

	if (!tty)
		return;
	flags = spin_lock_irqsave(&tty->lock);
	disconnect_locked(tty);
	spin_unlock_irqrestore(&tty->lock, flags);
	wake_up(&tty->wait);
}

uint32_t tty_of_session(pid_t sid, pid_t *foreground)
{
	struct tty *tty = tty_find_session(sid);

	*foreground = tty ? tty->pgrp : -1;
	return tty ? (uint32_t)tty->dev.major << 8 | tty->dev.minor : 0;
}

/* TIOCSCTTY: a session leader without a terminal takes one that no session has. */
static int set_controlling(struct tty *tty, unsigned int cmd, unsigned long arg)
{
	uint32_t flags;
	pid_t sid;
	int ret = -EPERM;

	(void)cmd;
	(void)arg;
	if (!tty_hooks)
		return -EPERM;
	sid = tty_hooks->current_sid();
	if (sid != tty_hooks->current_pid())
		return -EPERM;
	if (tty->session == sid)
		return 0;
	if (tty_find_session(sid))
		return -EPERM;
	flags = spin_lock_irqsave(&tty->lock);
	if (tty->session == 0) {
		tty->session = sid;
		tty->pgrp = tty_hooks->current_pgrp();
		ret = 0;
	}
	spin_unlock_irqrestore(&tty->lock, flags);
	return ret;
}

/*
 * TIOCNOTTY: the session gives up its terminal. Only its leader can: which session a terminal
 * controls is all that is recorded, so one process can't leave alone.
 */
static int leave_controlling(struct tty *tty, unsigned int cmd, unsigned long arg)
{
	(void)cmd;
	(void)arg;
	if (!controls_caller(tty))
		return -ENOTTY;
	if (tty_hooks->current_pid() != tty->session)
		return -EPERM;
	tty_session_exit(tty->session);
	return 0;
}

static int get_pgrp(struct tty *tty, unsigned int cmd, unsigned long arg)
{
	(void)cmd;
	if (!controls_caller(tty))
		return -ENOTTY;
	return put_user_u32(tty->pgrp, (uint32_t __user *)arg);
}

static int set_pgrp(struct tty *tty, unsigned int cmd, unsigned long arg)
{
	uint32_t value;
	pid_t pgrp, session;
	int ret;

	(void)cmd;
	if (!controls_caller(tty))
		return -ENOTTY;
	ret = get_user_u32(&value, (const uint32_t __user *)arg);
	if (ret)
		return ret;
	pgrp = value;
	if (pgrp < 0)
		return -EINVAL;
	session = tty_hooks->pgrp_session(pgrp);
	if (session < 0)
		return session;
	if (session != tty->session)
		return -EPERM;
	tty->pgrp = pgrp;
	return 0;
}

static int get_sid(struct tty *tty, unsigned int cmd, unsigned long arg)
{
	(void)cmd;
	if (!controls_caller(tty))
		return -ENOTTY;
	return put_user_u32(tty->session, (uint32_t __user *)arg);
}

const struct tty_ioctl tty_job_ioctls[] = {
        {TIOCSCTTY, false, set_controlling},
        {TIOCNOTTY, false, leave_controlling},
        {TIOCGPGRP, false, get_pgrp},
        {TIOCSPGRP, true, set_pgrp},
        {TIOCGSID, false, get_sid},
        {0, false, NULL},
};
