/* SPDX-License-Identifier: MIT */
/*
 * right - keeps a value where left keeps another: same address, other address space.
 */
#include "twin.h"

static volatile uint32_t word __attribute__((section(".twin"))) = 0x52000000; /* 'R' */

int main(int argc, char **argv)
{
	return twin_main("right", &word, argc, argv);
}
