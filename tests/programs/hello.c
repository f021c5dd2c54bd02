/* SPDX-License-Identifier: MIT */
/*
 * hello [STATUS [ARG...]] - prints what a program is given at its start, by whatever C library it
 * was built with, and ends with that exit status.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

/* Entries of the auxiliary vector (Linux: include/uapi/linux/auxvec.h). */
static const struct {
	uint32_t type;
	const char *name;
} interesting[] = {
        {3, "PHDR"},
        {4, "PHENT"},
        {5, "PHNUM"},
        {6, "PAGESZ"},
        {9, "ENTRY"},
        {11, "UID"},
        {15, "PLATFORM"},
        {16, "HWCAP"},
        {23, "SECURE"},
        {25, "RANDOM"},
        {31, "EXECFN"},
};

static const char *aux_name(uint32_t type)
{
	for (size_t i = 0; i < sizeof(interesting) / sizeof(interesting[0]); i++)
		if (interesting[i].type == type)
			return interesting[i].name;
	return NULL;
}

/* The vector stands behind the environment, on the initial stack. */
static void print_auxv(char **env)
{
	const uint32_t *aux;

	while (*env)
		env++;
	for (aux = (const uint32_t *)(env + 1); aux[0]; aux += 2) {
		const char *name = aux_name(aux[0]);

		if (!name)
			continue;
		if (!strcmp(name, "PLATFORM") || !strcmp(name, "EXECFN"))
			printf("aux %s %s\n", name, (const char *)(uintptr_t)aux[1]);
		else
			printf("aux %s 0x%lx\n", name, (unsigned long)aux[1]);
	}
}

static void print_memory(void)
{
	char *small = malloc(100), *large = malloc(1 << 20);

	if (!small || !large) {
		puts("no memory");
		exit(99);
	}
	memset(small, 1, 100);
	memset(large, 2, 1 << 20);
	printf("memory %d\n", small[99] + large[(1 << 20) - 1]);
	free(large);
	free(small);
}

int main(int argc, char **argv)
{
	volatile double third = 1.0 / 3.0;

	printf("hello from %s\n", argv[0]);
	for (int i = 1; i < argc; i++)
		printf("argv[%d] %s\n", i, argv[i]);
	printf("argv end %s\n", argv[argc] ? "wrong" : "null");
	for (char **e = environ; *e; e++)
		printf("env %s\n", *e);
	print_auxv(environ);
	print_memory();
	printf("float %d\n", (int)(third * 3000.0 + 0.5));
	return argc > 1 ? atoi(argv[1]) : 0;
}
