# SPDX-License-Identifier: MIT
# Tests that run on the development machine: the kernel's pure C, built with gcc's address and
# undefined-behaviour sanitizers. `make host-tests` builds into build/host and runs all of them.
# A test program is a line `HOST_TESTS += name` and `name_SRCS = files`, relative to the top.
# FUZZ_SECONDS=60 lets each fuzzer run longer than its usual 2 seconds; FUZZ_SEED=n changes its course.

HOST_BUILD := build/host
HOST_DATA := $(HOST_BUILD)/data
HOST_CC ?= gcc
HOST_CROSS ?= arm-none-eabi-
HOST_CFLAGS := -std=gnu11 -g -O1 -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wno-unused-parameter -fsanitize=address,undefined \
	-fno-sanitize-recover=all -fno-omit-frame-pointer -MMD -MP \
	-I$(HOST_BUILD)/include -Itests/host -Iinclude -DTEST_DATA='"$(HOST_DATA)"'
HOST_LIBS := -lcmocka -lfdt

HOST_TESTS += test_dtb
test_dtb_SRCS := tests/host/test_dtb.c tests/host/test_dtb_oracle.c tests/host/test_dtb_broken.c \
	lib/dtb.c lib/dtb_prop.c lib/dtb_bus.c lib/dtb_boot.c
HOST_TESTS += test_atags
test_atags_SRCS := tests/host/test_atags.c lib/atags.c
HOST_TESTS += test_cpio
test_cpio_SRCS := tests/host/test_cpio.c lib/cpio.c
HOST_TESTS += test_unpack
test_unpack_SRCS := tests/host/test_unpack.c lib/unpack.c
HOST_TESTS += test_elf
test_elf_SRCS := tests/host/test_elf.c lib/elf.c
HOST_TESTS += test_unwind
test_unwind_SRCS := tests/host/test_unwind.c kernel/unwind.c
HOST_TESTS += test_printf
test_printf_SRCS := tests/host/test_printf.c lib/vsnprintf.c
HOST_TESTS += test_cmdline
test_cmdline_SRCS := tests/host/test_cmdline.c lib/cmdline.c
HOST_TESTS += test_fsr
test_fsr_SRCS := tests/host/test_fsr.c lib/fsr.c
HOST_TESTS += test_ring
test_ring_SRCS := tests/host/test_ring.c
HOST_TESTS += test_pte
test_pte_SRCS := tests/host/test_pte.c
HOST_TESTS += test_memblock
test_memblock_SRCS := tests/host/test_memblock.c
HOST_TESTS += test_asid
test_asid_SRCS := tests/host/test_asid.c
HOST_TESTS += test_tty
test_tty_SRCS := tests/host/test_tty.c tests/host/test_tty_input.c tests/host/test_tty_control.c \
	tests/host/one_thread.c
HOST_TESTS += test_clock
test_clock_SRCS := tests/host/test_clock.c
HOST_TESTS += test_irq
test_irq_SRCS := tests/host/test_irq.c tests/host/one_thread.c
HOST_TESTS += test_pl011
test_pl011_SRCS := tests/host/test_pl011.c tests/host/one_thread.c

HOST_FILES := $(HOST_DATA)/pi.dtb $(HOST_DATA)/wide.dtb $(HOST_DATA)/virt.dtb \
	$(HOST_DATA)/tree.cpio $(HOST_DATA)/prog.elf $(HOST_DATA)/text.packed

# The kernel's own snprintf() must not take the place of the C library's in a test program.
$(HOST_BUILD)/obj/lib/vsnprintf.o: HOST_CFLAGS += -Dvsnprintf=quire_vsnprintf \
	-Dsnprintf=quire_snprintf

# newlib's lists and trees, which the kernel uses and the host's C library has not, with the two names
# that they expect from newlib's <sys/cdefs.h>.
HOST_QUEUES := $(HOST_BUILD)/include/sys/queue.h $(HOST_BUILD)/include/sys/tree.h
$(HOST_QUEUES): $(HOST_BUILD)/include/sys/%.h:
	@mkdir -p $(@D)
	@echo '#include <sys/$*.h>' | $(HOST_CROSS)gcc -M -xc - | tr ' ' '\n' | \
		grep '/sys/$*\.h$$' | head -n 1 | xargs sed \
		-e 's/__unused\b/__attribute__((__unused__))/' \
		-e 's/\b__containerof(\(.*\)/__extension__ HOST_CONTAINEROF(\1/' > $@
	@echo '#define HOST_CONTAINEROF(p, s, m) ((s *)((char *)(p) - __builtin_offsetof(s, m)))' >> $@

$(HOST_BUILD)/obj/%.o: %.c | $(HOST_QUEUES)
	@mkdir -p $(@D)
	@echo '  HOSTCC  $<'
	@$(HOST_CC) $(HOST_CFLAGS) -c $< -o $@

$(HOST_DATA)/%.dtb: tests/host/dts/%.dts
	@mkdir -p $(@D)
	@dtc -q -I dts -O dtb -o $@ $<

$(HOST_DATA)/virt.dtb:
	@mkdir -p $(@D)
	@qemu-system-arm -M virt,dumpdtb=$@ -smp 4 -nic none -display none 2>/dev/null

$(HOST_DATA)/tree.cpio: $(wildcard tests/host/dts/*)
	@mkdir -p $(@D)
	@find tests/host/dts | LC_ALL=C sort | cpio --quiet -o -H newc > $@

$(HOST_DATA)/text.packed: tests/host/make_packed.py tools/pack.py
	@mkdir -p $(@D)
	@tests/host/make_packed.py $(@D)

$(HOST_DATA)/prog.elf: tests/host/prog.c
	@mkdir -p $(@D)
	@$(HOST_CROSS)gcc -mcpu=cortex-a7 -ffreestanding -nostdlib -Wl,-e,start $< -o $@

define host_test
$(HOST_BUILD)/$(1): $$(patsubst %.c,$(HOST_BUILD)/obj/%.o,$$($(1)_SRCS))
	@echo '  HOSTLD  $$@'
	@$(HOST_CC) $(HOST_CFLAGS) $$^ -o $$@ $(HOST_LIBS)
endef
$(foreach t,$(HOST_TESTS),$(eval $(call host_test,$(t))))

# The mm sources on a simulated MMU (tests/host/mmu): headers with instructions come from
# host_headers.py, memset() and memcpy() tell the simulation, the allocators are wrapped. No address
# sanitizer: its shadow lies where the kernel's linear map does. SEED=n replays a failure.
MMU_INC := $(HOST_BUILD)/mmu/include
MMU_NAMES := arm/barrier.h arm/cache.h arm/cpu.h arm/irqflags.h arm/sysreg.h arm/tlb.h
MMU_HEADERS := $(addprefix $(MMU_INC)/,$(MMU_NAMES))
MMU_SANITIZE := -fsanitize=undefined -fno-sanitize=alignment
MMU_CFLAGS := $(filter-out -fsanitize=%,$(HOST_CFLAGS)) $(MMU_SANITIZE) \
	-Wno-pointer-to-int-cast -Dmemset=sim_memset -Dmemcpy=sim_memcpy
MMU_WRAP := page_alloc page_free page_put page_alloc_add_range kmem_cache_alloc kmem_cache_free kmalloc \
	spin_lock_contended mutex_unlock_slow
MMU_SRCS := $(wildcard mm/*.c) lib/wait.c lib/spinlock.c
MMU_SIM := $(wildcard tests/host/mmu/*.c)
MMU_TESTS += test_mmu_user
test_mmu_user_SRCS := tests/host/test_mmu_user.c $(MMU_SIM) $(MMU_SRCS)
MMU_TESTS += test_mmu_cases
test_mmu_cases_SRCS := tests/host/test_mmu_cases.c $(MMU_SIM) $(MMU_SRCS)
MMU_TESTS += test_mmu_kernel
test_mmu_kernel_SRCS := tests/host/test_mmu_kernel.c $(MMU_SIM) $(MMU_SRCS)
MMU_TESTS += test_mmu_races
test_mmu_races_SRCS := tests/host/test_mmu_races.c $(MMU_SIM) $(MMU_SRCS)
MMU_TESTS += test_page_alloc
test_page_alloc_SRCS := tests/host/test_page_alloc.c $(MMU_SIM) $(MMU_SRCS)
MMU_TESTS += test_slab
test_slab_SRCS := tests/host/test_slab.c $(MMU_SIM) $(MMU_SRCS)
MMU_TESTS += test_vma
test_vma_SRCS := tests/host/test_vma.c $(MMU_SIM) $(MMU_SRCS)

$(MMU_HEADERS) &: $(addprefix include/,$(MMU_NAMES)) tests/host/mmu/host_headers.py
	@python3 tests/host/mmu/host_headers.py include $(MMU_INC) $(MMU_NAMES)

$(HOST_BUILD)/mmu/%.o: %.c $(MMU_HEADERS) | $(HOST_QUEUES)
	@mkdir -p $(@D)
	@echo '  HOSTCC  $<'
	@$(HOST_CC) -I$(MMU_INC) -Itests/host/mmu $(MMU_CFLAGS) -c $< -o $@

$(HOST_BUILD)/mmu/mm/%.o: MMU_CFLAGS += -include tests/host/mmu/sim_lock.h

# The hooks of the simulation are memset() and memcpy() themselves.
$(HOST_BUILD)/mmu/tests/host/mmu/sim_%.o: MMU_CFLAGS += -Umemset -Umemcpy
$(HOST_BUILD)/mmu/tests/host/test_%.o: MMU_CFLAGS += -Umemset -Umemcpy

define mmu_test
$(HOST_BUILD)/$(1): $$(patsubst %.c,$(HOST_BUILD)/mmu/%.o,$$($(1)_SRCS))
	@echo '  HOSTLD  $$@'
	@$(HOST_CC) $(MMU_CFLAGS) $$^ -o $$@ $(addprefix -Wl$(HOST_COMMA)--wrap=,$(MMU_WRAP)) $(HOST_LIBS)
endef
HOST_COMMA := ,
$(foreach t,$(MMU_TESTS),$(eval $(call mmu_test,$(t))))

# fs/ with fakes for user memory, the scheduler and the page allocator: fake_kernel.h comes before
# everything else and takes the place of some headers of arm/ and mm/.
FS_TEST_SRCS := $(wildcard fs/*.c) lib/random.c lib/chardev.c lib/spinlock.c lib/wait.c lib/cpio.c mm/pagecache.c \
	tests/host/fake_kernel.c tests/host/test_fs.c $(wildcard tests/host/test_fs_*.c)

$(HOST_BUILD)/obj-fs/%.o: %.c | $(HOST_QUEUES)
	@mkdir -p $(@D)
	@echo '  HOSTCC  $<'
	@$(HOST_CC) $(HOST_CFLAGS) -include tests/host/fake_kernel.h -c $< -o $@

$(HOST_BUILD)/test_fs: $(patsubst %.c,$(HOST_BUILD)/obj-fs/%.o,$(FS_TEST_SRCS))
	@echo '  HOSTLD  $@'
	@$(HOST_CC) $(HOST_CFLAGS) $^ -o $@ $(HOST_LIBS) -lpthread

HOST_PROGRAMS := $(HOST_TESTS) $(MMU_TESTS) test_fs

.PHONY: host-build
host-build: $(addprefix $(HOST_BUILD)/,$(HOST_PROGRAMS)) $(HOST_FILES)

.PHONY: host-tests
host-tests: host-build
	@for t in $(HOST_PROGRAMS); do \
		echo "== $$t"; \
		UBSAN_OPTIONS=print_stacktrace=1 $(HOST_BUILD)/$$t || exit 1; \
	done
	@echo "== test_abi"; python3 tests/host/test_abi.py

# Removes each step of TLB and cache maintenance in turn: every mutant must be caught.
.PHONY: mutants
mutants:
	@tools/mutants.py --build $(HOST_BUILD)/mutants $(MUTANTS)

-include $(patsubst %.c,$(HOST_BUILD)/obj/%.d,$(foreach t,$(HOST_TESTS),$($(t)_SRCS)))
-include $(patsubst %.c,$(HOST_BUILD)/obj-fs/%.d,$(FS_TEST_SRCS))
-include $(patsubst %.c,$(HOST_BUILD)/mmu/%.d,$(foreach t,$(MMU_TESTS),$($(t)_SRCS)))
