/* SPDX-License-Identifier: MIT */
/*
 * Access to device registers, mapped as Device memory by ioremap().
 *
 * Device memory keeps the accesses of one core to ONE peripheral in order. It says nothing about
 * order between peripherals, nor between a register and a buffer in Normal memory, and the
 * BCM2836 can even return reads of two peripherals in the wrong order (BCM2835 ARM Peripherals,
 * 1.3: a barrier before the first write to and after the last read from each peripheral, in
 * interrupt handlers too). So:
 *
 * mmio_read32():  load, DMB. No later access to anything can overtake the read.
 * mmio_write32(): DMB, store. The store can't overtake any earlier access.
 *
 * A driver that makes many accesses to one peripheral in a row may use the _relaxed forms between
 * mmio_begin() and mmio_end(), which are those two barriers by name.
 *
 * Always one 32-bit LDR or STR without writeback, so that a hypervisor can emulate the access.
 */
#ifndef ARM_IO_H
#define ARM_IO_H

#include <arm/barrier.h>
#include <lib/types.h>

static inline uint32_t mmio_read32_relaxed(const void *base, uint32_t offset)
{
	uint32_t v;

	__asm__ volatile("ldr %0, %1"
	                 : "=r"(v)
	                 : "m"(*(const volatile uint32_t *)((const uint8_t *)base + offset)));
	return v;
}

static inline void mmio_write32_relaxed(void *base, uint32_t offset, uint32_t v)
{
	__asm__ volatile("str %1, %0"
	                 : "=m"(*(volatile uint32_t *)((uint8_t *)base + offset))
	                 : "r"(v));
}

/* Before the first relaxed access: what was done to other peripherals is ordered before it. */
static inline void mmio_begin(void)
{
	dmb_sy();
}

/* After the last relaxed access: ordered before what is done to other peripherals next. */
static inline void mmio_end(void)
{
	dmb_sy();
}

static inline uint32_t mmio_read32(const void *base, uint32_t offset)
{
	uint32_t v = mmio_read32_relaxed(base, offset);

	mmio_end();
	return v;
}

static inline void mmio_write32(void *base, uint32_t offset, uint32_t v)
{
	mmio_begin();
	mmio_write32_relaxed(base, offset, v);
}

#endif
