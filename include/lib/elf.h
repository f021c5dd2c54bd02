/* SPDX-License-Identifier: MIT */
/* ELF: the format of programs. Checks a 32-bit ARM program's headers before the kernel trusts a
 * number in them. Sources: System V ABI chapters 4 and 5, ELF for the Arm Architecture (IHI
 * 0044). */
#ifndef LIB_ELF_H
#define LIB_ELF_H

#include <lib/types.h>

typedef struct {
	uint8_t e_ident[16];
	uint16_t e_type;
	uint16_t e_machine;
	uint32_t e_version;
	uint32_t e_entry;
	uint32_t e_phoff;
	uint32_t e_shoff;
	uint32_t e_flags;
	uint16_t e_ehsize;
	uint16_t e_phentsize;
	uint16_t e_phnum;
	uint16_t e_shentsize;
	uint16_t e_shnum;
	uint16_t e_shstrndx;
} Elf32_Ehdr;
_Static_assert(sizeof(Elf32_Ehdr) == 52, "the file format says so");

typedef struct {
	uint32_t p_type;
	uint32_t p_offset;
	uint32_t p_vaddr;
	uint32_t p_paddr;
	uint32_t p_filesz;
	uint32_t p_memsz;
	uint32_t p_flags;
	uint32_t p_align;
} Elf32_Phdr;
_Static_assert(sizeof(Elf32_Phdr) == 32, "the file format says so");

#define ET_EXEC          2
#define ET_DYN           3
#define ET_CORE          4
#define EM_ARM           40
#define EF_ARM_EABIMASK  0xff000000u
#define EF_ARM_EABI_VER5 0x05000000u

#define PT_NULL          0
#define PT_LOAD          1
#define PT_DYNAMIC       2
#define PT_INTERP        3
#define PT_NOTE          4
#define PT_PHDR          6
#define PT_TLS           7
#define PT_GNU_STACK     0x6474e551
#define PT_ARM_EXIDX     0x70000001

#define PF_X             1
#define PF_W             2
#define PF_R             4

/* Most program headers that are accepted: header and table then fit in a page. */
#define ELF_MAX_PHNUM    64

struct elf_info {
	uint16_t type; /* ET_DYN: add a load address that you choose to all addresses */
	uint16_t phnum;
	uint32_t entry;         /* bit 0 set: Thumb */
	uint32_t phoff;         /* of the program headers in the file */
	uint32_t phdr_vaddr;    /* where a PT_LOAD puts them (AT_PHDR); 0 if none does */
	uint32_t interp_offset; /* of the interpreter's path in the file */
	uint32_t interp_len;    /* with its NUL; 0: no interpreter */
	uint32_t lowest;        /* first address of the first segment, not rounded */
	uint32_t end;           /* one past the last byte of the last segment */
	uint32_t max_align;     /* largest p_align of a PT_LOAD, at least ELF_PAGE_SIZE */
	bool exec_stack;        /* PT_GNU_STACK asks for it, or is missing as in old programs */
};

#define ELF_PAGE_SIZE 4096u

/*
 * Check a program by its first bytes. buf: at least ELF and program headers, len bytes, any
 * alignment; file_size: of the whole file; [lo, hi): where users may have segments, page aligned,
 * hi > lo (for ET_DYN the program's length must fit). Segments must ascend and not overlap, and be
 * congruent to their place in the file modulo the page; two may share a page. Returns 0; -ENOEXEC
 * if the kernel does not run such files or the headers contradict themselves or the file's length;
 * -E2BIG if the program headers end beyond len but inside the file. *info is only valid after 0.
 */
int elf_check(const void *buf, size_t len, uint64_t file_size, uint32_t lo, uint32_t hi,
        struct elf_info *info);

/*
 * The next PT_LOAD with a size, at or after program header *i (start with 0; it moves on). buf as
 * given to elf_check(), which must have accepted it as info. Returns 1 with a copy in *ph, or 0
 * after the last.
 */
int elf_next_load(const void *buf, const struct elf_info *info, int *i, Elf32_Phdr *ph);

#endif
