/* SPDX-License-Identifier: MIT */
/* Tests of the ELF header checks. */
#include "host.h"
#include <lib/elf.h>
#include <lib/errno.h>

#define LO        0x10000u
#define HI        0x80000000u
#define FILE_SIZE 0x10000u

/* A program that is right; each test breaks one thing. */
static struct {
	Elf32_Ehdr eh;
	Elf32_Phdr ph[5];
} prog;
static struct elf_info info;

static void reset(void)
{
	memset(&prog, 0, sizeof(prog));
	memcpy(prog.eh.e_ident, "\177ELF\1\1\1", 7);
	prog.eh.e_type = ET_EXEC;
	prog.eh.e_machine = EM_ARM;
	prog.eh.e_version = 1;
	prog.eh.e_entry = 0x10101;
	prog.eh.e_phoff = sizeof(prog.eh);
	prog.eh.e_flags = EF_ARM_EABI_VER5 | 0x400;
	prog.eh.e_phentsize = sizeof(prog.ph[0]);
	prog.eh.e_phnum = 5;
	prog.ph[0] = (Elf32_Phdr){PT_INTERP, 0x154, 0, 0, 20, 20, PF_R, 1};
	prog.ph[1] = (Elf32_Phdr){PT_LOAD, 0, 0x10000, 0, 0x1800, 0x1800, PF_R | PF_X, 0x10000};
	prog.ph[2] = (Elf32_Phdr){PT_LOAD, 0x1800, 0x21800, 0, 0x100, 0x5000, PF_R | PF_W, 0x10000};
	prog.ph[3] = (Elf32_Phdr){PT_LOAD, 0, 0, 0, 0, 0, PF_R, 0};
	prog.ph[4] = (Elf32_Phdr){PT_GNU_STACK, 0, 0, 0, 0, 0, PF_R | PF_W, 16};
}

static int check_len(size_t len)
{
	void *copy = guarded_copy(&prog, len);
	int err = elf_check(copy, len, FILE_SIZE, LO, HI, &info);

	free(copy);
	return err;
}

static int check(void)
{
	return check_len(sizeof(prog));
}

/* Is a right program accepted, and described as it is? */
static void right_program(void **state)
{
	Elf32_Phdr ph;
	int i = 0;

	reset();
	assert_int_equal(check(), 0);
	assert_int_equal(info.type, ET_EXEC);
	assert_int_equal(info.entry, 0x10101);
	assert_int_equal(info.phdr_vaddr, 0x10034);
	assert_int_equal(info.interp_offset, 0x154);
	assert_int_equal(info.interp_len, 20);
	assert_int_equal(info.lowest, 0x10000);
	assert_int_equal(info.end, 0x26800);
	assert_int_equal(info.max_align, 0x10000);
	assert_false(info.exec_stack);
	assert_int_equal(elf_next_load(&prog, &info, &i, &ph), 1);
	assert_int_equal(ph.p_vaddr, 0x10000);
	assert_int_equal(elf_next_load(&prog, &info, &i, &ph), 1);
	assert_int_equal(ph.p_memsz, 0x5000);
	assert_int_equal(elf_next_load(&prog, &info, &i, &ph), 0);
	assert_int_equal(elf_next_load(&prog, &info, &i, &ph), 0);
}

/* Is a program that the real compiler made accepted? */
static void compiled_program(void **state)
{
	size_t size;
	uint8_t *data = load_file("prog.elf", &size);

	assert_int_equal(elf_check(data, size, size, 0x8000, HI, &info), 0);
	assert_true((info.entry & ~1u) >= info.lowest && info.entry < info.end);
	assert_true(info.end - info.lowest > 20000);
	assert_int_equal(info.interp_len, 0);
	free(data);
}

/* Is a stack executable where the program asks for it, or is too old to say? */
static void stack_flag(void **state)
{
	reset();
	prog.ph[4].p_flags |= PF_X;
	assert_int_equal(check(), 0);
	assert_true(info.exec_stack);
	prog.ph[4].p_type = PT_NULL;
	prog.ph[4].p_flags = 0;
	assert_int_equal(check(), 0);
	assert_true(info.exec_stack);
}

#define REFUSED(field, value)                                                                      \
	do {                                                                                       \
		reset();                                                                           \
		prog.field = (value);                                                              \
		assert_int_equal(check(), -ENOEXEC);                                               \
	} while (0)

/* Is a file refused that is no ARM EABI program? */
static void wrong_kind(void **state)
{
	REFUSED(eh.e_ident[0], 0);
	REFUSED(eh.e_ident[4], 2);
	REFUSED(eh.e_ident[5], 2);
	REFUSED(eh.e_ident[6], 0);
	REFUSED(eh.e_version, 2);
	REFUSED(eh.e_machine, 62);
	REFUSED(eh.e_flags, 0x04000000);
	REFUSED(eh.e_type, 1);
	REFUSED(eh.e_type, ET_CORE);
	REFUSED(eh.e_phentsize, 56);
	REFUSED(eh.e_phnum, 0);
	REFUSED(eh.e_phnum, ELF_MAX_PHNUM + 1);
	REFUSED(eh.e_phoff, 0);
	REFUSED(eh.e_phoff, 0xfffffff0);
	REFUSED(eh.e_phoff, FILE_SIZE - 5 * 32 + 1);
}

/* Are segments refused that lie outside the user's addresses, overlap, or wrap? */
static void wrong_addresses(void **state)
{
	REFUSED(ph[1].p_vaddr, LO - 0x1000);
	REFUSED(ph[2].p_vaddr, HI - 0x5000 + 0x800);
	REFUSED(ph[2].p_vaddr, 0xfffff800);
	REFUSED(ph[2].p_memsz, 0xffffffff);
	REFUSED(ph[2].p_memsz, HI - 0x21800 + 1);
	REFUSED(ph[1].p_vaddr, 0x30000);
	REFUSED(ph[1].p_memsz, 0x11801);
	reset();
	prog.ph[1].p_memsz = 0x11800;
	assert_int_equal(check(), 0);
	prog.ph[2].p_memsz = HI - 0x21800;
	assert_int_equal(check(), 0);
	assert_int_equal(info.end, HI);
}

/* Are segments refused that the file can't fill, or that are not where a page mapping can put
 * them? */
static void wrong_contents(void **state)
{
	REFUSED(ph[1].p_filesz, 0x1801);
	REFUSED(ph[2].p_offset, FILE_SIZE - 0x100 + 0x800);
	REFUSED(ph[2].p_offset, 0xfffff800);
	REFUSED(ph[2].p_offset, 0x1804);
	REFUSED(ph[2].p_align, 0x10001);
	REFUSED(ph[0].p_filesz, 1);
	REFUSED(ph[0].p_filesz, 5000);
	REFUSED(ph[0].p_offset, FILE_SIZE - 19);
	REFUSED(ph[4].p_type, PT_INTERP);
	reset();
	prog.ph[1].p_type = prog.ph[2].p_type = PT_NULL;
	assert_int_equal(check(), -ENOEXEC);
}

/* May a position-independent program start at 0, and is it still refused where it is too long? */
static void position_independent(void **state)
{
	reset();
	prog.eh.e_type = ET_DYN;
	prog.ph[1].p_vaddr = 0;
	prog.ph[2].p_vaddr = 0x11800;
	assert_int_equal(check(), 0);
	assert_int_equal(info.phdr_vaddr, 0x34);
	prog.ph[2].p_memsz = HI - LO - 0x11800;
	assert_int_equal(check(), 0);
	prog.ph[2].p_memsz++;
	assert_int_equal(check(), -ENOEXEC);
	/* Short, but so high that its end wraps? */
	prog.ph[1].p_vaddr = 0xfffe0000;
	prog.ph[2].p_vaddr = 0xffff1800;
	prog.ph[2].p_memsz = 0x10000;
	assert_int_equal(check(), -ENOEXEC);
}

/* What if too little of the file has been read? */
static void short_buffer(void **state)
{
	reset();
	assert_int_equal(check_len(0), -ENOEXEC);
	assert_int_equal(check_len(sizeof(Elf32_Ehdr) - 1), -ENOEXEC);
	assert_int_equal(check_len(sizeof(Elf32_Ehdr)), -E2BIG);
	assert_int_equal(check_len(sizeof(prog) - 1), -E2BIG);
}

static void check_promises(const uint8_t *data)
{
	uint32_t end = 0;
	Elf32_Phdr ph;

	for (int i = 0; elf_next_load(data, &info, &i, &ph);) {
		assert_true(ph.p_vaddr >= end && ph.p_memsz >= ph.p_filesz);
		end = ph.p_vaddr + ph.p_memsz;
		assert_true(end > ph.p_vaddr);
		assert_true((uint64_t)ph.p_offset + ph.p_filesz <= FILE_SIZE);
		assert_true(info.type == ET_DYN || (ph.p_vaddr >= LO && end <= HI));
	}
	assert_int_equal(end, info.end);
}

/* Does any damage make the checks read outside the headers, or accept what they promise to
 * refuse? */
static void damaged_programs(void **state)
{
	struct fuzz f;

	for (fuzz_start(&f); fuzz_goes_on(&f);) {
		size_t size = sizeof(prog);
		uint8_t *bad;

		reset();
		bad = fuzz_mutate(&f, (const uint8_t *)&prog, &size);
		if (elf_check(bad, size, FILE_SIZE, LO, HI, &info) == 0)
			check_promises(bad);
		free(bad);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(right_program),
	        cmocka_unit_test(compiled_program),
	        cmocka_unit_test(stack_flag),
	        cmocka_unit_test(wrong_kind),
	        cmocka_unit_test(wrong_addresses),
	        cmocka_unit_test(wrong_contents),
	        cmocka_unit_test(position_independent),
	        cmocka_unit_test(short_buffer),
	        cmocka_unit_test(damaged_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
