/* SPDX-License-Identifier: MIT */
/* Checks of a program's ELF headers, in 64-bit sums so that no 32-bit number of the file can
 * wrap. */
#include <lib/elf.h>
#include <lib/errno.h>
#include <lib/abi/fcntl.h>
#include <string.h>

/* e_ident: magic, 32-bit class, little-endian, version 1. */
static const uint8_t ident[7] = {0x7f, 'E', 'L', 'F', 1, 1, 1};

/* What elf_check() knows about the file, and has seen so far. */
struct check {
	uint64_t file_size;
	uint32_t lo, hi;
	bool stack_seen;
	bool load_seen;
	uint64_t end; /* of the segments so far */
};

static void read_phdr(const void *buf, uint32_t phoff, int i, Elf32_Phdr *ph)
{
	memcpy(ph, (const uint8_t *)buf + phoff + i * sizeof(*ph), sizeof(*ph));
}

static int check_ehdr(const Elf32_Ehdr *eh, size_t len, uint64_t file_size)
{
	uint64_t end = (uint64_t)eh->e_phoff + (uint64_t)eh->e_phnum * sizeof(Elf32_Phdr);

	if (memcmp(eh->e_ident, ident, sizeof(ident)) || eh->e_version != 1)
		return -ENOEXEC;
	if (eh->e_machine != EM_ARM || (eh->e_flags & EF_ARM_EABIMASK) != EF_ARM_EABI_VER5)
		return -ENOEXEC;
	if (eh->e_type != ET_EXEC && eh->e_type != ET_DYN)
		return -ENOEXEC;
	if (eh->e_phentsize != sizeof(Elf32_Phdr) || eh->e_phnum == 0 ||
	        eh->e_phnum > ELF_MAX_PHNUM)
		return -ENOEXEC;
	if (eh->e_phoff < sizeof(*eh) || end > file_size)
		return -ENOEXEC;
	return end > len ? -E2BIG : 0;
}

static bool align_ok(const Elf32_Phdr *ph)
{
	if (ph->p_align & (ph->p_align - 1))
		return false;
	return ((ph->p_vaddr ^ ph->p_offset) & (ELF_PAGE_SIZE - 1)) == 0;
}

static int check_load(const Elf32_Phdr *ph, struct check *c, struct elf_info *info)
{
	uint64_t end = (uint64_t)ph->p_vaddr + ph->p_memsz;
	uint64_t table_end = (uint64_t)info->phoff + info->phnum * sizeof(Elf32_Phdr);

	if (ph->p_filesz > ph->p_memsz || !align_ok(ph))
		return -ENOEXEC;
	if ((uint64_t)ph->p_offset + ph->p_filesz > c->file_size)
		return -ENOEXEC;
	if (ph->p_memsz == 0)
		return 0;
	if (end > UINT32_MAX || (c->load_seen && ph->p_vaddr < c->end))
		return -ENOEXEC;
	if (info->type == ET_EXEC && (ph->p_vaddr < c->lo || end > c->hi))
		return -ENOEXEC;
	if (!c->load_seen)
		info->lowest = ph->p_vaddr;
	c->load_seen = true;
	c->end = end;
	info->end = end;
	if (ph->p_align > info->max_align)
		info->max_align = ph->p_align;
	if (ph->p_offset <= info->phoff && table_end <= (uint64_t)ph->p_offset + ph->p_filesz)
		info->phdr_vaddr = ph->p_vaddr + (info->phoff - ph->p_offset);
	return 0;
}

static int check_interp(const Elf32_Phdr *ph, const struct check *c, struct elf_info *info)
{
	if (info->interp_len || ph->p_filesz < 2 || ph->p_filesz > PATH_MAX)
		return -ENOEXEC;
	if ((uint64_t)ph->p_offset + ph->p_filesz > c->file_size)
		return -ENOEXEC;
	info->interp_offset = ph->p_offset;
	info->interp_len = ph->p_filesz;
	return 0;
}

static int check_phdr(const Elf32_Phdr *ph, struct check *c, struct elf_info *info)
{
	switch (ph->p_type) {
	case PT_LOAD:
		return check_load(ph, c, info);
	case PT_INTERP:
		return check_interp(ph, c, info);
	case PT_GNU_STACK:
		c->stack_seen = true;
		info->exec_stack = ph->p_flags & PF_X;
		return 0;
	default:
		return 0;
	}
}

int elf_check(const void *buf, size_t len, uint64_t file_size, uint32_t lo, uint32_t hi,
        struct elf_info *info)
{
	struct check c = {.file_size = file_size, .lo = lo, .hi = hi};
	Elf32_Ehdr eh;
	Elf32_Phdr ph;
	int err;

	if (len < sizeof(eh))
		return -ENOEXEC;
	memcpy(&eh, buf, sizeof(eh));
	err = check_ehdr(&eh, len, file_size);
	if (err)
		return err;
	*info = (struct elf_info){
	        .type = eh.e_type,
	        .phnum = eh.e_phnum,
	        .entry = eh.e_entry,
	        .phoff = eh.e_phoff,
	        .max_align = ELF_PAGE_SIZE,
	};
	for (int i = 0; i < eh.e_phnum; i++) {
		read_phdr(buf, eh.e_phoff, i, &ph);
		err = check_phdr(&ph, &c, info);
		if (err)
			return err;
	}
	if (!c.load_seen)
		return -ENOEXEC;
	if (c.end - (info->lowest & ~(ELF_PAGE_SIZE - 1)) > hi - lo)
		return -ENOEXEC;
	if (!c.stack_seen)
		info->exec_stack = true;
	return 0;
}

int elf_next_load(const void *buf, const struct elf_info *info, int *i, Elf32_Phdr *ph)
{
	while (*i < info->phnum) {
		read_phdr(buf, info->phoff, (*i)++, ph);
		if (ph->p_type == PT_LOAD && ph->p_memsz)
			return 1;
	}
	return 0;
}
