/* SPDX-License-Identifier: MIT */
/*
 * execve: replacing a task's program. Everything that can fail is done on a new address space; the
 * old one is given up when the new one is complete.
 */
#include <fs/vfs.h>
#include <arm/sysreg.h>
#include <kernel/exec_args.h>
#include <kernel/exec_stack.h>
#include <kernel/file_map.h>
#include <kernel/sched.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/abi/mman.h>
#include <lib/elf.h>
#include <lib/errno.h>
#include <lib/printk.h>
#include <mm/access.h>
#include <mm/kmalloc.h>
#include <mm/mm.h>
#include <string.h>

#define INTERPRETER_BASE 0x40000000u /* where ld.so goes (below mmap_base, above programs) */
#define DYN_BASE         0x00400000u /* where position-independent programs go */
#define HEADER_BYTES     PAGE_SIZE
#define LINE_BYTES       256 /* of a script */
#define SCRIPTS_MAX      5   /* that lead to each other */

struct image {
	struct file *file;
	uint8_t *header; /* the first page */
	size_t header_len;
	struct elf_info info;
	uint32_t bias; /* added to the addresses in the file */
};

static void image_close(struct image *im)
{
	kfree(im->header);
	if (im->file)
		file_put(im->file);
	im->header = NULL;
	im->file = NULL;
}

static int image_open(struct image *im, const char *path)
{
	struct vfs_at at = {.fs = current()->fs, .cred = &current()->cred};
	ssize_t n;
	int err = vfs_open_exec(&at, path, &im->file);

	if (err)
		return err;
	im->header = kmalloc(HEADER_BYTES);
	if (!im->header)
		return -ENOMEM;
	n = kernel_read(im->file, im->header, HEADER_BYTES, 0);
	if (n < 0)
		return n;
	im->header_len = n;
	return 0;
}

static int image_check(struct image *im)
{
	struct kstat st;

	vfs_stat(&im->file->path, &st);
	return elf_check(im->header, im->header_len, st.size, USER_BASE, USER_END, &im->info);
}

static uint32_t segment_prot(const Elf32_Phdr *ph)
{
	return (ph->p_flags & PF_R ? PROT_READ : 0) | (ph->p_flags & PF_W ? PROT_WRITE : 0) |
	       (ph->p_flags & PF_X ? PROT_EXEC : 0);
}

/* Anonymous memory behind the file's part of a segment, and zeros in the page they share. */
static int map_bss(struct mm *mm, const Elf32_Phdr *ph, uint32_t start)
{
	uint32_t file_end = start + ph->p_filesz, end = PAGE_ALIGN(start + ph->p_memsz);
	uint32_t first = PAGE_ALIGN(file_end);
	struct mm_map_request r = {
	        .addr = first,
	        .length = end - first,
	        .prot = segment_prot(ph),
	        .flags = MAP_PRIVATE | MAP_FIXED,
	};

	if (ph->p_memsz > ph->p_filesz && PAGE_OFFSET(file_end)) {
		int err = mm_zero(mm, file_end, first - file_end);

		if (err)
			return err;
	}
	if (end > first && mm_map(mm, &r) < 0)
		return -ENOMEM;
	return 0;
}

static int map_segment(struct mm *mm, const struct image *im, const Elf32_Phdr *ph)
{
	uint32_t start = ph->p_vaddr + im->bias, offset = PAGE_OFFSET(start);
	struct mm_map_request r = {
	        .addr = start - offset,
	        .length = ph->p_filesz + offset,
	        .prot = segment_prot(ph),
	        .flags = MAP_PRIVATE | MAP_FIXED,
	        .pgoff = (ph->p_offset - offset) >> PAGE_SHIFT,
	};

	/* A segment of zeros alone may begin in a page too, whose beginning is the file's. */
	if (r.length) {
		int err = file_map_request(im->file, &r);
		long addr;

		if (err)
			return err;
		addr = mm_map(mm, &r);
		if (addr < 0)
			return addr;
	}
	return map_bss(mm, ph, start);
}

static int map_image(const struct exec_args *args, struct image *im)
{
	struct mm *mm = args->mm;
	Elf32_Phdr ph;
	int i = 0, err = 0;

	while (!err && elf_next_load(im->header, &im->info, &i, &ph)) {
		uint32_t start = ph.p_vaddr + im->bias, file_end = start + ph.p_filesz;

		/* Not over the stack, which is there already. */
		if ((uint64_t)start + ph.p_memsz > exec_args_stack(args))
			return -ENOMEM;
		err = map_segment(mm, im, &ph);
		if (ph.p_flags & PF_X) {
			if (!mm->start_code)
				mm->start_code = start;
			if (file_end > mm->end_code)
				mm->end_code = file_end;
		} else if (file_end > mm->end_data) {
			mm->start_data = start;
			mm->end_data = file_end;
		}
	}
	return err;
}

/*
 * mmap() places regions below the room that the stack may grow into: its limit, but 128 MiB at least and
 * five sixths of the space at most (Linux: mm/util.c, mmap_base()). Whole sections, since a table
 * serves one.
 */
static uint32_t mmap_base(uint32_t stack_limit)
{
	const uint32_t least = 128u << 20, most = USER_END / 6 * 5;
	uint32_t room = stack_limit < most ? stack_limit + STACK_GAP : most;

	return (STACK_TOP - (room < least ? least : room)) & SECTION_BASE;
}

/* The dynamic linker that the program asks for, loaded at its own place. */
static int load_interpreter(
        const struct exec_args *args, const struct image *program, struct image *interp)
{
	char path[256];
	ssize_t n;
	int err;

	if (program->info.interp_len > sizeof(path))
		return -ENOEXEC;
	n = kernel_read(program->file, path, program->info.interp_len, program->info.interp_offset);
	if (n != (ssize_t)program->info.interp_len || path[n - 1])
		return n < 0 ? n : -ENOEXEC;
	err = image_open(interp, path);
	if (err)
		return err;
	err = image_check(interp);
	if (err)
		return err == -E2BIG ? -ELIBBAD : err;
	interp->bias = interp->info.type == ET_DYN ? INTERPRETER_BASE : 0;
	return map_image(args, interp);
}

/* Everything of the new program but its memory and its registers. */
struct new_program {
	struct image image, interp;
	struct exec_stack stack;
	struct cred cred;
};

/* Whose program it is: the set-user-ID and set-group-ID bits of the file (execve(2)). */
static void choose_cred(struct cred *cred, const struct inode *inode)
{
	*cred = current()->cred;
	if (inode->mode & S_ISUID)
		cred->euid = inode->uid;
	if ((inode->mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP))
		cred->egid = inode->gid;
	cred->suid = cred->euid;
	cred->sgid = cred->egid;
}

static int build(struct new_program *p, struct exec_args *args)
{
	struct image *im = &p->image;
	struct mm *mm = args->mm;
	int err;

	mm->mmap_base = mmap_base(current()->rlimits[RLIMIT_STACK].rlim_cur);
	im->bias = im->info.type == ET_DYN ? DYN_BASE - (im->info.lowest & PAGE_MASK) : 0;
	err = map_image(args, im);
	if (!err && im->info.interp_len)
		err = load_interpreter(args, im, &p->interp);
	if (err)
		return err;
	mm->brk_start = mm->brk = PAGE_ALIGN(im->info.end + im->bias);
	choose_cred(&p->cred, im->file->inode);
	p->stack = (struct exec_stack){
	        .cred = &p->cred,
	        .entry = im->info.entry + im->bias,
	        .phdr = im->info.phdr_vaddr ? im->info.phdr_vaddr + im->bias : 0,
	        .phnum = im->info.phnum,
	        .base = p->interp.file ? p->interp.bias : 0,
	};
	err = exec_stack_build(args, &p->stack);
	if (!err && im->info.exec_stack)
		err = mm_protect(mm, STACK_TOP - PAGE_SIZE, PAGE_SIZE,
		        PROT_READ | PROT_WRITE | PROT_EXEC | PROT_GROWSDOWN);
	return err;
}

static void set_identity(struct task *t, struct image *im, const char *path)
{
	const char *base = strrchr(path, '/');
	struct file *old = t->exe;
	uint32_t flags;

	strlcpy(t->comm, base ? base + 1 : path, TASK_COMM);
	file_get(im->file);
	flags = spin_lock_irqsave(&tasks_lock);
	t->exe = im->file;
	spin_unlock_irqrestore(&tasks_lock, flags);
	if (old)
		file_put(old);
}

/* From here nothing fails: the task leaves its old memory. */
static void commit(struct task *t, struct new_program *p, struct exec_args *args, const char *path)
{
	struct mm *old = t->mm;
	uint32_t flags;

	if (old)
		clear_tid_release(t); /* while its memory is still the old one */
	flags = spin_lock_irqsave(&tasks_lock);
	if (old)
		usage_leave_mm_locked(t, old);
	t->cred = p->cred; /* at once with the memory: who may look into that goes by them */
	t->mm = args->mm;
	args->mm = NULL;
	mm_switch(t->mm);
	t->execed = true;
	t->exit_signal = SIGCHLD; /* whatever clone() was told (Linux: de_thread()) */
	spin_unlock_irqrestore(&tasks_lock, flags);
	if (old) {
		vfork_release(t);
		mm_put(old);
	}
	set_identity(t, &p->image, path);
	files_close_exec(t->files);
	signal_actions_exec(t);
	vfp_reset(t);
	t->tls = 0;
	write_tpidruro(0);
	write_tpidrurw(0);
}

static void set_registers(struct trap_frame *f, const struct new_program *p)
{
	uint32_t entry = p->image.info.entry + p->image.bias;

	if (p->interp.file)
		entry = p->interp.info.entry + p->interp.bias;
	memset(f, 0, sizeof(*f));
	f->pc = entry & ~1u;
	f->cpsr = PSR_MODE_USR | (entry & 1 ? PSR_T : 0);
	f->sp = p->stack.sp;
	f->syscall = NO_SYSCALL;
}

static int own_signal_actions(struct task *t)
{
	struct signal_actions *old = t->signal.actions, *copy;
	uint32_t flags;

	if (__atomic_load_n(&old->refcount, __ATOMIC_ACQUIRE) == 1)
		return 0;
	copy = signal_actions_copy(old);
	if (!copy)
		return -ENOMEM;
	flags = spin_lock_irqsave(&tasks_lock); /* who sends us a signal looks at them */
	t->signal.actions = copy;
	spin_unlock_irqrestore(&tasks_lock, flags);
	signal_actions_put(old);
	return 0;
}

static int own_files(struct task *t)
{
	struct files *old = t->files, *copy;
	uint32_t flags;

	if (__atomic_load_n(&old->refcount, __ATOMIC_ACQUIRE) == 1)
		return 0;
	copy = files_fork(old);
	if (!copy)
		return -ENOMEM;
	flags = spin_lock_irqsave(&tasks_lock);
	t->files = copy;
	spin_unlock_irqrestore(&tasks_lock, flags);
	files_put(old);
	return 0;
}

/* `name` is what execve() was called with, also where a script led to another program: comm and AT_EXECFN say that. */
static int exec_elf(struct image *im, const char *name, struct exec_args *args)
{
	struct new_program p = {.image = *im};
	struct task *t = current();
	int err = image_check(&p.image);

	if (!err)
		err = build(&p, args);
	/* Last, since a task that goes on with its old program still shares these. */
	if (!err)
		err = own_signal_actions(t);
	if (!err)
		err = own_files(t);
	if (!err) {
		commit(t, &p, args, name);
		set_registers(task_frame(t), &p);
	}
	image_close(&p.interp);
	return err;
}

/* What a script's first line says, in place: the interpreter and its argument, "" if there is none. */
static char *parse_script(char *line, char **interp)
{
	char *arg;

	line[strcspn(line, "\n")] = 0;
	*interp = line + 2 + strspn(line + 2, " \t");
	arg = *interp + strcspn(*interp, " \t");
	if (*arg)
		*arg++ = 0;
	arg += strspn(arg, " \t");
	for (size_t end = strlen(arg); end && (arg[end - 1] == ' ' || arg[end - 1] == '\t'); end--)
		arg[end - 1] = 0;
	return arg;
}

/* Does the interpreter's path go on behind what we look at? A part of it is another file's. */
static bool is_cut(const struct image *im, const char *line, const char *interp)
{
	return im->header_len >= LINE_BYTES && interp + strlen(interp) == line + LINE_BYTES - 1 &&
	       !strchr(" \t\n", im->header[LINE_BYTES - 1]);
}

/*
 * "#! interpreter argument": the same call with that program, its argument, and the script's name in place of the
 * first argument (execve(2)). `line` holds what *path points to afterwards.
 */
static int exec_script(
        const struct image *im, char *line, const char **path, struct exec_args *args)
{
	size_t len = im->header_len < LINE_BYTES - 1 ? im->header_len : LINE_BYTES - 1;
	char *interp, *arg;
	int err = exec_args_drop(args);

	if (!err)
		err = exec_args_push(args, *path);
	memcpy(line, im->header, len);
	line[len] = 0;
	arg = parse_script(line, &interp);
	if (!*interp || is_cut(im, line, interp))
		return -ENOEXEC;
	if (!err && *arg)
		err = exec_args_push(args, arg);
	if (!err)
		err = exec_args_push(args, interp);
	args->argc += 2 + !!*arg;
	*path = interp;
	return err;
}

int do_execve(const char *name, struct exec_args *args)
{
	const char *path = name;
	char line[LINE_BYTES];
	bool done = false;
	int err = 0;

	for (int depth = 0; !err && !done; depth++) {
		struct image im = {0};

		err = image_open(&im, path);
		if (!err && depth > SCRIPTS_MAX)
			err = -ELOOP;
		done = im.header_len < 2 || im.header[0] != '#' || im.header[1] != '!';
		if (!err)
			err = done ? exec_elf(&im, name, args)
			           : exec_script(&im, line, &path, args);
		image_close(&im);
	}
	return err;
}
