/* SPDX-License-Identifier: MIT */
/* Tests of the byte ring. */
#include "host.h"
#include <lib/ring.h>
#include <pthread.h>

/* Does it hold exactly its size, in order, again and again? */
static void full_and_empty(void **state)
{
	uint8_t *buf = malloc(8);
	struct ring r;

	ring_init(&r, buf, 8);
	for (int round = 0; round < 5; round++) {
		assert_true(ring_empty(&r));
		assert_int_equal(ring_get(&r), -1);
		for (int i = 0; i < 8; i++)
			assert_true(ring_put(&r, 0xf8 + i));
		assert_false(ring_put(&r, 0));
		assert_int_equal(ring_used(&r), 8);
		assert_int_equal(ring_free(&r), 0);
		for (int i = 0; i < 8; i++)
			assert_int_equal(ring_get(&r), 0xf8 + i);
	}
	free(buf);
}

/* Does it go on where its counters wrap round? */
static void counters_wrap(void **state)
{
	uint8_t buf[4];
	struct ring r;

	ring_init(&r, buf, sizeof(buf));
	r.head = r.tail = UINT32_MAX - 1;
	for (int i = 0; i < 4; i++)
		assert_true(ring_put(&r, i));
	assert_false(ring_put(&r, 9));
	assert_int_equal(ring_used(&r), 4);
	for (int i = 0; i < 4; i++)
		assert_int_equal(ring_get(&r), i);
	assert_true(ring_empty(&r));
}

#define MANY 200000

static void *produce(void *arg)
{
	for (int i = 0; i < MANY;)
		if (ring_put(arg, i))
			i++;
	return NULL;
}

/* Does every byte arrive, in order, when two CPUs use it at once? */
static void two_threads(void **state)
{
	uint8_t buf[16];
	struct ring r;
	pthread_t t;

	ring_init(&r, buf, sizeof(buf));
	assert_int_equal(pthread_create(&t, NULL, produce, &r), 0);
	for (int i = 0; i < MANY;) {
		int byte = ring_get(&r);

		if (byte >= 0)
			assert_int_equal(byte, i++ & 0xff);
	}
	pthread_join(t, NULL);
	assert_true(ring_empty(&r));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(full_and_empty),
	        cmocka_unit_test(counters_wrap),
	        cmocka_unit_test(two_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
