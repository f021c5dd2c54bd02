/* SPDX-License-Identifier: MIT */
/* Decoding of fault status registers: one row for each fault, and the two registers' ways to number
 * it. */
#include <arm/fsr.h>
#include <lib/abi/signal.h>

/* Bits of DFSR and IFSR (ARM DDI 0406C B4.1.51, B4.1.96), short-descriptor format. */
#define FSR_FS_LOW        0x0000000f
#define FSR_FS4           0x00000400
#define DFSR_DOMAIN_SHIFT 4
#define DFSR_WNR          0x00000800
#define FSR_EXT           0x00001000
#define DFSR_CM           0x00002000

enum reported_by {
	BY_DFSR = 1,
	BY_IFSR = 2,
	BY_BOTH = 3
};

struct fault_row {
	const char *name;
	uint8_t fs;   /* FS[4:0], table B3-23 */
	uint8_t regs; /* enum reported_by; elsewhere this FS is reserved */
	bool far_valid;
	uint8_t sig;
	int8_t si_code;
};

static const struct fault_row rows[FAULT_KINDS] = {
        [FAULT_UNKNOWN] = {"unknown fault", 0, 0, false, SIGBUS, BUS_OBJERR},
        [FAULT_ALIGNMENT] = {"alignment fault", 0x01, BY_DFSR, true, SIGBUS, BUS_ADRALN},
        [FAULT_DEBUG] = {"debug event", 0x02, BY_BOTH, false, SIGTRAP, TRAP_HWBKPT},
        [FAULT_ICACHE_MAINTENANCE] = {"instruction cache maintenance fault", 0x04, BY_DFSR, true,
                SIGBUS, BUS_OBJERR},
        [FAULT_TRANSLATION_SECTION] = {"section translation fault", 0x05, BY_BOTH, true, SIGSEGV,
                SEGV_MAPERR},
        [FAULT_TRANSLATION_PAGE] = {"page translation fault", 0x07, BY_BOTH, true, SIGSEGV,
                SEGV_MAPERR},
        [FAULT_ACCESS_FLAG_SECTION] = {"section access flag fault", 0x03, BY_BOTH, true, SIGSEGV,
                SEGV_ACCERR},
        [FAULT_ACCESS_FLAG_PAGE] = {"page access flag fault", 0x06, BY_BOTH, true, SIGSEGV,
                SEGV_ACCERR},
        [FAULT_DOMAIN_SECTION] = {"section domain fault", 0x09, BY_BOTH, true, SIGSEGV,
                SEGV_ACCERR},
        [FAULT_DOMAIN_PAGE] = {"page domain fault", 0x0b, BY_BOTH, true, SIGSEGV, SEGV_ACCERR},
        [FAULT_PERMISSION_SECTION] = {"section permission fault", 0x0d, BY_BOTH, true, SIGSEGV,
                SEGV_ACCERR},
        [FAULT_PERMISSION_PAGE] = {"page permission fault", 0x0f, BY_BOTH, true, SIGSEGV,
                SEGV_ACCERR},
        [FAULT_EXTERNAL] = {"external abort", 0x08, BY_BOTH, true, SIGBUS, BUS_OBJERR},
        [FAULT_EXTERNAL_WALK_L1] = {"external abort on level 1 table walk", 0x0c, BY_BOTH, true,
                SIGBUS, BUS_OBJERR},
        [FAULT_EXTERNAL_WALK_L2] = {"external abort on level 2 table walk", 0x0e, BY_BOTH, true,
                SIGBUS, BUS_OBJERR},
        [FAULT_PARITY] = {"parity error", 0x19, BY_BOTH, true, SIGBUS, BUS_OBJERR},
        [FAULT_PARITY_WALK_L1] = {"parity error on level 1 table walk", 0x1c, BY_BOTH, true, SIGBUS,
                BUS_OBJERR},
        [FAULT_PARITY_WALK_L2] = {"parity error on level 2 table walk", 0x1e, BY_BOTH, true, SIGBUS,
                BUS_OBJERR},
        [FAULT_ASYNC_EXTERNAL] = {"asynchronous external abort", 0x16, BY_DFSR, false, SIGBUS,
                BUS_OBJERR},
        [FAULT_ASYNC_PARITY] = {"asynchronous parity error", 0x18, BY_DFSR, false, SIGBUS,
                BUS_OBJERR},
        [FAULT_TLB_CONFLICT] = {"TLB conflict", 0x10, BY_BOTH, true, SIGBUS, BUS_OBJERR},
        [FAULT_LOCKDOWN] = {"lockdown fault", 0x14, BY_BOTH, false, SIGBUS, BUS_OBJERR},
        [FAULT_COPROCESSOR] = {"coprocessor abort", 0x1a, BY_BOTH, false, SIGBUS, BUS_OBJERR},
};

static enum fault_kind decode_fs(uint32_t fsr, enum reported_by reg)
{
	uint32_t fs = (fsr & FSR_FS_LOW) | (fsr & FSR_FS4 ? 0x10 : 0);

	for (int kind = 1; kind < FAULT_KINDS; kind++)
		if (rows[kind].fs == fs && (rows[kind].regs & reg))
			return kind;
	return FAULT_UNKNOWN;
}

static bool is_external(enum fault_kind kind)
{
	return kind == FAULT_EXTERNAL || kind == FAULT_EXTERNAL_WALK_L1 ||
	       kind == FAULT_EXTERNAL_WALK_L2 || kind == FAULT_ASYNC_EXTERNAL;
}

struct fault_status decode_dfsr(uint32_t dfsr)
{
	enum fault_kind kind = decode_fs(dfsr, BY_DFSR);

	return (struct fault_status){
	        .kind = kind,
	        .access = dfsr & DFSR_WNR ? FAULT_WRITE : FAULT_READ,
	        .domain = dfsr >> DFSR_DOMAIN_SHIFT & 0xf,
	        .has_domain = kind == FAULT_DOMAIN_SECTION || kind == FAULT_DOMAIN_PAGE,
	        .external_type = is_external(kind) && (dfsr & FSR_EXT),
	        .cache_maintenance = dfsr & DFSR_CM,
	        .far_valid = rows[kind].far_valid,
	};
}

struct fault_status decode_ifsr(uint32_t ifsr)
{
	enum fault_kind kind = decode_fs(ifsr, BY_IFSR);

	return (struct fault_status){
	        .kind = kind,
	        .access = FAULT_EXECUTE,
	        .external_type = is_external(kind) && (ifsr & FSR_EXT),
	        .far_valid = rows[kind].far_valid,
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
