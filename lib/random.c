/* SPDX-License-Identifier: MIT */
/*
 * The random generator: ChaCha20 (RFC 8439, section 2.3) with fast key erasure. Each request makes
 * one block; its first half replaces the key, its second half becomes the key of that request.
 */
#include <arm/sysreg.h>
#include <lib/random.h>
#include <lib/spinlock.h>
#include <string.h>

#define KEY_WORDS   8
#define BLOCK_WORDS 16
#define BLOCK_BYTES 64

static struct {
	spinlock_t lock;
	/* under lock */
	uint32_t key[KEY_WORDS];
} pool;

static uint32_t rotl(uint32_t x, int n)
{
	return x << n | x >> (32 - n);
}

static inline void quarter_round(uint32_t *s, int a, int b, int c, int d)
{
	s[a] += s[b];
	s[d] = rotl(s[d] ^ s[a], 16);
	s[c] += s[d];
	s[b] = rotl(s[b] ^ s[c], 12);
	s[a] += s[b];
	s[d] = rotl(s[d] ^ s[a], 8);
	s[c] += s[d];
	s[b] = rotl(s[b] ^ s[c], 7);
}

/*
 * One block of key stream for block number `counter`; the nonce is 0, since no key is used twice.
 */
static void chacha_block(const uint32_t key[KEY_WORDS], uint32_t counter, uint32_t out[BLOCK_WORDS])
{
	uint32_t in[BLOCK_WORDS] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
	int i;

	memcpy(in + 4, key, KEY_WORDS * sizeof(key[0]));
	in[12] = counter;
	memcpy(out, in, BLOCK_BYTES);
	for (i = 0; i < 10; i++) {
		quarter_round(out, 0, 4, 8, 12);
		quarter_round(out, 1, 5, 9, 13);
		quarter_round(out, 2, 6, 10, 14);
		quarter_round(out, 3, 7, 11, 15);
		quarter_round(out, 0, 5, 10, 15);
		quarter_round(out, 1, 6, 11, 12);
		quarter_round(out, 2, 7, 8, 13);
		quarter_round(out, 3, 4, 9, 14);
	}
	for (i = 0; i < BLOCK_WORDS; i++)
		out[i] += in[i];
}

/* The next key for the pool and, in its second half, one for the caller. */
static void step_locked(uint32_t block[BLOCK_WORDS])
{
	uint64_t now = read_cntvct();

	pool.key[0] ^= (uint32_t)now;
	pool.key[1] ^= (uint32_t)(now >> 32);
	chacha_block(pool.key, 0, block);
	memcpy(pool.key, block, sizeof(pool.key));
}

void random_add(const void *seed, size_t n)
{
	const uint8_t *from = seed;
	uint32_t block[BLOCK_WORDS];
	uint32_t flags;

	do {
		size_t part = n < sizeof(pool.key) ? n : sizeof(pool.key);
		size_t i;

		flags = spin_lock_irqsave(&pool.lock);
		for (i = 0; i < part; i++)
			((uint8_t *)pool.key)[i] ^= from[i];
		step_locked(block);
		spin_unlock_irqrestore(&pool.lock, flags);
		from += part;
		n -= part;
	} while (n);
}

void random_bytes(void *buf, size_t n)
{
	uint8_t *to = buf;
	uint32_t first[BLOCK_WORDS], block[BLOCK_WORDS];
	uint32_t counter = 0;
	uint32_t flags;

	flags = spin_lock_irqsave(&pool.lock);
	step_locked(first);
	spin_unlock_irqrestore(&pool.lock, flags);
	if (n <= sizeof(first) / 2) { /* the caller's half is enough as it is */
		memcpy(to, first + KEY_WORDS, n);
		return;
	}
	while (n) {
		size_t part = n < BLOCK_BYTES ? n : BLOCK_BYTES;

		chacha_block(first + KEY_WORDS, counter++, block);
		memcpy(to, block, part);
		to += part;
		n -= part;
	}
}
