/* SPDX-License-Identifier: MIT */
/*
 * Unpacks what tools/pack.py has packed.
 *
 * The kernel's code repeats itself a lot in short pieces, and the bytes between those are nearly
 * random. So what is packed is a row of commands: take so many bytes as they are ("literals"), then
 * so many that stood so far back once more ("a match"). Numbers of bytes and distances have codes of
 * 1 to 10 bits, short ones for the frequent (Huffman), and the literals stay bytes: deflate, which
 * codes them as well, is a few percent shorter on the kernel and takes over twice the instructions. This runs
 * at every boot, before anything else does, hence the care for few of them.
 *
 *	word		number of literals
 *	100 bytes	lengths of the codes: for each command, then for each distance, four bits
 *	literals
 *	codes		a row of bits, the lowest of each byte first
 *
 * A command is a pair of a literal count and a match length, a distance stands for its class and its
 * lowest bit (instructions are 2 or 4 bytes long, and so it is mostly the same). Where a class has
 * many members, its code is followed by bits that tell which.
 *
 * Nothing outside this file is used: it is not unpacked yet.
 */
#include <lib/errno.h>
#include <lib/unpack.h>

#define ALWAYS_INLINE inline __attribute__((always_inline))

/* Literal counts and match lengths: the first of each class, and the bits that follow its code. */
struct class
{
	uint8_t base, extra;
};

static const struct class runs[] = {
        {0, 0}, {1, 0}, {2, 0}, {3, 0}, {4, 0}, {5, 0}, {6, 0}, {7, 2}, {11, 4}, {27, 8}};
static const struct class matches[] = {{0, 0}, {3, 0}, {4, 0}, {5, 0}, {6, 0}, {7, 0}, {8, 0},
        {9, 0}, {10, 0}, {11, 2}, {15, 3}, {23, 5}, {55, 8}};

enum {
	RUNS = sizeof(runs) / sizeof(runs[0]),
	MATCHES = sizeof(matches) / sizeof(matches[0]),
	COMMANDS = RUNS * MATCHES,
	DISTANCES = 70, /* up to 512 KiB */
	HEADER = 4 + (COMMANDS + DISTANCES) / 2,
};

/* An entry of the tables, which are indexed with the next bits, whatever follows the code in them. */
#define CODE_BITS(e)      ((e)&0xf)
#define RUN_EXTRA(e)      ((e) >> 4 & 0xf)
#define MATCH_EXTRA(e)    ((e) >> 8 & 0xf)
#define HAS_EXTRA(e)      ((e)&0xff0)
#define DISTANCE_EXTRA(e) RUN_EXTRA(e)
#define RUN_BASE(e)       ((e) >> 12 & 0xff)
#define MATCH_BASE(e)     ((e) >> 20)
#define DISTANCE_BASE(e)  ((e) >> 8)

static uint32_t command_entry(uint32_t n)
{
	const struct class *run = &runs[n / MATCHES], *match = &matches[n % MATCHES];

	return (uint32_t)match->base << 20 | (uint32_t)run->base << 12 | match->extra << 8 |
	       run->extra << 4;
}

/* Two classes for each power of two of half the distance. */
static uint32_t distance_entry(uint32_t n)
{
	uint32_t class = n / 2, extra = class < 4 ? 0 : class / 2 - 1;
	uint32_t base = class < 4 ? class : (2 + class % 2) << extra;

	return (2 * base + n % 2 + 1) << 8 | extra << 4;
}

/*
 * Codes are numbered by their length, and those of one length in the order of what they stand for.
 * Their highest bit comes first in the stream, so that it is the lowest of the index: `code` is
 * counted up from that end. The codes must use up all numbers. -EINVAL if they do not.
 */
static int fill_table(uint32_t *table, const uint8_t *lengths, uint32_t first, uint32_t n,
        uint32_t (*entry_of)(uint32_t n))
{
	const uint32_t size = 1u << UNPACK_CODE_BITS;
	uint32_t code = 0, used = 0;

	for (uint32_t bits = 1; bits <= UNPACK_CODE_BITS; bits++) {
		for (uint32_t i = 0; i < n; i++) {
			uint32_t carry = 1u << (bits - 1), k = first + i, entry;

			if ((lengths[k / 2] >> (k % 2 * 4) & 0xf) != bits)
				continue;
			entry = entry_of(i) | bits;
			used += size >> bits;
			if (used > size)
				return -EINVAL;
			for (uint32_t at = code; at < size; at += 1u << bits)
				table[at] = entry;
			for (; code & carry; carry >>= 1)
				code ^= carry;
			code |= carry;
		}
	}
	return used == size ? 0 : -EINVAL;
}

/* The next bits of the stream: `count` of them, the first one lowest, and zeros above. */
struct bits {
	const uint16_t *in, *end;
	uint32_t next;
	uint32_t count;
	uint32_t missing; /* how many stand for what should have followed `end` */
};

/* At least 16 bits. */
static ALWAYS_INLINE void refill(struct bits *b)
{
	if (b->count >= 16)
		return;
	if (b->in < b->end)
		b->next |= (uint32_t)*b->in++ << b->count;
	else
		b->missing += 16;
	b->count += 16;
}

static ALWAYS_INLINE uint32_t take(struct bits *b, uint32_t n)
{
	uint32_t value = b->next & ((1u << n) - 1);

	b->next >>= n;
	b->count -= n;
	return value;
}

static ALWAYS_INLINE uint32_t decode(struct bits *b, const uint32_t *table)
{
	uint32_t entry = table[b->next & ((1u << UNPACK_CODE_BITS) - 1)];

	b->next >>= CODE_BITS(entry);
	b->count -= CODE_BITS(entry);
	return entry;
}

/* By words, with up to three bytes too many: those are written again, or lie in the slack. */
static ALWAYS_INLINE uint8_t *copy(uint8_t *out, const uint8_t *from, uint32_t n)
{
	uint8_t *end = out + n;
	uint32_t word;

	do {
		__builtin_memcpy(&word, from, sizeof(word));
		__builtin_memcpy(out, &word, sizeof(word));
		from += sizeof(word);
		out += sizeof(word);
	} while (out < end);
	return end;
}

static int follow(uint8_t *out, size_t out_size, const uint8_t *literal,
        const uint8_t *literals_end, struct bits b, const struct unpack_work *w)
{
	const uint8_t *start = out, *out_end = out + out_size;

	/* Each command makes at least one byte. */
	while (out < out_end) {
		uint32_t entry, run, length, distance;

		refill(&b);
		entry = decode(&b, w->commands);
		run = RUN_BASE(entry);
		length = MATCH_BASE(entry);
		if (HAS_EXTRA(entry)) {
			refill(&b);
			run += take(&b, RUN_EXTRA(entry));
			refill(&b);
			length += take(&b, MATCH_EXTRA(entry));
		}
		if (run + length > (uint32_t)(out_end - out))
			return -EINVAL;
		if (run) {
			if (run > (uint32_t)(literals_end - literal))
				return -EINVAL;
			out = copy(out, literal, run);
			literal += run;
		}
		if (!length)
			continue;
		refill(&b);
		entry = decode(&b, w->distances);
		refill(&b);
		distance = DISTANCE_BASE(entry) + 2 * take(&b, DISTANCE_EXTRA(entry));
		if (distance > (uint32_t)(out - start))
			return -EINVAL;
		if (distance >= sizeof(uint32_t)) {
			out = copy(out, out - distance, length);
		} else {
			for (; length; length--, out++)
				*out = out[-(int)distance];
		}
	}
	return literal == literals_end && b.missing <= b.count ? 0 : -EINVAL;
}

int unpack(
        uint8_t *out, size_t out_size, const uint8_t *in, size_t in_size, struct unpack_work *work)
{
	const uint8_t *lengths = in + 4, *literals = in + HEADER;
	uint32_t n;

	if (in_size < HEADER + 4 || in_size % 4)
		return -EINVAL;
	n = *(const uint32_t *)in;
	/* The first command, of no literals and no match, has no code. */
	if (n > in_size - HEADER - 4 || (lengths[0] & 0xf))
		return -EINVAL;
	if (fill_table(work->commands, lengths, 0, COMMANDS, command_entry) ||
	        fill_table(work->distances, lengths, COMMANDS, DISTANCES, distance_entry))
		return -EINVAL;
	return follow(out, out_size, literals, literals + n,
	        (struct bits){.in = (const uint16_t *)(literals + ((n + 1) & ~1u)),
	                .end = (const uint16_t *)(in + in_size)},
	        work);
}
