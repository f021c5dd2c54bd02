/* SPDX-License-Identifier: MIT */
/* Decoding of fault status registers: one row for each fault, and the registers' way to number
 * them. */
#include <arm/fsr.h>
#include <lib/abi/signal.h>

/* Bits of DFSR and IFSR (ARM DDI 0406C B4.1.51, B4.1.96), short-descriptor format. */
#define FSR_FS_LOW        0x0000000f
#define FSR_FS4           0x00000400
#define DFSR_DOMAIN_SHIFT 4
#define DFSR_WNR          0x00000800
#define FSR_EXT           0x00001000
#define DFSR_CM           0x00002000

enum trait {
	BY_DFSR =
	        1 << 0, /* which of the two registers reports it; elsewhere the code is reserved */
	BY_IFSR = 1 << 1,
	BY_BOTH = BY_DFSR | BY_IFSR,
	FAR_VALID = 1 << 2,
	EXTERNAL = 1 << 3, /* ExT has a meaning */
	DOMAIN = 1 << 4,   /* DFSR names the domain */
	AT = BY_BOTH | FAR_VALID,
};

struct fault_row {
	const char *name;
	uint8_t traits;
	uint8_t sig;
	int8_t si_code;
};

static const struct fault_row rows[FAULT_KINDS] = {
        [FAULT_UNKNOWN] = {"unknown fault", 0, SIGBUS, BUS_OBJERR},
        [FAULT_ALIGNMENT] = {"alignment fault", BY_DFSR | FAR_VALID, SIGBUS, BUS_ADRALN},
        [FAULT_DEBUG] = {"debug event", BY_BOTH, SIGTRAP, TRAP_HWBKPT},
        [FAULT_ICACHE_MAINTENANCE] = {"instruction cache maintenance fault", BY_DFSR | FAR_VALID,
                SIGBUS, BUS_OBJERR},
        [FAULT_TRANSLATION_SECTION] = {"section translation fault", AT, SIGSEGV, SEGV_MAPERR},
        [FAULT_TRANSLATION_PAGE] = {"page translation fault", AT, SIGSEGV, SEGV_MAPERR},
        [FAULT_ACCESS_FLAG_SECTION] = {"section access flag fault", AT, SIGSEGV, SEGV_ACCERR},
        [FAULT_ACCESS_FLAG_PAGE] = {"page access flag fault", AT, SIGSEGV, SEGV_ACCERR},
        [FAULT_DOMAIN_SECTION] = {"section domain fault", AT | DOMAIN, SIGSEGV, SEGV_ACCERR},
        [FAULT_DOMAIN_PAGE] = {"page domain fault", AT | DOMAIN, SIGSEGV, SEGV_ACCERR},
        [FAULT_PERMISSION_SECTION] = {"section permission fault", AT, SIGSEGV, SEGV_ACCERR},
        [FAULT_PERMISSION_PAGE] = {"page permission fault", AT, SIGSEGV, SEGV_ACCERR},
        [FAULT_EXTERNAL] = {"external abort", AT | EXTERNAL, SIGBUS, BUS_OBJERR},
        [FAULT_EXTERNAL_WALK_L1] = {"external abort on level 1 table walk", AT | EXTERNAL, SIGBUS,
                BUS_OBJERR},
        [FAULT_EXTERNAL_WALK_L2] = {"external abort on level 2 table walk", AT | EXTERNAL, SIGBUS,
                BUS_OBJERR},
        [FAULT_PARITY] = {"parity error", AT, SIGBUS, BUS_OBJERR},
        [FAULT_PARITY_WALK_L1] = {"parity error on level 1 table walk", AT, SIGBUS, BUS_OBJERR},
        [FAULT_PARITY_WALK_L2] = {"parity error on level 2 table walk", AT, SIGBUS, BUS_OBJERR},
        [FAULT_ASYNC_EXTERNAL] = {"asynchronous external abort", BY_DFSR | EXTERNAL, SIGBUS,
                BUS_OBJERR},
        [FAULT_ASYNC_PARITY] = {"asynchronous parity error", BY_DFSR, SIGBUS, BUS_OBJERR},
        [FAULT_TLB_CONFLICT] = {"TLB conflict", AT, SIGBUS, BUS_OBJERR},
        [FAULT_LOCKDOWN] = {"lockdown fault", BY_BOTH, SIGBUS, BUS_OBJERR},
        [FAULT_COPROCESSOR] = {"coprocessor abort", BY_BOTH, SIGBUS, BUS_OBJERR},
};

/* FS[4:0], table B3-23: looked up in each fault. What is not here is reserved: FAULT_UNKNOWN. */
static const uint8_t kinds[32] = {
        [0x01] = FAULT_ALIGNMENT,
        [0x02] = FAULT_DEBUG,
        [0x03] = FAULT_ACCESS_FLAG_SECTION,
        [0x04] = FAULT_ICACHE_MAINTENANCE,
        [0x05] = FAULT_TRANSLATION_SECTION,
        [0x06] = FAULT_ACCESS_FLAG_PAGE,
        [0x07] = FAULT_TRANSLATION_PAGE,
        [0x08] = FAULT_EXTERNAL,
        [0x09] = FAULT_DOMAIN_SECTION,
        [0x0b] = FAULT_DOMAIN_PAGE,
        [0x0c] = FAULT_EXTERNAL_WALK_L1,
        [0x0d] = FAULT_PERMISSION_SECTION,
        [0x0e] = FAULT_EXTERNAL_WALK_L2,
        [0x0f] = FAULT_PERMISSION_PAGE,
        [0x10] = FAULT_TLB_CONFLICT,
        [0x14] = FAULT_LOCKDOWN,
        [0x16] = FAULT_ASYNC_EXTERNAL,
        [0x18] = FAULT_ASYNC_PARITY,
        [0x19] = FAULT_PARITY,
        [0x1a] = FAULT_COPROCESSOR,
        [0x1c] = FAULT_PARITY_WALK_L1,
        [0x1e] = FAULT_PARITY_WALK_L2,
};

static enum fault_kind decode_fs(uint32_t fsr, enum trait reg)
{
	enum fault_kind kind = kinds[(fsr & FSR_FS_LOW) | (fsr & FSR_FS4 ? 0x10 : 0)];

	return rows[kind].traits & reg ? kind : FAULT_UNKNOWN;
}

struct fault_status decode_dfsr(uint32_t dfsr)
{
	enum fault_kind kind = decode_fs(dfsr, BY_DFSR);
	uint32_t traits = rows[kind].traits;

	return (struct fault_status){
	        .kind = kind,
	        .access = dfsr & DFSR_WNR ? FAULT_WRITE : FAULT_READ,
	        .domain = dfsr >> DFSR_DOMAIN_SHIFT & 0xf,
	        .has_domain = traits & DOMAIN,
	        .external_type = (traits & EXTERNAL) && (dfsr & FSR_EXT),
	        .cache_maintenance = dfsr & DFSR_CM,
	        .far_valid = traits & FAR_VALID,
	};
}

struct fault_status decode_ifsr(uint32_t ifsr)
{
	enum fault_kind kind = decode_fs(ifsr, BY_IFSR);
	uint32_t traits = rows[kind].traits;

	return (struct fault_status){
	        .kind = kind,
	        .access = FAULT_EXECUTE,
	        .external_type = (traits & EXTERNAL) && (ifsr & FSR_EXT),
	        .far_valid = traits & FAR_VALID,
	};
}

const char *fault_name(enum fault_kind kind)
{
	return rows[(unsigned int)kind < FAULT_KINDS ? kind : FAULT_UNKNOWN].name;
}

bool fault_is_paging(enum fault_kind kind)
{
	switch (kind) {
	case FAULT_TRANSLATION_SECTION:
	case FAULT_TRANSLATION_PAGE:
	case FAULT_ACCESS_FLAG_SECTION:
	case FAULT_ACCESS_FLAG_PAGE:
	case FAULT_PERMISSION_SECTION:
	case FAULT_PERMISSION_PAGE:
		return true;
	default:
		return false;
	}
}

int fault_signal(enum fault_kind kind, int *si_code)
{
	const struct fault_row *row =
	        &rows[(unsigned int)kind < FAULT_KINDS ? kind : FAULT_UNKNOWN];

	*si_code = row->si_code;
	return row->sig;
}
