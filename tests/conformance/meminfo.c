/* SPDX-License-Identifier: MIT */
/*
 * /proc/meminfo, vmstat and /proc/sys/vm: that every name is one that Linux has, that the lines can
 * be read, and that the numbers follow what a program does.
 */
/* DIFFERS: /proc/sys/vm/mmap_min_addr: it is fixed */
#include "proc.h"

#define BIG 1000

/* What Debian's 6.1 for ARMv7 has on a machine without swap and disks, between blanks. */
static const char meminfo_names[] =
        " MemTotal MemFree MemAvailable Buffers Cached SwapCached Active Inactive "
        "Active(anon) Inactive(anon) Active(file) Inactive(file) Unevictable Mlocked "
        "HighTotal HighFree LowTotal LowFree SwapTotal SwapFree Zswap Zswapped Dirty "
        "Writeback AnonPages Mapped Shmem KReclaimable Slab SReclaimable SUnreclaim "
        "KernelStack PageTables SecPageTables NFS_Unstable Bounce WritebackTmp "
        "CommitLimit Committed_AS VmallocTotal VmallocUsed VmallocChunk Percpu CmaTotal "
        "CmaFree ";

static const char vmstat_names[] =
        " nr_free_pages nr_zone_inactive_anon nr_zone_active_anon nr_zone_inactive_file "
        "nr_zone_active_file nr_zone_unevictable nr_zone_write_pending nr_mlock "
        "nr_bounce nr_zspages nr_free_cma nr_inactive_anon nr_active_anon "
        "nr_inactive_file nr_active_file nr_unevictable nr_slab_reclaimable "
        "nr_slab_unreclaimable nr_isolated_anon nr_isolated_file workingset_nodes "
        "workingset_refault_anon workingset_refault_file workingset_activate_anon "
        "workingset_activate_file workingset_restore_anon workingset_restore_file "
        "workingset_nodereclaim nr_anon_pages nr_mapped nr_file_pages nr_dirty "
        "nr_writeback nr_writeback_temp nr_shmem nr_shmem_hugepages nr_shmem_pmdmapped "
        "nr_file_hugepages nr_file_pmdmapped nr_anon_transparent_hugepages "
        "nr_vmscan_write nr_vmscan_immediate_reclaim nr_dirtied nr_written "
        "nr_throttled_written nr_kernel_misc_reclaimable nr_foll_pin_acquired "
        "nr_foll_pin_released nr_kernel_stack nr_page_table_pages "
        "nr_sec_page_table_pages nr_swapcached nr_dirty_threshold "
        "nr_dirty_background_threshold pgpgin pgpgout pswpin pswpout pgalloc_dma "
        "pgalloc_normal pgalloc_high pgalloc_movable allocstall_dma allocstall_normal "
        "allocstall_high allocstall_movable pgskip_dma pgskip_normal pgskip_high "
        "pgskip_movable pgfree pgactivate pgdeactivate pglazyfree pgfault pgmajfault "
        "pglazyfreed pgrefill pgreuse pgsteal_kswapd pgsteal_direct pgdemote_kswapd "
        "pgdemote_direct pgscan_kswapd pgscan_direct pgscan_direct_throttle pgscan_anon "
        "pgscan_file pgsteal_anon pgsteal_file pginodesteal slabs_scanned "
        "kswapd_inodesteal kswapd_low_wmark_hit_quickly kswapd_high_wmark_hit_quickly "
        "pageoutrun pgrotated drop_pagecache drop_slab oom_kill pgmigrate_success "
        "pgmigrate_fail thp_migration_success thp_migration_fail thp_migration_split "
        "compact_migrate_scanned compact_free_scanned compact_isolated compact_stall "
        "compact_fail compact_success compact_daemon_wake "
        "compact_daemon_migrate_scanned compact_daemon_free_scanned cma_alloc_success "
        "cma_alloc_fail unevictable_pgs_culled unevictable_pgs_scanned "
        "unevictable_pgs_rescued unevictable_pgs_mlocked unevictable_pgs_munlocked "
        "unevictable_pgs_cleared unevictable_pgs_stranded balloon_inflate "
        "balloon_deflate balloon_migrate swap_ra swap_ra_hit ksm_swpin_copy cow_ksm "
        "zswpin zswpout nr_unstable ";

static const char status_names[] =
        " Name Umask State Tgid Ngid Pid PPid TracerPid Uid Gid FDSize Groups NStgid "
        "NSpid NSpgid NSsid VmPeak VmSize VmLck VmPin VmHWM VmRSS RssAnon RssFile "
        "RssShmem VmData VmStk VmExe VmLib VmPTE VmSwap CoreDumping THP_enabled Threads "
        "SigQ SigPnd ShdPnd SigBlk SigIgn SigCgt CapInh CapPrm CapEff CapBnd CapAmb "
        "NoNewPrivs Seccomp Seccomp_filters Speculation_Store_Bypass "
        "SpeculationIndirectBranch Cpus_allowed Cpus_allowed_list Mems_allowed "
        "Mems_allowed_list voluntary_ctxt_switches nonvoluntary_ctxt_switches ";

/* What programs look for. */
static const char *const wanted[] = {"MemTotal", "MemFree", "MemAvailable", "Buffers", "Cached",
        "SwapCached", "Active", "Inactive", "Unevictable", "Mlocked", "SwapTotal", "SwapFree",
        "Dirty", "Writeback", "AnonPages", "Mapped", "Shmem", "KReclaimable", "Slab",
        "SReclaimable", "SUnreclaim", "KernelStack", "PageTables", "CommitLimit", "Committed_AS",
        "VmallocTotal", "VmallocUsed", "VmallocChunk"};
static const char *const wanted_counts[] = {"nr_free_pages", "nr_mlock", "nr_anon_pages",
        "nr_mapped", "nr_file_pages", "nr_dirty", "nr_shmem", "nr_slab_unreclaimable",
        "nr_kernel_stack", "nr_page_table_pages", "pgpgin", "pgpgout", "pswpin", "pswpout",
        "pgfree", "pgfault", "pgmajfault", "oom_kill", "drop_pagecache", "drop_slab"};

static char text[16384];

static int contains(const char *names, const char *name)
{
	char blanks[64];

	format_text(blanks, sizeof(blanks), " %s ", name);
	return find(names, blanks) != NULL;
}

/* Quire's own: what its tables and TLB do. */
static int own(const char *name)
{
	return find(name, "asid_") == name || find(name, "tlb_") == name || same(name, "Asid");
}

/* Says which names of a file, each up to that character, Linux does not have. */
static void check_names(const char *path, const char *names, char end)
{
	static char label[60], unknown[300];
	size_t used = 0;

	unknown[0] = 0;
	read_file(path, text, sizeof(text));
	for (const char *at = text; *at;) {
		char name[64];
		size_t n = 0;

		while (*at && *at != end && *at != '\n' && n < sizeof(name) - 1)
			name[n++] = *at++;
		name[n] = 0;
		if (!contains(names, name) && !own(name)) {
			format_text(unknown + used, sizeof(unknown) - used, "%s ", name);
			used += length(unknown + used);
		}
		while (*at && *at++ != '\n')
			;
	}
	format_text(label, sizeof(label), "not of Linux in %s", path);
	say(label, "[%s]", unknown);
}

/* "Name:", blanks, a number that ends in the same column in all lines, " kB". */
static int well_formed(const char *line)
{
	size_t n = 0;

	while (line[n] && line[n] != '\n')
		n++;
	return n == 27 && line[23] >= '0' && line[23] <= '9' && !memcmp(line + 24, " kB", 3);
}

static void check_lines(void)
{
	char label[40];
	int bad = 0;

	read_file("/proc/meminfo", text, sizeof(text));
	for (const char *at = text; *at;) {
		bad += !well_formed(at);
		while (*at && *at++ != '\n')
			;
	}
	say("lines of meminfo that are not \"name: number kB\"", "%d", bad);
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		format_text(label, sizeof(label), "%s:", wanted[i]);
		bad = meminfo_number(label) < 0;
		format_text(label, sizeof(label), "meminfo has %s", wanted[i]);
		say(label, "%d", !bad);
	}
	for (size_t i = 0; i < ARRAY_LEN(wanted_counts); i++) {
		format_text(label, sizeof(label), "%s ", wanted_counts[i]);
		bad = proc_number("/proc/vmstat", label) < 0;
		format_text(label, sizeof(label), "vmstat has %s", wanted_counts[i]);
		say(label, "%d", !bad);
	}
}

/* -- the numbers -- */

static const char *const names[] = {
        "AnonPages:", "Shmem:", "Cached:", "Mapped:", "Mlocked:", "Unevictable:"};

static long before[ARRAY_LEN(names)];

static void remember(void)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		before[i] = meminfo_number(names[i]);
}

/* Says by how much each has changed, in hundreds of pages: kernels keep some in hand. */
static void changed(const char *label)
{
	static char line[200];
	size_t used = 0;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		long pages = (meminfo_number(names[i]) - before[i]) / 4;

		format_text(line + used, sizeof(line) - used, "%s %ld, ", names[i],
		        pages < 0 ? -((50 - pages) / 100) : (pages + 50) / 100);
		used += length(line + used);
	}
	say(label, "%s", line);
}

static void numbers(void)
{
	char *memory = pages(BIG, RW), *shared = (char *)map(BIG, RW, SA);
	long free = meminfo_number("MemFree:") / 4,
	     faults = proc_number("/proc/vmstat", "pgfault ");

	remember();
	touch(memory, BIG);
	changed("memory touched");
	say("pgfault counts it", "%d", proc_number("/proc/vmstat", "pgfault ") - faults >= BIG);
	touch(shared, BIG);
	changed("shared memory touched");
	free -= meminfo_number("MemFree:") / 4;
	say("MemFree has become less by both", "%d", free > 2 * BIG - 100 && free < 2 * BIG + 100);
	SYS(mlock, memory, BIG * PAGE);
	changed("memory locked");
	SYS(munlock, memory, BIG * PAGE);
	changed("memory unlocked");
	SYS(munmap, shared, BIG * PAGE);
	changed("shared memory unmapped");
	SYS(munmap, memory, BIG * PAGE);
	changed("memory unmapped");
	faults = proc_number("/proc/vmstat", "nr_free_pages ") - meminfo_number("MemFree:") / 4;
	say("nr_free_pages is MemFree", "%d", faults > -100 && faults < 100);
}

static void settings(void)
{
	static const char *const files[] = {"overcommit_memory", "overcommit_ratio",
	        "overcommit_kbytes", "admin_reserve_kbytes", "user_reserve_kbytes", "mmap_min_addr",
	        "panic_on_oom", "drop_caches"};
	char path[60];

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		struct stat st = {0};
		long answer;

		format_text(path, sizeof(path), "/proc/sys/vm/%s", files[i]);
		answer = SYS(stat, path, &st);
		say(path, "%s, mode %o", answer_name(answer), (int)st.st_mode);
	}
}

int main(void)
{
	check_names("/proc/meminfo", meminfo_names, ':');
	check_names("/proc/vmstat", vmstat_names, ' ');
	check_names("/proc/self/status", status_names, ':');
	check_lines();
	numbers();
	settings();
	return 0;
}
