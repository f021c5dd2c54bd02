/* SPDX-License-Identifier: MIT */
/*
 * The settings of a terminal, and the ioctl() calls about its data (Linux: tty_ioctl(2)).
 */
#include <lib/abi/signal.h>
#include <lib/errno.h>

#include "tty_priv.h"

#define MS          INT64_C(1000000) /* ns */

/*
 * Settings that Quire does not have are not kept, so that a program that looks can see it. The
 * line is always 8 bits without parity, as the ports are set up.
 */
#define IFLAGS_NONE (IUCLC | IXOFF)
#define OFLAGS      (OPOST | ONLCR | OCRNL | ONOCR | ONLRET)
#define CFLAGS_KEPT (HUPCL | CLOCAL)
#define CFLAGS_SET  (CS8 | CREAD)
#define LFLAGS_NONE (XCASE | ECHOPRT | FLUSHO | PENDIN | EXTPROC)

static const struct {
	uint32_t code, baud;
} speeds[] = {{B9600, 9600}, {B19200, 19200}, {B38400, 38400}, {B57600, 57600}, {B115200, 115200},
        {B230400, 230400}, {B460800, 460800}, {B921600, 921600}};

#define SPEEDS (sizeof(speeds) / sizeof(speeds[0]))

static uint32_t code_of(uint32_t baud)
{
	unsigned int i;

	for (i = 0; i < SPEEDS; i++) {
		if (speeds[i].baud == baud)
			return speeds[i].code;
	}
	return BOTHER;
}

/* 0 for a code that Quire does not know. */
static uint32_t baud_of(uint32_t code)
{
	unsigned int i;

	for (i = 0; i < SPEEDS; i++) {
		if (speeds[i].code == code)
			return speeds[i].baud;
	}
	return 0;
}

void tty_termios_init(struct tty *tty)
{
	/* Linux's INIT_C_CC: intr ^C, quit ^\, erase DEL, kill ^U, eof ^D, min 1, start ^Q, stop ^S,
	 * susp ^Z, reprint ^R, discard ^O, werase ^W, lnext ^V. */
	static const uint8_t cc[NCCS] = {[VINTR] = 3,
	        [VQUIT] = 28,
	        [VERASE] = 127,
	        [VKILL] = 21,
	        [VEOF] = 4,
	        [VMIN] = 1,
	        [VSTART] = 17,
	        [VSTOP] = 19,
	        [VSUSP] = 26,
	        [VREPRINT] = 18,
	        [VDISCARD] = 15,
	        [VWERASE] = 23,
	        [VLNEXT] = 22};

	tty->termios = (struct ktermios){.c_iflag = ICRNL | IXON,
	        .c_oflag = OPOST | ONLCR,
	        .c_cflag = CFLAGS_SET | HUPCL | CLOCAL,
	        .c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN};
	__builtin_memcpy(tty->termios.c_cc, cc, sizeof(cc));
	tty->winsize = (struct winsize){.ws_row = 24, .ws_col = 80};
}

void tty_set_baud(struct tty *tty, uint32_t baud)
{
	tty->baud = baud;
	tty->termios.c_cflag = (tty->termios.c_cflag & ~CBAUD) | code_of(baud);
}

static void apply_speed_locked(struct tty *tty, uint32_t baud)
{
	if (baud && baud != tty->baud && tty->ops->set_speed(tty->port, baud) == 0)
		tty->baud = baud;
}

static void apply_locked(struct tty *tty, const struct ktermios2 *new)
{
	struct ktermios old = tty->termios;
	uint32_t code = new->t.c_cflag &CBAUD;

	apply_speed_locked(tty, code == BOTHER ? new->c_ospeed : baud_of(code));
	tty->termios = new->t;
	tty->termios.c_iflag &= ~IFLAGS_NONE;
	tty->termios.c_oflag &= OFLAGS;
	tty->termios.c_lflag &= ~LFLAGS_NONE;
	tty->termios.c_cflag = (new->t.c_cflag &CFLAGS_KEPT) | CFLAGS_SET | code_of(tty->baud);
	tty->termios.c_line = 0; /* the one line discipline there is */
	if ((old.c_lflag ^ tty->termios.c_lflag) & ICANON)
		tty_input_mode_locked(tty);
	if (!(tty->termios.c_iflag & IXON) && (old.c_iflag & IXON))
		tty->stopped = false;
	tty_pump_locked(tty);
}

static bool all_sent(struct tty *tty)
{
	uint32_t flags = spin_lock_irqsave(&tty->lock);
	bool sent = tty->ops->unsent(tty->port) == 0;

	spin_unlock_irqrestore(&tty->lock, flags);
	return sent;
}

/* Waits until all has left the wire. No interrupt tells of the last bit: look again. */
static int drain(struct tty *tty)
{
	int ret;

	do {
		ret = wait_event_until(
		        &tty->wait, all_sent(tty), true, sched_hooks()->now() + 5 * MS);
	} while (ret == -ETIMEDOUT);
	return ret;
}

/* TCGETS and TCGETS2: the second is longer. */
static int get_termios(struct tty *tty, unsigned int cmd, unsigned long arg)
{
	uint32_t flags = spin_lock_irqsave(&tty->lock);
	struct ktermios2 t = {.t = tty->termios, .c_ispeed = tty->baud, .c_ospeed = tty->baud};

	spin_unlock_irqrestore(&tty->lock, flags);
	return copy_to_user((void __user *)arg, &t, cmd == TCGETS ? sizeof(t.t) : sizeof(t));
}

static bool is_termios2(unsigned int cmd)
{
	return cmd == TCSETS2 || cmd == TCSETSW2 || cmd == TCSETSF2;
}

static int set_termios(struct tty *tty, unsigned int cmd, unsigned long arg)
{
	struct ktermios2 new = {.c_ospeed = tty->baud};
	uint32_t flags;
	int ret;

	ret = copy_from_user(
	        &new, (const void __user *)arg, is_termios2(cmd) ? sizeof(new) : sizeof(new.t));
	if (!ret && cmd != TCSETS && cmd != TCSETS2)
		ret = drain(tty);
	if (ret)
		return ret;
	flags = spin_lock_irqsave(&tty->lock);
	if (cmd == TCSETSF || cmd == TCSETSF2) {
		tty_input_flush_locked(tty);
		tty->rx.tail = tty->rx.head;
	}
	apply_locked(tty, &new);
	spin_unlock_irqrestore(&tty->lock, flags);
	wake_up(&tty->wait);
	return 0;
}

static int send_break(struct tty *tty)
{
	uint32_t flags = spin_lock_irqsave(&tty->lock);
	int ret;

	tty->ops->set_break(tty->port, true);
	spin_unlock_irqrestore(&tty->lock, flags);
	ret = wait_event_until(&tty->wait, false, true, sched_hooks()->now() + 250 * MS);
	flags = spin_lock_irqsave(&tty->lock);
	tty->ops->set_break(tty->port, false);
	spin_unlock_irqrestore(&tty->lock, flags);
	return ret == -ETIMEDOUT ? 0 : -EINTR;
}

/* tcdrain() is TCSBRK with an argument other than 0. */
static int drain_and_break(struct tty *tty, unsigned int cmd, unsigned long arg)
{
	int ret = drain(tty);

	(void)cmd;
	return ret || arg ? ret : send_break(tty);
}

static int flush(struct tty *tty, unsigned int cmd, unsigned long arg)
{
	uint32_t flags;

	(void)cmd;
	if (arg > TCIOFLUSH)
		return -EINVAL;
	flags = spin_lock_irqsave(&tty->lock);
	if (arg != TCOFLUSH) {
		tty_input_flush_locked(tty);
		tty->rx.tail = tty->rx.head;
		tty_pump_locked(tty);
	}
	if (arg != TCIFLUSH)
		tty->ops->flush_output(tty->port);
	spin_unlock_irqrestore(&tty->lock, flags);
	wake_up(&tty->wait);
	return 0;
}

/* TCIOFF and TCION send the STOP or START character to the other side. */
static int flow(struct tty *tty, unsigned int cmd, unsigned long arg)
{
	uint32_t flags;
	int ret = 0;

	(void)cmd;
	if (arg > TCION)
		return -EINVAL;
	flags = spin_lock_irqsave(&tty->lock);
	if (arg == TCOOFF || arg == TCOON) {
		tty->stopped = arg == TCOOFF;
	} else {
		const uint8_t *c = &tty->termios.c_cc[arg == TCIOFF ? VSTOP : VSTART];

		if (*c && tty->ops->write(tty->port, c, 1) == 0)
			ret = -EAGAIN;
	}
	spin_unlock_irqrestore(&tty->lock, flags);
	wake_up(&tty->wait);
	return ret;
}

static int count_input(struct tty *tty, unsigned int cmd, unsigned long arg)
{
	uint32_t flags = spin_lock_irqsave(&tty->lock);
	uint32_t n = tty_input_count_locked(tty);

	(void)cmd;
	spin_unlock_irqrestore(&tty->lock, flags);
	return put_user_u32(n, (uint32_t __user *)arg);
}

static int count_output(struct tty *tty, unsigned int cmd, unsigned long arg)
{
	uint32_t flags = spin_lock_irqsave(&tty->lock);
	uint32_t n = tty->ops->unsent(tty->port);

	(void)cmd;
	spin_unlock_irqrestore(&tty->lock, flags);
	return put_user_u32(n, (uint32_t __user *)arg);
}

static int get_winsize(struct tty *tty, unsigned int cmd, unsigned long arg)
{
	uint32_t flags = spin_lock_irqsave(&tty->lock);
	struct winsize ws = tty->winsize;

	(void)cmd;
	spin_unlock_irqrestore(&tty->lock, flags);
	return copy_to_user((void __user *)arg, &ws, sizeof(ws));
}

static int set_winsize(struct tty *tty, unsigned int cmd, unsigned long arg)
{
	struct winsize ws;
	uint32_t flags;
	int ret = copy_from_user(&ws, (const void __user *)arg, sizeof(ws));

	(void)cmd;
	if (ret)
		return ret;
	flags = spin_lock_irqsave(&tty->lock);
	if (__builtin_memcmp(&ws, &tty->winsize, sizeof(ws)) != 0) {
		tty->winsize = ws;
		tty_signal_locked(tty, SIGWINCH);
	}
	spin_unlock_irqrestore(&tty->lock, flags);
	return 0;
}

const struct tty_ioctl tty_termios_ioctls[] = {
        {TCGETS, false, get_termios},
        {TCGETS2, false, get_termios},
        {TCSETS, true, set_termios},
        {TCSETSW, true, set_termios},
        {TCSETSF, true, set_termios},
        {TCSETS2, true, set_termios},
        {TCSETSW2, true, set_termios},
        {TCSETSF2, true, set_termios},
        {TCSBRK, true, drain_and_break},
        {TCXONC, true, flow},
        {TCFLSH, true, flush},
        {FIONREAD, false, count_input},
        {TIOCOUTQ, false, count_output},
        {TIOCGWINSZ, false, get_winsize},
        {TIOCSWINSZ, false, set_winsize},
        {0, false, NULL},
};
