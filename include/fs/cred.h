/* SPDX-License-Identifier: MIT */
/*
 * Who asks: the user and group numbers against which files' permission bits are checked
 * (credentials(7) in the Linux manual). Each process has one.
 */
#ifndef FS_CRED_H
#define FS_CRED_H

#include <lib/types.h>

#define CRED_GROUPS                                                                                \
	32 /* Linux allows 65536 supplementary groups; nothing here needs more than these */

struct cred {
	uint32_t uid, euid, suid; /* real, effective, saved */
	uint32_t gid, egid, sgid;
	uint32_t ngroups;
	uint32_t groups[CRED_GROUPS];
};

/* The one that passes every check: user and group 0. Used by the kernel itself. */
extern const struct cred root_cred;

static inline bool cred_is_root(const struct cred *cred)
{
	return cred->euid == 0;
}

/* Is gid the effective group, or one of the supplementary ones? */
bool cred_in_group(const struct cred *cred, uint32_t gid);

#endif
