/* SPDX-License-Identifier: MIT */
/*
 * Unpacking of what tools/pack.py packs: the kernel's own image.
 */
#ifndef LIB_UNPACK_H
#define LIB_UNPACK_H

#include <lib/types.h>

#define UNPACK_CODE_BITS 10 /* the longest code */
/* unpack() may write so many bytes of anything behind the end of its output. */
#define UNPACK_SLACK     3

/* Room to work in; nothing in it has to be set. */
struct unpack_work {
	uint32_t commands[1 << UNPACK_CODE_BITS];
	uint32_t distances[1 << UNPACK_CODE_BITS];
};

/*
 * Unpacks in_size bytes at `in`, which is aligned to 4 and may hold anything, into exactly out_size
 * bytes. 0, or -EINVAL if they do not describe so many. Reads nothing outside `in`, and writes nothing
 * outside `out` and its slack.
 */
int unpack(
        uint8_t *out, size_t out_size, const uint8_t *in, size_t in_size, struct unpack_work *work);

#endif
