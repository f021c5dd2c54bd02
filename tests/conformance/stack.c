/* SPDX-License-Identifier: MIT */
/*
 * RLIMIT_STACK: how far a stack grows, what it leaves for arguments, and where other memory lies.
 * Each part runs in a child, with which its limits end.
 */
/* DIFFERS: mmap without a limit on the stack: Quire gives out memory downwards always */
#include "proc.h"

#define INFINITE (~0ull)

/* -- the stack -- */

static int stack_before(void)
{
	limit(RLIMIT_STACK, 1 << 20, INFINITE);
	return deep((1 << 20) - 8 * PAGE);
}

static int stack_past(void)
{
	limit(RLIMIT_STACK, 1 << 20, INFINITE);
	return deep((1 << 20) + 8 * PAGE);
}

/* Growing what is there already is not asked for again. */
static int stack_lowered(void)
{
	deep(1 << 20);
	limit(RLIMIT_STACK, 64 * 1024, INFINITE);
	deep(1 << 20);
	say("a stack larger than its limit", "stays");
	return deep((1 << 20) + 16 * PAGE);
}

/* What was mapped before leaves the stack the room that its limit promises. */
static int stack_beside_mapping(void)
{
	pages(1024, RW);
	return deep(7 << 20);
}

static void stack(void)
{
	saw_status("stack before its limit", in_child(stack_before));
	saw_status("stack past its limit", in_child(stack_past));
	saw_status("stack with a lowered limit", in_child(stack_lowered));
	saw_status("stack of 7 MiB, mapped before", in_child(stack_beside_mapping));
}

/* -- execve -- */

static char argument[132 * 1024];

/* Executes this program with that many arguments of that length each; it ends with 7 if it gets them. */
static long execute(int n, size_t size)
{
	static char *argv[300] = {"/conformance/stack", "arguments"};

	memset(argument, 'a', size - 1);
	argument[size - 1] = 0;
	for (int i = 0; i < n; i++)
		argv[i + 2] = argument;
	argv[n + 2] = NULL;
	return SYS(execve, argv[0], argv, NULL);
}

static int long_argument(void)
{
	saw("execve with an argument that is too long", execute(1, 128 * 1024 + 1));
	execute(1, 128 * 1024);
	return 99;
}

static int long_arguments(void)
{
	limit(RLIMIT_STACK, 2 << 20, INFINITE);
	saw("execve with 512 KiB of arguments", execute(4, 128 * 1024));
	execute(3, 128 * 1024);
	return 99;
}

static int tiny_stack(void)
{
	limit(RLIMIT_STACK, 64 * 1024, INFINITE);
	saw("execve with 80 KiB and a stack of 64 KiB", execute(20, 4096));
	execute(10, 4096);
	return 99;
}

/* Strings of a byte, each with a pointer of four: 128 KiB in all. */
static int many_strings(void)
{
	static char *argv[26302];

	limit(RLIMIT_STACK, 256 * 1024, INFINITE);
	for (int i = 0; i < 26301; i++)
		argv[i] = "";
	saw("execve with 26301 empty arguments", SYS(execve, "/conformance/stack", argv, NULL));
	argv[1] = "many";
	argv[26100] = NULL;
	SYS(execve, "/conformance/stack", argv, argv + 26050);
	return 99;
}

static int small_stack(void)
{
	limit(RLIMIT_STACK, 256 * 1024, INFINITE);
	saw("execve with 160 KiB and a stack of 256 KiB", execute(40, 4096));
	execute(20, 4096);
	return 99;
}

static int where_memory_is(void)
{
	char *argv[] = {"/conformance/stack", "where", NULL};

	limit(RLIMIT_STACK, INFINITE, INFINITE);
	SYS(execve, argv[0], argv, NULL);
	return 99;
}

/* After execve without a limit on the stack: memory is given out from below. */
static int say_where(void)
{
	long first = map(1, RW, PA), second = map(1, PROT_READ, PA);

	say("mmap without a limit on the stack", "%s", second > first ? "upwards" : "downwards");
	say("from", "%s", first < 0x60000000 ? "below" : "above");
	return 7;
}

static void programs(void)
{
	long first = map(1, RW, PA), second = map(1, PROT_READ, PA);

	say("mmap with a limit on the stack", "%s", second > first ? "upwards" : "downwards");
	saw_status("end after a long argument", in_child(long_argument));
	saw_status("end after long arguments", in_child(long_arguments));
	saw_status("end with a small stack", in_child(small_stack));
	saw_status("end with a tiny stack", in_child(tiny_stack));
	saw_status("end after many arguments", in_child(many_strings));
	saw_status("end without a limit on the stack", in_child(where_memory_is));
}

/* Are they what execute() made, one behind the other? */
static int check_arguments(int argc, char **argv)
{
	char label[32];

	for (int i = 2; i < argc; i++) {
		char *end = argv[i];

		while (*end == 'a')
			end++;
		if (*end || end - argv[i] < 4095 || (i + 1 < argc && argv[i + 1] != end + 1))
			return 1;
	}
	format_text(label, sizeof(label), "%d arguments", argc - 2);
	say(label, "%d KiB apart", (argv[argc - 1] - argv[1]) / 1024);
	return 7;
}

static int check_many(int argc, char **argv)
{
	for (int i = 2; i < argc; i++) {
		if (*argv[i] || argv[i] != argv[i - 1] + (i == 2 ? 5 : 1))
			return 1;
	}
	say("empty arguments", "%d", argc);
	return argv[argc] ? 1 : 7;
}

int main(int argc, char **argv)
{
	if (argc > 1 && same(argv[1], "where"))
		return say_where();
	if (argc > 1 && same(argv[1], "many"))
		return check_many(argc, argv);
	if (argc > 1)
		return check_arguments(argc, argv);
	stack();
	programs();
	return 0;
}
