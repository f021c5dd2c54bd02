# SPDX-License-Identifier: MIT
"""Does tools/check_layers.py see what it forbids, and leave alone what is allowed?"""

import pathlib
import sys

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tools"))

import check_layers  # noqa: E402


@pytest.fixture
def check(tmp_path):
    """Makes files out of {path: text} and returns the offences."""

    def run(files):
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        return check_layers.check_tree(tmp_path)

    return run


ALLOWED = {
    "mm/a.c": "#include <lib/types.h>\n#include <mm/page.h>\n#include <arm/tlb.h>\n",
    "fs/a.c": "#include <mm/page.h>\n#include <string.h>\n#include <sys/queue.h>\n",
    "drivers/a.c": "# include <drivers/uart.h>\n",
    "kernel/a.c": "#include <fs/file.h>\n#include <drivers/uart.h>\n",
    "include/arm/tlb.h": '#include <lib/types.h>\nasm volatile("mcr p15, 0, r0, c8, c7, 0");\n',
    "boot/start.S": "#include <arm/layout.h>\n\tmcr p15, 0, r0, c1, c0, 0\n",
    "kernel/entry.S": "\tcpsid i\n",
    "lib/a.c": '#include "b.h"\n/* #include <mm/page.h> and mcr in words */\n',
    "lib/b.h": '#ifndef DRIVERS_BCM2835_H\nchar *s = "dsb"; int sev, mrs;\n',
    "mm/write.c": "static void pte_write(pte_t *slot, pte_t v)\n{\n\t*slot = v;\n}\n",
    "mm/read.c": "\tpte_t *slot = walk(), *end = slot;\n\tif (*slot == 0 && table[i] == *slot)\n\t\tx = a *slot;\n",
    "user/a.c": "#include <kernel/task.h>\n",
    "tests/host/a.c": '#include "../../mm/pte.h"\n',
}


def test_what_is_allowed(check):
    assert check(ALLOWED) == []


@pytest.mark.parametrize(
    "path, text",
    [
        ("lib/a.c", "#include <mm/page.h>"),
        ("mm/a.c", "#include <fs/file.h>"),
        ("mm/a.c", "#include <kernel/task.h>"),
        ("fs/a.c", "#include <drivers/uart.h>"),
        ("drivers/a.c", "#include <fs/file.h>"),
        ("drivers/sub/a.c", "#include <kernel/task.h>"),
        ("include/mm/a.h", "#include <fs/file.h>"),
        ("include/arm/a.h", "#include <mm/page.h>"),
        ("boot/start.S", "#include <mm/page.h>"),
        ("lib/a.c", "#include <errno.h>"),
        ("lib/a.c", "#include <sys/types.h>"),
        ("mm/a.c", '#include "missing.h"'),
        ("mm/a.c", '#include "../fs/private.h"'),
        ("include/odd/a.h", ""),
    ],
)
def test_includes(check, path, text):
    offences = check({path: text + "\n"})
    assert len(offences) == 1 and offences[0].startswith(f"{path}:1: ")


@pytest.mark.parametrize(
    "instruction",
    "mrc mcr mcrr mrrc cps cpsid cpsie msr mrs wfi wfe sev dsb dmb isb srsdb rfeia ldc stc hvc smc "
    "vmsr vmrs mcrne dsbeq MSR wfi.w".split(),
)
def test_instructions(check, instruction):
    files = {
        "kernel/a.c": f'void f(void)\n{{\n\t__asm__ volatile("nop\\n\\t{instruction} x" :: "r"(g(1)));\n}}\n',
        "include/mm/a.h": f'static inline void f(void)\n{{\n\tasm("{instruction}");\n}}\n',
        "lib/a.S": f"\n\n\t{instruction} x\n",
    }
    assert [line.split(" ")[0] for line in check(files)] == [
        "lib/a.S:3:", "kernel/a.c:3:", "include/mm/a.h:3:"
    ]  # fmt: skip


def test_an_asm_statement_ends(check):
    assert check({"mm/a.c": 'asm("nop" :: "r"(1));\nputs("wfi now");\n'}) == []


@pytest.mark.parametrize(
    "line",
    ["#ifdef BOARD", "#if BOARD_VIRT", "#ifdef CONFIG_RASPI2B", "#if defined(BCM2836)", "#elif QEMU"],
)
def test_boards(check, line):
    assert len(check({"drivers/a.c": f"int a;\n{line}\n"})) == 1


@pytest.mark.parametrize(
    "store",
    [
        "*slot = 0;",
        "*slot |= 4;",
        "\t*slot++ = v;",
        "if (x)\n\t\t*slot = v;",
        "*(slot + 1) = v;",
        "slot[3] = v;",
        "table[va >> 20] = v;",
        "mm->l1[i] = v;",
        "x; *mm->l1 = v;",
    ],
)
def test_stores_to_tables(check, store):
    text = "void f(pte_t *slot)\n{\n\tpte_t table[256];\n\t" + store + "\n}\n"
    files = {"mm/a.c": text, "include/mm/mm.h": "struct mm {\n\tpte_t *l1;\n};\n"}
    offences = check(files)
    assert len(offences) == 1 and "mm/a.c" in offences[0]


def test_pte_write_alone_is_excused(check):
    text = "void pte_write(pte_t *p, pte_t v)\n{\n\t*p = v;\n}\nvoid f(pte_t *p)\n{\n\t*p = 0;\n}\n"
    assert check({"mm/a.c": text}) == ["mm/a.c:7: store through p: only pte_write() writes tables"]
