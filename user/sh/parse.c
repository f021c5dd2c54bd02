/* SPDX-License-Identifier: MIT */
/*
 * From text to commands: words with quotes and $?, redirections, | ; & && ||.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include "sh.h"

struct parser {
	const char *at;
	char *free; /* where the next word goes in the pipeline's storage */
	char *end;
	struct pipeline *pipeline;
	struct command *command;
};

static bool syntax_error(const char *what)
{
	fprintf(stderr, "sh: %s\n", what);
	return false;
}

static bool put(struct parser *p, char c)
{
	if (p->free == p->end)
		return syntax_error("line too long");
	*p->free++ = c;
	return true;
}

static bool put_status(struct parser *p)
{
	char digits[12];

	snprintf(digits, sizeof(digits), "%d", last_status);
	for (const char *d = digits; *d; d++)
		if (!put(p, *d))
			return false;
	p->at += 2;
	return true;
}

/* One character of a word outside '...', or a whole $?. */
static bool take_character(struct parser *p)
{
	if (p->at[0] == '$' && p->at[1] == '?')
		return put_status(p);
	if (p->at[0] == '\\' && p->at[1])
		p->at++;
	return put(p, *p->at++);
}

static bool take_quoted(struct parser *p)
{
	char quote = *p->at++;

	while (*p->at && *p->at != quote)
		if (quote == '\'' ? !put(p, *p->at++) : !take_character(p))
			return false;
	if (!*p->at)
		return syntax_error(quote == '"' ? "a \" is missing" : "a ' is missing");
	p->at++;
	return true;
}

/* Returns the word at p->at with its quotes taken off, or NULL after a message. */
static char *take_word(struct parser *p)
{
	char *word = p->free;

	while (*p->at && !strchr(" \t\n;&|<>", *p->at)) {
		bool quoted = *p->at == '"' || *p->at == '\'';

		if (quoted ? !take_quoted(p) : !take_character(p))
			return NULL;
	}
	return put(p, '\0') ? word : NULL;
}

static void skip_blanks(struct parser *p)
{
	p->at += strspn(p->at, " \t");
	if (*p->at == '#')
		p->at += strcspn(p->at, "\n");
}

static bool at_redirection(const struct parser *p)
{
	const char *at = p->at;

	return *at == '<' || *at == '>' || ((*at == '1' || *at == '2') && at[1] == '>');
}

/* < file, > file, >> file, 2> file, 2>&1 and the like. */
static bool take_redirection(struct parser *p)
{
	struct redirection *redir = &p->command->redirs[p->command->redir_count];

	if (p->command->redir_count++ == MAX_REDIRS)
		return syntax_error("too many redirections");
	redir->fd = *p->at == '<' ? 0 : *p->at == '2' ? 2 : 1;
	p->at += *p->at == '1' || *p->at == '2';
	redir->flags = *p->at == '<' ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC;
	p->at++;
	if (p->at[0] == '>') {
		redir->flags = O_WRONLY | O_CREAT | O_APPEND;
		p->at++;
	}
	redir->path = NULL;
	if (p->at[0] == '&' && (p->at[1] == '1' || p->at[1] == '2')) {
		redir->from = p->at[1] - '0';
		p->at += 2;
		return true;
	}
	skip_blanks(p);
	redir->path = take_word(p);
	if (redir->path && !*redir->path)
		return syntax_error("a file name is missing");
	return redir->path != NULL;
}

/* Words and redirections up to something that ends a command. */
static bool take_command(struct parser *p)
{
	struct command *command = p->command;

	command->word_count = command->redir_count = 0;
	for (skip_blanks(p); *p->at && !strchr("\n;&|", *p->at); skip_blanks(p)) {
		if (at_redirection(p)) {
			if (!take_redirection(p))
				return false;
			continue;
		}
		if (command->word_count == MAX_WORDS)
			return syntax_error("too many words");
		command->words[command->word_count] = take_word(p);
		if (!command->words[command->word_count++])
			return false;
	}
	command->words[command->word_count] = NULL;
	return true;
}

static enum connector take_connector(struct parser *p)
{
	char c = *p->at;

	if (!c)
		return CONNECT_END;
	p->at++;
	if (c == ';' || c == '\n')
		return CONNECT_ALWAYS;
	if (*p->at == c) {
		p->at++;
		return c == '&' ? CONNECT_AND : CONNECT_OR;
	}
	p->pipeline->background = true; /* a lone |  has been taken before */
	return CONNECT_ALWAYS;
}

static bool take_stages(struct parser *p)
{
	struct pipeline *pipeline = p->pipeline;

	for (;;) {
		p->command = &pipeline->stages[pipeline->stage_count];
		if (!take_command(p))
			return false;
		if (p->command->word_count)
			pipeline->stage_count++;
		else if (pipeline->stage_count || p->command->redir_count || *p->at == '|')
			return syntax_error("a command is missing");
		if (p->at[0] != '|' || p->at[1] == '|')
			return true;
		p->at++;
		if (pipeline->stage_count == MAX_STAGES)
			return syntax_error("too many commands in a pipe");
	}
}

enum connector parse_pipeline(const char **at, struct pipeline *pipeline)
{
	struct parser p = {
	        .at = *at,
	        .free = pipeline->storage,
	        .end = pipeline->storage + sizeof(pipeline->storage),
	        .pipeline = pipeline,
	};
	enum connector connector = CONNECT_ERROR;

	pipeline->stage_count = 0;
	pipeline->background = false;
	if (take_stages(&p)) {
		connector = take_connector(&p);
		if (!pipeline->stage_count && (pipeline->background || connector >= CONNECT_AND)) {
			syntax_error("a command is missing");
			connector = CONNECT_ERROR;
		}
	}
	*at = p.at;
	return connector;
}
