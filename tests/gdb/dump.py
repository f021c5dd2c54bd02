# SPDX-License-Identifier: MIT
"""Run by gdb: prints, as one line of JSON, every mapping of every address space, and what the kernel
believes about its tasks. The tables are read through physical memory, from the TTBRs on."""

import json

import gdb
import kernel_view as kernel
import short_descriptor as sd


def mappings(read, regime, start, end):
    for m in sd.mappings(read, regime, start, end):
        (kernel_rights, user_rights), notes = sd.rights(m.leaf, m.table, regime.sctlr)
        owner = m.table or m.leaf
        yield {
            "start": m.start, "end": m.end, "physical": m.leaf.base, "kind": m.leaf.kind,
            "kernel": kernel_rights, "user": user_rights, "notes": notes,
            "pxn": owner.pxn, "xn": m.leaf.xn, "ng": m.leaf.ng, "domain": owner.domain,
            "type": sd.memory_type(m.leaf, regime),
        }  # fmt: skip


def describe(task):
    space = task.follow("mm")
    return {
        "pid": task.pid,
        "name": task.comm,
        "stack_top": task.kstack,
        "asid": space.context.asid if space else None,
        "table": kernel.physical_address(space.l1) if space else None,
    }


def tasks():
    return [describe(t) for t in kernel.list_members(kernel.variable("all_tasks"), "all_link")]


def symbol(name):
    return int(gdb.parse_and_eval(f"(unsigned int)&{name}"))


def dump():
    regime, all_tasks = kernel.regime(), tasks()
    with kernel.PhysicalMode() as read:
        border = sd.split(regime.ttbcr)
        for task in all_tasks:
            if task["table"] is not None:
                own = regime._replace(ttbr0=task["table"])
                task["mappings"] = list(mappings(read, own, 0, border))
        shared = list(mappings(read, regime, border, 1 << 32))
        current = list(mappings(read, regime, 0, border))
    names = "_start __initramfs_start __text_start __text_end __rodata_end __image_end __image_memory_end boot_stack_top boot_stack_guard"
    return {
        "regime": regime._asdict(),
        "contextidr": kernel.register("CONTEXTIDR"),
        "user_mode": int(gdb.parse_and_eval("$cpsr")) & 0x1F == 0x10,
        "tasks": all_tasks,
        "kernel": shared,
        "current": current,
        "symbols": {name: symbol(name) for name in names.split()},
    }


print("dump: " + json.dumps(dump()))
