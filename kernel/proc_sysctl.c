/* SPDX-License-Identifier: MIT */
/*
 * /proc/sys: settings that can be looked at and, some of them, changed while the system runs (Linux:
 * Documentation/admin-guide/sysctl).
 */
#include <kernel/oom.h>
#include <kernel/panic.h>
#include <kernel/proc.h>
#include <kernel/uts.h>
#include <lib/errno.h>
#include <lib/printk.h>
#include <lib/random.h>
#include <mm/commit.h>
#include <mm/mm.h>
#include <mm/reclaim.h>
#include <stddef.h>
#include <string.h>
#include "proc_files.h"

/* -- numbers: one line in this table each -- */

struct setting {
	const char *name;
	int *value;    /* NULL: it is always `fixed` */
	int *other;    /* becomes 0 when this is written: of the two only one counts */
	long min, max; /* what may be written */
	int fixed;
};

static const struct setting settings[] = {
        {.name = "sys/kernel/panic", .value = &panic_timeout, .min = INT32_MIN, .max = INT32_MAX},
        {.name = "sys/kernel/pid_max", .fixed = PID_MAX},
        {.name = "sys/kernel/ngroups_max", .fixed = CRED_GROUPS},
        {.name = "sys/kernel/cap_last_cap", .fixed = 40},
        {.name = "sys/vm/mmap_min_addr", .fixed = MMAP_MIN_ADDR},
        {.name = "sys/vm/overcommit_memory", .value = &overcommit.memory, .max = 2},
        {
                .name = "sys/vm/overcommit_ratio",
                .value = &overcommit.ratio,
                .other = &overcommit.kbytes,
                .min = INT32_MIN,
                .max = INT32_MAX,
        },
        {
                .name = "sys/vm/overcommit_kbytes",
                .value = &overcommit.kbytes,
                .other = &overcommit.ratio,
                .max = INT32_MAX,
        },
        {
                .name = "sys/vm/admin_reserve_kbytes",
                .value = &overcommit.admin_reserve,
                .max = INT32_MAX,
        },
        {
                .name = "sys/vm/user_reserve_kbytes",
                .value = &overcommit.user_reserve,
                .max = INT32_MAX,
        },
        {.name = "sys/vm/max_map_count", .value = &max_map_count, .max = INT32_MAX},
        {.name = "sys/vm/panic_on_oom", .value = &panic_on_oom, .max = 2},
};

static int show_setting(struct seq *seq, void *arg)
{
	const struct setting *s = arg;

	seq_printf(seq, "%d\n", s->value ? *s->value : s->fixed);
	return 0;
}

static int write_setting(const char *text, size_t n, void *arg)
{
	const struct setting *s = arg;
	long value;

	if (!n)
		return 0; /* Linux leaves a setting alone that is written nothing */
	if (proc_parse_long(text, &value) || value < s->min || value > s->max)
		return -EINVAL;
	__atomic_store_n(s->value, value, __ATOMIC_RELAXED);
	if (s->other)
		__atomic_store_n(s->other, 0, __ATOMIC_RELAXED);
	return 0;
}

static struct proc_entry setting_entries[COUNT(settings)];

static void make_setting_entries(void)
{
	for (unsigned int i = 0; i < COUNT(settings); i++) {
		setting_entries[i] = (struct proc_entry){
		        .name = settings[i].name,
		        .mode = settings[i].value ? 0644 : 0444,
		        .show = show_setting,
		        .write = settings[i].value ? write_setting : NULL,
		        .arg = (void *)&settings[i],
		};
	}
}

/* -- names: arg is the place in struct utsname -- */

static int show_name(struct seq *seq, void *arg)
{
	struct utsname uts;

	uts_get(&uts);
	seq_printf(seq, "%s\n", (char *)&uts + (size_t)arg);
	return 0;
}

static int write_name(const char *text, size_t n, void *arg)
{
	(void)n;
	return uts_set((size_t)arg, text, strcspn(text, "\n"));
}

/* -- random/uuid is another number each time, boot_id the same until the next boot (RFC 4122, 4.4) -- */

static uint8_t boot_id[16];

static int show_uuid(struct seq *seq, void *arg)
{
	uint8_t fresh[16], *id = arg ? arg : fresh;

	if (!arg)
		random_bytes(fresh, sizeof(fresh));
	for (int i = 0; i < 16; i++) {
		uint8_t byte = i == 6   ? (id[i] & 0xf) | 0x40
		               : i == 8 ? (id[i] & 0x3f) | 0x80
		                        : id[i];

		seq_printf(seq, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", byte);
	}
	seq_putc(seq, '\n');
	return 0;
}

uint32_t drop_counts[2];

/* 1: files' pages that can be read again, 2: names that can be looked up again, 3: both (Linux: 4 is quiet). */
static int write_drop_caches(const char *text, size_t n, void *arg)
{
	long what;

	(void)n, (void)arg;
	if (proc_parse_long(text, &what) || what < 1 || what > 4)
		return -EINVAL;
	/* Names of files in memory are their only place, so of small objects only empty pages can go. */
	if (what & 1) {
		reclaim_pages(UINT32_MAX);
		drop_counts[0]++;
	}
	if (what & 2) {
		reclaim_kernel();
		drop_counts[1]++;
	}
	return 0;
}

#define NAME(file, field, bits, writer)                                                            \
	{                                                                                          \
		.name = "sys/kernel/" file, .mode = (bits), .show = show_name, .write = (writer),  \
		.arg = (void *)offsetof(struct utsname, field)                                     \
	}

static const struct proc_entry entries[] = {
        NAME("ostype", sysname, 0444, NULL),
        NAME("osrelease", release, 0444, NULL),
        NAME("version", version, 0444, NULL),
        NAME("hostname", nodename, 0644, write_name),
        NAME("domainname", domainname, 0644, write_name),
        {.name = "sys/vm/drop_caches", .mode = 0200, .write = write_drop_caches},
        {.name = "sys/kernel/random/boot_id", .mode = 0444, .show = show_uuid, .arg = boot_id},
        {.name = "sys/kernel/random/uuid", .mode = 0444, .show = show_uuid},
};

/* Is `file`, "sys/vm/x", what the command line calls vm.x or vm/x? */
static bool names_file(const char *name, const char *file)
{
	for (file += strlen("sys/"); *name && *file; name++, file++) {
		if (*name != *file && !(*name == '.' && *file == '/'))
			return false;
	}
	return *name == *file;
}

int sysctl_set(const char *name, const char *value)
{
	for (unsigned int i = 0; i < COUNT(settings); i++) {
		if (settings[i].value && names_file(name, settings[i].name))
			return write_setting(value, strlen(value), (void *)&settings[i]);
	}
	for (unsigned int i = 0; i < COUNT(entries); i++) {
		if (entries[i].write && names_file(name, entries[i].name))
			return entries[i].write(value, strlen(value), entries[i].arg);
	}
	return -ENOENT;
}

void proc_sysctl_init(void)
{
	random_bytes(boot_id, sizeof(boot_id));
	make_setting_entries();
	if (proc_register(entries, COUNT(entries)) ||
	        proc_register(setting_entries, COUNT(setting_entries)))
		panic("no memory for /proc/sys");
}
