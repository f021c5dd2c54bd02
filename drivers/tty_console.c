/* SPDX-License-Identifier: MIT */
/*
 * Which terminal is the console: what console= says (Linux 6.1: admin-guide/serial-console.rst).
 */
#include <drivers/tty.h>
#include <string.h>

#define NAMES    4
#define NAME_LEN 16

/* Written before drivers run. */
static struct {
	char name[NAME_LEN];
	uint32_t baud; /* 0 = not given */
} consoles[NAMES];
static unsigned int count;

static uint32_t decimal(const char *s)
{
	uint32_t n = 0;

	for (; *s >= '0' && *s <= '9' && n < 100000000; s++)
		n = n * 10 + (*s - '0');
	return n;
}

void tty_select_console(const char *value)
{
	size_t len = strcspn(value, ",");

	if (count == NAMES || len >= NAME_LEN)
		return;
	memcpy(consoles[count].name, value, len);
	if (value[len] == ',')
		consoles[count].baud = decimal(value + len + 1);
	count++;
}

/* Do both belong to the same driver: "ttyAMA0" and "ttyAMA1"? */
static bool same_kind(const char *a, const char *b)
{
	size_t len = strcspn(a, "0123456789");

	return len == strcspn(b, "0123456789") && strncmp(a, b, len) == 0;
}

bool tty_is_console(const char *name, bool stdout_path)
{
	bool kind_named = false;
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (strcmp(consoles[i].name, name) == 0)
			return true;
		kind_named = kind_named || same_kind(consoles[i].name, name);
	}
	/* console=tty1 alone must not silence a board that has no screen. */
	return stdout_path && !kind_named;
}

uint32_t tty_console_baud(const char *name, uint32_t otherwise)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (strcmp(consoles[i].name, name) == 0 && consoles[i].baud)
			return consoles[i].baud;
	}
	return otherwise;
}
