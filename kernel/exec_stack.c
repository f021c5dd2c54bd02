/* SPDX-License-Identifier: MIT */
/*
 * Arguments: from the caller's memory into the kernel, and from there onto the new program's stack.
 *
 *	STACK_TOP	0
 *			path of the program
 *			environment strings
 *			argument strings
 *			"v7l", 16 random bytes
 *			(aligned)
 *			auxiliary vector: pairs, ends with AT_NULL
 *			envp[], NULL
 *			argv[], NULL
 *	sp		argc
 */
#include <arm/hwcap.h>
#include <arm/uaccess.h>
#include <fs/cred.h>
#include <kernel/exec_stack.h>
#include <lib/abi/auxv.h>
#include <lib/errno.h>
#include <lib/random.h>
#include <mm/access.h>
#include <mm/kmalloc.h>
#include <mm/mm.h>
#include <string.h>

#define AUX_PAIRS 20

static const char platform[] = "v7l";

/* The block is put together in kernel memory; `at` is where it will stand. */
struct block {
	uint8_t *buf;
	uint32_t size, at;
	uint32_t string_pos; /* next free byte, from the top down */
	uint32_t word_pos;   /* next word, upwards */
};

static uint32_t push_bytes(struct block *b, const void *data, size_t n)
{
	b->string_pos -= n;
	memcpy(b->buf + b->string_pos, data, n);
	return b->at + b->string_pos;
}

static uint32_t push_string(struct block *b, const char *s)
{
	return push_bytes(b, s, strlen(s) + 1);
}

static void put_word(struct block *b, uint32_t w)
{
	memcpy(b->buf + b->word_pos, &w, 4);
	b->word_pos += 4;
}

static void put_aux(struct block *b, uint32_t type, uint32_t value)
{
	put_word(b, type);
	put_word(b, value);
}

/* Number of strings, adding their bytes to *bytes. */
static uint32_t count_strings(char *const *strings, size_t *bytes)
{
	uint32_t n = 0;

	for (; strings[n]; n++)
		*bytes += strlen(strings[n]) + 1;
	return n;
}

/* Strings are pushed last first, so that they stand in memory in order; their addresses go to words. */
static void put_strings(struct block *b, char *const *strings, uint32_t n)
{
	uint32_t words = b->word_pos;

	for (uint32_t i = n; i-- > 0;) {
		b->word_pos = words + 4 * i;
		put_word(b, push_string(b, strings[i]));
	}
	b->word_pos = words + 4 * n;
	put_word(b, 0);
}

static void put_auxv(struct block *b, const struct exec_stack *s, uint32_t random, uint32_t name)
{
	const struct cred *c = s->cred;
	uint32_t where = push_string(b, platform);

	put_aux(b, AT_HWCAP, arm_hwcap());
	put_aux(b, AT_PAGESZ, PAGE_SIZE);
	put_aux(b, AT_CLKTCK, 100);
	put_aux(b, AT_PHDR, s->phdr);
	put_aux(b, AT_PHENT, 32);
	put_aux(b, AT_PHNUM, s->phnum);
	put_aux(b, AT_BASE, s->base);
	put_aux(b, AT_FLAGS, 0);
	put_aux(b, AT_ENTRY, s->entry);
	put_aux(b, AT_UID, c->uid);
	put_aux(b, AT_EUID, c->euid);
	put_aux(b, AT_GID, c->gid);
	put_aux(b, AT_EGID, c->egid);
	put_aux(b, AT_SECURE, c->uid != c->euid || c->gid != c->egid);
	put_aux(b, AT_RANDOM, random);
	put_aux(b, AT_HWCAP2, 0);
	put_aux(b, AT_EXECFN, name);
	put_aux(b, AT_PLATFORM, where);
	put_aux(b, AT_NULL, 0);
}

static void fill(struct block *b, const struct exec_stack *s, struct mm *mm, uint32_t argc,
        uint32_t envc, uint32_t words)
{
	uint8_t random[16];
	uint32_t name, seed, argv_words;

	b->string_pos = b->size - 4; /* the last word stays 0 */
	name = push_string(b, s->path);
	mm->env_end = name;
	b->word_pos = words + 4 * (1 + argc + 1);
	put_strings(b, s->envp, envc);
	mm->env_start = mm->arg_end = b->at + b->string_pos;
	argv_words = words + 4;
	name = b->at + b->size - 4 - (strlen(s->path) + 1);
	b->word_pos = argv_words;
	put_strings(b, s->argv, argc);
	mm->arg_start = b->at + b->string_pos;
	random_bytes(random, sizeof(random));
	seed = push_bytes(b, random, sizeof(random));
	b->word_pos = words + 4 * (1 + argc + 1 + envc + 1);
	put_auxv(b, s, seed, name);
	b->word_pos = words;
	put_word(b, argc);
}

int exec_stack_build(struct mm *mm, struct exec_stack *s)
{
	size_t bytes = strlen(s->path) + 1 + sizeof(platform) + 16 + 4;
	uint32_t argc = count_strings(s->argv, &bytes), envc = count_strings(s->envp, &bytes);
	size_t words = 4 * (1 + argc + 1 + envc + 1) + 8 * AUX_PAIRS;
	struct block b;
	int err;

	if (bytes + words > ARG_BYTES_MAX)
		return -E2BIG;
	b.size = (bytes + words + 15) & ~7u;
	b.buf = kzalloc(b.size);
	if (!b.buf)
		return -ENOMEM;
	b.at = STACK_TOP - b.size;
	fill(&b, s, mm, argc, envc, 0);
	s->sp = b.at;
	mm->start_stack = b.at;
	err = mm_write(mm, b.at, b.buf, b.size);
	kfree(b.buf);
	return err;
}

/* A growing row of strings. */
struct strings {
	char *buf;
	size_t len, size;
	uint32_t count;
};

static int grow(struct strings *s)
{
	size_t size = s->size ? s->size * 2 : 2048;
	char *buf;

	if (s->size >= ARG_BYTES_MAX)
		return -E2BIG;
	buf = kmalloc(size);
	if (!buf)
		return -ENOMEM;
	if (s->buf)
		memcpy(buf, s->buf, s->len);
	kfree(s->buf);
	s->buf = buf;
	s->size = size;
	return 0;
}

static int append_user_string(struct strings *s, uint32_t user)
{
	for (;;) {
		size_t room = s->size - s->len;
		ssize_t n =
		        room ? strncpy_from_user(s->buf + s->len, (const char __user *)user, room)
		             : 0;
		int err;

		if (n < 0)
			return n;
		if (room && (size_t)n < room) {
			s->len += n + 1;
			s->count++;
			return 0;
		}
		err = grow(s);
		if (err)
			return err;
	}
}

/* One allocation: the array of pointers and behind it the strings. */
static int pack(const struct strings *s, char ***out)
{
	size_t pointers = (s->count + 1) * sizeof(char *);
	char **array = kmalloc(pointers + s->len);
	char *text;

	if (!array)
		return -ENOMEM;
	text = (char *)array + pointers;
	if (s->len)
		memcpy(text, s->buf, s->len);
	for (uint32_t i = 0; i < s->count; i++) {
		array[i] = text;
		text += strlen(text) + 1;
	}
	array[s->count] = NULL;
	*out = array;
	return 0;
}

int exec_copy_strings(uint32_t user_array, char ***out)
{
	struct strings s = {0};
	int err = 0;

	for (uint32_t at = user_array; user_array && !err; at += 4) {
		uint32_t string;

		err = get_user_u32(&string, (const uint32_t __user *)at);
		if (err || !string)
			break;
		err = append_user_string(&s, string);
	}
	if (!err)
		err = pack(&s, out);
	kfree(s.buf);
	return err;
}
