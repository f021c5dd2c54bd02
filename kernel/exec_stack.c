/* SPDX-License-Identifier: MIT */
/*
 * The new program's stack below its strings (kernel/exec_args.c):
 *
 *			argument strings
 *			"v7l", 16 random bytes
 *			(aligned)
 *			auxiliary vector: pairs, ends with AT_NULL
 *			envp[], NULL
 *			argv[], NULL
 *	sp		argc
 */
#include <arm/hwcap.h>
#include <fs/cred.h>
#include <kernel/exec_args.h>
#include <kernel/exec_stack.h>
#include <lib/abi/auxv.h>
#include <lib/errno.h>
#include <lib/random.h>
#include <mm/mm.h>

static const char platform[] = "v7l";

/* Where the next word goes. After an error nothing is written any more. */
struct words {
	struct exec_window window;
	struct mm *mm;
	uint32_t at;
	int err;
};

static void put_word(struct words *w, uint32_t word)
{
	uint32_t *to = w->err ? NULL : exec_window(&w->window, w->mm, w->at, &w->err);

	if (to)
		*to = word;
	w->at += 4;
}

/* The addresses of n strings, the first of which stands at *string, and NULL. */
static void put_strings(struct words *w, struct exec_args *a, uint32_t n, uint32_t *string)
{
	while (n-- && !w->err) {
		put_word(w, *string);
		if (!w->err)
			w->err = exec_args_skip(a, string);
	}
	put_word(w, 0);
}

int exec_stack_build(struct exec_args *a, struct exec_stack *s)
{
	const struct cred *c = s->cred;
	struct mm *mm = a->mm;
	uint32_t string = a->at, where, random[4];
	struct words w = {.mm = mm};
	int err;

	mm->arg_start = string;
	random_bytes(random, sizeof(random));
	err = exec_args_push_bytes(a, platform, sizeof(platform));
	where = a->at;
	if (!err)
		err = exec_args_push_bytes(a, random, sizeof(random));
	if (err)
		return err;

	const uint32_t aux[][2] = {
	        {AT_HWCAP, arm_hwcap()},
	        {AT_PAGESZ, PAGE_SIZE},
	        {AT_CLKTCK, 100},
	        {AT_PHDR, s->phdr},
	        {AT_PHENT, 32},
	        {AT_PHNUM, s->phnum},
	        {AT_BASE, s->base},
	        {AT_FLAGS, 0},
	        {AT_ENTRY, s->entry},
	        {AT_UID, c->uid},
	        {AT_EUID, c->euid},
	        {AT_GID, c->gid},
	        {AT_EGID, c->egid},
	        {AT_SECURE, c->uid != c->euid || c->gid != c->egid},
	        {AT_RANDOM, a->at},
	        {AT_HWCAP2, 0},
	        {AT_EXECFN, a->name},
	        {AT_PLATFORM, where},
	        {AT_NULL, 0},
	};

	w.window = a->window; /* mostly the same page */
	page_get(w.window.page);
	w.at = (a->at - sizeof(aux) - 4 * (1 + a->argc + 1 + a->envc + 1)) & ~7u;
	s->sp = mm->start_stack = w.at;
	put_word(&w, a->argc);
	put_strings(&w, a, a->argc, &string);
	mm->arg_end = mm->env_start = string;
	put_strings(&w, a, a->envc, &string);
	mm->env_end = string;
	for (uint32_t i = 0; i < sizeof(aux) / sizeof(aux[0]); i++) {
		put_word(&w, aux[i][0]);
		put_word(&w, aux[i][1]);
	}
	exec_window_close(&w.window);
	return w.err == -EFAULT ? -E2BIG : w.err;
}
