/* SPDX-License-Identifier: MIT */
/* Flags of getrandom(). Source: Linux 6.1, include/uapi/linux/random.h. */
#ifndef LIB_ABI_RANDOM_H
#define LIB_ABI_RANDOM_H

#define GRND_NONBLOCK 0x0001
#define GRND_RANDOM   0x0002
#define GRND_INSECURE 0x0004

#endif
