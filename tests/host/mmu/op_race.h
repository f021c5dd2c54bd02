/* SPDX-License-Identifier: MIT */
/*
 * Operations that two cores do at once. What a page must read depends on who was first, so there is no
 * model here: when both are done, the kernel's own structures have to agree with each other.
 */
#ifndef TESTS_HOST_MMU_OP_RACE_H
#define TESTS_HOST_MMU_OP_RACE_H

void race_start(void);
void race_end(void);

/* Some operations of a core: the first makes and ends spaces, the second also changes files. */
void race_first(void);
void race_second(void);
/* The same of those that are about pages of files that go while they are moved and faulted in. */
void race_move_pages(void);
void race_remove_pages(void);

/* Regions, tables, the page cache and every page's count of users: do they agree? */
void race_check(void);

#endif
