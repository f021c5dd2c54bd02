/* SPDX-License-Identifier: MIT */
/*
 * Unpacks the kernel: build/quire.img holds all from __text_start to __image_end packed.
 *
 * boot/start.S calls this with the MMU on, at the virtual address, and with a stack; but nothing of
 * the kernel is there yet, so this file and lib/unpack.c use nothing but each other. (linker.ld puts
 * both into the part that is not packed.) The kernel's text is mapped already, read-only and
 * executable; it is written through the linear map, where the same memory is writable and not
 * executable.
 *
 *	in the file:    boot | files | packed |
 *	in memory:      boot | files | text, rodata, data | bss, tables | packed, work |
 */
#include <arm/cache.h>
#include <arm/layout.h>
#include <lib/unpack.h>

/* boot/start.S, filled in by tools/pack.py */
extern const struct {
	uint32_t size, sum, sum_of_sums;
} packed_part;

extern const char _start[], __packed_start[], __text_start[], __text_end[], __image_end[];
extern const char __unpack_start[];

int unpack_image(uint32_t image);

/*
 * Moves the packed words out of the way. Is their sum right, and the sum of these sums, which tells
 * words apart that have changed places? (Fletcher's checksum.)
 */
static bool move_and_check(uint32_t *to, const uint32_t *from)
{
	uint32_t sum = 0, sum_of_sums = 0;

#pragma GCC unroll 4
	for (uint32_t i = 0; i < packed_part.size / 4; i++) {
		uint32_t word = *from++;

		*to++ = word;
		sum += word;
		sum_of_sums += sum;
	}
	return sum == packed_part.sum && sum_of_sums == packed_part.sum_of_sums;
}

/* image: physical address of _start. Not 0 if what is packed is not what tools/pack.py wrote. */
int unpack_image(uint32_t image)
{
	uint8_t *linear = (uint8_t *)(LINEAR_BASE + (image & ~BOOT_LINEAR_MASK));
	uint8_t *file = linear + (__packed_start - _start);
	uint8_t *text = linear + (__text_start - _start);
	uint8_t *packed = linear + (__unpack_start - _start);
	uint8_t *work = packed + packed_part.size;
	uint32_t size = __image_end - __text_start;

	if (packed_part.size > size || !move_and_check((uint32_t *)packed, (uint32_t *)file) ||
	        unpack(text, size, packed, packed_part.size, (struct unpack_work *)work))
		return -1;
	/* Written as data, to be fetched as instructions, by other addresses of the same memory. */
	sync_instructions(text, __text_end - __text_start);
	return 0;
}
