/* SPDX-License-Identifier: MIT */
/*
 * The functions of proc.h: /proc read as a program without a C library can.
 */
#include "proc.h"

static char text[65536];

const char *line_of(const char *from, const char *begin)
{
	const char *at = from;

	while ((at = find(at, begin))) {
		if (at == from || at[-1] == '\n')
			return at;
		at++;
	}
	return NULL;
}

long number_at(const char *at)
{
	long value = 0, sign = 1;

	while (*at == ' ' || *at == '\t')
		at++;
	if (*at == '-')
		sign = -1, at++;
	while (*at >= '0' && *at <= '9')
		value = value * 10 + *at++ - '0';
	return sign * value;
}

void copy_line(char *to, size_t size, const char *line)
{
	size_t used = 0;

	for (; line && *line && *line != '\n' && used < size - 1; line++) {
		char c = *line == '\t' ? ' ' : *line;

		if (c != ' ' || (used && to[used - 1] != ' '))
			to[used++] = c;
	}
	while (used && to[used - 1] == ' ')
		used--;
	to[used] = 0;
}

long proc_number(const char *path, const char *name)
{
	const char *line;

	if (read_file(path, text, sizeof(text)) < 0)
		return -1;
	line = line_of(text, name);
	return line ? number_at(line + length(name)) : -1;
}

long proc_value(const char *path, int n)
{
	const char *at = text;

	if (read_file(path, text, sizeof(text)) < 0)
		return -1;
	while (n-- && (at = find(at, " ")))
		at++;
	return at ? number_at(at) : -1;
}

long set_file(const char *path, const char *what)
{
	long fd = SYS(open, path, O_WRONLY), answer;

	if (fd < 0)
		return fd;
	answer = SYS(write, fd, what, length(what));
	SYS(close, fd);
	return answer == (long)length(what) ? 0 : answer;
}

long set_number(const char *path, long value)
{
	char number[16];

	format_text(number, sizeof(number), "%ld", value);
	return set_file(path, number);
}

/* -- regions -- */

static unsigned long hex(const char **at)
{
	unsigned long value = 0;

	for (;; ++*at) {
		int c = **at, digit = c >= 'a' ? c - 'a' + 10 : c - '0';

		if (digit < 0 || digit > 15)
			return value;
		value = value * 16 + (unsigned long)digit;
	}
}

/* Reads "start-end "; 0 if the line does not begin like that. */
static int bounds(const char *line, unsigned long *start, unsigned long *end)
{
	const char *at = line;

	*start = hex(&at);
	if (*at++ != '-' || at - line != 9)
		return 0;
	*end = hex(&at);
	return *at == ' ';
}

static const char *next_line(const char *line)
{
	while (*line && *line != '\n')
		line++;
	return *line ? line + 1 : line;
}

/* The next line that begins a region, from one on; NULL if there is none. */
static const char *region(const char *line, unsigned long *start, unsigned long *end)
{
	for (; *line; line = next_line(line))
		if (bounds(line, start, end))
			return line;
	return NULL;
}

/* The line of a region of smaps. */
static const char *line_in_region(const char *line, const char *name)
{
	unsigned long start, end;

	for (line = next_line(line); *line && !bounds(line, &start, &end); line = next_line(line))
		if (!memcmp(line, name, length(name)))
			return line + length(name);
	return NULL;
}

static const char *smaps_line(const void *address, const char *name)
{
	const char *line = text;
	unsigned long start, end, at = (unsigned long)address;

	if (read_file("/proc/self/smaps", text, sizeof(text)) < 0)
		return NULL;
	for (; (line = region(line, &start, &end)); line = next_line(line))
		if (at >= start && at < end)
			return line_in_region(line, name);
	return NULL;
}

long smaps_number(const void *address, const char *name)
{
	const char *line = smaps_line(address, name);

	return line ? number_at(line) : -1;
}

static int line_has(const char *line, const char *flag)
{
	for (; line && *line && *line != '\n'; line++)
		if (line[0] == flag[0] && line[1] == flag[1] && line[-1] == ' ')
			return 1;
	return 0;
}

int smaps_flag(const void *address, const char *flag)
{
	return line_has(smaps_line(address, "VmFlags:"), flag);
}

long smaps_sum(const char *name, const char *flag)
{
	const char *line = text;
	unsigned long start, end;
	long sum = 0;

	if (read_file("/proc/self/smaps", text, sizeof(text)) < 0)
		return -1;
	for (; (line = region(line, &start, &end)); line = next_line(line)) {
		const char *number = line_in_region(line, name);

		if (number && (!flag || line_has(line_in_region(line, "VmFlags:"), flag)))
			sum += number_at(number);
	}
	return sum;
}

int regions_in(const void *base, int n)
{
	const char *line = text;
	unsigned long start, end, from = (unsigned long)base, to = from + n * PAGE;
	int count = 0;

	if (read_file("/proc/self/maps", text, sizeof(text)) < 0)
		return -1;
	for (; (line = region(line, &start, &end)); line = next_line(line))
		count += start < to && end > from;
	return count;
}

const char *incore(const void *start, int n)
{
	static char digits[256];
	long answer = SYS(mincore, start, n * PAGE, digits);

	if (answer)
		return answer_name(answer);
	for (int i = 0; i < n; i++)
		digits[i] = (char)('0' + (digits[i] & 1));
	digits[n] = 0;
	return digits;
}

/* -- memory and limits -- */

void touch(void *start, int n)
{
	for (int i = 0; i < n; i++)
		((volatile char *)start)[i * PAGE] = 1;
}

void touch_read(const void *start, int n)
{
	for (int i = 0; i < n; i++)
		(void)((const volatile char *)start)[i * PAGE];
}

int deep(unsigned long bytes)
{
	volatile char *here = (char *)__builtin_frame_address(0);

	for (unsigned long i = 0; i < bytes; i += PAGE)
		here[-i] = 1;
	return 0;
}

long map(long n, int prot, int flags)
{
	return SYS(mmap2, 0, n * PAGE, prot, flags, -1, 0);
}

long limit(int resource, uint64_t soft, uint64_t hard)
{
	uint64_t both[2] = {soft, hard};

	return SYS(prlimit64, 0, resource, both, NULL);
}

void become_user(void)
{
	SYS(setresgid32, 1000, 1000, 1000);
	SYS(setresuid32, 1000, 1000, 1000);
}
