/* SPDX-License-Identifier: MIT */
/*
 * The ring of bytes inside a pipe or FIFO.
 */
#ifndef FS_PIPE_PRIVATE_H
#define FS_PIPE_PRIVATE_H

#include <fs/pipe.h>
#include <lib/wait.h>
#include <mm/page.h>

#define PIPE_PAGES (PIPE_SIZE / PAGE_SIZE)

struct pipe {
	struct mutex lock;
	/*
	 * under lock; used, readers and writers are single words that sleepers and poll read
	 * without
	 */
	uint32_t head; /* where reading goes on: bytes modulo PIPE_SIZE */
	uint32_t used; /* bytes in the ring */
	uint32_t readers, writers;
	uint32_t reader_opens, writer_opens; /* counts that only rise, for FIFOs */
	struct page *pages[PIPE_PAGES];      /* allocated at first use, kept until the pipe goes */
	/*
	 * Woken when the first bytes come, when PIPE_BUF bytes are free again, and when readers or
	 * writers come or go. One queue for both sides: they never sleep at the same time.
	 */
	struct wait_queue changed;
};

/* File operations; file->private is the pipe. */
ssize_t pipe_read(struct file *file, struct uio *uio, loff_t *pos);
ssize_t pipe_write(struct file *file, struct uio *uio, loff_t *pos);
int pipe_ioctl(struct file *file, unsigned int cmd, unsigned long arg);
unsigned int pipe_poll(struct file *file, struct wait_queue **wq);

#endif
