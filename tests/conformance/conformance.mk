# SPDX-License-Identifier: MIT
#
# The programs in tests/conformance, and `make conformance`, which runs them on Quire and on Linux
# and compares what they print. Included by the top Makefile; also works alone:
#   make -f tests/conformance/conformance.mk conformance-initrd
#
# They are for Linux's ARM EABI without a C library, with Linux's own headers: what is compared is
# what the two kernels answer. One source file makes one program.

BUILD ?= build
CONFORMANCE := $(BUILD)/tests/conformance
CONFORMANCE_CC ?= arm-linux-gnueabihf-gcc
CONFORMANCE_CFLAGS := -std=gnu11 -O2 -mcpu=cortex-a7 -mthumb -ffreestanding -fno-stack-protector \
	-fno-pie -fno-asynchronous-unwind-tables -fno-strict-aliasing -Wall -Wextra -Werror \
	-Wstrict-prototypes -Wmissing-prototypes -Wshadow -Wno-missing-field-initializers -Wno-array-bounds \
	-Itests/conformance/lib
CONFORMANCE_LDFLAGS := -mcpu=cortex-a7 -mthumb -nostdlib -static -no-pie -s -Wl,--build-id=none \
	-Wl,-z,noexecstack -Wl,-z,max-page-size=4096

conformance_lib := $(addprefix $(CONFORMANCE)/lib/,start.S.o observe.c.o tools.c.o proc.c.o random.c.o)
conformance_names := $(basename $(notdir $(wildcard tests/conformance/*.c)))
conformance_programs := $(addprefix $(CONFORMANCE)/bin/,$(conformance_names)) $(CONFORMANCE)/init

.PHONY: conformance-initrd conformance
conformance-initrd: $(CONFORMANCE)/initrd.cpio

$(CONFORMANCE)/initrd.cpio: $(conformance_programs)
	$(Q)rm -rf $(CONFORMANCE)/root
	$(Q)mkdir -p $(addprefix $(CONFORMANCE)/root/,conformance dev proc tmp)
	$(Q)cp $(CONFORMANCE)/init $(CONFORMANCE)/root/init
	$(Q)cp $(addprefix $(CONFORMANCE)/bin/,$(conformance_names)) $(CONFORMANCE)/root/conformance
	$(Q)cd $(CONFORMANCE)/root && find . | LC_ALL=C sort | cpio --quiet --reproducible -o -H newc -R 0:0 > ../initrd.cpio

$(CONFORMANCE)/lib/%.o: tests/conformance/lib/%
	@mkdir -p $(@D)
	$(Q)$(CONFORMANCE_CC) $(CONFORMANCE_CFLAGS) -MMD -MP -c $< -o $@

$(CONFORMANCE)/%.c.o: tests/conformance/%.c
	@mkdir -p $(@D)
	$(Q)$(CONFORMANCE_CC) $(CONFORMANCE_CFLAGS) -MMD -MP -c $< -o $@

$(CONFORMANCE)/bin/%: $(CONFORMANCE)/%.c.o $(conformance_lib)
	@mkdir -p $(@D)
	$(Q)$(CONFORMANCE_CC) $(CONFORMANCE_LDFLAGS) $^ -lgcc -o $@

$(CONFORMANCE)/init: $(CONFORMANCE)/lib/init.c.o $(conformance_lib)
	$(Q)$(CONFORMANCE_CC) $(CONFORMANCE_LDFLAGS) $^ -lgcc -o $@

conformance:
	@tools/setup.sh test
	@$(MAKE) --no-print-directory -s all
	@python3 -B tests/conformance/compare.py

-include $(wildcard $(CONFORMANCE)/*.d $(CONFORMANCE)/lib/*.d)
