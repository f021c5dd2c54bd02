/* SPDX-License-Identifier: MIT */
/*
 * What terminals ask about processes.
 */
#ifndef KERNEL_TTY_HOOKS_H
#define KERNEL_TTY_HOOKS_H

/* Once, before the first program runs: from here on Ctrl-C and the like send signals. */
void tty_hooks_init(void);

#endif
