/* SPDX-License-Identifier: MIT */
/*
 * Running what the parser found: processes, their groups, pipes and redirections.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <quire.h>
#include "sh.h"

int last_status;
bool interactive;

/* Sent by the terminal to the foreground: meant for the programs, not for the shell. */
static const int terminal_signals[] = {SIGINT, SIGQUIT, SIGTSTP, SIGTTOU, SIGTTIN};

static void set_terminal_signals(_sig_func_ptr handler)
{
	for (size_t i = 0; i < sizeof(terminal_signals) / sizeof(terminal_signals[0]); i++)
		if (terminal_signals[i] != SIGTSTP || handler == SIG_IGN)
			signal(terminal_signals[i], handler);
}

void become_interactive(void)
{
	interactive = true;
	set_terminal_signals(SIG_IGN);
	setpgid(0, 0);
	tcsetpgrp(0, getpid());
}

static bool redirect(const struct redirection *redir)
{
	int from = redir->from;

	if (redir->path) {
		from = open(redir->path, redir->flags, 0666);
		if (from < 0) {
			complain("sh", redir->path);
			return false;
		}
	}
	if (from != redir->fd && dup2(from, redir->fd) < 0) {
		complain("sh", "dup2");
		return false;
	}
	if (redir->path && from != redir->fd)
		close(from);
	return true;
}

/* In the child. */
static _Noreturn void execute(struct command *command)
{
	const char *path = program_path(command->words[0]);
	int status;

	for (int i = 0; i < command->redir_count; i++)
		if (!redirect(&command->redirs[i]))
			_exit(1);
	if (run_builtin(command, &status)) {
		fflush(stdout);
		_exit(status);
	}
	execve(path, command->words, environ);
	if (errno == ENOENT)
		fprintf(stderr, "sh: %s: there is no such program\n", command->words[0]);
	else
		complain("sh", path);
	_exit(127);
}

/* In the child and in the parent, whichever comes first, so that neither has to wait. */
static void place(pid_t pid, pid_t group, bool background)
{
	if (!interactive)
		return;
	setpgid(pid, group);
	if (!background)
		tcsetpgrp(0, group ? group : getpid());
}

/*
 * What runs in the background must not take what a person types. The terminal would stop it with
 * SIGTTIN, but on /dev/console Linux does not (drivers/tty/n_tty.c, job_control).
 */
static int input_for(const struct pipeline *pipeline)
{
	int null =
	        pipeline->background && interactive ? open("/dev/null", O_RDONLY | O_CLOEXEC) : 0;

	return null < 0 ? 0 : null;
}

/* Starts one stage between two descriptors; `unused` is the other end of its outgoing pipe. */
static pid_t start_stage(
        const struct pipeline *pipeline, int stage, pid_t group, int in, int out, int unused)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		complain("sh", "fork");
	if (pid > 0)
		place(pid, group ? group : pid, pipeline->background);
	if (pid)
		return pid;
	place(0, group, pipeline->background);
	if (interactive)
		set_terminal_signals(SIG_DFL);
	interactive = false;
	if (unused >= 0)
		close(unused);
	if (in != 0 && (dup2(in, 0) < 0 || close(in)))
		_exit(complain("sh", "pipe"));
	if (out != 1 && (dup2(out, 1) < 0 || close(out)))
		_exit(complain("sh", "pipe"));
	execute((struct command *)&pipeline->stages[stage]);
}

/* Starts all stages. Returns how many run; pids[0] names the group. */
static int start_stages(const struct pipeline *pipeline, pid_t pids[MAX_STAGES])
{
	int in = input_for(pipeline), started = 0;

	for (int i = 0; i < pipeline->stage_count; i++) {
		bool last = i + 1 == pipeline->stage_count;
		int ends[2] = {-1, 1};

		if (!last && pipe(ends)) {
			complain("sh", "pipe");
			break;
		}
		pids[i] = start_stage(pipeline, i, i ? pids[0] : 0, in, ends[1], ends[0]);
		if (in != 0)
			close(in);
		if (!last)
			close(ends[1]);
		in = last ? 0 : ends[0];
		if (pids[i] < 0)
			break;
		started++;
	}
	if (in > 0)
		close(in);
	return started;
}

/* Ctrl-C needs no word of explanation, nor does a reader that had enough. */
static void explain(const char *name, int status)
{
	int sig = WTERMSIG(status);

	if (!WIFSIGNALED(status) || sig == SIGPIPE)
		return;
	if (sig == SIGINT)
		fputc('\n', stderr);
	else
		fprintf(stderr, "%s: %s\n", name, strsignal(sig));
}

static int wait_for_all(const struct pipeline *pipeline, const pid_t *pids, int started)
{
	int status = 1 << 8;

	for (int i = 0; i < started; i++) {
		status = wait_for(pids[i]);
		explain(pipeline->stages[i].words[0], status);
	}
	if (interactive)
		tcsetpgrp(0, getpid());
	return started == pipeline->stage_count ? exit_status(status) : 1;
}

static int run_pipeline(const struct pipeline *pipeline)
{
	const struct command *first = &pipeline->stages[0];
	pid_t pids[MAX_STAGES];
	int status, started;

	if (pipeline->stage_count == 1 && !pipeline->background && !first->redir_count &&
	        run_builtin(first, &status))
		return status;
	started = start_stages(pipeline, pids);
	if (!pipeline->background)
		return wait_for_all(pipeline, pids, started);
	if (started && interactive)
		printf("[%d]\n", (int)pids[started - 1]);
	return started ? 0 : 1;
}

void report_background(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (WIFSIGNALED(status))
			printf("[%d] %s\n", (int)pid, strsignal(WTERMSIG(status)));
		else
			printf("[%d] ended with status %d\n", (int)pid, WEXITSTATUS(status));
}

void run_line(const char *line)
{
	static struct pipeline pipeline;
	enum connector before = CONNECT_ALWAYS, after;

	do {
		bool wanted = before == CONNECT_AND  ? last_status == 0
		              : before == CONNECT_OR ? last_status != 0
		                                     : true;

		after = parse_pipeline(&line, &pipeline);
		if (after == CONNECT_ERROR) {
			last_status = 2;
			return;
		}
		if (wanted && pipeline.stage_count)
			last_status = run_pipeline(&pipeline);
		before = after;
	} while (after != CONNECT_END);
}
