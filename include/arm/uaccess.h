/* SPDX-License-Identifier: MIT */
/*
 * Copies between kernel and user memory (kernel/uaccess.S).
 *
 * They open the user domain in DACR, use LDRT/STRT so that the MMU checks the user's own rights (see
 * there for blocks), and close the domain again. A fault on the way pages the memory in, and if that can't be done
 * the fix-up table makes the call return short. May sleep: hold no spinlock.
 */
#ifndef ARM_UACCESS_H
#define ARM_UACCESS_H

#include <lib/types.h>

/* Marks a pointer that came from user space and is never dereferenced directly. */
#define __user

/* Copies n bytes. 0, or -EFAULT if any byte could not be copied (a part may have been). */
int copy_from_user(void *to, const void __user *from, size_t n);
int copy_to_user(void __user *to, const void *from, size_t n);

/* Writes n zero bytes. 0 or -EFAULT. */
int clear_user(void __user *to, size_t n);

/*
 * Copies a string with its NUL. Returns its length without the NUL, -EFAULT, or `max` where no
 * NUL stands in the first max bytes.
 */
ssize_t strncpy_from_user(char *to, const char __user *from, size_t max);

/* The same without copying: the length of a string. */
ssize_t strnlen_user(const char __user *s, size_t max);

/* One word, naturally aligned. 0 or -EFAULT. */
int get_user_u32(uint32_t *value, const uint32_t __user *from);
int put_user_u32(uint32_t value, uint32_t __user *to);

#endif
