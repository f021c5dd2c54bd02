/* SPDX-License-Identifier: MIT */
/*
 * uname [-asnrvm] - the system's name and version.
 */
#include <stdio.h>
#include <string.h>
#include <quire.h>

int main(int argc, char **argv)
{
	const char *wanted = argc > 1 ? argv[1] : "-s";
	struct utsname name;
	const struct {
		char letter;
		const char *text;
	} fields[] = {
	        {'s', name.sysname},
	        {'n', name.nodename},
	        {'r', name.release},
	        {'v', name.version},
	        {'m', name.machine},
	};
	const char *gap = "";

	if (wanted[0] != '-' || wanted[strspn(wanted + 1, "asnrvm") + 1]) {
		fputs("usage: uname [-asnrvm]\n", stderr);
		return 2;
	}
	if (uname(&name))
		return complain("uname", "uname");
	for (unsigned int i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (!strchr(wanted, 'a') && !strchr(wanted, fields[i].letter))
			continue;
		printf("%s%s", gap, fields[i].text);
		gap = " ";
	}
	putchar('\n');
	return 0;
}
