/* SPDX-License-Identifier: MIT */
/*
 * false - end badly.
 */
int main(void)
{
	return 1;
}
