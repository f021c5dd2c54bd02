/* SPDX-License-Identifier: MIT */
/*
 * Addresses that are not ours: each is a signal to one process, and to nobody else.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <quire.h>
#include "tour.h"

/* -- signal -- */

#define KERNEL 0xff000000ul

static int count_on(int in, int out, void *arg)
{
	volatile unsigned long *count = arg;

	(void)in;
	(void)out;
	while (++*count)
		;
	return 0;
}

static int write_word(int in, int out, void *arg)
{
	(void)in;
	(void)out;
	*(volatile uint32_t *)arg = 1;
	return 0;
}

static void try_each(void)
{
	static const uint32_t data[2] = {0x47702000, 0x47702000}; /* instructions, but data */
	const struct {
		const char *what;
		enum access access;
		uintptr_t address;
	} attempts[] = {
	        {"read through a null pointer", READ, 0},
	        {"read the kernel", READ, KERNEL},
	        {"write to its own code", WRITE, (uintptr_t)&try_each & ~3u},
	        {"run its own data", JUMP, (uintptr_t)data | 1},
	};

	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
		struct answer a = provoke(attempts[i].access, attempts[i].address);

		printf("   %-28s 0x%08lx  %s\n", attempts[i].what,
		        (unsigned long)attempts[i].address, in_words(&a));
		claim(a.signal == SIGSEGV, "the answer is SIGSEGV");
		claim(a.address == (attempts[i].address & ~1u) || attempts[i].access != READ,
		        "the signal says which address");
	}
}

static void die_of_it(void)
{
	struct child c;
	int status;

	puts("   And one that does not catch it:");
	child_start(&c, write_word, (void *)4);
	status = child_end(&c);
	printf("   pid %d ended: %s\n", (int)c.pid,
	        WIFSIGNALED(status) ? signal_name(WTERMSIG(status)) : "by itself");
	claim(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV, "the process ends by SIGSEGV");
}

static void show_signal(void)
{
	volatile unsigned long *count =
	        mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned long before;
	struct child counter;

	if (!claim(count != MAP_FAILED, "memory can be shared") ||
	        !child_start(&counter, count_on, (void *)count))
		return;
	while (!*count)
		sched_yield();
	before = *count;
	try_each();
	die_of_it();
	for (unsigned long now = *count; *count == now;)
		sched_yield();
	printf("   a process that counts all the while: %s\n",
	        *count > before ? "went on" : "stopped");
	claim(*count > before, "the others go on");
	kill(counter.pid, SIGKILL);
	child_end(&counter);
	munmap((void *)count, PAGE_SIZE);
}

const struct step signal_step = {
        .name = "signal",
        .title = "no HardFault: a signal, to one process",
        .text = "On a Cortex-M a bad access is a HardFault, and the whole firmware has it. Here "
                "the\n"
                "MMU stops the instruction, and the kernel sends SIGSEGV to the process that "
                "tried\n"
                "it. Four children catch theirs and tell; a fifth does not.\n",
        .show = show_signal,
        .proves =
                "Protection: the culprit alone is stopped, at that instruction. The rest runs on.",
};

/* -- device -- */

static const char *const uart_names[] = {"pl011", "serial", NULL};

static void ask_sysfs(const struct range *uart)
{
	char path[80], text[256];

	snprintf(path, sizeof(path), "/sys/devices/platform/%lx.%.*s/uevent", uart->start,
	        (int)strcspn(uart->name, "@"), uart->name);
	if (read_text(path, text, sizeof(text)) <= 0) {
		not_here("no such device in /sys");
		return;
	}
	printf("   %s: %.*s\n", path, (int)strcspn(text, "\n"), text);
}

static void ask_driver(void)
{
	static const char words[] = "   (this line went through /dev/ttyAMA0)\n";
	int fd = open("/dev/ttyAMA0", O_RDWR | O_NOCTTY | O_NONBLOCK);
	struct termios modes;

	if (fd < 0) {
		not_here("/dev/ttyAMA0 can't be opened");
		return;
	}
	fflush(stdout);
	claim(tcgetattr(fd, &modes) == 0, "the driver tells its settings");
	claim(write(fd, words, sizeof(words) - 1) == sizeof(words) - 1, "the driver sends bytes");
	close(fd);
}

/* Returns whether a page of that range was refused; says so. */
static bool refused(int fd, const struct range *r)
{
	void *p = mmap(NULL, PAGE_SIZE, PROT_READ, MAP_SHARED, fd, (off_t)r->start);

	printf(" %s %s,", r->name, p == MAP_FAILED ? "refused" : "GIVEN");
	if (p != MAP_FAILED)
		munmap(p, PAGE_SIZE);
	return p == MAP_FAILED;
}

static void ask_dev_mem(const struct range *uart)
{
	static const char *const ram_names[] = {"System RAM", NULL};
	int fd = open("/dev/mem", O_RDONLY);
	struct range ram;
	bool safe = true;

	printf("   /dev/mem, the way around all this:");
	if (fd >= 0 && find_range(ram_names, 0, &ram)) {
		refused(fd, uart);
		safe = refused(fd, &ram);
		puts(" even to root");
	} else {
		puts(" not for us");
	}
	claim(safe, "RAM is out of reach");
	close(fd);
}

static void show_device(void)
{
	struct range uart;
	struct answer a;

	if (find_range(uart_names, 0, &uart)) {
		a = provoke(WRITE, uart.start);
		printf("   write to 0x%08lx, %s: %s\n", uart.start, uart.name, in_words(&a));
		claim(a.signal == SIGSEGV, "a pointer does not reach the device");
		ask_sysfs(&uart);
		ask_dev_mem(&uart);
	} else {
		not_here("/proc/iomem does not say where the serial port is");
	}
	ask_driver();
}

const struct step device_step = {
        .name = "device",
        .title = "a pointer to hardware, and a driver's file",
        .text = "The serial port's registers have a physical address, and /proc/iomem tells it. A\n"
                "store there was all it took on a microcontroller. Here the driver has mapped the\n"
                "registers, with ioremap(), for the kernel; a program opens the driver's file.\n",
        .show = show_device,
        .proves = "Hardware belongs to its driver; programs reach it through /dev and /sys.",
};
