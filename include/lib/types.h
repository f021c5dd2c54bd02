/* SPDX-License-Identifier: MIT */
/* The integer types that the kernel's C uses. Include it before any other header. */
#ifndef LIB_TYPES_H
#define LIB_TYPES_H

/*
 * The bare-metal compiler makes int32_t a long, a Linux compiler makes it an int, and printf
 * formats tell the two apart. int everywhere (as Linux's own <asm/types.h> for ARM has it) lets
 * "%u" mean uint32_t.
 */
#if defined(__arm__) && defined(__INT32_TYPE__)
#undef __INT32_TYPE__
#define __INT32_TYPE__ int
#undef __UINT32_TYPE__
#define __UINT32_TYPE__ unsigned int
#undef __UINTPTR_TYPE__
#define __UINTPTR_TYPE__ unsigned long
#endif

#include <stdint.h>
#include <stddef.h>
#include <stdbool.h>

/* A physical address. Only phys_to_virt() and ioremap() turn one into something to dereference. */
typedef uint32_t paddr_t;

typedef int32_t pid_t;
typedef int64_t loff_t;
/* The signed twin of size_t: 32 bits on ARM. */
typedef __PTRDIFF_TYPE__ ssize_t;

#endif
