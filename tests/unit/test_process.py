"""The one door to other programs."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from fullautoci import process
from tests.support.patience import until


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_short_program_says_what_it_says(tmp_path: Path) -> None:
    script = 'cat; printf %s "$A" >&2; pwd; exit 3'
    done = process.run(["/bin/sh", "-c", script], cwd=tmp_path, env={"A": "b"}, stdin=b"\x00\xff\n")
    assert done == process.Completed(3, b"\x00\xff\n" + os.fsencode(tmp_path) + b"\n", b"b")


def test_a_signal_is_a_negative_status_and_a_lot_of_output_is_no_trouble() -> None:
    assert process.run(["/bin/sh", "-c", "kill -9 $$"]).returncode == -9
    done = process.run([sys.executable, "-c", "import sys; sys.stderr.write('e'*300000); print('o'*300000)"])
    assert (len(done.stdout), len(done.stderr)) == (300001, 300000)


def test_a_program_that_does_not_exist_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        process.run([tmp_path / "missing"])


def test_a_timeout_ends_the_program_and_its_children(tmp_path: Path) -> None:
    script = f"sleep 600 & echo $! > {tmp_path}/child; trap '' TERM; echo $$ > {tmp_path}/own; wait; sleep 600"
    with pytest.raises(TimeoutError, match=r"did not end within 0\.5 s"):
        process.run(["/bin/sh", "-c", script], timeout=0.5)
    pids = [int((tmp_path / name).read_text()) for name in ("child", "own")]
    until(lambda: all(gone(pid) for pid in pids), 5, f"the end of {pids}")


STREAM = """
import json, os, sys, time
from pathlib import Path
from fullautoci import process, proctree
proctree.become_subreaper()
class Sink:
    data = b""
    def write(self, data): self.data += data
class Interrupt:
    def __init__(self, after):
        self.read, self.write = os.pipe()
        if after is not None and not os.fork():
            time.sleep(after); os.write(self.write, b"x"); os._exit(0)
    def fileno(self): return self.read
    def requested(self): return os.read(self.read, 1) == b"x"
argv, timeout, after = json.loads(sys.argv[1])
sink = Sink()
ended = process.stream(argv, cwd=Path("/"), env={**os.environ}, sink=sink, timeout=timeout,
                       interrupt=Interrupt(after))
print(json.dumps([ended.returncode, ended.why, ended.duration_s, len(sink.data), sink.data[-2000:].decode()]))
"""


def stream(script: str, timeout: float = 60, after: float | None = None) -> tuple[int, str, float, int, str]:
    """In a process of its own, as in a worker: `stream` ends every descendant of its process."""
    asked = json.dumps([["/bin/sh", "-c", script], timeout, after])
    done = subprocess.run([sys.executable, "-c", STREAM, asked], capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    returncode, why, duration, size, end = json.loads(done.stdout)
    return returncode, why, duration, size, end


def test_a_long_programs_output_and_status_arrive() -> None:
    returncode, why, _, size, end = stream("head -c 3000000 /dev/zero | tr '\\0' x; echo end >&2; exit 4")
    assert (returncode, why, size, end[-4:]) == (4, "exit", 3000004, "end\n")


def test_a_long_program_ends_at_its_timeout_with_all_that_it_started() -> None:
    returncode, why, duration, _, end = stream("setsid sleep 600 & echo $!; trap '' TERM; sleep 600", timeout=0.7)
    assert (returncode, why) == (137, "timeout")
    assert 0.7 <= duration < 20
    assert gone(int(end.split()[0]))


def test_a_long_program_ends_when_asked_to() -> None:
    returncode, why, duration, _, _ = stream("sleep 600", after=0.2)
    assert (returncode, why) == (137, "interrupt")
    assert duration < 20


def test_nobody_is_waited_for_who_only_holds_the_output_open() -> None:
    began = time.monotonic()
    returncode, why, _, _, end = stream("setsid sh -c 'setsid sleep 600 & sleep 600' & echo $!; exit 0")
    assert (returncode, why) == (0, "exit")
    assert gone(int(end.split()[0]))
    assert time.monotonic() - began < 30


def test_a_detached_program_writes_to_the_end_of_its_log(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("before\n")
    with process.spawn_detached(["/bin/sh", "-c", "echo $0 $A; pwd"], env={"A": "b"}, log=tmp_path / "log") as started:
        assert started.wait(20) == 0
    assert (tmp_path / "log").read_text() == "before\n/bin/sh b\n/\n"


def test_what_ended_by_itself_is_collected_while_a_program_runs_and_counts_no_more() -> None:
    script = STREAM.replace("interrupt=Interrupt(after))", "limits=model.Limits(contained=False, processes=60))")
    script = script.replace("import process, proctree", "import model, process, proctree")
    orphans = "n=0; while [ $n -lt 400 ]; do (true &); n=$((n+1)); done; sleep 0.6; ps -e -o stat= | grep -c Z; exit 3"
    asked = json.dumps([["/bin/sh", "-c", orphans], 60, None])
    done = subprocess.run([sys.executable, "-c", script, asked], capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    returncode, why, *_ = json.loads(done.stdout)
    assert (returncode, why) == (3, "exit")


def test_nothing_is_started_once_everything_was_stopped() -> None:
    script = """
import threading, time
from fullautoci import process
from fullautoci.errors import StoppingError
ended = []
def work():
    try:
        while True:
            process.run(["sleep", "0.001"])
    except StoppingError:
        ended.append(time.monotonic())
threads = [threading.Thread(target=work) for _ in range(8)]
[one.start() for one in threads]
time.sleep(0.3)
process.stop_running()
[one.join(20) for one in threads]
print(len(ended), len(process.own()))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False, timeout=60)
    assert done.stdout == b"8 0\n", done.stderr.decode()
