/* SPDX-License-Identifier: MIT */
/*
 * Error numbers. newlib and Linux agree up to 34 (ERANGE) and differ from there on; strerror() and
 * every `errno == ENOSYS` in a program mean newlib's.
 *
 * Source: Linux v6.1, include/uapi/asm-generic/errno.h; newlib's <sys/errno.h>.
 */
#include <errno.h>
#include "glue.h"

#define LINUX_SAME_UP_TO 34

/* Indexed by Linux's number. A gap is 0. */
static const unsigned char newlib_errno[] = {
        [35] = EDEADLK,
        [36] = ENAMETOOLONG,
        [37] = ENOLCK,
        [38] = ENOSYS,
        [39] = ENOTEMPTY,
        [40] = ELOOP,
        [42] = ENOMSG,
        [43] = EIDRM,
        [60] = ENOSTR,
        [61] = ENODATA,
        [62] = ETIME,
        [63] = ENOSR,
        [67] = ENOLINK,
        [71] = EPROTO,
        [72] = EMULTIHOP,
        [74] = EBADMSG,
        [75] = EOVERFLOW,
        [84] = EILSEQ,
        [88] = ENOTSOCK,
        [89] = EDESTADDRREQ,
        [90] = EMSGSIZE,
        [91] = EPROTOTYPE,
        [92] = ENOPROTOOPT,
        [93] = EPROTONOSUPPORT,
        [95] = EOPNOTSUPP,
        [97] = EAFNOSUPPORT,
        [98] = EADDRINUSE,
        [99] = EADDRNOTAVAIL,
        [100] = ENETDOWN,
        [101] = ENETUNREACH,
        [102] = ENETRESET,
        [103] = ECONNABORTED,
        [104] = ECONNRESET,
        [105] = ENOBUFS,
        [106] = EISCONN,
        [107] = ENOTCONN,
        [110] = ETIMEDOUT,
        [111] = ECONNREFUSED,
        [113] = EHOSTUNREACH,
        [114] = EALREADY,
        [115] = EINPROGRESS,
        [116] = ESTALE,
        [122] = EDQUOT,
        [125] = ECANCELED,
        [130] = EOWNERDEAD,
        [131] = ENOTRECOVERABLE,
};

static int translate(unsigned int number)
{
	if (number <= LINUX_SAME_UP_TO)
		return (int)number;
	if (number < sizeof(newlib_errno) && newlib_errno[number])
		return newlib_errno[number];
	return __ELASTERROR + (int)number; /* newlib's range for numbers of one's own */
}

long answer(long result)
{
	if (result >= 0 || result < -4095) /* mmap's addresses look negative; errors end at -4095 */
		return result;
	errno = translate((unsigned int)-result);
	return -1;
}
