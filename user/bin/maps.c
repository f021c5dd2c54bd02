/* SPDX-License-Identifier: MIT */
/*
 * maps [PID] - the regions of a process, of itself if none is given. For each, in KiB: its size, what
 * of it is in memory (Rss), the same with each page divided by the number of processes that share it
 * (Pss), and what nobody shares (Private).
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <quire.h>

enum {
	SIZE,
	RSS,
	PSS,
	PRIVATE,
	COLUMNS
};

static unsigned long total[COLUMNS];

/* The first line of a region: "00010000-00013000 r-xp 00000000 00:01 4   /bin/cat". */
struct region {
	char range[18], mode[5];
	const char *name;
	unsigned long kib[COLUMNS];
};

static void print_region(const struct region *r)
{
	printf("%-17s %s", r->range, r->mode);
	for (int i = 0; i < COLUMNS; i++) {
		printf(" %7lu", r->kib[i]);
		total[i] += r->kib[i];
	}
	printf(" %s\n", r->name);
}

static const char *next_word(const char *p)
{
	p += strcspn(p, " ");
	return p + strspn(p, " ");
}

static void begin_region(struct region *r, const char *line)
{
	const char *p = next_word(line);

	memset(r, 0, sizeof(*r));
	snprintf(r->range, sizeof(r->range), "%.17s", line);
	snprintf(r->mode, sizeof(r->mode), "%.4s", p);
	for (int i = 0; i < 4; i++)
		p = next_word(p);
	r->name = p;
}

static void add_field(struct region *r, const char *line)
{
	static const struct {
		const char *name;
		int column;
	} fields[] = {
	        {"Size:", SIZE},
	        {"Rss:", RSS},
	        {"Pss:", PSS},
	        {"Private_Clean:", PRIVATE},
	        {"Private_Dirty:", PRIVATE},
	};

	for (unsigned int i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		size_t len = strlen(fields[i].name);

		if (!strncmp(line, fields[i].name, len))
			r->kib[fields[i].column] += strtoul(line + len, NULL, 10);
	}
}

/* Field names begin with a capital letter, addresses do not. */
static void print_all(char *text)
{
	struct region r;
	char *line, *end;
	int count = 0;

	for (line = text; *line; line = end + 1) {
		end = line + strcspn(line, "\n");
		if (!*end)
			break;
		*end = '\0';
		if (isupper((unsigned char)*line)) {
			add_field(&r, line);
			continue;
		}
		if (count++)
			print_region(&r);
		begin_region(&r, line);
	}
	if (count)
		print_region(&r);
}

int main(int argc, char **argv)
{
	const size_t size = 256 * 1024; /* touched only as far as needed */
	char path[32], *text = malloc(size);

	snprintf(path, sizeof(path), "/proc/%.9s/smaps", argc > 1 ? argv[1] : "self");
	if (!text || read_text(path, text, size) < 0)
		return complain("maps", path);
	printf("%-17s %s %7s %7s %7s %7s %s\n", "Address", "Mode", "Size", "Rss", "Pss", "Private",
	        "Mapping");
	print_all(text);
	printf("%-22s %7lu %7lu %7lu %7lu\n", "total KiB", total[SIZE], total[RSS], total[PSS],
	        total[PRIVATE]);
	return 0;
}
