/* SPDX-License-Identifier: MIT */
/*
 * Inodes: making, counting and freeing them, their times, and who may do what with a file.
 */
#include <fs/inode.h>
#include <lib/errno.h>
#include <mm/kmalloc.h>
#include <string.h>

static struct kmem_cache inode_cache =
        KMEM_CACHE_INIT(inode_cache, "inode", sizeof(struct inode), 8);

static uint32_t anon_ino; /* atomic; numbers of inodes without a file system */

static int64_t (*clock_ns)(void);

const struct cred root_cred;

bool cred_in_group(const struct cred *cred, uint32_t gid)
{
	uint32_t i;

	if (cred->egid == gid)
		return true;
	for (i = 0; i < cred->ngroups; i++) {
		if (cred->groups[i] == gid)
			return true;
	}
	return false;
}

bool cred_owns(const struct cred *cred, const struct inode *inode)
{
	return cred_is_root(cred) || cred->euid == inode->uid;
}

void fs_register_clock(int64_t (*realtime_ns)(void))
{
	clock_ns = realtime_ns;
}

int64_t fs_now(void)
{
	return clock_ns ? clock_ns() : 0;
}

struct inode *inode_alloc(struct super_block *sb, uint32_t mode, const struct cred *cred)
{
	struct inode *inode = kmem_cache_alloc(&inode_cache);

	if (!inode)
		return NULL;
	memset(inode, 0, sizeof(*inode));
	inode->refcount = 1;
	inode->sb = sb;
	inode->ino = __atomic_add_fetch(sb ? &sb->next_ino : &anon_ino, 1, __ATOMIC_RELAXED);
	inode->mode = mode;
	inode->uid = cred->euid;
	inode->gid = cred->egid;
	inode->nlink = S_ISDIR(mode) ? 2 : 1;
	inode->atime = inode->mtime = inode->ctime = fs_now();
	mutex_init(&inode->lock);
	if (S_ISDIR(mode)) {
		RB_INIT(&inode->names);
		TAILQ_INIT(&inode->list);
	}
	return inode;
}

void inode_get(struct inode *inode)
{
	__atomic_fetch_add(&inode->refcount, 1, __ATOMIC_RELAXED);
}

void inode_put(struct inode *inode)
{
	if (__atomic_sub_fetch(&inode->refcount, 1, __ATOMIC_ACQ_REL))
		return;
	if (inode->sb && inode->sb->ops->evict)
		inode->sb->ops->evict(inode);
	kmem_cache_free(&inode_cache, inode);
}

void inode_touch(struct inode *inode, unsigned int what)
{
	int64_t now = fs_now();

	spin_lock(&inode->attr_lock);
	if (what & TOUCH_ATIME)
		inode->atime = now;
	if (what & TOUCH_MTIME)
		inode->mtime = now;
	if (what & TOUCH_CTIME)
		inode->ctime = now;
	spin_unlock(&inode->attr_lock);
}

void inode_accessed(struct inode *inode)
{
	const int64_t day = 24 * 3600 * 1000000000ll;
	int64_t now = fs_now();

	spin_lock(&inode->attr_lock);
	if (inode->atime <= inode->mtime || inode->atime <= inode->ctime ||
	        now - inode->atime >= day)
		inode->atime = now;
	spin_unlock(&inode->attr_lock);
}

int inode_claim(struct inode *inode, int n)
{
	int32_t old = __atomic_load_n(&inode->writers, __ATOMIC_RELAXED);

	do {
		if (n > 0 ? old < 0 : old > 0)
			return -ETXTBSY;
	} while (!__atomic_compare_exchange_n(
	        &inode->writers, &old, old + n, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
	return 0;
}

void inode_unclaim(struct inode *inode, int n)
{
	__atomic_fetch_sub(&inode->writers, n, __ATOMIC_RELEASE);
}

void inode_add_nlink(struct inode *inode, int n)
{
	int64_t now = fs_now();

	spin_lock(&inode->attr_lock);
	inode->nlink += n;
	inode->ctime = now;
	spin_unlock(&inode->attr_lock);
}

ssize_t link_text(const char *target, char *buf, size_t size)
{
	size_t len = strlen(target);

	if (size)
		memcpy(buf, target, len < size ? len : size);
	return len;
}

/*
 * Root: everything, but a file without any x bit is not executable for anyone (path_resolution(7)).
 */
static bool root_may(uint32_t mode, unsigned int mask)
{
	return !(mask & MAY_EXEC) || S_ISDIR(mode) || (mode & (S_IXUSR | S_IXGRP | S_IXOTH));
}

int inode_permission(const struct inode *inode, const struct cred *cred, unsigned int mask)
{
	uint32_t mode = inode->mode;
	uint32_t bits = mode;

	if (cred_is_root(cred))
		return root_may(mode, mask) ? 0 : -EACCES;
	if (inode->uid == cred->euid)
		bits = mode >> 6;
	else if (cred_in_group(cred, inode->gid))
		bits = mode >> 3;
	return (bits & mask) == mask ? 0 : -EACCES;
}
