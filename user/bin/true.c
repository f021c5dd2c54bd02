/* SPDX-License-Identifier: MIT */
/*
 * true - end well.
 */
int main(void)
{
	return 0;
}
