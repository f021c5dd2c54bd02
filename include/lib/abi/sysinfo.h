/* SPDX-License-Identifier: MIT */
/* What sysinfo() reports. Source: Linux 6.1, include/uapi/linux/sysinfo.h. */
#ifndef LIB_ABI_SYSINFO_H
#define LIB_ABI_SYSINFO_H

#include <lib/types.h>

#define SI_LOAD_SHIFT 16

struct sysinfo {
	int32_t uptime;    /* seconds */
	uint32_t loads[3]; /* 1, 5, 15 minutes, times 1 << SI_LOAD_SHIFT */
	uint32_t totalram; /* this and the next in units of mem_unit bytes */
	uint32_t freeram;
	uint32_t sharedram;
	uint32_t bufferram;
	uint32_t totalswap;
	uint32_t freeswap;
	uint16_t procs;
	uint16_t pad;
	uint32_t totalhigh;
	uint32_t freehigh;
	uint32_t mem_unit;
	uint8_t _f[8];
};
_Static_assert(sizeof(struct sysinfo) == 64, "user space counts on this size");

#endif
