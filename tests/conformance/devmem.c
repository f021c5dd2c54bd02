/* SPDX-License-Identifier: MIT */
/*
 * /dev/mem: who may open it, what it refuses, and what a mapped device is. The machine is QEMU's virt:
 * its configuration device (docs/specs/fw_cfg in QEMU) has no driver on either kernel, its serial port
 * has one on both.
 */
#include "observe.h"

#define DEVICE     0x09020000
#define SERIAL     0x09000000
#define RAM        0x40000000
#define NOTHING    0x0b000000
#define PAGE_OF(a) ((uint32_t)(a) / PAGE)

static int mem;
static char buffer[64];

static int open_as_user(void)
{
	SYS(setuid32, 1000);
	saw("open by a user", SYS(open, "/dev/mem", O_RDONLY));
	SYS(setresuid32, 0, 0, 0);
	return 0;
}

static int open_writable_as_user(void)
{
	SYS(setuid32, 1000);
	saw("open by a user whom the bits allow it", SYS(open, "/dev/mem", O_RDONLY));
	saw_ok("O_PATH by a user", SYS(open, "/dev/mem", O_PATH));
	return 0;
}

static void opening(void)
{
	struct stat st;

	SYS(stat, "/dev/mem", &st);
	say("node", "%o, device %x", st.st_mode, (unsigned int)st.st_rdev);
	in_child(open_as_user);
	SYS(chmod, "/dev/mem", 0666);
	in_child(open_writable_as_user);
	SYS(chmod, "/dev/mem", 0600);
}

static void positions(void)
{
	int zero = (int)SYS(open, "/dev/zero", O_RDWR),
	    random = (int)SYS(open, "/dev/urandom", O_RDONLY);
	int64_t at = -1;

	saw("lseek", SYS(lseek, mem, 1000, SEEK_SET));
	saw("lseek further", SYS(lseek, mem, 24, SEEK_CUR));
	saw("lseek from the end", SYS(lseek, mem, 0, SEEK_END));
	saw("lseek to -1", SYS(lseek, mem, -1, SEEK_SET));
	saw("llseek to 3 GiB", SYS(_llseek, mem, 0, 0xc0000000u, &at, SEEK_SET));
	say("which is", "%x%08x", (uint32_t)(at >> 32), (uint32_t)at);
	saw("lseek of /dev/zero", SYS(lseek, zero, 5, SEEK_SET));
	saw("lseek of /dev/zero from the end", SYS(lseek, zero, -5, SEEK_END));
	saw("lseek of /dev/urandom", SYS(lseek, random, 5, SEEK_SET));
	SYS(close, random);
	SYS(close, zero);
}

static long read_at(uint32_t high, uint32_t low, uint32_t n)
{
	return SYS(pread64, mem, buffer, n, 0, low, high);
}

static long write_at(uint32_t high, uint32_t low, uint32_t n)
{
	return SYS(pwrite64, mem, buffer, n, 0, low, high);
}

static void reading(void)
{
	saw("read RAM", read_at(0, RAM + 0x100000, 16));
	saw("read a device without a driver", read_at(0, DEVICE, 16));
	saw("read a device with a driver", read_at(0, SERIAL, 16));
	saw("read 0", read_at(0, 0, 16));
	saw("read nothing of RAM", read_at(0, RAM, 0));
	saw("read beyond the end of addresses", read_at(1, 0, 16));
	saw("write RAM", write_at(0, RAM + 0x100000, 16));
	saw("write a device without a driver", write_at(0, DEVICE, 16));
	saw("write beyond the end of addresses", write_at(1, 0, 16));
}

static long map(uint32_t length, int prot, int flags, uint32_t page)
{
	return SYS(mmap2, 0, length, prot, flags, mem, page);
}

static void refused(void)
{
	saw_ok("mmap RAM", map(PAGE, 1, MAP_SHARED, PAGE_OF(RAM)));
	saw_ok("mmap RAM, private", map(PAGE, 1, MAP_PRIVATE, PAGE_OF(RAM)));
	saw_ok("mmap the last page of RAM", map(PAGE, 1, MAP_SHARED, PAGE_OF(RAM) + 0x7fff));
	saw_ok("mmap up to RAM", map(0x2000, 1, MAP_SHARED, PAGE_OF(RAM) - 2));
	saw_ok("mmap into RAM", map(0x3000, 1, MAP_SHARED, PAGE_OF(RAM) - 2));
	saw_ok("mmap across RAM", map(0x10000000, 1, MAP_SHARED, PAGE_OF(RAM) - 2));
	saw_ok("mmap a device with a driver", map(PAGE, 3, MAP_SHARED, PAGE_OF(SERIAL)));
	saw_ok("mmap across one", map(0x20000, 1, MAP_SHARED, PAGE_OF(SERIAL) - 1));
	saw_ok("mmap the last page of all", map(PAGE, 1, MAP_SHARED, 0xfffff));
	saw_ok("mmap beyond it", map(2 * PAGE, 1, MAP_SHARED, 0xfffff));
	saw_ok("mmap far beyond it", map(PAGE, 1, MAP_SHARED, 0x100000));
	saw_ok("mmap until it wraps", map(2 * PAGE, 1, MAP_SHARED, 0xffffffffu));
	saw_ok("mmap nothing", map(0, 1, MAP_SHARED, PAGE_OF(DEVICE)));
	saw_ok("mmap without O_RDWR, to write",
	        SYS(mmap2, 0, PAGE, 3, MAP_SHARED, SYS(open, "/dev/mem", O_RDONLY),
	                PAGE_OF(DEVICE)));
	saw_ok("mmap of no device", map(PAGE, 1, MAP_SHARED, PAGE_OF(NOTHING)));
}

static long device;

/* The device answers bytes, one after the other, of the item that was selected: item 0 is a signature. */
static void select_signature(void)
{
	*(volatile uint16_t *)(device + 8) = 0;
}

static char next_byte(void)
{
	return *(volatile char *)device;
}

static void say_signature(const char *label)
{
	char text[5] = "";

	if (is_error(device)) {
		saw(label, device);
		return;
	}
	select_signature();
	for (int i = 0; i < 4; i++)
		text[i] = next_byte();
	say(label, "%s", text);
}

static int look_too(void)
{
	select_signature();
	say("a child reads", "%c", next_byte());
	return 0;
}

static int execute(void)
{
	((void (*)(void))device)();
	return 0;
}

static int store(void)
{
	select_signature();
	return 0;
}

static int nobody_answers(void)
{
	long at = map(PAGE, 1, MAP_SHARED, PAGE_OF(NOTHING));

	return *(volatile char *)at;
}

/* The kernel copies from a device and to it as from other memory. */
static void copies(void)
{
	int out = new_file("/tmp/devmem", "");

	saw("write() of a file from the device", SYS(write, out, device, 1));
	saw("and the file has", SYS(lseek, out, 0, SEEK_END));
	saw("read() of a file into the device", SYS(pread64, out, device, 1, 0, 0, 0));
	SYS(close, out);
	SYS(unlink, "/tmp/devmem");
}

static void advice(void)
{
	saw("madvise DONTNEED", SYS(madvise, device, PAGE, MADV_DONTNEED));
	saw("madvise FREE", SYS(madvise, device, PAGE, MADV_FREE));
	saw("msync", SYS(msync, device, PAGE, MS_SYNC));
	buffer[0] = 7;
	saw("mincore", SYS(mincore, device, PAGE, buffer));
	say("mincore says", "%d", buffer[0]);
}

static void rights(void)
{
	saw("mprotect to read", SYS(mprotect, device, PAGE, 1));
	saw_status("storing", in_child(store));
	saw("mprotect to write", SYS(mprotect, device, PAGE, 3));
	saw_status("storing again", in_child(store));
	saw("mprotect to nothing", SYS(mprotect, device, PAGE, 0));
	saw_status("storing then", in_child(store));
	saw("mprotect back", SYS(mprotect, device, PAGE, 3));
	say_signature("signature after that");
}

/* DIFFERS: executing a device: Quire's mappings of devices are never executable, whatever PROT_EXEC says */
static void executing(void)
{
	saw("mprotect to execute", SYS(mprotect, device, PAGE, 7));
	saw_status("executing a device", in_child(execute));
	say_signature("signature after that too");
}

static void moved(void)
{
	long place = SYS(mmap2, 0, 2 * PAGE, 0, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	saw_ok("mremap to grow", SYS(mremap, device, PAGE, 2 * PAGE, MREMAP_MAYMOVE));
	device = SYS(mremap, device, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, place);
	say("mremap elsewhere", "%s", device == place ? "done" : answer_name(device));
	say_signature("signature there");
	saw("munmap", SYS(munmap, device, PAGE));
	saw_status("storing after munmap", in_child(store));
}

/* DIFFERS: private and writable: Linux copies a device's registers into RAM at the first write; Quire
 * refuses what nobody can mean */
static void private(void)
{
	saw_ok("private and writable", map(PAGE, 3, MAP_PRIVATE, PAGE_OF(DEVICE)));
	device = map(PAGE, 1, MAP_PRIVATE, PAGE_OF(DEVICE));
	saw_ok("private", device);
	saw_status("private, storing", in_child(store));
}

static void mapped(void)
{
	device = map(PAGE, 3, MAP_SHARED, PAGE_OF(DEVICE));
	say_signature("signature");
	in_child(look_too);
	say("then its parent", "%c", next_byte());
	copies();
	advice();
	rights();
	executing();
	moved();
	private();
	saw_status("where no device answers", in_child(nobody_answers));
}

int main(void)
{
	opening();
	mem = (int)SYS(open, "/dev/mem", O_RDWR);
	positions();
	reading();
	refused();
	mapped();
	SYS(close, mem);
	return 0;
}
