/* SPDX-License-Identifier: MIT */
/*
 * left - keeps a value where right keeps another: same address, other address space.
 */
#include "twin.h"

static volatile uint32_t word __attribute__((section(".twin"))) = 0x4c000000; /* 'L' */

int main(int argc, char **argv)
{
	return twin_main("left", &word, argc, argv);
}
