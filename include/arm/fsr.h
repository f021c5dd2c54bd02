/* SPDX-License-Identifier: MIT */
/* Fault status registers: why the MMU refused an access. Pure decoding, no register is read here.
 * Source: ARM DDI 0406C.d B3.13.3 (table B3-23), B4.1.51 DFSR, B4.1.96 IFSR: short-descriptor
 * format. */
#ifndef ARM_FSR_H
#define ARM_FSR_H

#include <lib/types.h>

enum fault_kind {
	FAULT_UNKNOWN, /* a reserved encoding */
	FAULT_ALIGNMENT,
	FAULT_DEBUG, /* breakpoint or watchpoint, with monitor debug-mode */
	FAULT_ICACHE_MAINTENANCE,
	FAULT_TRANSLATION_SECTION, /* no level 1 descriptor */
	FAULT_TRANSLATION_PAGE,    /* no level 2 descriptor */
	FAULT_ACCESS_FLAG_SECTION,
	FAULT_ACCESS_FLAG_PAGE,
	FAULT_DOMAIN_SECTION,
	FAULT_DOMAIN_PAGE,
	FAULT_PERMISSION_SECTION,
	FAULT_PERMISSION_PAGE,
	FAULT_EXTERNAL,         /* synchronous: something on the bus refused */
	FAULT_EXTERNAL_WALK_L1, /* ... while a level 1 descriptor was fetched */
	FAULT_EXTERNAL_WALK_L2,
	FAULT_PARITY,
	FAULT_PARITY_WALK_L1,
	FAULT_PARITY_WALK_L2,
	FAULT_ASYNC_EXTERNAL, /* late: neither pc nor fault address tells who did it */
	FAULT_ASYNC_PARITY,
	FAULT_TLB_CONFLICT,
	FAULT_LOCKDOWN,    /* implementation defined */
	FAULT_COPROCESSOR, /* implementation defined */
	FAULT_KINDS        /* how many there are */
};

enum fault_access {
	FAULT_READ,
	FAULT_WRITE,
	FAULT_EXECUTE
};

struct fault_status {
	enum fault_kind kind;
	enum fault_access access; /* a cache maintenance fault counts as a write, as in DFSR.WnR */
	uint8_t domain;           /* DFSR bits 7:4, if has_domain */
	bool has_domain; /* a domain fault of a data access: else cores with LPAE leave it open */
	bool external_type; /* ExT: the meaning is the implementation's; only for external aborts */
	bool cache_maintenance; /* CM: a cache operation met the fault; 0 on cores without LPAE */
	bool far_valid;         /* does DFAR (or IFAR) hold the address? */
};

/* Decode the value of DFSR (data aborts) or IFSR (prefetch aborts). Any value is allowed. */
struct fault_status decode_dfsr(uint32_t dfsr);
struct fault_status decode_ifsr(uint32_t ifsr);

/* "page translation fault" and the like, for reports. kind may be out of range. */
const char *fault_name(enum fault_kind kind);

/* Is it a fault that a region's fault handler may cure (translation, access flag, permission)? */
bool fault_is_paging(enum fault_kind kind);

/*
 * The signal that a user program gets for a fault nobody cured; *si_code becomes its si_code. As
 * Linux does (v6.1, arch/arm/mm/fsr-2level.c, and hw_breakpoint.c for debug events), but where
 * Linux leaves si_code 0 with SIGBUS, which would say "sent by kill()", this says BUS_OBJERR.
 */
int fault_signal(enum fault_kind kind, int *si_code);

#endif
