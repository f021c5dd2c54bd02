/* SPDX-License-Identifier: MIT */
/*
 * Tests of the clock: the timer driver with a counter and a timer that the test plays.
 */
#include "host.h"

#define ARM_BARRIER_H
#define ARM_SYSREG_H
#define isb()
#define CNTV_ENABLE 1u

#include <lib/types.h>

static uint32_t cntfrq, cntv_ctl;
static uint64_t cntvct, cntv_cval;

static inline uint32_t read_cntfrq(void)
{
	return cntfrq;
}

static inline uint64_t read_cntvct(void)
{
	return cntvct;
}

static inline void write_cntv_cval(uint64_t v)
{
	cntv_cval = v;
}

static inline void write_cntv_ctl(uint32_t v)
{
	cntv_ctl = v;
}

#include "../../drivers/timer.c"

static irq_handler_t handler;
static uint32_t clock_frequency;
static unsigned int irq_index;
static int virt_index;

int device_irq(struct device *dev, unsigned int index)
{
	irq_index = index;
	return 27;
}

int dtb_stringlist_find(const struct dtb *dt, int node, const char *name, const char *str)
{
	return virt_index;
}

int dtb_u32(const struct dtb *dt, int node, const char *name, int index, uint32_t *val)
{
	*val = clock_frequency;
	return clock_frequency ? 0 : -ENOENT;
}

int irq_request(unsigned int irq, irq_handler_t fn, void *arg, const char *name)
{
	handler = fn;
	return 0;
}

void printk(enum log_level level, const char *fmt, ...)
{
}

static const uint32_t rates[] = {1000000, 19200000, 24000000, 54000000, 62500000, 100000000,
        999999937 / 4, 31250000, 12345677};

#define RATES (sizeof(rates) / sizeof(rates[0]))

static int setup(void **state)
{
	rate = 0;
	cntfrq = cntv_ctl = 0;
	cntvct = 0;
	clock_frequency = 0;
	virt_index = -ENOENT;
	handler = NULL;
	return 0;
}

static uint64_t exact(uint64_t count, uint32_t from, uint32_t to)
{
	return (unsigned __int128)count * to / from;
}

/* Is a conversion that of a true division, or one less, for any count from one tick to
 * centuries? */
static void conversion(void **state)
{
	struct fuzz f;
	struct scale s;
	unsigned int i;

	fuzz_start(&f);
	while (fuzz_goes_on(&f)) {
		uint32_t from = 1 + fuzz_random(&f) % 1000000000,
		         to = 1 + fuzz_random(&f) % 1000000000;
		unsigned int bits = 1 + fuzz_below(&f, 60);

		scale_init(&s, from, to);
		for (i = 0; i < 100; i++) {
			uint64_t count =
			        ((uint64_t)fuzz_random(&f) << 32 | fuzz_random(&f)) >> (64 - bits);
			uint64_t want, got;

			if ((unsigned __int128)count * to / from > INT64_MAX)
				continue;
			want = exact(count, from, to);
			got = scale_apply(&s, count);
			assert_true(got == want || got + 1 == want);
		}
	}
}

/* Does the time of each rate stay within a nanosecond for a hundred years, and never run
 * backwards? */
static void clock_is_exact(void **state)
{
	for (unsigned int i = 0; i < RATES; i++) {
		uint64_t step = rates[i] / 3 + 1, end = (uint64_t)rates[i] * 3600 * 24 * 36500;
		int64_t last = 0;

		rate = 0;
		cntfrq = rates[i];
		cntvct = 0x123456789abcu;
		assert_int_equal(clock_now(), 0);
		for (uint64_t t = 1; t < end; t += step, step += step / 8) {
			cntvct = 0x123456789abcu + t;
			int64_t now = clock_now(), want = exact(t, rates[i], NSEC_PER_SEC);

			assert_true(now == want || now + 1 == want);
			assert_true(now >= last);
			last = now;
		}
	}
}

/* Does the alarm never come early, and at most three ticks late? */
static void alarm_not_early(void **state)
{
	struct fuzz f;

	fuzz_start(&f);
	for (unsigned int i = 0; i < RATES; i++) {
		rate = 0;
		cntfrq = rates[i];
		cntvct = 77;
		clock_now();
		for (int n = 0; n < 20000; n++) {
			int64_t deadline = ((uint64_t)fuzz_random(&f) << 32 | fuzz_random(&f)) >>
			                   (4 + fuzz_below(&f, 56));

			clock_set_event(deadline);
			assert_int_equal(cntv_ctl, CNTV_ENABLE);
			cntvct = cntv_cval;
			assert_true(clock_now() >= deadline);
			cntvct = cntv_cval - 4;
			assert_true(cntv_cval < 81 || clock_now() < deadline);
		}
	}
}

static int alarms;

static void count_alarm(void)
{
	alarms++;
	assert_int_equal(cntv_ctl, 0);
}

/* Is the timer silent without an alarm, and while the handler runs? */
static void alarm_life(void **state)
{
	struct device dev = {.name = "timer"};

	cntfrq = 62500000;
	cntv_ctl = CNTV_ENABLE; /* as firmware leaves it */
	assert_int_equal(timer_probe(&dev), 0);
	assert_int_equal(cntv_ctl, 0);
	assert_int_equal(irq_index, 2);
	timer_register_handler(count_alarm);
	clock_set_event(-5);
	assert_int_equal(cntv_cval, 0);
	handler(NULL);
	assert_int_equal(alarms, 1);
	clock_set_event(100);
	clock_set_event(INT64_MAX);
	assert_int_equal(cntv_ctl, 0);
}

/* Where CNTFRQ is 0, does the time stand still until the devicetree gives the rate? */
static void rate_from_devicetree(void **state)
{
	struct device dev = {.name = "timer"};

	cntvct = 5000;
	assert_int_equal(clock_now(), 0);
	assert_int_equal(timer_probe(&dev), -EINVAL);
	clock_frequency = 19200000;
	virt_index = 1;
	assert_int_equal(timer_probe(&dev), 0);
	assert_int_equal(irq_index, 1);
	assert_int_equal(rate, 19200000);
	assert_int_equal(clock_now(), 0);
	cntvct += 19200000;
	assert_in_range(clock_now(), NSEC_PER_SEC - 1, NSEC_PER_SEC);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(conversion), TEST(clock_is_exact),
	        TEST(alarm_not_early), TEST(alarm_life), TEST(rate_from_devicetree)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
