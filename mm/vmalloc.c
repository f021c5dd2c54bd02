/* SPDX-License-Identifier: MIT */
/*
 * Kernel mappings by page: device registers and large buffers. A sorted list of areas; a new one
 * goes into the first hole that leaves a guard page on both sides.
 */
#include <arm/pte.h>
#include <lib/printk.h>
#include <lib/wait.h>
#include <mm/kernel_table.h>
#include <mm/kmalloc.h>
#include <mm/vmalloc.h>
#include <string.h>
#include "vmalloc_layout.h"

struct area {
	uint32_t va, pages;
	bool device; /* the frames are not RAM */
	TAILQ_ENTRY(area) link;
};

TAILQ_HEAD(area_list, area);

static struct mutex vmalloc_lock = MUTEX_INIT(vmalloc_lock);
/* under vmalloc_lock, ascending */
static struct area_list areas = TAILQ_HEAD_INITIALIZER(areas);

static struct area *area_take(uint32_t pages, bool device)
{
	struct area *area = kmalloc(sizeof(*area)), *next;
	uint32_t va = KSTACK_AREA_END + PAGE_SIZE;

	if (!area)
		return NULL;
	mutex_lock(&vmalloc_lock);
	TAILQ_FOREACH (next, &areas, link) {
		if (next->va - va > pages * PAGE_SIZE)
			break;
		va = next->va + (next->pages + 1) * PAGE_SIZE;
	}
	*area = (struct area){.va = va, .pages = pages, .device = device};
	if (next) {
		TAILQ_INSERT_BEFORE(next, area, link);
	} else if ((VMALLOC_END - va) >> PAGE_SHIFT > pages) {
		TAILQ_INSERT_TAIL(&areas, area, link);
	} else {
		kfree(area);
		area = NULL;
	}
	mutex_unlock(&vmalloc_lock);
	return area;
}

static void area_give(struct area *area)
{
	mutex_lock(&vmalloc_lock);
	TAILQ_REMOVE(&areas, area, link);
	mutex_unlock(&vmalloc_lock);
	kfree(area);
}

static struct area *area_find(const void *va)
{
	struct area *area;

	mutex_lock(&vmalloc_lock);
	TAILQ_FOREACH (area, &areas, link) {
		if ((uintptr_t)va - area->va < area->pages * PAGE_SIZE)
			break;
	}
	mutex_unlock(&vmalloc_lock);
	return area;
}

static bool touches_ram(paddr_t first, uint32_t pages)
{
	for (uint32_t i = 0; i < pages; i++) {
		if (phys_is_ram(first + i * PAGE_SIZE))
			return true;
	}
	return false;
}

static int map_device(const struct area *area, paddr_t first)
{
	for (uint32_t i = 0; i < area->pages; i++) {
		struct small_page p = {
		        .base = first + i * PAGE_SIZE,
		        .type = MT_DEVICE,
		        .writable = true,
		        .global = true,
		};
		int err = kernel_map_page(area->va + i * PAGE_SIZE, small_page_encode(p));

		if (err) {
			kernel_unmap_pages(area->va, i);
			return err;
		}
	}
	return 0;
}

void *ioremap(paddr_t pa, size_t size)
{
	paddr_t first = pa & PAGE_MASK;
	uint32_t pages = (PAGE_OFFSET(pa) + (uint64_t)size + PAGE_SIZE - 1) >> PAGE_SHIFT;
	struct area *area;

	if (!size || pa + (size - 1) < pa || touches_ram(first, pages))
		return NULL;
	area = area_take(pages, true);
	if (!area)
		return NULL;
	if (map_device(area, first)) {
		area_give(area);
		return NULL;
	}
	return (void *)(uintptr_t)(area->va + PAGE_OFFSET(pa));
}

void iounmap(void *va)
{
	struct area *area = area_find(va);

	BUG_ON(!area || !area->device);
	kernel_unmap_pages(area->va, area->pages);
	area_give(area);
}

/* Unmaps the first n pages of an area and frees their frames. */
static void unmap_ram(struct area *area, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t va = area->va + i * PAGE_SIZE;
		struct page *page = phys_to_page(kernel_page_phys(va));

		kernel_unmap_pages(va, 1);
		page_put(page);
	}
}

static int map_ram(struct area *area)
{
	for (uint32_t i = 0; i < area->pages; i++) {
		struct page *page = page_alloc(0, ALLOC_ZERO);
		struct small_page p = {.type = MT_NORMAL, .writable = true, .global = true};
		int err = -1;

		if (page) {
			p.base = page_to_phys(page);
			err = kernel_map_page(area->va + i * PAGE_SIZE, small_page_encode(p));
			if (err)
				page_put(page);
		}
		if (err) {
			unmap_ram(area, i);
			return err;
		}
	}
	return 0;
}

void *vmalloc(size_t size)
{
	uint32_t pages = PAGE_ALIGN(size) >> PAGE_SHIFT;
	struct area *area;

	if (!pages)
		return NULL;
	area = area_take(pages, false);
	if (!area)
		return NULL;
	if (map_ram(area)) {
		area_give(area);
		return NULL;
	}
	return (void *)(uintptr_t)area->va;
}

void vfree(void *va)
{
	struct area *area;

	if (!va)
		return;
	area = area_find(va);
	BUG_ON(!area || area->device);
	unmap_ram(area, area->pages);
	area_give(area);
}
