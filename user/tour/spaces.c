/* SPDX-License-Identifier: MIT */
/*
 * Address spaces: one pointer with two meanings, one page in two spaces.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <quire.h>
#include "tour.h"

/* -- pointer -- */

/* Some boards have RAM there, others a device. */
#define THE_POINTER 0x40000000ul

static int pointer_child(int in, int out, void *arg)
{
	volatile uint32_t *p = mmap((void *)THE_POINTER, PAGE_SIZE, PROT_READ | PROT_WRITE,
	        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	uint32_t value;

	if (p == MAP_FAILED)
		return 1;
	*p = *(const uint32_t *)arg;
	report(out, "", 1);
	if (!wait_turn(in))
		return 1;
	value = *p; /* the other one has written meanwhile */
	report(out, &value, sizeof(value));
	wait_turn(in);
	return 0;
}

static void print_owner(unsigned long address)
{
	struct range owner;

	if (find_range(NULL, address, &owner))
		printf("   at the physical address 0x%08lx this board has: %s\n", address,
		        owner.name);
}

/* Returns the frame behind the pointer. */
static unsigned long print_view(const char *name, const struct child *c, uint32_t wrote)
{
	struct seen page = look_up(c->pid, (void *)THE_POINTER);
	unsigned long asid;
	char path[32];
	uint32_t value = 0;

	child_tell(c);
	child_hear(c, &value, sizeof(value));
	printf("   %s: wrote 0x%08lx to 0x%08lx, reads 0x%08lx: physical 0x%08lx", name,
	        (unsigned long)wrote, THE_POINTER, (unsigned long)value, page.frame * PAGE_SIZE);
	snprintf(path, sizeof(path), "/proc/%d/status", (int)c->pid);
	if (number_in(path, "Asid", &asid))
		printf(", ASID %lu", asid);
	putchar('\n');
	claim(value == wrote, "each reads what it wrote itself");
	return page.frame;
}

static void show_pointer(void)
{
	static const uint32_t values[2] = {0x11111111, 0x22222222};
	static const char *const names[2] = {"one", "two"};
	unsigned long frames[2];
	struct child c[2];
	char ready;

	if (!frames_known())
		return;
	for (int i = 0; i < 2; i++)
		if (!child_start(&c[i], pointer_child, (void *)&values[i]) ||
		        !claim(child_hear(&c[i], &ready, 1), "the address can be mapped"))
			return;
	for (int i = 0; i < 2; i++)
		frames[i] = print_view(names[i], &c[i], values[i]);
	for (int i = 0; i < 2; i++)
		child_end(&c[i]);
	print_owner(THE_POINTER);
	claim(frames[0] != frames[1], "one address leads to different frames");
}

const struct step pointer_step = {
        .name = "pointer",
        .title = "the same pointer, different memory",
        .text = "On a microcontroller 0x40000000 is a place: whoever writes there, writes there.\n"
                "Here two processes write to it at the same time, and then look what they find.\n",
        .show = show_pointer,
        .proves = "A pointer means something only together with an address space.",
};

/* -- text -- */

/* Becomes the same program, from its file, in a space that shares nothing with ours by fork. */
static int hold_child(int in, int out, void *arg)
{
	char *argv[] = {"tour", "-hold", NULL};

	(void)arg;
	dup2(in, 0);
	dup2(out, 1);
	execve("/proc/self/exe", argv, environ);
	return 127;
}

static void print_text(const struct child *c, unsigned long *rss_kib, unsigned long *pss_kib)
{
	/* The first region in the file is the program's text. */
	*rss_kib = number_of_process(c->pid, "smaps", "Rss");
	*pss_kib = number_of_process(c->pid, "smaps", "Pss");
	printf("   pid %d: text Rss %lu KiB, Pss %lu KiB; wait_turn() at 0x%08lx: physical "
	       "0x%08lx\n",
	        (int)c->pid, *rss_kib, *pss_kib, (unsigned long)&wait_turn & ~1ul,
	        look_up(c->pid, (void *)&wait_turn).frame * PAGE_SIZE);
}

static void show_text(void)
{
	unsigned long rss_kib[2], pss_kib[2];
	struct child c[2];
	struct seen page[2];
	char ready;

	if (!frames_known())
		return;
	for (int i = 0; i < 2; i++)
		if (!child_start(&c[i], hold_child, NULL) ||
		        !claim(child_hear(&c[i], &ready, 1), "the program can be run again"))
			return;
	for (int i = 0; i < 2; i++) {
		print_text(&c[i], &rss_kib[i], &pss_kib[i]);
		page[i] = look_up(c[i].pid, (void *)&wait_turn);
	}
	for (int i = 0; i < 2; i++)
		child_end(&c[i]);
	claim(page[0].present && page[1].present, "the code that runs is in memory");
	claim(page[0].frame == page[1].frame, "both run the same copy");
	claim(pss_kib[0] < rss_kib[0] && pss_kib[1] < rss_kib[1], "Pss divides what is shared");
}

const struct step text_step = {
        .name = "text",
        .title = "one copy of the code, however many run it",
        .text = "The program is started twice more. Its text is in memory once, in the page "
                "cache;\n"
                "Rss counts it for each process, Pss divides it by all who use it. A library is\n"
                "shared in the same way: it is a file that is mapped.\n",
        .show = show_text,
        .proves = "Code is a file's pages: loaded once, mapped by everybody who runs it.",
};
