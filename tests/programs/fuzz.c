/* SPDX-License-Identifier: MIT */
/*
 * fuzz SEED MILLISECONDS - a system-call fuzzer: every number, with arguments that are wrong in interesting ways,
 * called by children who have a time limit. The machine has to live through it, with its memory back at the
 * end. What it must not do, since it could not know what comes of it, is to switch the machine off, to
 * signal or to limit others, and, as root, to change names outside its own folder.
 *
 * The same seed makes the same calls in the same children; how they mix is up to the scheduler.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define FOLDER    "/tmp/fuzz"
#define AT_ONCE   4   /* children */
#define CALLS     400 /* of one child, if it lives */
#define LIMIT_MS  200 /* of one child */
#define PAGE      4096u
#define GOOD      0x20000000u /* pages to read and write, then two read-only, none, two for no access */
#define GOOD_SIZE (16 * PAGE)
#define READ_ONLY (GOOD + GOOD_SIZE)
#define HOLE      (READ_ONLY + 2 * PAGE)
#define CLOSED    (HOLE + PAGE)
#define ARM_CALLS 0x0f0000
#define COUNT(a)  (sizeof(a) / sizeof((a)[0]))

static uint64_t state;

static uint32_t random32(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state >> 16;
}

static uint32_t below(uint32_t n)
{
	return random32() % n;
}

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ull + t.tv_nsec / 1000000;
}

/* -- the call -- */

/*
 * r0-r5 and the number. A child of clone() may share our stack, so it ends right here. What comes
 * back from a signal frame that was never there comes back anywhere.
 */
long call(const uint32_t *args, uint32_t number);
__asm__(".pushsection .text\n"
        ".arm\n"
        ".type call, %function\n"
        "call:\n"
        "push {r4-r8, lr}\n"
        "mov r7, r1\n"
        "mov r8, r1\n"
        "ldm r0, {r0-r5}\n"
        "svc #0\n"
        "cmp r0, #0\n"
        "bne 1f\n"
        "cmp r8, #2\n"     /* fork */
        "cmpne r8, #120\n" /* clone */
        "cmpne r8, #190\n" /* vfork */
        "moveq r7, #1\n"   /* exit */
        "svceq #0\n"
        "1: pop {r4-r8, pc}\n"
        ".popsection\n");

/* Of all children. */
static uint32_t *calls;

/* -- arguments -- */

static int fds[64];
static unsigned int fd_count;

static const char *const paths[] = {"a", "b", "d", "d/e", "link", "fifo", ".", "..", "", "a/b",
        "no", "/proc/self/maps", "/proc/self/exe", "/proc/self/fd/3", "/proc/self/mem", "/proc",
        "/dev/zero", "/dev/mem"};

static const uint32_t numbers[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19,
        31, 32, 33, 63, 64, 65, 100, 127, 128, 255, 256, 511, 1000, 1023, 1024, 4095, 4096, 4097,
        8192, 0x8000, 0xffff, 0x10000, 0x10001, 0x80000, 0x100000, 0x1000000, 0x7ffff000,
        0x7fffffff, 0x80000000, 0x80000001, 0xfffff000, 0xffffff9c /* AT_FDCWD */, 0xfffffffc,
        0xfffffffe, 0xffffffff};

static const uint32_t addresses[] = {0, 1, 4, 0xfff, 0x1000, 0xffff, 0x10000, 0x7fffeffc,
        0x7ffffffc, 0x7fffffff, 0x80000000, 0x80010000, 0xc0008000, 0xf0000000, 0xff000000,
        0xff008000, 0xffff0000, 0xffff0ffc, 0xffff0fff, 0xffff1000, 0xfffffff0, 0xfffffffc,
        0xffffffff};

static uint32_t address(void)
{
	switch (below(12)) {
	case 0:
		return addresses[below(COUNT(addresses))];
	case 1:
		return READ_ONLY + below(2 * PAGE);
	case 2:
		return CLOSED + below(2 * PAGE);
	case 3: /* across an end */
		return READ_ONLY - below(300);
	case 4:
		return HOLE - below(300);
	case 5:
		return (uint32_t)(uintptr_t)paths[below(COUNT(paths))];
	case 6:
		return GOOD + below(GOOD_SIZE);
	case 7:
		return (GOOD + below(20) * PAGE);
	default:
		return (GOOD + below(GOOD_SIZE)) & ~7u;
	}
}

static uint32_t argument(void)
{
	switch (below(8)) {
	case 0:
	case 1:
		return numbers[below(COUNT(numbers))];
	case 2:
		return below(32);
	case 3:
		return fds[below(fd_count)];
	case 4:
		return 1u << below(32) | (below(2) ? 1u << below(32) : 0);
	case 5:
		return below(16) ? below(PAGE) : random32();
	default:
		return address();
	}
}

/* What the pointers point to: words that are arguments again, and now and then a name. */
static void fill(void)
{
	uint32_t *word = (uint32_t *)(uintptr_t)(GOOD + below(GOOD_SIZE / PAGE) * PAGE);

	for (uint32_t i = 0; i < PAGE / 4; i++)
		word[i] = argument();
	for (int i = 0; i < 8; i++)
		strcpy((char *)word + 64 * below(PAGE / 64 - 1), paths[below(COUNT(paths))]);
}

/* -- what is called -- */

/* Calls whose first argument is a process: only oneself, or nobody. */
static int names_process(uint32_t n)
{
	switch (n) {
	case SYS_kill:
	case SYS_tkill:
	case SYS_tgkill:
	case SYS_rt_sigqueueinfo:
	case SYS_rt_tgsigqueueinfo:
	case SYS_prlimit64:
	case SYS_setpgid:
	case SYS_sched_setaffinity:
	case SYS_sched_setscheduler:
	case SYS_sched_setparam:
	case SYS_sched_setattr:
	case SYS_ptrace:
	case SYS_process_vm_writev:
	case SYS_pidfd_open:
	case SYS_get_robust_list:
		return 1;
	default:
		return 0;
	}
}

/* Never: it ends the machine, or the test. */
static int forbidden(uint32_t n)
{
	return n == SYS_reboot || n == SYS_vhangup || n == SYS_setpriority || n == SYS_syslog;
}

/* Root may change what others need: names, and what is mounted where. */
static int changes_names(uint32_t n)
{
	switch (n) {
	case SYS_unlink:
	case SYS_unlinkat:
	case SYS_rename:
	case SYS_renameat:
	case SYS_renameat2:
	case SYS_rmdir:
	case SYS_mount:
	case SYS_umount2:
	case SYS_chroot:
	case SYS_chmod:
	case SYS_fchmod:
	case SYS_fchmodat:
	case SYS_chown:
	case SYS_lchown:
	case SYS_fchown:
	case SYS_chown32:
	case SYS_lchown32:
	case SYS_fchown32:
	case SYS_fchownat:
	case SYS_mknod:
	case SYS_mknodat:
	case SYS_truncate:
	case SYS_truncate64:
	case SYS_link:
	case SYS_linkat:
	case SYS_symlink:
	case SYS_symlinkat:
	case SYS_pivot_root:
		return 1;
	default:
		return 0;
	}
}

static uint32_t choose_call(void)
{
	static const uint32_t memory[] = {SYS_mmap2, SYS_munmap, SYS_mremap, SYS_mprotect,
	        SYS_madvise, SYS_mlock, SYS_brk, SYS_msync, SYS_mincore};
	static const uint32_t traffic[] = {SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64,
	        SYS_pwrite64, SYS_preadv, SYS_pwritev, SYS_sendfile, SYS_openat, SYS_dup, SYS_pipe2,
	        SYS_ftruncate};
	static const uint32_t tasks[] = {SYS_fork, SYS_vfork, SYS_clone, SYS_rt_sigaction,
	        SYS_rt_sigreturn, SYS_sigreturn, SYS_kill, SYS_futex, SYS_wait4, SYS_sigaltstack,
	        SYS_execve, SYS_rt_sigprocmask};

	switch (below(12)) {
	case 0:
		return memory[below(COUNT(memory))];
	case 1:
	case 2:
		return traffic[below(COUNT(traffic))];
	case 3:
		return below(4) ? below(450) : tasks[below(COUNT(tasks))];
	case 4:
		return below(8) ? below(450) : ARM_CALLS + below(below(2) ? 8 : 0x1000);
	case 5:
		return below(64) ? below(450) : random32();
	default:
		return below(450);
	}
}

static void one_call(int root)
{
	uint32_t number = choose_call(), args[6];

	for (unsigned int i = 0; i < COUNT(args); i++)
		args[i] = argument();
	if (number == SYS_exit || number == SYS_exit_group)
		number = below(50) ? SYS_getpid : number;
	if (forbidden(number) || (root && changes_names(number)))
		return;
	if (names_process(number))
		args[0] = below(4) ? (uint32_t)getpid() : 100000 + below(1000);
	if (number == SYS_ioctl && args[1] == 0x5412) /* TIOCSTI: types */
		return;
	/* Waiting has an end, and memory stays mostly where it is expected. */
	if (number == SYS_mmap2 && below(2)) {
		args[0] = below(2) ? 0 : 0x30000000 + below(64) * PAGE;
		args[1] = below(64) * PAGE;
		args[2] = below(8);
		args[3] = 1 + below(2) + (below(2) ? 0x20 : 0) + (below(4) ? 0 : 0x10);
		args[5] = below(4);
	}
	if ((number == SYS_munmap || number == SYS_mprotect || number == SYS_mremap) && below(4))
		args[0] = 0x30000000 + below(64) * PAGE;
	__atomic_fetch_add(calls, 1, __ATOMIC_RELAXED);
	call(args, number);
}

/* -- the children -- */

static void nothing(int sig)
{
	(void)sig;
}

static void open_all(void)
{
	static const struct {
		const char *name;
		int flags;
	} files[] = {{"a", O_RDWR | O_CREAT}, {"b", O_RDWR | O_CREAT}, {"a", O_WRONLY | O_APPEND},
	        {".", O_RDONLY}, {"d", O_RDONLY | O_DIRECTORY}, {"a", O_PATH},
	        {"fifo", O_RDWR | O_NONBLOCK}, {"/dev/null", O_RDWR}, {"/dev/zero", O_RDWR},
	        {"/dev/full", O_RDWR}, {"/dev/urandom", O_RDWR}, {"/dev/mem", O_RDONLY},
	        {"/dev/console", O_RDONLY | O_NONBLOCK | O_NOCTTY}, {"/proc", O_RDONLY},
	        {"/proc/self/maps", O_RDONLY}, {"/proc/self/smaps", O_RDONLY},
	        {"/proc/self/pagemap", O_RDONLY}, {"/proc/meminfo", O_RDONLY},
	        {"/proc/self/exe", O_RDONLY}, {"/proc/self/oom_score_adj", O_RDWR},
	        {"/sys", O_RDONLY}, {"/proc/sys/vm/overcommit_memory", O_RDONLY}};
	int ends[2];

	for (unsigned int i = 0; i < COUNT(files); i++) {
		int fd = open(files[i].name, files[i].flags, 0666);

		if (fd >= 0)
			fds[fd_count++] = fd;
	}
	if (!pipe(ends)) {
		fds[fd_count++] = ends[0];
		fds[fd_count++] = ends[1];
	}
	fds[fd_count++] = 99;
}

static void *map(uint32_t addr, uint32_t length, int prot, int flags)
{
	return mmap((void *)(uintptr_t)addr, length, prot,
	        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | flags, -1, 0);
}

static void limit(int what, rlim_t value)
{
	struct rlimit l = {value, value};

	setrlimit(what, &l);
}

static void prepare(int root)
{
	struct sigaction act = {.sa_handler = nothing};
	int null = open("/dev/null", O_RDWR);

	setpgid(0, 0);
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	if (chdir(FOLDER))
		_exit(1);
	map(GOOD, GOOD_SIZE, PROT_READ | PROT_WRITE, 0);
	map(READ_ONLY, 2 * PAGE, PROT_READ, 0);
	map(CLOSED, 2 * PAGE, PROT_NONE, 0);
	open_all();
	limit(RLIMIT_AS, 24 << 20);
	limit(RLIMIT_FSIZE, 1 << 20);
	limit(RLIMIT_NPROC, 64);
	sigaction(SIGALRM, &act, NULL);
	if (!root && (setgid(1000) || setuid(1000)))
		_exit(1);
}

static void child(void)
{
	int root = !below(4);

	prepare(root);
	for (uint32_t i = 0; i < GOOD_SIZE / PAGE; i++)
		fill();
	for (int i = 0; i < CALLS; i++) {
		one_call(root);
		if (!(i & 3))
			fill();
	}
	_exit(0);
}

/* -- the parent -- */

struct job {
	pid_t pid;
	uint64_t ends;   /* when it is killed */
	uint64_t awaken; /* when it gets a signal, which ends what it waits for */
};

static uint32_t children;

static void start(struct job *j, uint64_t seed)
{
	j->pid = fork();
	if (!j->pid) {
		state = (seed + 1) * 0x9e3779b97f4a7c15ull;
		for (int i = 0; i < 8; i++)
			random32();
		child();
	}
	j->awaken = now_ms() + 20;
	j->ends = now_ms() + LIMIT_MS;
	if (j->pid > 0)
		children++;
}

static void look_after(struct job *j)
{
	int status;

	if (j->pid <= 0)
		return;
	if (now_ms() >= j->ends) {
		kill(j->pid, SIGKILL);
		kill(-j->pid, SIGKILL);
	}
	if (now_ms() >= j->awaken) {
		kill(j->pid, SIGALRM);
		j->awaken = now_ms() + 5;
	}
	if (waitpid(j->pid, &status, WNOHANG | __WALL) == j->pid) {
		kill(-j->pid, SIGKILL); /* its own children */
		j->pid = 0;
	}
}

static void remove_all(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *e;
	char name[512];

	while (dir && (e = readdir(dir))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		snprintf(name, sizeof(name), "%s/%s", folder, e->d_name);
		while (!umount2(name, MNT_DETACH))
			;
		if (unlink(name) && errno != ENOENT) {
			chmod(name, 0700);
			remove_all(name);
			rmdir(name);
		}
	}
	if (dir)
		closedir(dir);
}

static void make_folder(void)
{
	mkdir(FOLDER, 0777);
	chmod(FOLDER, 0777);
	mkdir(FOLDER "/d", 0777);
	chmod(FOLDER "/d", 0777);
	mkfifo(FOLDER "/fifo", 0666);
	if (symlink("a", FOLDER "/link") && errno != EEXIST)
		perror("symlink");
}

static void run(uint64_t seed, uint32_t ms)
{
	uint64_t end = now_ms() + ms, n = 0;
	struct job jobs[AT_ONCE] = {{0}};
	struct timespec moment = {0, 1000000};
	int busy;

	do {
		busy = 0;
		for (int i = 0; i < AT_ONCE; i++) {
			look_after(&jobs[i]);
			if (jobs[i].pid <= 0 && now_ms() < end) {
				if (n % 64 == 0) {
					remove_all(FOLDER);
					make_folder();
				}
				start(&jobs[i], seed * 1000000 + n++);
			}
			busy |= jobs[i].pid > 0;
		}
		nanosleep(&moment, NULL);
	} while (busy);
	remove_all(FOLDER);
}

static long free_kb(void)
{
	FILE *f = fopen("/proc/meminfo", "r");
	char line[128];
	long kb = -1;

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "MemFree: %ld", &kb) == 1)
			break;
	}
	if (f)
		fclose(f);
	return kb;
}

int main(int argc, char **argv)
{
	struct termios terminal;
	int has_terminal = !tcgetattr(0, &terminal);
	uint64_t seed;
	long before, after;

	if (argc != 3)
		return 2;
	calls = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (calls == MAP_FAILED)
		return 1;
	seed = strtoull(argv[1], NULL, 0);
	printf("fuzz: seed %llu\n", (unsigned long long)seed);
	fflush(stdout);
	run(seed + 1, 1000); /* what is allocated once */
	before = free_kb();
	children = 0;
	*calls = 0;
	run(seed, atoi(argv[2]));
	after = free_kb();
	if (has_terminal)
		tcsetattr(0, TCSANOW, &terminal);
	printf("fuzz: seed %llu: %u calls by %u children, free memory %ld kB, then %ld kB\n",
	        (unsigned long long)seed, *calls, children, before, after);
	return 0;
}
