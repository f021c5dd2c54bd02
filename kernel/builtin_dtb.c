/* SPDX-License-Identifier: MIT */
#include <kernel/builtin_dtb.h>
#include <stddef.h>

extern const uint8_t dtb_bcm2836_start[], dtb_bcm2836_end[]; /* boot/dts/builtin.S */

/* Numbers: Linux, arch/arm/tools/mach-types. The Pi's firmware says bcm2708 for every model. */
static const struct builtin_dtb dtbs[] = {
        {0xc42, "Raspberry Pi 2 (bcm2708)", dtb_bcm2836_start, dtb_bcm2836_end},
        {0xc43, "Raspberry Pi 2 (bcm2709)", dtb_bcm2836_start, dtb_bcm2836_end},
};

const struct builtin_dtb *builtin_dtb_find(uint32_t machine)
{
	for (size_t i = 0; i < sizeof(dtbs) / sizeof(dtbs[0]); i++) {
		if (dtbs[i].machine == machine)
			return &dtbs[i];
	}
	return NULL;
}
