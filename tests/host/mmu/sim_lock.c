/* SPDX-License-Identifier: MIT */
/*
 * The order of locks. Two operations that take the same two kinds of lock in opposite orders will
 * one day wait for each other on two cores, though never in a test that runs one at a time. So the
 * order is learnt, and the first that contradicts it is reported. A mutex under a spinlock sleeps
 * where nobody may, and an operation that returns with a lock has forgotten it.
 */
#include <string.h>
#include "sim.h"
#include "sim_locks.h"

#define MAX_KINDS 24
#define MAX_HELD  8

static struct {
	char name[32];
	bool before[MAX_KINDS]; /* was held when that kind was taken */
} kinds[MAX_KINDS];

static struct held {
	const void *lock;
	unsigned int kind;
	bool sleeps;
} held_by[2][MAX_HELD], *held = held_by[0];

static unsigned int held_counts[2], who;
#define held_count held_counts[who]

void sim_locks_of(unsigned int side)
{
	who = side;
	held = held_by[side];
}

/* "&vma->mm->table_lock" is a table_lock; where that says only "lock", its owner's name counts. */
static const char *kind_name(const char *text)
{
	const char *at = text + strlen(text);

	if (strstr(text, "parent->lock") || strstr(text, "child->lock"))
		return "mm->lock";
	while (at > text && at[-1] != '.' && at[-1] != '>' && at[-1] != '&')
		at--;
	return strcmp(at, "lock") ? at : text + (*text == '&');
}

static unsigned int find_kind(const char *text)
{
	const char *name = kind_name(text);
	unsigned int i;

	for (i = 0; i < MAX_KINDS && kinds[i].name[0]; i++) {
		if (!strcmp(kinds[i].name, name))
			return i;
	}
	if (i == MAX_KINDS || strlen(name) >= sizeof(kinds[i].name))
		sim_fail("no room for another kind of lock: %s", name);
	strcpy(kinds[i].name, name);
	return i;
}

/* The same, remembered by where the name stands, since locks are taken all the time. */
static unsigned int kind_of(const char *text)
{
	static struct {
		const char *text;
		unsigned int kind;
	} known[256];
	unsigned int at = (uintptr_t)text % 251;

	if (known[at].text != text) {
		known[at].kind = find_kind(text);
		known[at].text = text;
	}
	return known[at].kind;
}

/* Is `first`, through any others, taken before `then` somewhere? */
static bool comes_before(unsigned int first, unsigned int then, unsigned int depth)
{
	if (kinds[first].before[then])
		return true;
	for (unsigned int i = 0; depth && i < MAX_KINDS; i++) {
		if (kinds[first].before[i] && i != first && comes_before(i, then, depth - 1))
			return true;
	}
	return false;
}

void sim_lock(const char *name, const void *lock, bool sleeps)
{
	unsigned int kind = kind_of(name);

	for (unsigned int i = 0; i < held_count; i++) {
		const struct held *h = &held[i];

		if (sleeps && !h->sleeps)
			sim_fail("%s may sleep, under the spinlock %s", name, kinds[h->kind].name);
		if (h->kind == kind)
			continue;
		if (comes_before(kind, h->kind, 4))
			sim_fail("%s is taken under %s, and elsewhere the other way round",
			        kinds[kind].name, kinds[h->kind].name);
		kinds[h->kind].before[kind] = true;
	}
	sim_locked(name, lock, sleeps);
}

void sim_locked(const char *name, const void *lock, bool sleeps)
{
	if (held_count == MAX_HELD)
		sim_fail("too many locks at once");
	held[held_count++] = (struct held){lock, kind_of(name), sleeps};
}

static bool is_table_lock(unsigned int kind)
{
	return !strcmp(kinds[kind].name, "table_lock");
}

void sim_entered(const char *name, const void *lock)
{
	if (is_table_lock(kind_of(name)))
		sim_counts_locked(lock);
}

void sim_unlock(const void *lock)
{
	unsigned int i = held_count;

	while (i-- > 0 && held[i].lock != lock)
		;
	if (i == UINT32_MAX)
		sim_fail("a lock is released that is not held");
	if (is_table_lock(held[i].kind))
		sim_counts_unlocked(lock);
	memmove(&held[i], &held[i + 1], (--held_count - i) * sizeof(held[0]));
}

void sim_check_locks(void)
{
	if (held_count)
		sim_fail("%s is still held", kinds[held[0].kind].name);
}

void sim_may_sleep(const char *what)
{
	for (unsigned int i = 0; i < held_count; i++) {
		if (!held[i].sleeps)
			sim_fail("%s may sleep, under the spinlock %s", what,
			        kinds[held[i].kind].name);
	}
}
