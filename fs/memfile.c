/* SPDX-License-Identifier: MIT */
/*
 * Regular files in memory: reading, writing and seeking by way of the page cache.
 */
#include <fs/memfile.h>
#include <fs/vfs.h>
#include <lib/abi/resource.h>
#include <lib/errno.h>
#include <mm/hooks.h>

/* The size may change under a reader: read it in one piece. */
static loff_t size_of(const struct address_space *as)
{
	return __atomic_load_n(&as->size, __ATOMIC_RELAXED);
}

/* How many of `want` bytes lie in the page of pos. */
static size_t in_page(loff_t pos, uint64_t want)
{
	size_t room = PAGE_SIZE - PAGE_OFFSET((uint32_t)pos);

	return want < room ? want : room;
}

/* Up to the end of one page. Less than n: a bad user address. */
static size_t read_page(struct address_space *as, struct uio *uio, loff_t pos, size_t n)
{
	struct page *page = pagecache_find(as, pos >> PAGE_SHIFT);
	size_t moved;

	if (!page)
		return uio_zero(uio, n);
	moved = uio_copy_out(uio, (char *)page_address(page) + PAGE_OFFSET((uint32_t)pos), n);
	page_put(page);
	return moved;
}

ssize_t memfile_read(struct file *file, struct uio *uio, loff_t *pos)
{
	struct address_space *as = &file->inode->mapping;
	size_t want = uio->resid;

	while (uio->resid) {
		loff_t left = size_of(as) - *pos;
		size_t n, moved;

		if (left <= 0)
			break;
		n = in_page(*pos, (uint64_t)left < uio->resid ? (uint64_t)left : uio->resid);
		moved = read_page(as, uio, *pos, n);
		*pos += moved;
		if (moved < n && uio->resid == want)
			return -EFAULT;
		if (moved < n)
			break;
	}
	if (!(file->flags & O_NOATIME))
		inode_accessed(file->inode);
	return want - uio->resid;
}

/* Up to the end of one page. Bytes moved, fewer than n at a bad user address; or -errno. */
static ssize_t write_page(struct address_space *as, struct uio *uio, loff_t pos, size_t n)
{
	struct page *page;
	ssize_t moved;
	int err;

	page = pagecache_get(as, pos >> PAGE_SHIFT, &err);
	if (!page)
		return err;
	moved = uio_copy_in(uio, (char *)page_address(page) + PAGE_OFFSET((uint32_t)pos), n);
	pagecache_dirtied(page);
	page_put(page);
	return moved;
}

static void extend(struct address_space *as, loff_t size)
{
	if (size <= as->size)
		return;
	mutex_lock(&as->lock);
	__atomic_store_n(&as->size, size, __ATOMIC_RELAXED);
	mutex_unlock(&as->lock);
}

/* Bytes moved, or the error if there were none. Under the inode's lock. */
static ssize_t write_locked(struct address_space *as, struct uio *uio, loff_t *pos)
{
	size_t want = uio->resid;
	ssize_t moved = 0;

	while (uio->resid) {
		size_t n = in_page(*pos, uio->resid);

		moved = *pos < MAX_FILE_SIZE ? write_page(as, uio, *pos, n) : -EFBIG;
		if (moved < 0)
			break;
		*pos += moved;
		if ((size_t)moved < n) {
			moved = -EFAULT;
			break;
		}
	}
	if (uio->resid == want)
		return moved < 0 ? moved : 0;
	extend(as, *pos);
	return want - uio->resid;
}

/* Cuts a write at RLIMIT_FSIZE, and at 2 GiB without O_LARGEFILE (open(2)); -EFBIG if nothing is left. */
static int limit_write(const struct file *file, struct uio *uio, loff_t pos)
{
	uint32_t limit = mm_limit(RLIMIT_FSIZE);

	if (!(file->flags & O_LARGEFILE) && limit > INT32_MAX)
		limit = INT32_MAX;
	if (limit == RLIM_INFINITY || pos + (loff_t)uio->resid <= limit || !uio->resid)
		return 0;
	if (pos >= limit)
		return -EFBIG;
	uio->resid = limit - pos;
	return 0;
}

ssize_t memfile_write(struct file *file, struct uio *uio, loff_t *pos)
{
	struct inode *inode = file->inode;
	loff_t at = *pos;
	ssize_t ret;

	mutex_lock(&inode->lock);
	if (file->flags & O_APPEND)
		at = inode->mapping.size;
	ret = limit_write(file, uio, at);
	if (!ret)
		ret = write_locked(&inode->mapping, uio, &at);
	if (ret > 0) {
		*pos = at;
		inode_touch(inode, TOUCH_MTIME | TOUCH_CTIME);
	}
	mutex_unlock(&inode->lock);
	return ret;
}

/* SEEK_DATA and SEEK_HOLE as lseek(2) allows: all of the file is data, with one hole at its end. */
loff_t memfile_lseek(struct file *file, loff_t offset, int whence)
{
	loff_t size = size_of(&file->inode->mapping);
	loff_t base = 0;

	switch (whence) {
	case SEEK_SET:
		break;
	case SEEK_CUR:
		base = file->pos;
		break;
	case SEEK_END:
		base = size;
		break;
	case SEEK_DATA:
	case SEEK_HOLE:
		if (offset < 0 || offset >= size)
			return -ENXIO;
		if (whence == SEEK_HOLE)
			offset = size;
		break;
	default:
		return -EINVAL;
	}
	if (offset > MAX_FILE_SIZE - base || offset < -base)
		return -EINVAL;
	file->pos = base + offset;
	return file->pos;
}

struct address_space *memfile_mapping(struct file *file)
{
	return &file->inode->mapping;
}

int memfile_fsync(struct file *file)
{
	(void)file;
	return 0;
}
