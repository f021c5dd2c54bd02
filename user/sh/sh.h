/* SPDX-License-Identifier: MIT */
/*
 * The shell's parts: editor.c reads a line, parse.c takes it apart, run.c runs the pieces.
 */
#ifndef SH_H
#define SH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define LINE_SIZE  512
#define MAX_WORDS  64
#define MAX_STAGES 8
#define MAX_REDIRS 4

struct redirection {
	int fd;     /* the one that changes */
	int flags;  /* for open; */
	char *path; /* NULL: a copy of `from` instead */
	int from;
};

struct command {
	char *words[MAX_WORDS + 1]; /* ends with NULL */
	int word_count;
	struct redirection redirs[MAX_REDIRS];
	int redir_count;
};

/* Commands joined by |. */
struct pipeline {
	struct command stages[MAX_STAGES];
	int stage_count;
	bool background;
	char storage[2 * LINE_SIZE]; /* the words lie here */
};

/* What joins a pipeline to the next. */
enum connector {
	CONNECT_END,
	CONNECT_ALWAYS,
	CONNECT_AND,
	CONNECT_OR,
	CONNECT_ERROR
};

/* $?, and whether a person is at the terminal. */
extern int last_status;
extern bool interactive;

/*
 * Takes one pipeline off the line at *at and moves *at behind it. Returns what followed it;
 * CONNECT_ERROR after a message. An empty pipeline has no stages.
 */
enum connector parse_pipeline(const char **at, struct pipeline *pipeline);

/* Runs everything on a line; sets last_status. */
void run_line(const char *line);

/* Takes the terminal and ignores the signals that it sends. */
void become_interactive(void);

/* Says which background jobs have ended. */
void report_background(void);

/* If the command is built in, does it, sets *status and returns true. */
bool run_builtin(const struct command *command, int *status);

/* Lets a person type a line. Returns false at the end (Ctrl-D). */
bool edit_line(const char *prompt, char line[LINE_SIZE]);

#endif
