/* SPDX-License-Identifier: MIT */
/*
 * reboot - restart the machine.
 */
#include <quire.h>

int main(void)
{
	reboot(REBOOT_RESTART);
	return complain("reboot", "reboot(2)");
}
