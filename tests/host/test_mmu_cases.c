/* SPDX-License-Identifier: MIT */
/*
 * Single cases for the simulated MMU, which random sequences come to too seldom.
 */
#include "host.h"
#include <lib/abi/mman.h>
#include <mm/commit.h>
#include "mmu/seeds.h"
#include "mmu/world.h"

#define PAGE 1u /* of the first window */

/* Maps page `index` of a file at PAGE of the current space. */
static void map_file(struct object *file, uint32_t index, uint32_t prot)
{
	struct space *s = running[sim_core()];
	struct mm_map_request r = {.addr = page_va(PAGE),
	        .length = PAGE_SIZE,
	        .prot = prot,
	        .flags = MAP_PRIVATE | MAP_FIXED,
	        .as = &file->as,
	        .pgoff = index,
	        .ops = &file_vm_ops,
	        .object = file};

	if (mm_map(s->mm, &r) != page_va(PAGE))
		sim_fail("cannot map");
	s->pages[PAGE] = (struct ref_page){
	        .mapped = true, .prot = prot, .may_write = true, .object = file, .index = index};
}

static struct space *begin(void)
{
	struct space *s = space_create();

	world_run(sim_core(), s);
	return s;
}

/* Starts with both code pages read in and synchronised, so that nothing later does that. */
static void start(uint64_t seed)
{
	struct space *s;

	world_start(seed);
	narrow = true;
	sim_focus(page_va(PAGE), 1);
	s = begin();
	for (uint32_t index = 0; index < 2; index++) {
		map_file(&files[0], index, PROT_READ | PROT_EXEC);
		world_touch(PAGE, SIM_EXECUTE);
	}
	space_end(s);
}

/* Other code at an address, by way of munmap. */
static void code_replaced(uint64_t seed)
{
	start(seed);
	sim_note("code replaced");
	begin();
	world_run(1, running[0]); /* a thread that goes on executing */
	for (uint32_t i = 0; i < 4; i++) {
		map_file(&files[0], i % 2, PROT_READ | PROT_EXEC);
		sim_check();
		world_touch(PAGE, SIM_EXECUTE);
	}
	world_end();
}

/* The same, while the page was not executable in between. */
static void code_replaced_while_data(uint64_t seed)
{
	struct space *s;

	start(seed);
	sim_note("code replaced while it was data");
	s = begin();
	world_run(1, s); /* a thread that goes on executing */
	for (uint32_t i = 0; i < 4; i++) {
		map_file(&files[0], i % 2, PROT_READ | PROT_EXEC);
		world_touch(PAGE, SIM_EXECUTE);
		if (mm_protect(s->mm, page_va(PAGE), PAGE_SIZE, PROT_READ))
			sim_fail("cannot protect");
		s->pages[PAGE].prot = PROT_READ;
		sim_check();
		world_touch(PAGE, SIM_READ);
	}
	world_end();
}

/* Runs a space on core 1 and executes its page there. */
static void execute_over_there(struct space *s)
{
	world_run(1, s);
	sim_set_core(1);
	world_touch(PAGE, SIM_EXECUTE);
	sim_set_core(0);
}

/* A space with the number of one that ended, and with other code, on both cores. */
static void number_of_the_dead(uint64_t seed)
{
	struct space *s;
	uint8_t asid;

	start(seed);
	sim_note("the ASID of a space that ended");
	s = begin();
	asid = s->mm->context.asid;
	map_file(&files[0], 0, PROT_READ | PROT_EXEC);
	world_touch(PAGE, SIM_EXECUTE);
	execute_over_there(s);
	space_end(s);
	for (int i = 0; i < 255; i++) {
		s = begin();
		if (s->mm->context.asid == asid)
			break;
		space_end(s);
	}
	if (s->mm->context.asid != asid)
		sim_fail("number %u does not come back", asid);
	map_file(&files[0], 1, PROT_READ | PROT_EXEC);
	world_touch(PAGE, SIM_EXECUTE);
	execute_over_there(s);
	world_end();
}

/* A page of code that is written, and so copied, between two executions. */
static void code_copied(uint64_t seed)
{
	start(seed);
	sim_note("code copied");
	begin();
	map_file(&files[0], 0, PROT_READ | PROT_WRITE | PROT_EXEC);
	world_run(1, running[0]); /* a thread that goes on executing */
	world_touch(PAGE, SIM_EXECUTE);
	world_touch(PAGE, SIM_WRITE);
	sim_check();
	world_touch(PAGE, SIM_EXECUTE);
	world_end();
}

/* What if the last number is given out while the other core runs on? */
static void rollover(uint64_t seed)
{
	struct space *s[260];

	start(seed);
	sim_note("rollover");
	max_spaces = 300;
	for (int i = 0; i < 260; i++) {
		sim_set_core(i == 0);
		s[i] = begin();
		map_file(&files[0], i % 2, PROT_READ | PROT_EXEC);
		world_touch(PAGE, SIM_EXECUTE);
	}
	for (int i = 259; i >= 0; i--) {
		sim_set_core(1);
		world_touch(PAGE, SIM_EXECUTE);
		sim_set_core(0);
		world_run(0, s[i]);
		world_touch(PAGE, SIM_EXECUTE);
	}
	world_run(1, s[100]);
	sim_set_core(1);
	world_touch(PAGE, SIM_EXECUTE);
	world_end();
}

/* What if mremap() gets its first table at the target and not the second? */
static void half_a_target(uint64_t seed)
{
	uint32_t target = 2 * WINDOW_PAGES + WINDOW_PAGES / 2 - 2; /* lies across a MiB */
	struct space *s;

	start(seed);
	sim_note("move to a place without tables");
	s = begin();
	for (uint32_t n = 1; !s->pages[target].mapped; n++) {
		struct mm_map_request r = {.addr = page_va(PAGE),
		        .length = 4 * PAGE_SIZE,
		        .prot = PROT_READ,
		        .flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED};

		if (n == 1 && mm_map(s->mm, &r) != page_va(PAGE))
			sim_fail("cannot map");
		for (uint32_t i = PAGE; i < PAGE + 4; i++)
			s->pages[i] = (struct ref_page){
			        .mapped = true, .prot = PROT_READ, .may_write = true};
		hooks_fail_at(n, false);
		if (mm_remap(s->mm, page_va(PAGE), 4 * PAGE_SIZE, 4 * PAGE_SIZE,
		            MREMAP_MAYMOVE | MREMAP_FIXED, page_va(target)) > 0) {
			for (uint32_t i = 0; i < 4; i++) {
				s->pages[target + i] = s->pages[PAGE + i];
				page_unmapped(&s->pages[PAGE + i]);
			}
		}
		hooks_fail_at(0, false);
		sim_check();
		world_check_counts(s);
	}
	world_end();
}

/* What if another core uses what has just been moved? */
static void moved_for_all(uint64_t seed)
{
	struct space *s;
	uint32_t at = PAGE;

	start(seed);
	sim_note("moved for all");
	s = begin();
	world_run(1, s);
	map_file(&files[0], 0, PROT_READ);
	world_touch(PAGE, SIM_READ);
	for (uint32_t i = 0; i < 20; i++) {
		uint32_t to = at == PAGE ? PAGE + 2 : PAGE;

		if (mm_remap(s->mm, page_va(at), PAGE_SIZE, PAGE_SIZE,
		            MREMAP_MAYMOVE | MREMAP_FIXED, page_va(to)) != page_va(to))
			sim_fail("cannot move");
		s->pages[to] = s->pages[at];
		page_unmapped(&s->pages[at]);
		at = to;
		sim_set_core(1);
		world_touch(at, SIM_READ);
		sim_set_core(0);
	}
	world_end();
}

/* Maps page i of the current space for writing, as a stack or not. */
static void map_page(uint32_t i, bool grows)
{
	struct space *s = running[sim_core()];
	struct mm_map_request r = {.addr = page_va(i),
	        .length = PAGE_SIZE,
	        .prot = PROT_READ | PROT_WRITE,
	        .flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
	        .vm_flags = grows ? VM_GROWSDOWN : 0};

	if (mm_map(s->mm, &r) != page_va(i))
		sim_fail("cannot map");
	s->pages[i] = (struct ref_page){
	        .mapped = true, .prot = r.prot, .may_write = true, .account = true, .grows = grows};
}

/* What if a stack grows to just the gap above its neighbour, and one page nearer? */
static void stack_gap(uint32_t below)
{
	uint32_t nearest = va_page(page_va(below) + PAGE_SIZE + STACK_GAP);
	struct space *s = begin();

	map_page(below, false);
	map_page(nearest + 1, true);
	sim_note("the gap above 0x%08x", page_va(below));
	world_touch(nearest - 1, SIM_WRITE);
	if (s->pages[nearest - 1].mapped)
		sim_fail("the model forgets the gap");
	world_touch(nearest, SIM_WRITE);
	world_touch(nearest - 1, SIM_READ);
	if (!s->pages[nearest].mapped)
		sim_fail("the model does not grow");
	world_check_counts(s);
	world_verify();
	space_end(s);
}

static void stack_gaps(uint64_t seed)
{
	start(seed);
	for (uint32_t below = 0; below < 2; below++)
		stack_gap(below);
	world_end();
}

/* What if there is room for the promises of a child only because it does not get every region? */
static void fork_of_a_part(uint64_t seed)
{
	struct space *s;

	start(seed);
	sim_note("fork of a part");
	s = begin();
	map_page(0, false);
	map_page(2, false);
	map_page(4, false);
	for (uint32_t i = 2; i <= 4; i += 2) {
		if (mm_advise(s->mm, page_va(i), PAGE_SIZE, MADV_DONTFORK))
			sim_fail("cannot advise");
		s->pages[i].dontcopy = true;
	}
	overcommit.memory = OVERCOMMIT_NEVER;
	overcommit.kbytes = (committed_pages() + 2) * 4;
	while (!spaces[1].mm)
		op_fork();
	if (committed_pages() != 4)
		sim_fail("%u pages are promised", committed_pages());
	world_check_counts(&spaces[1]);
	world_end();
}

/* What if it gets some of its memory empty, which it would have had with its contents? */
static void wiped_child(uint64_t seed)
{
	struct space *s;

	start(seed);
	sim_note("a wiped child");
	s = begin();
	for (uint32_t i = 0; i < 6; i += 2) {
		map_page(i, false);
		world_touch(i, SIM_WRITE);
	}
	if (mm_advise(s->mm, page_va(0), PAGE_SIZE, MADV_WIPEONFORK) ||
	        mm_advise(s->mm, page_va(2), PAGE_SIZE, MADV_WIPEONFORK) ||
	        mm_advise(s->mm, page_va(2), PAGE_SIZE, MADV_KEEPONFORK))
		sim_fail("cannot advise");
	s->pages[0].wipe = true;
	while (!spaces[1].mm)
		op_fork();
	for (uint32_t i = 0; i < 2; i++) {
		world_run(sim_core(), &spaces[i]);
		world_verify();
		world_check_counts(&spaces[i]);
	}
	world_end();
}

/* Maps page 0 of the first file at page i, shared and for writing. */
static void map_shared(uint32_t i)
{
	struct space *s = running[sim_core()];
	struct mm_map_request r = {.addr = page_va(i),
	        .length = PAGE_SIZE,
	        .prot = PROT_READ | PROT_WRITE,
	        .flags = MAP_SHARED | MAP_FIXED,
	        .vm_flags = VM_MAYWRITE,
	        .as = &files[0].as,
	        .ops = &file_vm_ops,
	        .object = &files[0]};

	if (mm_map(s->mm, &r) != page_va(i))
		sim_fail("cannot map");
	s->pages[i] = (struct ref_page){.mapped = true,
	        .prot = r.prot,
	        .may_write = true,
	        .shared = true,
	        .object = &files[0]};
	world_touch(i, SIM_WRITE);
}

/* What if a file loses a page of which somebody has a copy, and which somebody has locked? */
static void hole_under_a_copy(uint64_t seed)
{
	struct space *s;

	start(seed);
	sim_note("a hole under a copy");
	s = begin();
	map_file(&files[0], 0, PROT_READ | PROT_WRITE);
	s->pages[PAGE].account = true;
	world_touch(PAGE, SIM_READ);
	world_touch(PAGE, SIM_WRITE);
	map_shared(PAGE + 2);
	map_shared(PAGE + 4);
	if (mm_lock_range(s->mm, page_va(PAGE + 4), PAGE_SIZE, VM_LOCKED))
		sim_fail("cannot lock");
	s->pages[PAGE + 4].locked = true;
	if (mm_advise(s->mm, page_va(PAGE + 2), PAGE_SIZE, MADV_REMOVE))
		sim_fail("cannot advise");
	files[0].bytes[0] = 0;
	sim_check();
	world_verify();
	world_check_counts(s);
	world_end();
}

#define CASE(name)                                                                                 \
	static void name##_case(void **state)                                                      \
	{                                                                                          \
		assert_int_equal(run_seeds(name, 8), 0);                                           \
	}

CASE(code_replaced)
CASE(code_replaced_while_data)
CASE(number_of_the_dead)
CASE(code_copied)
CASE(rollover)
CASE(half_a_target)
CASE(moved_for_all)
CASE(stack_gaps)
CASE(fork_of_a_part)
CASE(wiped_child)
CASE(hole_under_a_copy)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(code_replaced_case),
	        cmocka_unit_test(code_replaced_while_data_case),
	        cmocka_unit_test(number_of_the_dead_case),
	        cmocka_unit_test(code_copied_case),
	        cmocka_unit_test(rollover_case),
	        cmocka_unit_test(half_a_target_case),
	        cmocka_unit_test(moved_for_all_case),
	        cmocka_unit_test(stack_gaps_case),
	        cmocka_unit_test(fork_of_a_part_case),
	        cmocka_unit_test(wiped_child_case),
	        cmocka_unit_test(hole_under_a_copy_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
