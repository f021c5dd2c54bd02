# SPDX-License-Identifier: MIT
"""Does README.md, and what is in docs, say what is so?

Commands in ```sh blocks are run as they stand, but for those that take long or wait for somebody; what
they name must exist. The debugger's sessions of docs/debugging.md have a test of their own in tests/gdb.
"""

import os
import pathlib
import re
import shutil
import subprocess

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTS = [TOP / "README.md", *sorted((TOP / "docs").glob("*.md"))]
FOLDERS = "boot|kernel|mm|drivers|user|include|fs|lib|tests|tools|docs|build"
MAKEFILES = [TOP / "Makefile", *TOP.glob("*/*.mk"), *TOP.glob("*/*/*.mk")]

# Run by hand or by other tests: long, or for a person at a terminal.
NOT_RUN = (
    "make test", "make bench", "make profile", "make soak", "make debug", "make lint", "make setup", "make clean",
    "make mutants",
)  # fmt: skip

documents = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


def blocks(document, language):
    return re.findall(rf"^```{language}\n(.*?)^```", document.read_text(), re.M | re.S)


def prose(document):
    return re.sub(r"^```.*?^```", "", document.read_text(), flags=re.M | re.S)


def quoted(document):
    """What stands in `backquotes`."""
    return re.findall(r"`([^`\n]+)`", prose(document))


def without_settings(command):
    return re.sub(r"^(?:[A-Z_]+=(?:\"[^\"]*\"|\S*)\s+)+", "", command)


SCRIPTS = [pytest.param(block, id=f"{d.name}-{i}") for d in DOCUMENTS for i, block in enumerate(blocks(d, "sh"))]


@pytest.mark.parametrize("script", SCRIPTS)
def test_commands_work(script):
    lines = [line for line in script.splitlines() if not without_settings(line).startswith(NOT_RUN)]
    if not lines:
        pytest.skip("run elsewhere")
    if not (TOP / "build/quire.img").exists() or not shutil.which("arm-linux-gnueabihf-gcc"):
        pytest.skip("needs the image and Debian's compiler for ARM Linux")
    result = subprocess.run(
        ["sh", "-e", "-c", "\n".join(lines)], cwd=TOP, stdin=subprocess.DEVNULL, timeout=120, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout


@documents
def test_targets_and_variables_exist(document):
    text = "\n".join(path.read_text() for path in [*MAKEFILES, *TOP.glob("tools/*.*")])
    commands = [line for block in blocks(document, "sh") for line in block.splitlines()] + quoted(document)
    for command in commands:
        for target in re.findall(r"(?:^|\s)make ([a-z]+)", command):
            assert re.search(rf"^{target}:", text, re.M), f"no target {target}: {command}"
        if "make" in command.split():
            for name in re.findall(r"\b([A-Z_]+)=", re.sub(r'"[^"]*"', "", command)):
                assert re.search(rf"\b{name}\b", text), f"nobody reads {name}: {command}"


def test_help_names_targets_that_exist():
    text = "\n".join(path.read_text() for path in MAKEFILES)
    for target in re.findall(r"echo 'make ([a-z]+)", text):
        assert re.search(rf"^{target}:", text, re.M), target


@documents
def test_files_exist(document):
    for words in quoted(document):
        for path in re.findall(rf"^(?:/?)((?:{FOLDERS})/[\w./*-]+)$", words):
            if words.startswith("/") or "NAME" in path or path.startswith("build/"):
                continue
            assert list(TOP.glob(path.rstrip("/"))), path


@documents
def test_tables_are_whole(document):
    """A row has as many columns as its table's first, and what begins like a row ends like one."""
    columns = None
    for line in prose(document).splitlines():
        if "|" not in line:
            columns = None
            continue
        assert line.startswith("|") and line.endswith("|"), line
        columns = columns or line.count("|")
        assert line.count("|") == columns, line


@documents
def test_links_resolve(document):
    for link in re.findall(r"\]\(([^)#]+)\)", prose(document)):
        assert "://" in link or (document.parent / link).exists(), link


@documents
def test_functions_exist(document):
    sources = [p for pattern in ("*/*.[chS]", "*/*/*.[chS]", "*/*.py") for p in TOP.glob(pattern)]
    text = "\n".join(p.read_text() for p in sources if "build" not in p.relative_to(TOP).parts)
    for words in quoted(document):
        for name in re.findall(r"^(\w+)\(\)$", words):
            assert re.search(rf"\b{name}\b", text), name


def test_system_calls_are_those_of_the_table():
    table = (TOP / "kernel/syscall_table.c").read_text()
    here = re.findall(r"\[__NR_(\w+)\] =", table)
    section = (TOP / "docs/system-calls.md").read_text().split("## What is there")[1].split("And ARM's")[0]
    listed = re.findall(r"`(\w+)`", section.split("|---|---|")[1])
    assert sorted(listed) == sorted(here)
    assert f"{len(here)} calls" in section


def test_benchmarks_are_those_of_the_program():
    number = r"(\d+)"
    source = (TOP / "user/bench/main.c").read_text()
    table = re.findall(r"^\| ([\w-]+) \| [\d,]+ \| ([\d,]+) \| ([\d,]+) \|", (TOP / "docs/performance.md").read_text(), re.M)
    assert [(n, limit.replace(",", ""), linux.replace(",", "")) for n, limit, linux in table] == re.findall(
        rf'\{{"([\w-]+)", bench_\w+, {number}, {number}\}}', source
    )


def shape(line):
    """A line of output without what differs from run to run: numbers, blanks."""
    return " ".join(re.sub(r"0x[0-9a-f]+|\d+", "#", line).split())


@pytest.mark.skipif(not (TOP / "build/quire.img").exists(), reason="there is no build/quire.img: make builds it")
def test_output_of_make_run_is_real():
    example = next(block for block in blocks(TOP / "README.md", "text") if block.startswith("quire["))
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    result = subprocess.run(
        ["tools/run.py"], cwd=TOP, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
        timeout=120, check=True,
    )  # fmt: skip
    printed = {shape(line) for line in result.stdout.splitlines()}
    # Who of left and right speaks first is a matter of chance, so the order is not compared.
    for line in example.splitlines():
        assert line == "..." or shape(line) in printed, line


def test_output_of_make_test_is_real():
    """Its lines, but for "...", are ones that tools/test.sh prints, in this order, whatever the numbers."""
    example = next(block for block in blocks(TOP / "README.md", "text") if block.startswith("== host tests"))
    makefile = (TOP / "tests/host/host.mk").read_text()
    printed = ["== host tests"]
    for name in re.findall(r"^(?:HOST|MMU)_TESTS \+= (\w+)", makefile, re.M):
        printed += [f"== {name}", "[ PASSED ] # test(s)."]
    printed += re.findall(r'^echo "(== (?:mutants|machines).*)"', (TOP / "tools/test.sh").read_text(), re.M)
    printed.insert(-1, "# of # mutants caught, # harmless with a reason, # unexplained")
    printed.append("# passed, # failed")
    rest = iter(printed)
    for line in example.splitlines():
        assert line == "..." or shape(line) in rest, line
