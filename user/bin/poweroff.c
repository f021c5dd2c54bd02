/* SPDX-License-Identifier: MIT */
/*
 * poweroff - switch the machine off.
 */
#include <quire.h>

int main(void)
{
	reboot(REBOOT_POWER_OFF);
	return complain("poweroff", "reboot(2)");
}
