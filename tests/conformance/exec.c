/* SPDX-License-Identifier: MIT */
/*
 * execve: what a new program is given, what it keeps, and what can't be run. Runs itself; the first
 * argument then says what to look at.
 */
#include <linux/auxvec.h>
#include "observe.h"

#define SELF "/conformance/exec"

static char *none[] = {NULL};

static const char *kind_of(unsigned long at, char **argv)
{
	return at == 0 ? "0" : at > (unsigned long)argv ? "above argv" : "below argv";
}

static void show_auxv(char **argv, char **envp)
{
	unsigned long *aux;

	while (*envp)
		envp++;
	for (aux = (unsigned long *)envp + 1; aux[0] != AT_NULL; aux += 2) {
		if (aux[0] == AT_PAGESZ)
			say("AT_PAGESZ", "%lu", aux[1]);
		else if (aux[0] == AT_PHENT || aux[0] == AT_PHNUM)
			say(aux[0] == AT_PHENT ? "AT_PHENT" : "AT_PHNUM", "%lu", aux[1]);
		else if (aux[0] == AT_ENTRY || aux[0] == AT_PHDR)
			say(aux[0] == AT_ENTRY ? "AT_ENTRY" : "AT_PHDR", "%lx", aux[1]);
		else if (aux[0] == AT_SECURE || aux[0] == AT_BASE || aux[0] == AT_UID ||
		         aux[0] == AT_FLAGS)
			say(aux[0] == AT_SECURE     ? "AT_SECURE"
			        : aux[0] == AT_BASE ? "AT_BASE"
			        : aux[0] == AT_UID  ? "AT_UID"
			                            : "AT_FLAGS",
			        "%lu", aux[1]);
		else if (aux[0] == AT_RANDOM)
			say("AT_RANDOM", "%s", kind_of(aux[1], argv));
		else if (aux[0] == AT_EXECFN || aux[0] == AT_PLATFORM)
			say(aux[0] == AT_EXECFN ? "AT_EXECFN" : "AT_PLATFORM", "%s",
			        (char *)aux[1]);
		else if (aux[0] == AT_CLKTCK)
			say("AT_CLKTCK", "%lu", aux[1]);
	}
}

static int show_start(int argc, char **argv, char **envp)
{
	say("argc", "%d", argc);
	for (int i = 0; argv[i]; i++)
		say((const char *[]){"argv[0]", "argv[1]", "argv[2]", "argv[3]"}[i], "%s", argv[i]);
	for (int i = 0; envp[i]; i++)
		say((const char *[]){"envp[0]", "envp[1]", "envp[2]"}[i], "%s", envp[i]);
	say("stack at argv", "%lu bytes from 8", (unsigned long)(argv - 1) % 8);
	show_auxv(argv, envp);
	return 0;
}

static int show_kept(void)
{
	struct action action;
	stack_t stack = {0};
	uint64_t set = 0;

	SYS(rt_sigaction, SIGUSR1, NULL, &action, 8);
	say("handled signal", "%s", action.handler == SIG_DFL ? "default" : "kept");
	SYS(rt_sigaction, SIGUSR2, NULL, &action, 8);
	say("ignored signal", "%s", action.handler == SIG_IGN ? "ignored" : "not ignored");
	SYS(rt_sigprocmask, SIG_BLOCK, NULL, &set, 8);
	say("blocked signals", "%x", (uint32_t)set);
	SYS(rt_sigpending, &set, 8);
	say("pending signals", "%x", (uint32_t)set);
	SYS(sigaltstack, NULL, &stack);
	say("alternate stack", "flags %d", stack.ss_flags);
	saw("descriptor 20", SYS(fcntl64, 20, F_GETFD));
	saw("descriptor 21, close on exec", SYS(fcntl64, 21, F_GETFD));
	return 0;
}

/* argv[1] says what kind of script it is: that is its interpreter's argument. What shows that the program is the script? */
static int show_script(int argc, char **argv, char **envp)
{
	char label[64], comm[16];
	unsigned long *aux;

	for (int i = 0; i < argc && i < 8; i++) {
		format_text(label, sizeof(label), "argument %d of a %s", i, argv[1]);
		say(label, "%s", argv[i]);
	}
	while (*envp)
		envp++;
	for (aux = (unsigned long *)envp + 1; aux[0] != AT_NULL; aux += 2) {
		if (aux[0] == AT_EXECFN) {
			format_text(label, sizeof(label), "AT_EXECFN of a %s", argv[1]);
			say(label, "%s", (char *)aux[1]);
		}
	}
	SYS(prctl, 16, comm, 0, 0, 0); /* PR_GET_NAME */
	format_text(label, sizeof(label), "comm of a %s", argv[1]);
	say(label, "%s", comm);
	return 0;
}

static int run(const char *path, char **argv, char **envp)
{
	long pid = SYS(fork), answer;

	if (pid == 0) {
		answer = SYS(execve, path, argv, envp);
		say("execve failed", "%s", answer_name(answer));
		leave(1);
	}
	return wait_status(pid);
}

static void keep_and_run(void)
{
	static char stack_memory[16384];
	stack_t stack = {stack_memory, 0, sizeof(stack_memory)};

	handle(SIGUSR1, restore, 0);
	handle(SIGUSR2, SIG_IGN, 0);
	mask_signals(SIG_BLOCK, SIGNAL_BIT(SIGTERM));
	SYS(kill, SYS(getpid), SIGTERM);
	SYS(sigaltstack, &stack, NULL);
	SYS(dup2, 1, 20);
	SYS(dup3, 1, 21, O_CLOEXEC);
	SYS(execve, SELF, ((char *[]){SELF, "kept", NULL}), none);
	leave(1);
}

static int as_file(const char *content, int mode)
{
	SYS(close, new_file("/tmp/program", content));
	SYS(chmod, "/tmp/program", mode);
	return (int)SYS(execve, "/tmp/program", none, none);
}

/* Linux looks at 256 bytes of a script: a path that may go on behind them is none. */
static void interpreter_of(int bytes, char behind)
{
	char text[512] = "#!", label[64];

	memset(text + 2, '/', bytes);
	text[bytes] = 'n'; /* no such file */
	text[bytes + 1] = 'o';
	text[bytes + 2] = behind;
	format_text(label, sizeof(label), "an interpreter of %d bytes, then %x", bytes, behind);
	saw(label, as_file(text, 0755));
}

static void what_cannot_run(void)
{
	saw("execve of nothing", SYS(execve, "/tmp/none", none, none));
	saw("execve of a directory", SYS(execve, "/tmp", none, none));
	saw("execve of an empty path", SYS(execve, "", none, none));
	saw("execve through a file", SYS(execve, SELF "/x", none, none));
	saw("execve from nowhere", SYS(execve, BAD_POINTER, none, none));
	saw("argv from nowhere", SYS(execve, SELF, BAD_POINTER, none));
	saw("an argument from nowhere", SYS(execve, SELF, ((char *[]){BAD_POINTER, NULL}), none));
	saw("envp from nowhere", SYS(execve, SELF, none, BAD_POINTER));
	saw("a file that is not executable", as_file("#!/bin/x\n", 0644));
	saw("an empty file", as_file("", 0755));
	saw("a file of text", as_file("hello world\n", 0755));
	saw("a file that begins like a program", as_file("\177ELF\1\1\1", 0755));
	saw("a script without interpreter", as_file("#!\n", 0755));
	saw("a script with a missing interpreter", as_file("#!/tmp/none\n", 0755));
	saw("a script whose interpreter is a directory", as_file("#!/tmp\n", 0755));
	saw("a script that is its own interpreter", as_file("#!/tmp/program\n", 0755));
	interpreter_of(253, '\n');
	interpreter_of(253, ' ');
	interpreter_of(253, 0);
	interpreter_of(253, 'x');
	interpreter_of(400, '\n');
	SYS(unlink, "/tmp/program");
}

static int too_much(void)
{
	static char *many[60000];
	static char large[140000];

	memset(large, 'x', sizeof(large) - 1);
	saw("one argument of 140000 bytes",
	        SYS(execve, SELF, ((char *[]){SELF, large, NULL}), none));
	large[131072] = 0;
	saw("one of 131072", SYS(execve, SELF, ((char *[]){SELF, large, NULL}), none));
	large[1000] = 0;
	for (size_t i = 0; i < ARRAY_LEN(many) - 1; i++)
		many[i] = large;
	saw("60000 of 1000 bytes", SYS(execve, SELF, many, none));
	return 0;
}

static void script(const char *path, const char *text)
{
	SYS(close, new_file(path, text));
	SYS(chmod, path, 0755);
}

static void scripts(void)
{
	script("/tmp/script", "#! " SELF " script with words \nrest\n");
	saw_status("script", run("/tmp/script", (char *[]){"zero", "one", "two", NULL}, none));
	script("/tmp/script", "#!" SELF " nested script\n");
	script("/tmp/one-with-a-long-name", "#!/tmp/script\n");
	saw_status("script of a script", run("/tmp/one-with-a-long-name", none, none));
	SYS(unlink, "/tmp/one-with-a-long-name");
	SYS(unlink, "/tmp/script");
}

/* A row of scripts, each the interpreter of the next; the first one's is this program. */
static void row_of_scripts(void)
{
	char path[] = "/tmp/0", text[64];

	script(path, "#!" SELF " script-row\n");
	for (int i = 1; i < 6; i++) {
		format_text(text, sizeof(text), "#!%s %d\n", path, i);
		path[5]++;
		script(path, text);
		if (i < 4)
			continue;
		format_text(text, sizeof(text), "%d scripts in a row", i + 1);
		saw_status(text, run(path, (char *[]){"zero", "one", NULL}, none));
	}
	for (; path[5] >= '0'; path[5]--)
		SYS(unlink, path);
}

/* A program that is being written can't run, and one that runs can't be written. */
static void busy(void)
{
	long fd = SYS(open, SELF, O_WRONLY);

	saw("open of a running program to write", fd);
	SYS(close, fd);
	fd = new_file("/tmp/busy", "#!/tmp/none\n");
	SYS(fchmod, fd, 0755);
	saw("execve of what is open to write", SYS(execve, "/tmp/busy", none, none));
	saw("open of a running program to read, truncated",
	        SYS(open, "/proc/self/exe", O_RDONLY | O_TRUNC, 0));
	saw("truncate of a running program", SYS(truncate, "/proc/self/exe", 0));
	SYS(unlink, "/tmp/busy");
}

int main(int argc, char **argv, char **envp)
{
	char *start[] = {"zero", "start", "", "three", NULL};
	long pid;

	if (argc > 1 && same(argv[1], "start"))
		return show_start(argc, argv, envp);
	if (argc > 1 && same(argv[1], "kept"))
		return show_kept();
	if (argc > 1 && find(argv[1], "script"))
		return show_script(argc, argv, envp);
	if (argc == 0 || !envp[0] || !find(envp[0], "CONFORMANCE"))
		return 33;
	saw_status("a program", run(SELF, start, (char *[]){"A=1", "", NULL}));
	saw_status("a program without arguments", run(SELF, none, none));
	pid = SYS(fork);
	if (pid == 0)
		keep_and_run();
	saw_status("a program with things kept", wait_status(pid));
	what_cannot_run();
	saw_status("a program given too much", in_child(too_much));
	scripts();
	row_of_scripts();
	busy();
	return 0;
}
