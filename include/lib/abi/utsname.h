/* SPDX-License-Identifier: MIT */
/* What uname() reports. Source: Linux 6.1, include/uapi/linux/utsname.h (struct new_utsname). */
#ifndef LIB_ABI_UTSNAME_H
#define LIB_ABI_UTSNAME_H

#define UTSNAME_LEN 65

struct utsname {
	char sysname[UTSNAME_LEN];
	char nodename[UTSNAME_LEN];
	char release[UTSNAME_LEN];
	char version[UTSNAME_LEN];
	char machine[UTSNAME_LEN];
	char domainname[UTSNAME_LEN];
};

#endif
