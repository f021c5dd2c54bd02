/* SPDX-License-Identifier: MIT */
/* The auxiliary vector that a new program finds above its environment. Sources: Linux 6.1,
 * include/uapi/linux/auxvec.h, arch/arm/include/uapi/asm/auxvec.h and hwcap.h. */
#ifndef LIB_ABI_AUXV_H
#define LIB_ABI_AUXV_H

#define AT_NULL          0
#define AT_IGNORE        1
#define AT_EXECFD        2
#define AT_PHDR          3
#define AT_PHENT         4
#define AT_PHNUM         5
#define AT_PAGESZ        6
#define AT_BASE          7
#define AT_FLAGS         8
#define AT_ENTRY         9
#define AT_NOTELF        10
#define AT_UID           11
#define AT_EUID          12
#define AT_GID           13
#define AT_EGID          14
#define AT_PLATFORM      15
#define AT_HWCAP         16
#define AT_CLKTCK        17
#define AT_SECURE        23
#define AT_BASE_PLATFORM 24
#define AT_RANDOM        25
#define AT_HWCAP2        26
#define AT_EXECFN        31
#define AT_SYSINFO_EHDR  33
#define AT_MINSIGSTKSZ   51

/* AT_HWCAP */
#define HWCAP_SWP        (1u << 0)
#define HWCAP_HALF       (1u << 1)
#define HWCAP_THUMB      (1u << 2)
#define HWCAP_26BIT      (1u << 3)
#define HWCAP_FAST_MULT  (1u << 4)
#define HWCAP_FPA        (1u << 5)
#define HWCAP_VFP        (1u << 6)
#define HWCAP_EDSP       (1u << 7)
#define HWCAP_JAVA       (1u << 8)
#define HWCAP_IWMMXT     (1u << 9)
#define HWCAP_CRUNCH     (1u << 10)
#define HWCAP_THUMBEE    (1u << 11)
#define HWCAP_NEON       (1u << 12)
#define HWCAP_VFPv3      (1u << 13)
#define HWCAP_VFPv3D16   (1u << 14)
#define HWCAP_TLS        (1u << 15)
#define HWCAP_VFPv4      (1u << 16)
#define HWCAP_IDIVA      (1u << 17)
#define HWCAP_IDIVT      (1u << 18)
#define HWCAP_VFPD32     (1u << 19)
#define HWCAP_LPAE       (1u << 20)
#define HWCAP_EVTSTRM    (1u << 21)

/* AT_HWCAP2 */
#define HWCAP2_AES       (1u << 0)
#define HWCAP2_PMULL     (1u << 1)
#define HWCAP2_SHA1      (1u << 2)
#define HWCAP2_SHA2      (1u << 3)
#define HWCAP2_CRC32     (1u << 4)

#endif
