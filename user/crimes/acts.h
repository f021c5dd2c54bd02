/* SPDX-License-Identifier: MIT */
/*
 * The acts themselves; each is a `commit` of struct crime.
 */
#ifndef ACTS_H
#define ACTS_H

int read_word(void *address);
int write_word(void *address);
int jump_to(void *address);
int run_on_stack(void *address);
int read_system_register(void *address);
int mask_interrupts(void *address);
int undefined_instruction(void *address);
int breakpoint(void *address);
int exclusive_load(void *address);
int double_load(void *address);
int multiple_load(void *address);
int overflow_stack(void *address);
int write_from(void *address);
int read_into(void *address);
int unknown_call(void *address);

#endif
