/* SPDX-License-Identifier: MIT */
/*
 * What the files of fs/ that make up /proc share.
 */
#ifndef FS_PROC_H
#define FS_PROC_H

#include "gen.h"

/* What the kernel registered, or NULL before. */
const struct proc_pid_ops *proc_pids(void);

/* /proc/PID: gives d, a name in /proc, its inode. -ENOENT if it is no process. */
int proc_pid_lookup(struct inode *dir, struct dentry *d);

/* Lists the processes; the position behind one is FIRST_PID + its number. */
int proc_pid_readdir(struct file *file, struct dir_sink *sink);

#define FIRST_PID 256 /* above the positions of all other names of /proc */

/* Frees what an inode of /proc/PID has in private. */
void proc_pid_evict(struct inode *inode);

/* The number that a name spells, in decimal without leading zeros; -1 if it is none. */
int proc_parse_number(const struct dentry *d);

/*
 * One file of a process. Lives as long as its inode, and keeps the process's bookkeeping (not the
 * process) alive with it.
 */
struct pid_node {
	struct gen_file file; /* first: inode->private points here */
	void *proc;           /* with a reference */
	pid_t pid;
	int (*link)(struct path *path, void *proc); /* links such as cwd */
	int fd;                                     /* links of /proc/PID/fd */
};

/*
 * Gives d, a name in dir, an inode for a file of the process like->pid, owned by it. like->proc, if
 * not NULL, says which process that was when dir was made: another one with its number will not do.
 * -ENOENT, -ENOMEM.
 */
int proc_pid_inode(struct inode *dir, struct dentry *d, const struct pid_node *like, uint32_t mode,
        uint32_t ino);

/*
 * Inode numbers: those of a process start at pid << 11. Numbers below belong to the registered
 * names, those with the top bit to the links of /proc/PID/fd.
 */
#define PID_INO(pid, n) ((uint32_t)(pid) << 11 | (n))
#define FIRST_PID_INO   PID_INO(1, 0)

/* The directory /proc/PID/fd. */
extern const struct inode_operations proc_fd_iops;
extern const struct file_operations proc_fd_fops;

/* /proc/mounts and /proc/filesystems. */
int proc_show_mounts(struct seq *seq, void *arg);
int proc_show_filesystems(struct seq *seq, void *arg);

/* Makes "proc" and "sysfs" known. */
void procfs_init(void);
void sysfs_init(void);

#endif
