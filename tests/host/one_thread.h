/* SPDX-License-Identifier: MIT */
/*
 * For a test that includes a driver's sources: the core's side of locks where there is one thread and no
 * interrupt, in place of include/arm's. Comes first. one_thread.c is a heap to go with it.
 */
#ifndef ONE_THREAD_H
#define ONE_THREAD_H

#define ARM_IRQFLAGS_H
#define ARM_BARRIER_H
#define wfe()
#define sev()
#define dsb_ishst()
#define irq_save()         0
#define irq_restore(flags) ((void)(flags))
#define irq_disable()
#define irq_enable()

#endif
