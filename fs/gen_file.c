/* SPDX-License-Identifier: MIT */
/*
 * Open generated files: the text is made at a read from offset 0, and kept for the reads that
 * follow.
 */
#include <fs/memfile.h>
#include <lib/errno.h>
#include <mm/kmalloc.h>
#include <mm/page.h>
#include "gen.h"

#define WRITE_MAX (PAGE_SIZE - 1)

static int gen_open(struct inode *inode, struct file *file)
{
	struct gen_file *gen = inode->private;

	if (!gen->show)
		return 0;
	file->private = kzalloc(sizeof(struct seq));
	return file->private ? 0 : -ENOMEM;
}

static void gen_release(struct file *file)
{
	if (file->private)
		seq_free(file->private);
	kfree(file->private);
}

static int generate(struct gen_file *gen, struct seq *seq)
{
	int err;

	seq_free(seq);
	err = gen->show(seq, gen->arg);
	if (!err && seq->failed)
		err = -ENOMEM;
	if (err)
		seq_free(seq);
	return err;
}

/* Under the inode's lock: threads that share the file share its text. */
static ssize_t read_locked(struct gen_file *gen, struct seq *seq, struct uio *uio, loff_t *pos)
{
	size_t n, moved;
	int err = 0;

	if (*pos == 0 || !seq->buf)
		err = generate(gen, seq);
	if (err || *pos >= (loff_t)seq->len)
		return err;
	n = seq->len - (size_t)*pos;
	if (n > uio->resid)
		n = uio->resid;
	moved = uio_copy_out(uio, seq->buf + *pos, n);
	*pos += moved;
	return moved || !n ? (ssize_t)moved : -EFAULT;
}

static ssize_t gen_read(struct file *file, struct uio *uio, loff_t *pos)
{
	struct gen_file *gen = file->inode->private;
	ssize_t ret;

	if (gen->read)
		return gen->read(uio, pos, gen->arg);
	if (!gen->show)
		return -EINVAL;
	mutex_lock(&file->inode->lock);
	ret = read_locked(gen, file->private, uio, pos);
	mutex_unlock(&file->inode->lock);
	return ret;
}

static ssize_t gen_write(struct file *file, struct uio *uio, loff_t *pos)
{
	struct gen_file *gen = file->inode->private;
	size_t n = uio->resid;
	char *text;
	int err;

	(void)pos;
	if (!gen->write || n > WRITE_MAX)
		return -EINVAL;
	text = kmalloc(n + 1);
	if (!text)
		return -ENOMEM;
	err = uio_copy_in(uio, text, n) == n ? 0 : -EFAULT;
	text[n] = '\0';
	if (!err)
		err = gen->write(text, n, gen->arg);
	kfree(text);
	return err ? err : (ssize_t)n;
}

const struct file_operations gen_file_fops = {
        .open = gen_open,
        .release = gen_release,
        .read = gen_read,
        .write = gen_write,
        .lseek = dir_lseek,
        .fsync = memfile_fsync,
};
