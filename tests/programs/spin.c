/* SPDX-License-Identifier: MIT */
/*
 * spin - computes for ever and never calls the kernel: only the timer can take the processor away.
 */
int main(void)
{
	for (;;)
		__asm__ volatile("");
}
