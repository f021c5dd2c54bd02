/* SPDX-License-Identifier: MIT */
/*
 * RAM as the DTB or the ATAGs describe it, before there is an allocator: two short sorted lists of
 * ranges, one of RAM and one of what is taken. Used by the boot core alone, so there is no lock.
 */
#include <lib/errno.h>
#include <mm/memblock.h>

#define MAX_RANGES 64
#define FOUR_GIB   0x100000000ull

struct range {
	uint64_t start, end;
};

struct range_list {
	uint32_t count;
	struct range ranges[MAX_RANGES];
};

static struct range_list ram, taken;

static void remove_at(struct range_list *list, uint32_t i)
{
	list->count--;
	for (; i < list->count; i++)
		list->ranges[i] = list->ranges[i + 1];
}

/* Adds a range, joining it with those that it touches. */
static int insert(struct range_list *list, uint64_t start, uint64_t end)
{
	uint32_t i = 0;

	while (i < list->count && list->ranges[i].end < start)
		i++;
	while (i < list->count && list->ranges[i].start <= end) {
		if (list->ranges[i].start < start)
			start = list->ranges[i].start;
		if (list->ranges[i].end > end)
			end = list->ranges[i].end;
		remove_at(list, i);
	}
	if (list->count == MAX_RANGES)
		return -ENOSPC;
	for (uint32_t j = list->count; j > i; j--)
		list->ranges[j] = list->ranges[j - 1];
	list->ranges[i] = (struct range){start, end};
	list->count++;
	return 0;
}

static int add(struct range_list *list, uint64_t base, uint64_t size)
{
	if (base >= FOUR_GIB || size == 0)
		return 0;
	if (size > FOUR_GIB - base)
		size = FOUR_GIB - base;
	return insert(list, base, base + size);
}

int memblock_add(uint64_t base, uint64_t size)
{
	return add(&ram, base, size);
}

int memblock_reserve(uint64_t base, uint64_t size)
{
	return add(&taken, base, size);
}

int memblock_remove(uint64_t base, uint64_t size)
{
	uint64_t end = size > UINT64_MAX - base ? UINT64_MAX : base + size;

	for (uint32_t i = 0; i < ram.count; i++) {
		struct range *r = &ram.ranges[i], tail = {end, r->end};

		if (r->end <= base || r->start >= end)
			continue;
		r->end = r->start < base ? base : r->start;
		if (tail.start < tail.end && insert(&ram, tail.start, tail.end))
			return -ENOSPC;
		if (ram.ranges[i].start == ram.ranges[i].end)
			remove_at(&ram, i--);
	}
	return 0;
}

void memblock_limit(uint64_t limit)
{
	for (uint32_t i = 0; i < ram.count; i++) {
		uint64_t size = ram.ranges[i].end - ram.ranges[i].start;

		if (size > limit) {
			ram.ranges[i].end = ram.ranges[i].start + limit;
			size = limit;
		}
		limit -= size;
		if (ram.ranges[i].start == ram.ranges[i].end)
			remove_at(&ram, i--);
	}
}

/* The last taken range that begins below `end` and reaches beyond `start`; NULL if [start, end) is free. */
static const struct range *last_taken(uint64_t start, uint64_t end)
{
	for (uint32_t i = taken.count; i-- > 0;) {
		if (taken.ranges[i].start < end && taken.ranges[i].end > start)
			return &taken.ranges[i];
	}
	return NULL;
}

static uint64_t take_from(const struct range *r, uint64_t size, uint64_t align, uint64_t below)
{
	uint64_t end = r->end < below ? r->end : below;

	while (end >= r->start + size) {
		uint64_t start = (end - size) & ~(align - 1);
		const struct range *t;

		if (start < r->start)
			return 0;
		t = last_taken(start, start + size);
		if (!t)
			return insert(&taken, start, start + size) ? 0 : start;
		end = t->start;
	}
	return 0;
}

uint64_t memblock_take(uint64_t size, uint64_t align, uint64_t below)
{
	for (uint32_t i = ram.count; i-- > 0;) {
		uint64_t start = take_from(&ram.ranges[i], size, align, below);

		if (start)
			return start;
	}
	return 0;
}

uint64_t memblock_start(void)
{
	return ram.count ? ram.ranges[0].start : 0;
}

uint64_t memblock_end(void)
{
	return ram.count ? ram.ranges[ram.count - 1].end : 0;
}

void memblock_for_each_ram(void (*fn)(uint64_t start, uint64_t end))
{
	for (uint32_t i = 0; i < ram.count; i++)
		fn(ram.ranges[i].start, ram.ranges[i].end);
}

void memblock_for_each_free(void (*fn)(uint64_t start, uint64_t end))
{
	for (uint32_t i = 0; i < ram.count; i++) {
		uint64_t at = ram.ranges[i].start;

		for (uint32_t j = 0; j < taken.count && at < ram.ranges[i].end; j++) {
			const struct range *t = &taken.ranges[j];

			if (t->end <= at || t->start >= ram.ranges[i].end)
				continue;
			if (t->start > at)
				fn(at, t->start);
			at = t->end;
		}
		if (at < ram.ranges[i].end)
			fn(at, ram.ranges[i].end);
	}
}
