/* SPDX-License-Identifier: MIT */
/*
 * Long random sequences of calls about signals: each episode is a child of its own, which may end or stop at
 * any moment. Its calls' answers, what its handlers see and how it ends are mixed into a hash, which must be
 * the same on both kernels. To see the steps of one seed, run
 *
 *	/conformance/randomsignals SEED
 *
 * on both.
 */
#include "random_children.h"

#define EPISODES 150 /* of a seed */
#define SEEDS    4
#define STEPS    30 /* of an episode */
#define QUEUED   12 /* RLIMIT_SIGPENDING */

/* -- actions, masks -- */

struct old_action { /* what sigaction(2) takes */
	void *handler;
	uint32_t mask, flags;
	void (*restorer)(void);
};

static void do_old_action(int sig, const struct action *new)
{
	struct old_action o = {new->handler, (uint32_t) new->mask, new->flags, new->restorer};
	struct old_action old = {0};
	struct action a;
	long answer = SYS(sigaction, sig, one_in(8) ? NULL : maybe_bad(&o), maybe_bad(&old));

	tell("sigaction", (uint32_t)sig, kind_of(new->handler), answer);
	a = (struct action){old.handler, old.flags, old.restorer, old.mask};
	mix_action(&a);
}

static void do_action(void)
{
	static void *const handlers[] = {
	        SIG_DFL, SIG_IGN, plain, plain, plain, with_info, with_info, with_info};
	static const uint32_t flags[] = {SA_NOCLDSTOP, SA_NOCLDWAIT, SA_ONSTACK, SA_RESTART,
	        SA_NODEFER, SA_RESETHAND, SA_THIRTYTWO, 0x400, 0x800, 0x10000};
	struct action new = {handlers[below(ARRAY_LEN(handlers))]}, old = {0};
	int sig = some_signal();
	long answer;

	for (uint32_t i = 0; i < ARRAY_LEN(flags); i++)
		if (one_in(i < 6 ? 4 : 12))
			new.flags |= flags[i];
	if (new.handler == (void *)with_info)
		new.flags |= SA_SIGINFO;
	new.restorer = new.flags &SA_SIGINFO ? restore_rt : restore;
	if (!one_in(8))
		new.flags |= SA_RESTORER;
	new.mask = some_set();
	if (one_in(4)) {
		do_old_action(sig, &new);
		return;
	}
	answer = SYS(rt_sigaction, sig, one_in(8) ? NULL : maybe_bad(&new),
	        one_in(8) ? NULL : maybe_bad(&old), set_size());
	if (verbose)
		say("new", "flags %lx, mask %08x %08x", new.flags, (uint32_t)(new.mask >> 32),
		        (uint32_t) new.mask);
	tell("rt_sigaction", (uint32_t)sig, kind_of(new.handler), answer);
	mix_action(&old);
}

static void do_mask(void)
{
	uint64_t new = some_set(), old = 0;
	uint32_t how = one_in(20) ? next() : below(3);
	uint64_t *from = one_in(8) ? NULL : maybe_bad(&new);
	uint64_t *to = one_in(8) ? NULL : maybe_bad(&old);
	long answer;

	if (verbose)
		say("set", "%08x %08x", (uint32_t)(new >> 32), (uint32_t) new);
	if (one_in(4))
		answer = marked(__NR_sigprocmask, (long)how, (long)from, (long)to);
	else
		answer = SYS(rt_sigprocmask, how, from, to, set_size());
	tell("sigprocmask", how, from != NULL, answer);
	tell_set("  old", old);
}

static void do_pending(void)
{
	uint64_t set = 0x5555555555555555;
	size_t size = one_in(2) ? 8 : below(12);
	long answer = one_in(4) ? SYS(sigpending, maybe_bad(&set))
	                        : SYS(rt_sigpending, maybe_bad(&set), size);

	tell("sigpending", size, 0, answer);
	tell_set("  set", set);
}

/* -- sending -- */

static void do_queue(int sig)
{
	/* Not SI_TIMER, which execve() throws away. */
	static const int codes[] = {SI_QUEUE, SI_QUEUE, SI_QUEUE, SI_MESGQ, SI_ASYNCIO, SI_TKILL,
	        SI_USER, SI_KERNEL, -7, -8, -60, -61, 1, 2, 6, 7, 1000};
	uint32_t words[32] = {0};
	siginfo_t *info = (siginfo_t *)words;
	long to = one_in(16) ? 30000 : one_in(16) ? SYS(getppid) : SYS(getpid);

	info->si_signo = (int)next();
	info->si_errno = (int)below(3);
	info->si_code = codes[below(ARRAY_LEN(codes))];
	for (int i = 3; i < 8; i++)
		words[i] = below(100000);
	/* With the codes above 0, which are the kernel's, and SI_ASYNCNL Linux looks at less. */
	if (info->si_code <= 0 && info->si_code != -60 && one_in(6))
		words[8 + below(24)] = 1;
	if (to != SYS(getpid))
		sig = 0;
	tell("rt_sigqueueinfo", (uint32_t)sig, (uint32_t)info->si_code,
	        marked(__NR_rt_sigqueueinfo, to, sig, (long)maybe_bad(info)));
}

static void do_raise(void)
{
	int sig = some_signal();
	long self = SYS(getpid), to = self;

	if (to_thread) {
		if (one_in(12)) {
			static const long others[] = {0, -1, 30000};

			to = others[below(3)];
		}
		tell("tkill", (uint32_t)sig, who(to),
		        one_in(2) ? marked(__NR_tkill, to, sig, 0)
		                  : marked(__NR_tgkill, one_in(12) ? 0 : self, to, sig));
		return;
	}
	if (one_in(3)) {
		do_queue(sig);
		return;
	}
	if (one_in(8)) {
		const long others[] = {
		        0, -self, 30000, -30000, (long)0x80000000ul, SYS(getppid), 1};

		to = others[below(ARRAY_LEN(others))];
		if (to > 0)
			sig = one_in(2) ? 65 : 0;
	}
	tell("kill", (uint32_t)sig,
	        to > 0        ? who(to)
	        : to == -self ? 77
	                      : (uint32_t)to,
	        marked(__NR_kill, to, sig, 0));
}

/* -- the alternate stack -- */

static void do_altstack(void)
{
	static const uint32_t modes[] = {0, 0, 0, SS_ONSTACK, SS_DISABLE, AUTODISARM,
	        AUTODISARM | SS_ONSTACK, AUTODISARM | SS_DISABLE, 3, 4, 8 | AUTODISARM};
	stack_t new = {0}, old = {0};
	uint32_t area = below(AREAS), mode = modes[below(ARRAY_LEN(modes))];
	long answer;

	if (areas_in_use & 1u << area)
		area = (uint32_t)__builtin_ctz(~areas_in_use);
	if (area >= AREAS)
		return;
	new.ss_flags = (int)mode;
	new.ss_sp = areas[area];
	new.ss_size = one_in(10) ? below(MINSIGSTKSZ) : AREA_SIZE - below(5);
	answer = SYS(sigaltstack, one_in(4) ? NULL : maybe_bad(&new),
	        one_in(4) ? NULL : maybe_bad(&old));
	tell("sigaltstack", mode, new.ss_size, answer);
	mix((uint32_t)(area_of(old.ss_sp)));
	mix((uint32_t)old.ss_flags);
	mix(old.ss_size);
	if (verbose)
		say("  old", "%d, %x, %x", area_of(old.ss_sp), old.ss_flags, (uint32_t)old.ss_size);
}

/* -- waiting for signals -- */

static void do_timedwait(void)
{
	long times[2] = {0};
	uint64_t set = some_set();
	uint32_t words[32] = {0};
	long answer;

	if (one_in(20))
		times[below(2)] = -1;
	answer = SYS(rt_sigtimedwait, maybe_bad(&set), one_in(4) ? NULL : maybe_bad(words),
	        maybe_bad(times), set_size());
	if (answer == -EFAULT && words[0])
		answer = 0;
	if (verbose)
		say("set", "%08x %08x", (uint32_t)(set >> 32), (uint32_t)set);
	tell("rt_sigtimedwait", words[0], words[2], answer);
	mix(words[0] ^ words[2]);
	mix(who((long)words[3]));
	mix(words[5]);
}

/* Is there one pending outside of the set whose handler ends a sleep? */
static int ends_sleep(uint64_t set)
{
	uint64_t ready = pending_now() & ~set;

	for (int sig = 1; sig <= 64; sig++) {
		struct action a;

		if ((ready & SIGNAL_BIT(sig)) && SYS(rt_sigaction, sig, NULL, &a, 8) == 0 &&
		        kind_of(a.handler) > 1)
			return 1;
	}
	return 0;
}

static void do_suspend(void)
{
	uint64_t set = some_set();

	if (one_in(20)) {
		tell("rt_sigsuspend, bad", 0, 0,
		        one_in(2) ? SYS(rt_sigsuspend, BAD_POINTER, 8)
		                  : SYS(rt_sigsuspend, &set, 4));
		return;
	}
	if (one_in(3)) {
		if (ends_sleep(set & 0xffffffff))
			tell("sigsuspend", (uint32_t)set, 0,
			        marked(__NR_sigsuspend, 0, 0, (long)(uint32_t)set));
	} else if (ends_sleep(set)) {
		if (verbose)
			say("set", "%08x %08x", (uint32_t)(set >> 32), (uint32_t)set);
		tell("rt_sigsuspend", 0, 0, marked(__NR_rt_sigsuspend, (long)&set, 8, 0));
	}
	tell_set("  mask", mask_now());
}

/* -- faults -- */

static void do_fault(void)
{
	static const uint8_t signals[] = {SIGSEGV, SIGTRAP, SIGILL};
	uint32_t which = below(3);
	struct action a;

	SYS(rt_sigaction, signals[which], NULL, &a, 8);
	if (kind_of(a.handler) == 2)
		return; /* it could not go on */
	if (verbose)
		say("fault", "%d", signals[which]);
	if (which == 0)
		do_fault_load(one_in(2) ? BAD_POINTER : KERNEL);
	else if (which == 1)
		do_fault_trap();
	else
		do_fault_undefined();
}

/* Long ones, which are stopped at once. Linux has three; the others are missing in Quire. */
static void do_itimer(void)
{
	long v[4], old[4] = {0}, got[4] = {0}, answer;
	uint32_t which = one_in(12) ? 3 + next() % 1000 : 0;

	for (int i = 0; i < 4; i++)
		v[i] = one_in(3) ? 0 : i % 2 == 0 ? 100 + (long)below(1000) : (long)below(999999);
	if (v[2] == 0)
		v[3] = 0; /* not within this program's time */
	if (one_in(8))
		v[below(4)] = one_in(2) ? -1 : 1000000;
	answer = SYS(setitimer, which, one_in(12) ? NULL : maybe_bad(v),
	        one_in(4) ? NULL : maybe_bad(old));
	tell("setitimer", which, 0, answer);
	tell("  old", (uint32_t)old[0], (uint32_t)old[1], old[2] || old[3]);
	mix((uint32_t)old[0] ^ (uint32_t)old[1]);
	tell("getitimer", which, 0, SYS(getitimer, which, maybe_bad(got)));
	tell("  got", (uint32_t)got[0], (uint32_t)got[1], got[2] || got[3]);
	mix((uint32_t)got[0] ^ (uint32_t)got[1]);
	memset(v, 0, sizeof(v));
	if (one_in(2))
		SYS(setitimer, 0, v, NULL);
}

static void step(void)
{
	static void (*const steps[])(void) = {do_action, do_action, do_action, do_action, do_action,
	        do_mask, do_mask, do_mask, do_raise, do_raise, do_raise, do_raise, do_raise,
	        do_raise, do_raise, do_raise, do_pending, do_altstack, do_altstack, do_timedwait,
	        do_suspend, do_suspend, do_fault, do_itimer};
	static void (*const rare[])(void) = {do_fork, do_groups, do_children, do_children};

	if (!one_in(30))
		steps[below(ARRAY_LEN(steps))]();
	else if (!to_thread) /* what a thread gets goes first on Linux, before SIGCHLD */
		rare[below(ARRAY_LEN(rare))]();
}

/* Handlers for most, so that an episode is not soon at its end. */
static void act(void)
{
	SYS(setpgid, 0, 0);
	limit(RLIMIT_SIGPENDING, QUEUED, QUEUED);
	if (one_in(2))
		become_user();
	for (int sig = 1; sig <= 64; sig++)
		if (!one_in(8)) {
			if (one_in(2))
				handle(sig, plain, one_in(2) ? SA_ONSTACK : 0);
			else
				handle(sig, with_info, SA_SIGINFO | (one_in(2) ? SA_ONSTACK : 0));
		}
	for (int i = 0; i < STEPS; i++)
		step();
	tell_set("mask at the end", mask_now());
	tell_set("pending at the end", pending_now());
	leave(7);
}

static long send(long pid, int sig)
{
	return to_thread ? SYS(tkill, pid, sig) : SYS(kill, pid, sig);
}

static void episode(void)
{
	long pid;
	int status = 0;

	to_thread = one_in(3);
	pid = SYS(fork);
	if (pid == 0)
		act();
	while (SYS(wait4, pid, &status, WUNTRACED, NULL) == pid) {
		tell("status", 0, 0, status);
		if ((status & 0xff) != 0x7f)
			break;
		for (uint32_t n = below(3); n; n--) {
			int sig = some_signal();

			tell("to the stopped", (uint32_t)sig, 0, send(pid, sig));
		}
		send(pid, one_in(8) ? SIGKILL : SIGCONT);
	}
}

static void run(uint32_t seed)
{
	char label[32];
	uint32_t hash = seed;

	rnd->state = seed * 0x9e3779b9u;
	for (int i = 0; i < EPISODES; i++) {
		rnd->hash = hash;
		if (verbose) {
			say("episode", "%d", i);
			rnd->hash = 0; /* so that it says whether this one differs */
		}
		episode();
		if (verbose)
			say("hash", "%08x", rnd->hash);
		hash = rnd->hash;
		/* However far this one came, the next begins at its own place. */
		rnd->state = (seed * 1000 + (uint32_t)i + 1) * 0x9e3779b9u;
	}
	format_text(label, sizeof(label), "seed %u", seed);
	say(label, "%08x", hash);
}

int main(int argc, char **argv)
{
	rnd = (void *)map(1, RW, SA); /* an episode may end anywhere */
	self_path = argv[0];
	if (argc > 2 && same(argv[1], "exec")) {
		rnd->state = (uint32_t)number_at(argv[2]);
		verbose = argc > 3;
		after_exec();
	}
	run_seeds(argc, argv, SEEDS, run);
	return 0;
}
