/* SPDX-License-Identifier: MIT */
/*
 * What panic needs of the log.
 */
#ifndef KERNEL_LOG_H
#define KERNEL_LOG_H

/* Frees the log's lock, whoever holds it, and shows every level: the machine is about to stop. */
void log_break_lock(void);

#endif
