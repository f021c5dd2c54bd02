/* SPDX-License-Identifier: MIT */
/*
 * select() and pselect6(): poll with bit maps.
 */
#include "poll_set.h"
#include "user_time.h"
#include <drivers/timer.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/abi/poll.h>
#include <lib/errno.h>
#include <mm/kmalloc.h>

enum {
	SET_IN,
	SET_OUT,
	SET_EXCEPT,
	SETS
};

/* What puts a descriptor into each of the three answers (Linux, fs/select.c). */
static const uint32_t set_events[SETS] = {
        POLLRDNORM | POLLRDBAND | POLLIN | POLLHUP | POLLERR,
        POLLWRBAND | POLLWRNORM | POLLOUT | POLLERR,
        POLLPRI,
};

struct select_call {
	uint32_t __user *user[SETS]; /* each may be NULL */
	uint32_t n;                  /* descriptors below this are looked at */
	uint32_t words;              /* of a map */
	uint32_t *maps;              /* three, as asked, then as answered */
	struct poll_entry *entries;
	uint32_t count; /* entries in use */
};

static bool bit(const uint32_t *map, uint32_t fd)
{
	return map[fd / 32] >> fd % 32 & 1;
}

/* Which of the sets this descriptor is in, as poll events. */
static uint32_t events_of(const struct select_call *s, uint32_t fd)
{
	uint32_t events = 0;

	for (int i = 0; i < SETS; i++) {
		if (bit(s->maps + i * s->words, fd))
			events |= set_events[i];
	}
	return events;
}

static int fetch_maps(struct select_call *s)
{
	for (int i = 0; i < SETS; i++) {
		if (s->user[i] && copy_from_user(s->maps + i * s->words, s->user[i], s->words * 4))
			return -EFAULT;
	}
	return 0;
}

static int make_entries(struct select_call *s)
{
	for (uint32_t fd = 0; fd < s->n; fd++) {
		uint32_t events = events_of(s, fd);
		struct fd f;

		if (!events)
			continue;
		f = fd_get(current()->files, fd);
		if (!f.file)
			return -EBADF;
		fd_put(f);
		s->entries[s->count].fd = fd;
		s->entries[s->count++].wanted = events;
	}
	return 0;
}

/* Turns the maps into the answer: the bits asked for whose file is ready. Their number. */
static int answer_maps(struct select_call *s)
{
	struct poll_entry *e = s->entries;
	int bits = 0;

	for (uint32_t fd = 0; fd < s->n; fd++) {
		uint32_t ready = e < s->entries + s->count && e->fd == (int)fd ? e++->ready : 0;

		for (int i = 0; i < SETS; i++) {
			uint32_t *word = s->maps + i * s->words + fd / 32;

			if (!(ready & set_events[i]))
				*word &= ~(1u << fd % 32);
			else
				bits += *word >> fd % 32 & 1;
		}
	}
	return bits;
}

static int give_maps(const struct select_call *s)
{
	for (int i = 0; i < SETS; i++) {
		if (s->user[i] && copy_to_user(s->user[i], s->maps + i * s->words, s->words * 4))
			return -EFAULT;
	}
	return 0;
}

static int do_select(struct select_call *s, int64_t deadline)
{
	int count = fetch_maps(s);

	if (!count)
		count = make_entries(s);
	if (!count)
		count = poll_wait(s->entries, s->count, deadline);
	if (count < 0)
		return count;
	count = answer_maps(s);
	return give_maps(s) ? -EFAULT : count;
}

static long select_until(int n, uint32_t __user *const user[SETS], int64_t deadline)
{
	struct select_call s = {.user = {user[0], user[1], user[2]}, .n = n};
	uint32_t size = __atomic_load_n(&current()->files->size, __ATOMIC_RELAXED);
	long count = -ENOMEM;

	if (n < 0)
		return -EINVAL;
	if (s.n > size)
		s.n = size; /* bits beyond the table are not looked at (select(2), BUGS) */
	s.words = (s.n + 31) / 32;
	s.maps = kzalloc(SETS * s.words * 4 + 1);
	s.entries = kmalloc(s.n * sizeof(*s.entries) + 1);
	if (s.maps && s.entries)
		count = do_select(&s, deadline);
	kfree(s.maps);
	kfree(s.entries);
	return count;
}

long sys_newselect(int n, uint32_t __user *in, uint32_t __user *out, uint32_t __user *except,
        struct timeval32 __user *timeout)
{
	uint32_t __user *const sets[SETS] = {in, out, except};
	int64_t deadline = WAIT_FOREVER;
	struct timeval32 tv;
	struct timespec64 t;
	long count;

	if (!timeout)
		return select_until(n, sets, deadline);
	if (copy_from_user(&tv, timeout, sizeof(tv)))
		return -EFAULT;
	t.tv_sec = (int64_t)tv.tv_sec + tv.tv_usec / USEC_PER_SEC;
	t.tv_nsec = tv.tv_usec % USEC_PER_SEC * 1000;
	if (deadline_after(&t, &deadline))
		return -EINVAL;
	count = select_until(n, sets, deadline);
	if (deadline) {
		int64_t left = time_left(deadline);

		tv.tv_sec = left / NSEC_PER_SEC;
		tv.tv_usec = left % NSEC_PER_SEC / 1000;
		/* Where it can't be written the result stands all the same, as in ppoll(). */
		(void)copy_to_user(timeout, &tv, sizeof(tv));
	}
	return count;
}

static long select_masked(int n, uint32_t __user *const sets[SETS], int64_t deadline,
        const uint32_t __user *user_mask)
{
	uint32_t mask[2] = {0, 0}; /* address and size */
	long count;

	if (user_mask && copy_from_user(mask, user_mask, sizeof(mask)))
		return -EFAULT;
	count = temporary_mask_begin((const ksigset_t __user *)mask[0], mask[1]);
	if (count)
		return count;
	count = select_until(n, sets, deadline);
	temporary_mask_end(count);
	return count;
}

static long do_pselect(int n, uint32_t __user *const sets[SETS], void __user *timeout,
        enum time_abi abi, const uint32_t __user *mask)
{
	int64_t deadline;
	long count = get_deadline(&deadline, timeout, abi);

	if (count)
		return count;
	count = select_masked(n, sets, deadline, mask);
	put_time_left(deadline, timeout, abi);
	return count;
}

long sys_pselect6(int n, uint32_t __user *in, uint32_t __user *out, uint32_t __user *except,
        struct timespec32 __user *timeout, const uint32_t __user *mask)
{
	uint32_t __user *const sets[SETS] = {in, out, except};

	return do_pselect(n, sets, timeout, TIME_32, mask);
}

long sys_pselect6_time64(int n, uint32_t __user *in, uint32_t __user *out, uint32_t __user *except,
        struct timespec64 __user *timeout, const uint32_t __user *mask)
{
	uint32_t __user *const sets[SETS] = {in, out, except};

	return do_pselect(n, sets, timeout, TIME_64, mask);
}
