# SPDX-License-Identifier: MIT
#
# Small programs that the boot tests run: build/tests/programs/NAME (newlib), NAME-glibc, NAME-musl.
# Works alone: make -f tests/programs/programs.mk test-programs
#
# musl is optional: hello-musl is built where MUSL is a folder into which Debian's musl-dev for armhf
# was unpacked; tests/programs/get_musl.sh does that.

BUILD ?= build

ifndef USER_NAMES
include user/user.mk
endif

TEST_PROGRAMS := $(BUILD)/tests/programs
GLIBC_CC ?= arm-linux-gnueabihf-gcc
MUSL ?= $(BUILD)/musl
musl_lib := $(MUSL)/usr/lib/arm-linux-musleabihf

TEST_CFLAGS := -std=gnu11 -O2 -Wall -Wextra -Werror -Wstrict-prototypes -Wmissing-prototypes

test_sources := $(wildcard tests/programs/*.c)
# These want more of a C library than newlib has.
glibc_names := hogs failnth fuzz
test_names := $(filter-out $(glibc_names),$(basename $(notdir $(test_sources))))
test_binaries := $(addprefix $(TEST_PROGRAMS)/,$(test_names) \
	$(addsuffix -glibc,$(glibc_names) hello edges) \
	$(if $(wildcard $(musl_lib)/libc.a),hello-musl))

.PHONY: test-programs
test-programs: $(test_binaries)

$(TEST_PROGRAMS)/%.o: tests/programs/%.c
	@mkdir -p $(@D)
	$(USER_CC) $(USER_CFLAGS) -c $< -o $@

$(TEST_PROGRAMS)/%: $(TEST_PROGRAMS)/%.o $(USER_CRT0) $(USER_LIBRARY) user/user.ld
	$(USER_CC) $(USER_LDFLAGS) -s $(USER_CRT0) $< $(USER_LIBS) -o $@

$(TEST_PROGRAMS)/%-glibc: tests/programs/%.c
	@mkdir -p $(@D)
	$(GLIBC_CC) $(TEST_CFLAGS) -static -s $(filter %.c,$^) -o $@

# A program that runs anew while its allocations fail is to come to main(), so the C library must not protect anything.
$(TEST_PROGRAMS)/failnth-glibc: TEST_CFLAGS += -Wl,-z,norelro
$(TEST_PROGRAMS)/failnth-glibc: $(wildcard tests/programs/failnth/*) tests/programs/counts.h
$(TEST_PROGRAMS)/hogs-glibc: tests/programs/counts.h

# The compiler is the one for glibc; the headers, the start-up code and the library are musl's.
$(TEST_PROGRAMS)/%-musl: tests/programs/%.c
	@mkdir -p $(@D)
	$(GLIBC_CC) $(TEST_CFLAGS) -nostdinc -isystem $(MUSL)/usr/include/arm-linux-musleabihf \
		-isystem $(shell $(GLIBC_CC) -print-file-name=include) -fno-stack-protector -nostdlib \
		-static -no-pie -s $(musl_lib)/crt1.o $(musl_lib)/crti.o $< -L$(musl_lib) \
		-Wl,--start-group -lc -lgcc -lgcc_eh -Wl,--end-group $(musl_lib)/crtn.o -o $@
