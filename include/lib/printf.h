/* SPDX-License-Identifier: MIT */
/* Formatting of text into a buffer: the kernel's vsnprintf() and snprintf(), as ISO C defines them
 * without floating point, %n and wide characters. */
#ifndef LIB_PRINTF_H
#define LIB_PRINTF_H

#include <stdarg.h>
#include <lib/types.h>

/*
 * Write at most size bytes, NUL included, to buf. Returns the length that the whole text has, which
 * may be more than fits. size 0 writes nothing and buf may be NULL. Knows d i u x X o c s p %,
 * flags - 0 + space #, width and precision (numbers or *), lengths hh h l ll z t j. %p prints 0x
 * and 8 digits (16 where pointers have 64 bits); %s of NULL prints (null). An unknown conversion is
 * copied to the output as it stands, and ends formatting, since the types of the arguments behind
 * it are no longer known.
 */
int vsnprintf(char *buf, size_t size, const char *fmt, va_list ap)
        __attribute__((format(printf, 3, 0)));
int snprintf(char *buf, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* As snprintf(), but returns the length that buf now holds: at most size - 1, or 0 if size is 0. */
int scnprintf(char *buf, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
