/* SPDX-License-Identifier: MIT */
/* A queue of bytes between one producer and one consumer, such as an interrupt handler and a
 * reader, which need no lock between them. Several producers (or consumers) must take turns under a
 * lock of their own. */
#ifndef LIB_RING_H
#define LIB_RING_H

#include <lib/types.h>

struct ring {
	uint8_t *buf;
	uint32_t mask; /* size - 1; the size is a power of two */
	uint32_t head; /* bytes ever put in; written by the producer alone */
	uint32_t tail; /* bytes ever taken out; written by the consumer alone */
};

/* buf: size bytes; size: a power of two, at most 2^31. */
static inline void ring_init(struct ring *r, void *buf, uint32_t size)
{
	r->buf = buf;
	r->mask = size - 1;
	r->head = 0;
	r->tail = 0;
}

/* Bytes that wait. Exact for the consumer, a lower bound as soon as the producer goes on. */
static inline uint32_t ring_used(const struct ring *r)
{
	return __atomic_load_n(&r->head, __ATOMIC_ACQUIRE) -
	       __atomic_load_n(&r->tail, __ATOMIC_ACQUIRE);
}

/* Bytes that still fit. */
static inline uint32_t ring_free(const struct ring *r)
{
	return r->mask + 1 - ring_used(r);
}

static inline bool ring_empty(const struct ring *r)
{
	return ring_used(r) == 0;
}

/* Producer: put one byte in. False if the ring is full. */
static inline bool ring_put(struct ring *r, uint8_t byte)
{
	uint32_t head = r->head;

	/* Acquire: the consumer has read a slot before it is overwritten. */
	if (head - __atomic_load_n(&r->tail, __ATOMIC_ACQUIRE) > r->mask)
		return false;
	r->buf[head & r->mask] = byte;
	/* Release: the byte is there before the count says so. */
	__atomic_store_n(&r->head, head + 1, __ATOMIC_RELEASE);
	return true;
}

/* Consumer: take one byte out. The byte (0 to 255), or -1 if the ring is empty. */
static inline int ring_get(struct ring *r)
{
	uint32_t tail = r->tail;
	uint8_t byte;

	if (__atomic_load_n(&r->head, __ATOMIC_ACQUIRE) == tail)
		return -1;
	byte = r->buf[tail & r->mask];
	/* Release: the byte is read before the slot is given back. */
	__atomic_store_n(&r->tail, tail + 1, __ATOMIC_RELEASE);
	return byte;
}

#endif
