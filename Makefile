# SPDX-License-Identifier: MIT
#
# Quire. `make help` lists what can be made.

BUILD := build
# V=1 shows the commands.
Q := $(if $(V),,@)
CROSS ?= arm-none-eabi-
CC    := $(CROSS)gcc

# What `make run`, `make debug` and `make bench` boot; read by tools/qemu_args.py.
BOARD ?= virt
export BOARD CPU MEM CPUS MACHINE_OPTS INITRD APPEND DTB

# What runs in every system call, fault or switch is compiled for speed, the rest for size: with its instructions
# in the order in which the compiler makes them, it repeats itself more, and packs better (tools/pack.py).
HOT := kernel/signal.c kernel/signal_frame.c kernel/vfp.c mm/mmap.c mm/vma.c mm/mm.c mm/fault.c mm/table.c mm/page_alloc.c mm/asid.c kernel/sched.c lib/wait.c lib/spinlock.c lib/random.c lib/unpack.c boot/unpack.c drivers/timer.c
OPTIMIZE = $(if $(filter $<,$(HOT)),-O2,-Os -fno-schedule-insns2)

ARCH_FLAGS := -mcpu=cortex-a7 -mthumb -mfloat-abi=soft
CFLAGS := $(ARCH_FLAGS) -std=gnu11 -ffreestanding -g -fno-common -funwind-tables \
	-ffunction-sections -fdata-sections -Wall -Wextra -Werror -Wstrict-prototypes -Wmissing-prototypes -Wshadow \
	-Iinclude
ASFLAGS := $(ARCH_FLAGS) -g -Iinclude -mno-unaligned-access
LDFLAGS := $(ARCH_FLAGS) -nostdlib -static -Wl,-T,linker.ld -Wl,--gc-sections -Wl,--build-id=none \
	-Wl,-z,max-page-size=4096 -Wl,--no-warn-rwx-segments

KERNEL_SOURCES := $(wildcard kernel/*.c mm/*.c drivers/*.c fs/*.c lib/*.c boot/*.c boot/*.S kernel/*.S mm/*.S)
KERNEL_OBJECTS := $(addprefix $(BUILD)/,$(addsuffix .o,$(KERNEL_SOURCES))) $(BUILD)/boot/dts/builtin.S.o

.PHONY: all
all: $(BUILD)/quire.img

# A tool that fails must not leave half of its output behind for the next run.
.DELETE_ON_ERROR:

include user/user.mk
include tests/host/host.mk
include tests/conformance/conformance.mk

# -- the kernel ------------------------------------------------------------------------------------

$(BUILD)/%.c.o: %.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(OPTIMIZE) -MMD -MP -c $< -o $@

$(BUILD)/%.S.o: %.S
	@mkdir -p $(@D)
	$(Q)$(CC) $(ASFLAGS) -MMD -MP -c $< -o $@

# These two run before the C library is unpacked: no loop of theirs may become a call of memset().
UNPACKING := $(BUILD)/boot/unpack.c.o $(BUILD)/lib/unpack.c.o
$(UNPACKING): CFLAGS += -fno-tree-loop-distribute-patterns

$(BUILD)/boot/initramfs.S.o: $(BUILD)/initramfs.cpio
$(BUILD)/boot/initramfs.S.o: ASFLAGS += -DINITRAMFS='"$(BUILD)/initramfs.cpio"'

PI2_DTB := $(BUILD)/boot/dts/bcm2836-rpi-2-b.dtb
$(BUILD)/boot/dts/builtin.S.o: $(PI2_DTB)
$(BUILD)/boot/dts/builtin.S.o: ASFLAGS += -DBUILTIN_DTB='"$(PI2_DTB)"'

$(BUILD)/%.dtb: %.dts
	@mkdir -p $(@D)
	$(Q)dtc -I dts -O dtb -o $@ $<

# Linked twice: the table of functions describes the image that it is part of, see
# tools/mksymtab.py. It stands behind all text, so the second link moves no function.
$(BUILD)/symtab-empty.S: tools/mksymtab.py
	@mkdir -p $(@D)
	$(Q)tools/mksymtab.py < /dev/null > $@

$(BUILD)/quire-nosyms.elf: $(KERNEL_OBJECTS) $(BUILD)/symtab-empty.o linker.ld
	$(Q)$(CROSS)nm $(UNPACKING) | tools/check_unpacking.sh
	$(Q)$(CC) $(LDFLAGS) $(KERNEL_OBJECTS) $(BUILD)/symtab-empty.o -lc -lgcc -o $@

$(BUILD)/symtab.S: $(BUILD)/quire-nosyms.elf
	$(Q)($(CROSS)nm -n $<; $(CROSS)readelf -u $<) | tools/mksymtab.py > $@

$(BUILD)/symtab%.o: $(BUILD)/symtab%.S
	$(Q)$(CC) $(ASFLAGS) -c $< -o $@

$(BUILD)/quire.elf: $(BUILD)/symtab.o
	$(Q)$(CC) $(LDFLAGS) $(KERNEL_OBJECTS) $< -lc -lgcc -o $@.tmp
	$(Q)($(CROSS)nm -n $@.tmp; $(CROSS)readelf -u $@.tmp) | tools/mksymtab.py | cmp - $(BUILD)/symtab.S
	$(Q)mv $@.tmp $@

$(BUILD)/quire.img: $(BUILD)/quire.elf tools/pack.py
	$(Q)$(CROSS)objcopy -O binary $< $(BUILD)/quire.bin
	$(Q)tools/pack.py $(BUILD)/quire.bin > $@.tmp
	$(Q)mv $@.tmp $@

# -- the built-in files ----------------------------------------------------------------------------

ROOT_FILES := $(shell find boot/root -type f)

$(BUILD)/initramfs.cpio: $(USER_PROGRAMS) $(ROOT_FILES)
	$(Q)rm -rf $(BUILD)/root
	$(Q)mkdir -p $(BUILD)/root/bin $(BUILD)/root/dev $(BUILD)/root/proc $(BUILD)/root/sys $(BUILD)/root/tmp
	$(Q)cp -R boot/root/. $(BUILD)/root/
	$(Q)cp $(USER_PROGRAMS) $(BUILD)/root/bin/
	$(Q)ln -s bin/init $(BUILD)/root/init
	$(Q)cd $(BUILD)/root && find . | LC_ALL=C sort | cpio --quiet --reproducible -o -H newc -R 0:0 > ../initramfs.cpio

# -- using it --------------------------------------------------------------------------------------

.PHONY: run debug bench bench-vs-linux profile test soak lint sdcard setup clean help

run:
	@tools/setup.sh run
	@$(MAKE) --no-print-directory -s all
	@tools/run.py

debug:
	@tools/setup.sh run
	@$(MAKE) --no-print-directory -s all
	@tools/debug.sh

# One instruction takes one virtual nanosecond, so that the numbers are instructions and repeat.
bench:
	@tools/setup.sh run
	@$(MAKE) --no-print-directory -s all
	@tools/bench.sh

# Where the instructions of one benchmark go: make profile BENCH=fork-exit-wait
profile:
	@tools/setup.sh run
	@$(MAKE) --no-print-directory -s all
	@tools/profile.py $(or $(BENCH),signal-to-self)

# The same, and next to it Debian's Linux on the same machine with the same program.
bench-vs-linux:
	@tools/setup.sh run
	@$(MAKE) --no-print-directory -s all
	@python3 -B tools/bench_vs_linux.py $(BENCH)

test:
	@tools/setup.sh test
	@tests/programs/get_musl.sh || echo 'no musl for armhf: its tests are skipped'
	@$(MAKE) --no-print-directory -s all host-build
	@$(MAKE) --no-print-directory -s -f tests/programs/programs.mk test-programs
	@tools/test.sh

# A hundred thousand processes in turn, a thousand at once in 64 MiB: no page may be missing afterwards.
soak:
	@tools/setup.sh run
	@$(MAKE) --no-print-directory -s all
	@tools/soak.sh

lint:
	@tools/setup.sh lint
	@tools/lint.sh

# The files for the boot partition of a Raspberry Pi OS card, see docs/raspberry-pi-2.md.
sdcard: $(BUILD)/quire.img
	$(Q)mkdir -p $(BUILD)/sdcard
	$(Q)cp $(BUILD)/quire.img $(BUILD)/sdcard/kernel7.img
	$(Q)cp boot/config.txt $(BUILD)/sdcard/config.txt
	@ls -l $(BUILD)/sdcard

setup:
	@tools/setup.sh run
	@tools/setup.sh test
	@tools/setup.sh lint

clean:
	rm -rf $(BUILD)

help:
	@echo 'make          build/quire.img, the boot file, and build/quire.elf, its symbols'
	@echo 'make run      boot it: demonstration and shell (without a terminal: demonstration only)'
	@echo 'make debug    boot it under gdb, stopped before its first instruction'
	@echo 'make bench    count instructions of system calls, faults, switches'
	@echo 'make profile  the same, by function of the kernel, for BENCH=name'
	@echo 'make bench-vs-linux  the same on Quire and on Debian'"'"'s Linux, side by side'
	@echo 'make test     prove that it works: host, boot and debugger tests'
	@echo 'make soak     100,000 processes in turn, 1,000 at once: no page may be lost'
	@echo 'make conformance  boot Linux as well, and compare what programs see on the two'
	@echo 'make mutants  remove barriers and TLB operations one by one: the tests must notice'
	@echo 'make lint     layout, static analysis, folder rules'
	@echo 'make sdcard   build/sdcard/: files for a Raspberry Pi 2'
	@echo 'make setup    install what all of these need (Debian, Ubuntu)'
	@echo 'make clean    remove build/'
	@echo
	@echo 'BOARD=virt|raspi2b  CPU=cortex-a7|cortex-a15  MEM=128M  CPUS=1  MACHINE_OPTS=secure=on,...'
	@echo 'INITRD=files.cpio   DTB=file.dtb   APPEND="command line"   choose the machine for run, debug and bench'

-include $(KERNEL_OBJECTS:.o=.d)
