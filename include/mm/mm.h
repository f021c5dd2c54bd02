/* SPDX-License-Identifier: MIT */
/*
 * Address spaces. A struct mm is what a process sees as memory: a tree of regions (VMAs) that says
 * what is meant to be where, and a translation table that caches as much of that as has been
 * touched. The fault handler turns the one into the other.
 */
#ifndef MM_MM_H
#define MM_MM_H

#include <arm/pte.h>
#include <lib/types.h>
#include <lib/wait.h>
#include <mm/page.h>
#include <sys/queue.h>
#include <sys/tree.h>

#define MMAP_MIN_ADDR 0x10000u
#define STACK_TOP     0x7ffff000u
/* Unmapped room that a growing stack leaves below itself (Linux: stack_guard_gap, 256 pages). */
#define STACK_GAP     (256u * PAGE_SIZE)

enum vma_flags {
	VM_READ = 1 << 0,
	VM_WRITE = 1 << 1,
	VM_EXEC = 1 << 2,
	VM_SHARED = 1 << 3,
	VM_MAYWRITE = 1 << 4, /* mprotect may allow writing: not a shared map of a read-only file */
	VM_GROWSDOWN = 1 << 5,   /* anonymous and private */
	VM_ACCOUNT = 1 << 6,     /* its pages are promised: mm/commit.h */
	VM_NORESERVE = 1 << 7,   /* they never are (MAP_NORESERVE) */
	VM_LOCKED = 1 << 8,      /* mlock(): its pages stay */
	VM_LOCKONFAULT = 1 << 9, /* with VM_LOCKED: each once it has been touched */
	/*
	 * Frames that are no RAM, from number pgoff on: Device memory, never executable, never
	 * counted, never copied (VM_SHARED or not writable). `as` is NULL.
	 */
	VM_PFNMAP = 1 << 10,
	/* madvise(): */
	VM_DONTCOPY = 1 << 11,   /* a child does not get the region */
	VM_WIPEONFORK = 1 << 12, /* a child gets it empty */
	VM_DONTDUMP = 1 << 13,   /* the rest is only to be seen in /proc/PID/smaps */
	VM_SEQ_READ = 1 << 14,
	VM_RAND_READ = 1 << 15,
};

#define VM_LOCK_MASK (VM_LOCKED | VM_LOCKONFAULT)

#define VM_ACCESS    (VM_READ | VM_WRITE | VM_EXEC)

struct vma;
struct mm;
struct address_space;

/* What the owner of a mapped object (a file) wants to know. Either may be NULL. */
struct vm_ops {
	void (*open)(struct vma *);  /* one more region refers to vma->object: split, fork */
	void (*close)(struct vma *); /* one fewer */
};

/* A region: [start, end), page aligned, with one set of rights and one source of its bytes. */
struct vma {
	uint32_t start, end;
	uint32_t flags;
	pte_t prot; /* descriptor bits for a page of this region, read-only; see vma_prot() */
	struct mm *mm;
	RB_ENTRY(vma) link;

	struct address_space *as; /* where the bytes come from; NULL: anonymous, zeros */
	uint32_t pgoff;           /* page number in `as` of `start`; VM_PFNMAP: its frame */
	const struct vm_ops *ops;
	void *object;                 /* for ops */
	LIST_ENTRY(vma) mapping_link; /* in as->mappings, under its mappings_lock */
};

RB_HEAD(vma_tree, vma);
RB_PROTOTYPE(vma_tree, vma, link, )

/* The ASID that a space has, valid if its generation is the current one (mm/asid.c). */
struct asid_context {
	uint32_t generation;
	uint8_t asid;
};

struct mm {
	uint32_t users; /* atomic: tasks that run in this space */
	struct asid_context context;
	pte_t *l1; /* the table for TTBR0: 2048 descriptors, 8 KiB aligned */

	struct mutex lock;
	/* under lock */
	struct vma_tree vmas;
	struct vma *last_vma; /* the region found last */
	uint32_t map_count;
	uint32_t start_code, end_code, start_data, end_data;
	uint32_t brk_start, brk;
	uint32_t start_stack, arg_start, arg_end, env_start, env_end;
	uint32_t mmap_base;         /* mmap() places regions downwards from here */
	uint32_t lock_future;       /* VM_LOCK_MASK bits for new regions: mlockall(MCL_FUTURE) */
	uint32_t total_vm, peak_vm; /* pages, and the most there ever were */
	uint32_t locked_vm;         /* pages of regions with VM_LOCKED */
	uint32_t committed;         /* pages of regions with VM_ACCOUNT */
	uint32_t table_bytes;
	uint32_t minor_faults;
	bool reaped; /* taken apart by the OOM killer: nothing is paged in any more */

	/*
	 * Truncation and reclaim of a file take this without `lock`. Descriptors of regions with an `as`
	 * change under both, those of the others under `lock` alone.
	 */
	spinlock_t table_lock;
	/* under table_lock, whatever region a page is in; one word, may be read without */
	uint32_t anon_pages, file_pages;
	uint32_t peak_rss; /* brought up to date when pages are taken out */
};

enum mm_access {
	ACCESS_READ,
	ACCESS_WRITE,
	ACCESS_EXECUTE,
};

enum mm_fault_result {
	MM_FAULT_OK,     /* the descriptor allows the access now */
	MM_FAULT_MAPERR, /* no region there: SIGSEGV, SEGV_MAPERR */
	MM_FAULT_ACCERR, /* the region forbids it: SIGSEGV, SEGV_ACCERR */
	MM_FAULT_BUS,    /* beyond the end of the mapped file: SIGBUS, BUS_ADRERR */
	MM_FAULT_OOM,    /* no memory */
};

/* /proc/sys/vm/max_map_count: how many regions a space may have; one more by mmap(), as in Linux. */
extern int max_map_count;

/* An empty space with one user, or NULL. */
struct mm *mm_create(void);

/* A copy of the space whose pages are shared until one side writes. NULL without memory. Sleepable context. */
struct mm *mm_fork(struct mm *mm);

static inline void mm_get(struct mm *mm)
{
	__atomic_fetch_add(&mm->users, 1, __ATOMIC_RELAXED);
}

/*
 * Drops a user; the last one frees everything. This core must not run on the space any more
 * (mm_switch()). Sleepable context.
 */
void mm_put(struct mm *mm);

/*
 * Makes this core run on a space (NULL: on none, kernel only), giving it an ASID if it has none.
 * Interrupts off.
 */
void mm_switch(struct mm *mm);

/*
 * Resolves a fault at `addr`. Locks the space. Sleepable context, interrupts on.
 */
enum mm_fault_result mm_fault(struct mm *mm, uint32_t addr, enum mm_access access);

/* What to map: an anonymous region where `as` is NULL, or with VM_PFNMAP the frames from pgoff on. */
struct mm_map_request {
	uint32_t addr, length; /* length is rounded up to pages */
	uint32_t prot;         /* PROT_* */
	uint32_t flags;        /* MAP_* */
	uint32_t vm_flags;     /* VM_GROWSDOWN, VM_MAYWRITE, VM_PFNMAP */
	struct address_space *as;
	uint32_t pgoff;
	const struct vm_ops *ops;
	void *object;
	/* 0, or what refuses it all if the address, the length and RLIMIT_MEMLOCK do not: Linux looks at these first */
	int refusal;
};

/*
 * mmap(2), munmap(2), mprotect(2), brk(2) on any space: page-aligned address or -EINVAL, rules and
 * errnos as in Linux. mm_map takes its own reference to the object through ops->open. The space is
 * locked inside. mm_map returns the address (below 0x80000000) or a negative errno; mm_brk the
 * resulting break.
 */
long mm_map(struct mm *mm, const struct mm_map_request *request);
int mm_unmap(struct mm *mm, uint32_t addr, uint32_t length);
int mm_protect(struct mm *mm, uint32_t addr, uint32_t length, uint32_t prot);
uint32_t mm_brk(struct mm *mm, uint32_t brk);

/*
 * mremap(2): the new address or a negative errno. Locks the space; sleepable context.
 */
long mm_remap(struct mm *mm, uint32_t addr, uint32_t old_length, uint32_t new_length,
        uint32_t flags, uint32_t new_addr);

/* madvise(2) but for huge pages, merging and poison, which are -EINVAL. Locks the space; sleepable context. */
int mm_advise(struct mm *mm, uint32_t addr, uint32_t length, int advice);

/*
 * mincore(2) for the pages from addr on that are in one region, at most `pages`: how many these are, with a
 * byte for each in `out`, which is kernel memory. -ENOMEM: there is no region.
 */
int mm_incore(struct mm *mm, uint32_t addr, uint32_t pages, uint8_t *out);

/* msync(2). */
int mm_sync(struct mm *mm, uint32_t addr, uint32_t length, uint32_t flags);

/*
 * Faults in what the regions of a page-aligned range map, but for those that are locked on fault
 * only. 0; -ENOMEM without memory; -EFAULT where a region allows no access or its file ends, unless
 * those are to be passed over. Locks the space; sleepable context.
 */
int mm_populate(struct mm *mm, uint32_t addr, uint32_t length, bool pass_over);

/*
 * The same for every region, as if each page of [addr, end) were read, or written. -EINVAL where a region does not
 * allow it, -ENOMEM without memory or at a hole, -EFAULT past the end of a file.
 */
int mm_prefault(struct mm *mm, uint32_t addr, uint32_t end, enum mm_access access);

/*
 * mlock2(2), munlock(2), mlockall(2) and munlockall(2), without faulting in: where that is meant to
 * follow, the caller does it with mm_populate(). `flags` are of VM_LOCK_MASK, 0 to unlock. Errors as in
 * Linux: -EPERM, -ENOMEM, -EINVAL. Locks the space.
 */
int mm_lock_range(struct mm *mm, uint32_t addr, uint32_t length, uint32_t flags);
int mm_lock_all(struct mm *mm, bool current, bool future, uint32_t flags);

/*
 * Takes its private pages from a space whose tasks are all about to die. False where somebody holds
 * the space's lock, which never is for long: try again.
 */
bool mm_reap(struct mm *mm);

/* The region that holds addr, or the next above it; NULL if there is none. The space is locked. */
struct vma *vma_find_locked(struct mm *mm, uint32_t addr);
struct vma *vma_next_locked(struct vma *vma);

/*
 * The two descriptors on the way to addr in the table that the MMU uses for it (the kernel's above
 * 0x80000000; l1 = 0 where the space is NULL). For reports: takes no lock, follows only valid tables.
 */
void table_query(const struct mm *mm, uint32_t addr, pte_t *l1, pte_t *l2);

/*
 * An object for MAP_SHARED | MAP_ANONYMOUS: fills in as, ops and object of the request, whose
 * vm_flags the caller chooses. -ENOMEM. The caller drops its own reference with shared_anon_put() after mm_map().
 */
int shared_anon_create(struct mm_map_request *request);
void shared_anon_put(void *object);

#endif
