# SPDX-License-Identifier: MIT
"""What the tests in tests/boot and tests/gdb share: test programs are built once, no test goes on for
ever, and no QEMU outlives its test. Their conftest.py files take everything from here."""

import signal
import subprocess

import pytest

import images
from machine import BUILD, IMAGE, TOP, Machine

LIMIT = 60  # seconds; @pytest.mark.limit(N) says otherwise


def pytest_configure(config):
    config.addinivalue_line("markers", f"limit(seconds): how long the test may take ({LIMIT})")
    if hasattr(config, "workerinput") or hasattr(config, "quire_built"):
        return  # the process that started this one, or the other folder, has done it
    config.quire_built = True
    if not IMAGE.exists():
        pytest.exit(f"{IMAGE} is missing: run make", returncode=2)
    subprocess.run(
        ["make", "-s", "-f", "tests/programs/programs.mk", f"BUILD={BUILD}", "test-programs"],
        cwd=TOP, check=True,
    )  # fmt: skip


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """The tests of a file stay together, and with them the machine that they share."""
    from xdist.scheduler import LoadScopeScheduling

    return LoadScopeScheduling(config, log)


@pytest.fixture(autouse=True)
def time_limit(request):
    mark = request.node.get_closest_marker("limit")
    seconds = mark.args[0] if mark else LIMIT

    def give_up(_signal, _frame):
        raise TimeoutError(f"more than {seconds} seconds")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def boot():
    """boot(append=..., board=...) starts a Machine that ends with the test."""
    machines = []

    def start(*args, **settings):
        machines.append(Machine(*args, **settings))
        return machines[-1]

    yield start
    for machine in machines:
        machine.__exit__()


@pytest.fixture(scope="module", params=["virt", "raspi2b"])
def machine(request):
    """A machine at its shell's prompt, the same for all tests of a module that ask for it."""
    with Machine(board=request.param) as started:
        started.wait_prompt()
        yield started


@pytest.fixture(scope="module")
def program_machine(tmp_path_factory):
    """The same on virt, with the programs of tests/programs in /test."""
    initrd = images.with_test_programs(tmp_path_factory.mktemp("initrd"))
    with Machine(initrd=initrd) as started:
        started.wait_prompt()
        yield started
