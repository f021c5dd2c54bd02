# SPDX-License-Identifier: MIT
"""gdb commands for Quire: `make debug`, or gdb-multiarch -x tools/gdb/quire.py build/quire.elf.

    quire connect [HOST:]PORT   attach to QEMU's gdb server
    quire boot                  symbols for the code before the MMU is on, and what to do there
    quire pt [ADDR [END]]       the translation tables, decoded; --pid N: another task's
    quire tasks                 all tasks
    quire vmas PID              the regions of a task's address space
    quire user PID|NAME         symbols of a user program
    $comm(), $pid()             name and pid of the current task: hbreak main if $pid() == 7
"""

import os
import re
import sys

import gdb

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.dont_write_bytecode = True
sys.path.insert(0, HERE)

import kernel_view as kernel  # noqa: E402
import short_descriptor as sd  # noqa: E402

LOAD_ADDRESSES = (0x40010000, 0x10000, 0x8000)  # QEMU virt, raspi2b, the Pi's firmware
ZIMAGE_MAGIC, ZIMAGE_MAGIC_OFFSET = 0x016F2818, 0x24


def build(*path):
    return os.path.join(TOP, "build", *path)


BOOT_CODE = build("boot", "start.S.o")


def needed(argument):
    """An argument that a command can't do without."""
    if not argument.strip():
        raise gdb.GdbError("an argument is missing; `quire` lists what there is")
    return argument.strip()


def evaluate(text):
    """The value of an expression; what is wrong with one is said in a line, without Python's own words."""
    try:
        return gdb.parse_and_eval(needed(text))
    except gdb.error as error:
        raise gdb.GdbError(str(error)) from None


def address_of(text):
    """What an expression means as an address: a number, a pointer, or where a function or object is."""
    value = evaluate(text)
    if value.type.strip_typedefs().code in (gdb.TYPE_CODE_FUNC, gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_ARRAY):
        value = value.address
    return int(value) & 0xFFFFFFFF


def all_tasks():
    return kernel.list_members(kernel.variable("all_tasks"), "all_link")


def find_task(pid):
    for task in all_tasks():
        if task.pid == pid:
            return task
    raise gdb.GdbError(f"no task {pid}")


def current_task():
    return kernel.structure("task", kernel.register("TPIDRPRW"))


def space_of(task):
    space = task.follow("mm")
    if not space:
        raise gdb.GdbError(f"task {task.pid} ({task.comm}) has no address space: a kernel thread")
    return space


class Quire(gdb.Command):
    """Commands for the Quire kernel."""

    def __init__(self):
        super().__init__("quire", gdb.COMMAND_USER, prefix=True)

    def invoke(self, argument, _from_tty):
        if argument:
            raise gdb.GdbError(f"quire has no command {argument}; `quire` lists them")
        print(__doc__.split("\n\n", 1)[1], end="")


class QuireConnect(gdb.Command):
    """quire connect [HOST:]PORT: attach to QEMU's gdb server, which is stopped at the start."""

    def __init__(self):
        super().__init__("quire connect", gdb.COMMAND_RUNNING)

    def invoke(self, argument, _from_tty):
        target = argument if ":" in argument else f"127.0.0.1:{argument or 1234}"
        gdb.execute("set architecture armv7", to_string=True)
        for attempt in range(50):  # QEMU may still be starting
            try:
                gdb.execute(f"target remote {target}", to_string=True)
                break
            except gdb.error:
                if attempt == 49:
                    raise
                gdb.execute("shell sleep 0.1")
        load_boot_symbols()
        print("Connected. `quire` lists what gdb knows about this kernel; `quire boot` tells how to start.")


def load_address():
    """Where in physical memory the image is: it can be told by its zImage header."""
    with kernel.PhysicalMode() as read:
        for address in LOAD_ADDRESSES:
            try:
                if sd.read_word(read, address + ZIMAGE_MAGIC_OFFSET) == ZIMAGE_MAGIC:
                    return address
            except gdb.GdbError:
                continue
    return None


def load_boot_symbols():
    """Loads the symbols of boot/start.S at their physical addresses; returns where that is.

    Only that file: two addresses for each function of the kernel would be in the way later."""
    address = load_address()
    drop_boot_symbols()
    if address is not None and os.path.exists(BOOT_CODE):
        gdb.execute(f"add-symbol-file {BOOT_CODE} -s .head.text {address:#x}", to_string=True)
    return address


def drop_boot_symbols():
    """Forgets them: user programs may be linked at the same addresses."""
    for objfile in gdb.objfiles():
        if objfile.filename == BOOT_CODE:
            address = re.search(
                rf"(0x[0-9a-f]+) - 0x[0-9a-f]+ is \.head\.text in {re.escape(BOOT_CODE)}",
                gdb.execute("info files", to_string=True),
            )
            gdb.execute(f"remove-symbol-file -a {address[1]}", to_string=True)


class QuireBoot(gdb.Command):
    """quire boot: symbols for the code that runs before the MMU is on, and how to step through it."""

    def __init__(self):
        super().__init__("quire boot", gdb.COMMAND_USER)

    def invoke(self, _argument, _from_tty):
        address = load_boot_symbols()
        if address is None:
            raise gdb.GdbError("no image found at " + ", ".join(f"{a:#x}" for a in LOAD_ADDRESSES))
        print(
            f"""\
The image is at physical {address:#x} and linked at 0xff000000. Until boot/start.S turns the MMU on,
addresses are physical; from the jump after that on they are virtual. gdb knows boot/start.S at
both, and all else at its virtual address only:

    hbreak *{address:#x}     the first instruction of Quire; `continue` gets there
    stepi, info registers    step through; `info line *$pc` names the line
    hbreak kernel_main       the first C function, MMU on
    quire pt                 the translation tables, as soon as TTBR0 and TTBR1 are set

Use hbreak, not break, for code that is not mapped yet: break wants to read it."""
        )


class QuirePt(gdb.Command):
    """quire pt [ADDR [END]] [--pid N]: translation tables of the current core, or of task N.

    Without an address: all of them, equal neighbours joined into one line. With one address: each
    step of the walk. With two: the lines for that range. A line says what is mapped where, what
    kernel and user may do with it, XN and PXN, nG (tagged with the ASID) or G, S (shareable), the
    memory type and the domain."""

    def __init__(self):
        super().__init__("quire pt", gdb.COMMAND_DATA)

    def invoke(self, argument, _from_tty):
        words = gdb.string_to_argv(argument)
        regime = kernel.regime()
        if "--pid" in words:
            at = words.index("--pid")
            if at + 1 == len(words):
                raise gdb.GdbError("--pid needs a number")
            task = find_task(int(evaluate(words[at + 1])))
            table = kernel.physical_address(space_of(task).l1)
            regime = regime._replace(ttbr0=table)
            del words[at : at + 2]
        addresses = [address_of(word) for word in words]
        if len(addresses) > 2:
            raise gdb.GdbError("quire pt [ADDR [END]] [--pid N]")
        if not kernel.mmu_is_on():
            print("The MMU is off; this is what the tables would say:")
        try:
            with kernel.PhysicalMode() as read:
                for line in self.lines(read, regime, addresses):
                    print(line)
        except sd.WalkError as error:
            raise gdb.GdbError(str(error)) from None

    @staticmethod
    def lines(read, regime, addresses):
        if len(addresses) == 1:
            return sd.walk_lines(read, regime, addresses[0])
        start, end = addresses or (0, 1 << 32)
        return sd.table_lines(sd.mappings(read, regime, start, end), regime)


class QuireTasks(gdb.Command):
    """quire tasks: all tasks; * marks those that a core is running."""

    def __init__(self):
        super().__init__("quire tasks", gdb.COMMAND_DATA)

    def invoke(self, _argument, _from_tty):
        running = {task: core for core, task in kernel.each_core()}
        tasks = list(all_tasks())
        print("    PID  TGID  PPID  STATE            ASID  TABLE     NAME")
        for task in tasks:
            mark = f"*{running[task.address]}" if task.address in running else ""
            parent, space = task.follow("parent"), task.follow("mm")
            asid, table = ("-", "-")
            if space:
                asid, table = space.context.asid, f"{kernel.physical_address(space.l1):08x}"
            print(
                f"{mark:2} {task.pid:4} {task.tgid:5} {parent.pid if parent and parent.address != task.address else 0:5}  "
                f"{task.state[5:].lower():16} {asid:>4}  {table:8}  {task.comm}"
            )


class QuireVmas(gdb.Command):
    """quire vmas PID: the regions of a task's address space."""

    def __init__(self):
        super().__init__("quire vmas", gdb.COMMAND_DATA)

    def invoke(self, argument, _from_tty):
        space = space_of(find_task(int(evaluate(argument))))
        flags = {f.name: f.enumval for f in gdb.lookup_type("enum vma_flags").fields()}
        for vma in kernel.tree_members(space.vmas, "link"):
            rights = "".join(
                letter if vma.flags & flags[name] else "-"
                for letter, name in (("r", "VM_READ"), ("w", "VM_WRITE"), ("x", "VM_EXEC"))
            )
            rights += "s" if vma.flags & flags["VM_SHARED"] else "p"
            cache = getattr(vma, "as")
            source = f"file, page cache {cache:08x} from page {vma.pgoff:#x}" if cache else "anonymous"
            grows = "  grows down" if vma.flags & flags["VM_GROWSDOWN"] else ""
            print(f"{vma.start:08x}-{vma.end:08x} {rights}  {source}{grows}")


class QuireUser(gdb.Command):
    """quire user PID|NAME: load the symbols of a user program, of build/user/bin/NAME.elf.

    Not before the MMU is on, since the boot code may be at the same addresses. All programs are
    linked at the same address, so give a breakpoint a condition:

        quire user crimes
        hbreak crimes/main.c:commit if $_streq($comm(), "crimes")"""

    def __init__(self):
        super().__init__("quire user", gdb.COMMAND_FILES)

    def invoke(self, argument, _from_tty):
        name = needed(argument)
        if not kernel.mmu_is_on():
            raise gdb.GdbError("the MMU is off; first: hbreak kernel_main, continue")
        if name.isdigit():
            name = find_task(int(name)).comm
        path = build("user", "bin", name + ".elf")
        if not os.path.exists(path):
            raise gdb.GdbError(f"no file {path}")
        gdb.execute(f"add-symbol-file {path}", to_string=True)
        drop_boot_symbols()
        print(f"Symbols of {path} are loaded.")


class Comm(gdb.Function):
    """$comm(): the name of the task that the current core runs."""

    def __init__(self):
        super().__init__("comm")

    def invoke(self):
        return current_task().comm


class Pid(gdb.Function):
    """$pid(): the pid of the task that the current core runs."""

    def __init__(self):
        super().__init__("pid")

    def invoke(self):
        return current_task().pid


for command in (Comm, Pid, Quire, QuireConnect, QuireBoot, QuirePt, QuireTasks, QuireVmas, QuireUser):
    command()
gdb.execute("set confirm off")
gdb.execute("set pagination off")
