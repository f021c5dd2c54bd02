/* SPDX-License-Identifier: MIT */
/* A program with text, data and bss for the ELF test to read; it is never run. */
int counter = 1;
int zeroes[5000];

void start(void);

void start(void)
{
	for (;;)
		zeroes[counter++ % 5000] = counter;
}
