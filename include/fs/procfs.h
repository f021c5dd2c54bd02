/* SPDX-License-Identifier: MIT */
/*
 * /proc and /sys: files that are generated when they are read. The rest of the kernel registers
 * tables of them; /proc/PID comes from operations that know the processes.
 */
#ifndef FS_PROCFS_H
#define FS_PROCFS_H

#include <fs/fdtable.h>
#include <fs/seq.h>
#include <fs/uio.h>
#include <lib/types.h>

/*
 * One file. Exactly one of show, read and target is there, write may be too. The text is made
 * anew whenever somebody reads from offset 0.
 */
struct proc_entry {
	const char *name; /* below /proc or /sys: "uptime", "sys/vm/overcommit_memory" */
	uint16_t mode;    /* permission bits */
	/* Writes the whole text. 0 or -errno. */
	int (*show)(struct seq *seq, void *arg);
	/* For streams and binary files: as file_operations.read. */
	ssize_t (*read)(struct uio *uio, loff_t *pos, void *arg);
	/* Takes what one write() brought: NUL-terminated, at most 4095 bytes. 0 or -errno. */
	int (*write)(const char *text, size_t n, void *arg);
	const char *target; /* a symlink to there */
	void *arg;
};

/*
 * Adds n entries, which must stay in memory, with the directories on the way to them; at any time.
 * -ENOMEM, -EEXIST; entries before the failing one stay.
 */
int proc_register(const struct proc_entry *entries, unsigned int n);
int sysfs_register(const struct proc_entry *entries, unsigned int n);

/*
 * One file of each /proc/PID. `proc` is what proc_pid_ops.get returned. Exactly one of show, read,
 * link.
 */
struct proc_pid_entry {
	const char *name;
	uint16_t mode;
	int (*show)(struct seq *seq, void *proc);
	ssize_t (*read)(struct uio *uio, loff_t *pos, void *proc);
	int (*write)(const char *text, size_t n, void *proc);
	/* A link such as exe, cwd, root: *path with a reference. -ENOENT if there is none. */
	int (*link)(struct path *path, void *proc);
};

/* The processes, as /proc sees them. All may sleep. */
struct proc_pid_ops {
	/* The process of the caller. */
	pid_t (*self)(void);
	/* The lowest process id above pid, or 0 after the last. */
	pid_t (*next)(pid_t pid);
	/* The process with a reference, or NULL if there is none of that id. */
	void *(*get)(pid_t pid);
	void (*put)(void *proc);
	/* Whom its files belong to: effective user and group. */
	void (*owner)(void *proc, uint32_t *uid, uint32_t *gid);
	/* Its descriptors with a reference; NULL for a zombie. */
	struct files *(*files)(void *proc);
	/* The root directory of the caller, with a reference: how /proc/mounts names places. */
	void (*root)(struct path *path);
	const struct proc_pid_entry *entries;
	unsigned int count;
};

/* Once, before the first /proc/PID is looked at. */
void proc_register_pids(const struct proc_pid_ops *ops);

#endif
