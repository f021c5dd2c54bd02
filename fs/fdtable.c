/* SPDX-License-Identifier: MIT */
/*
 * The descriptor table: numbers to open files.
 */
#include <fs/fdtable.h>
#include <lib/errno.h>
#include <mm/kmalloc.h>
#include <string.h>

#define WORD_BITS 32

static struct kmem_cache files_cache =
        KMEM_CACHE_INIT(files_cache, "files", sizeof(struct files), 8);

static void bit_set(uint32_t *map, uint32_t bit, bool value)
{
	uint32_t mask = 1u << bit % WORD_BITS;

	if (value)
		map[bit / WORD_BITS] |= mask;
	else
		map[bit / WORD_BITS] &= ~mask;
}

/* The first bit >= from and < size that has this value; size if there is none. */
static uint32_t bit_find(const uint32_t *map, uint32_t from, uint32_t size, bool value)
{
	uint32_t flip = value ? 0 : ~0u;

	while (from < size) {
		uint32_t word = (map[from / WORD_BITS] ^ flip) & (~0u << from % WORD_BITS);

		if (word)
			return (from & ~(WORD_BITS - 1)) + (uint32_t)__builtin_ctz(word);
		from = (from & ~(WORD_BITS - 1)) + WORD_BITS;
	}
	return size;
}

struct files *files_alloc(void)
{
	struct files *files = kmem_cache_alloc(&files_cache);

	if (!files)
		return NULL;
	memset(files, 0, sizeof(*files));
	files->refcount = 1;
	files->fd = files->inline_fd;
	files->used = &files->inline_used;
	files->cloexec = &files->inline_cloexec;
	files->size = FDTABLE_INLINE;
	return files;
}

/* Memory for a table of `size` descriptors: the pointers, then the two bit maps. All zero. */
static struct file **table_alloc(uint32_t size)
{
	return kzalloc(size * sizeof(struct file *) + 2 * (size / WORD_BITS) * sizeof(uint32_t));
}

static void table_free(const struct files *files, struct file **fd)
{
	if (fd != files->inline_fd)
		kfree(fd);
}

/* Puts a larger table in place of the old one, and returns that for table_free(). */
static struct file **replace_table_locked(struct files *files, struct file **fd, uint32_t size)
{
	struct file **old = files->fd;
	uint32_t *used = (uint32_t *)(fd + size);
	uint32_t *cloexec = used + size / WORD_BITS;

	memcpy(fd, old, files->size * sizeof(*fd));
	memcpy(used, files->used, files->size / WORD_BITS * sizeof(*used));
	memcpy(cloexec, files->cloexec, files->size / WORD_BITS * sizeof(*cloexec));
	files->fd = fd;
	files->used = used;
	files->cloexec = cloexec;
	files->size = size;
	return old;
}

/* Makes room for descriptor fd: at least doubles the table. */
static int grow(struct files *files, uint32_t fd)
{
	uint32_t size = files->size;
	struct file **table, **old;

	while (size <= fd)
		size *= 2;
	table = table_alloc(size);
	if (!table)
		return -ENOMEM;
	old = table;
	spin_lock(&files->lock);
	if (files->size < size) /* nobody else was faster */
		old = replace_table_locked(files, table, size);
	spin_unlock(&files->lock);
	table_free(files, old);
	return 0;
}

/* An empty table as large as `files` is, which others may grow meanwhile. */
static struct files *alloc_as_large(struct files *files)
{
	struct files *copy = files_alloc();

	if (copy && files->size > copy->size && grow(copy, files->size - 1)) {
		kmem_cache_free(&files_cache, copy);
		copy = NULL;
	}
	return copy;
}

/* Reserved descriptors are another thread's, and stay behind. */
static void copy_locked(struct files *copy, const struct files *files)
{
	for (uint32_t word = 0; word < files->size / WORD_BITS; word++) {
		uint32_t left = files->used[word], open = 0;

		for (; left; left &= left - 1) {
			uint32_t fd = word * WORD_BITS + (uint32_t)__builtin_ctz(left);

			if (!files->fd[fd])
				continue;
			file_get(files->fd[fd]);
			copy->fd[fd] = files->fd[fd];
			open |= left & -left;
		}
		copy->used[word] = open;
		copy->cloexec[word] = files->cloexec[word] & open;
	}
}

struct files *files_fork(struct files *files)
{
	struct files *copy;

	for (;;) {
		copy = alloc_as_large(files);
		if (!copy)
			return NULL;
		spin_lock(&files->lock);
		if (copy->size >= files->size)
			break;
		spin_unlock(&files->lock);
		files_put(copy);
	}
	copy_locked(copy, files);
	spin_unlock(&files->lock);
	return copy;
}

void files_put(struct files *files)
{
	if (__atomic_sub_fetch(&files->refcount, 1, __ATOMIC_ACQ_REL))
		return;
	fd_close_range(files, 0, files->size - 1, false);
	table_free(files, files->fd);
	kmem_cache_free(&files_cache, files);
}

static void set_free_locked(struct files *files, uint32_t fd)
{
	uint32_t word = fd / WORD_BITS, others = ~(1u << fd % WORD_BITS);

	files->used[word] &= others;
	files->cloexec[word] &= others;
	if (fd < files->first)
		files->first = fd;
}

/* Takes the file out of a descriptor, which becomes free. NULL if it is not open. */
static struct file *remove_locked(struct files *files, uint32_t fd)
{
	struct file *file = fd < files->size ? files->fd[fd] : NULL;

	if (!file)
		return NULL;
	files->fd[fd] = NULL;
	set_free_locked(files, fd);
	return file;
}

int fd_close(struct files *files, int fd)
{
	struct file *file;

	spin_lock(&files->lock);
	file = remove_locked(files, fd);
	spin_unlock(&files->lock);
	if (!file)
		return -EBADF;
	file_put(file);
	return 0;
}

/* The next descriptor >= fd whose bit in the map that `cloexec` picks is set. */
static uint32_t find_set(struct files *files, uint32_t fd, bool cloexec)
{
	uint32_t found;

	spin_lock(&files->lock);
	found = bit_find(cloexec ? files->cloexec : files->used, fd, files->size, true);
	if (found == files->size)
		found = UINT32_MAX;
	spin_unlock(&files->lock);
	return found;
}

void files_close_exec(struct files *files)
{
	uint32_t fd;

	for (fd = find_set(files, 0, true); fd != UINT32_MAX; fd = find_set(files, fd + 1, true))
		fd_close(files, fd);
}

void fd_close_range(struct files *files, uint32_t first, uint32_t last, bool cloexec)
{
	uint32_t fd;

	for (fd = find_set(files, first, false); fd <= last && fd != UINT32_MAX;
	        fd = find_set(files, fd + 1, false)) {
		if (cloexec)
			fd_set_flags(files, fd, FD_CLOEXEC);
		else
			fd_close(files, fd);
	}
}

/* The lowest free descriptor >= min, reserved; the table's size if it is full. */
static uint32_t reserve_locked(struct files *files, uint32_t min, uint32_t limit, uint32_t flags)
{
	uint32_t from = min > files->first ? min : files->first;
	uint32_t fd = bit_find(files->used, from, files->size, false);

	if (min <= files->first)
		files->first = fd;
	if (fd < files->size && fd < limit) {
		bit_set(files->used, fd, true);
		bit_set(files->cloexec, fd, flags & O_CLOEXEC);
	}
	return fd;
}

int fd_reserve(struct files *files, uint32_t min, uint32_t limit, uint32_t flags)
{
	if (limit > FDTABLE_LIMIT)
		limit = FDTABLE_LIMIT;
	if (min >= limit)
		return -EINVAL;
	for (;;) {
		uint32_t fd, size;

		spin_lock(&files->lock);
		size = files->size;
		fd = reserve_locked(files, min, limit, flags);
		spin_unlock(&files->lock);
		if (fd < min)
			fd = min; /* the whole table lies below it */
		if (fd >= limit)
			return -EMFILE;
		if (fd < size)
			return fd;
		if (grow(files, fd))
			return -ENOMEM;
	}
}

void fd_install(struct files *files, int fd, struct file *file)
{
	spin_lock(&files->lock);
	files->fd[fd] = file;
	spin_unlock(&files->lock);
}

void fd_unreserve(struct files *files, int fd)
{
	spin_lock(&files->lock);
	set_free_locked(files, fd);
	spin_unlock(&files->lock);
}

int fd_open(struct files *files, struct file *file, uint32_t limit, uint32_t flags)
{
	int fd = fd_reserve(files, 0, limit, flags);

	/* open() and the like have no -EINVAL for a limit of 0. */
	if (fd == -EINVAL)
		return -EMFILE;
	if (fd >= 0)
		fd_install(files, fd, file);
	return fd;
}

struct file *fd_file(struct files *files, int fd)
{
	struct file *file = NULL;

	spin_lock(&files->lock);
	if ((uint32_t)fd < files->size)
		file = files->fd[fd];
	if (file)
		file_get(file);
	spin_unlock(&files->lock);
	return file;
}

int fd_next(struct files *files, int fd)
{
	int found = -1;

	spin_lock(&files->lock);
	for (; (uint32_t)fd < files->size; fd++) {
		if (files->fd[fd]) {
			found = fd;
			break;
		}
	}
	spin_unlock(&files->lock);
	return found;
}
