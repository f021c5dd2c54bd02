# SPDX-License-Identifier: MIT
#
# Programs that run in user mode: how each becomes build/user/bin/NAME.
# Included by the top Makefile; also works alone: make -f user/user.mk user-programs
#
# One source file in user/bin makes the program of that name. A program of several files says which
# below: NAME_SOURCES.

USER_BUILD ?= build/user
USER_CC    ?= arm-none-eabi-gcc
USER_AR    ?= arm-none-eabi-ar

# A program for Linux's ARM EABI, hard float, on newlib-nano: small, and without semihosting.
USER_CPU    := -mcpu=cortex-a7 -mfpu=neon-vfpv4 -mfloat-abi=hard -mthumb
USER_CFLAGS := $(USER_CPU) -std=gnu11 -O2 -g -ffunction-sections -fdata-sections \
	-Wall -Wextra -Werror -Wstrict-prototypes -Wmissing-prototypes -Wshadow \
	-D_POSIX_TIMERS=1 -D_POSIX_MONOTONIC_CLOCK=1 --specs=nano.specs -Iuser/include
USER_LDFLAGS := $(USER_CPU) --specs=nano.specs -nostdlib -static -Wl,-T,user/user.ld \
	-Wl,-z,max-page-size=4096 -Wl,-z,separate-code -Wl,-z,noexecstack -Wl,--gc-sections -Wl,--build-id=none

USER_LIBRARY := $(USER_BUILD)/lib/libquire.a
USER_CRT0    := $(USER_BUILD)/user/lib/crt0.o
USER_LIBS    := -Wl,--start-group $(USER_LIBRARY) -lc_nano -lgcc -Wl,--end-group

user_lib_objects := $(patsubst %.c,$(USER_BUILD)/%.o,$(wildcard user/lib/*.c))

crimes_SOURCES := $(wildcard user/crimes/*.c)
sh_SOURCES     := $(wildcard user/sh/*.c)
bench_SOURCES  := $(wildcard user/bench/*.c)
tour_SOURCES   := $(wildcard user/tour/*.c)
left_SOURCES   := user/twin/left.c user/twin/twin.c
right_SOURCES  := user/twin/right.c user/twin/twin.c

user_single := $(basename $(notdir $(wildcard user/bin/*.c)))
$(foreach name,$(user_single),$(eval $(name)_SOURCES := user/bin/$(name).c))

USER_NAMES    := $(sort $(user_single) crimes sh bench tour left right)
USER_PROGRAMS := $(addprefix $(USER_BUILD)/bin/,$(USER_NAMES))

# It reads more than it computes.
$(USER_BUILD)/user/tour/%.o: USER_CFLAGS += -Os

# left and right keep one variable each at the same address, far from everything else.
left_LDFLAGS  := -Wl,--section-start=.twin=0x00500000
right_LDFLAGS := $(left_LDFLAGS)

.PHONY: user-programs
user-programs: $(USER_PROGRAMS)

$(USER_BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(USER_CC) $(USER_CFLAGS) -MMD -MP -c $< -o $@

$(USER_BUILD)/%.o: %.S
	@mkdir -p $(@D)
	$(Q)$(USER_CC) $(USER_CPU) -g -c $< -o $@

$(USER_LIBRARY): $(user_lib_objects)
	@mkdir -p $(@D)
	$(Q)rm -f $@
	$(Q)$(USER_AR) rcsD $@ $^

# Debugging information stays in NAME.elf for gdb; the program that goes into the image has none.
define user_program
$(1)_objects := $$(patsubst %.c,$$(USER_BUILD)/%.o,$$($(1)_SOURCES))
$$(USER_BUILD)/bin/$(1).elf: $$($(1)_objects) $$(USER_CRT0) $$(USER_LIBRARY) user/user.ld
	@mkdir -p $$(@D)
	$$(Q)$$(USER_CC) $$(USER_LDFLAGS) $$($(1)_LDFLAGS) $$(USER_CRT0) $$($(1)_objects) \
		$$(USER_LIBS) -o $$@
-include $$($(1)_objects:.o=.d)
endef
$(foreach name,$(USER_NAMES),$(eval $(call user_program,$(name))))

$(USER_PROGRAMS): %: %.elf
	$(Q)arm-none-eabi-strip -s -o $@ $<

-include $(user_lib_objects:.o=.d)
