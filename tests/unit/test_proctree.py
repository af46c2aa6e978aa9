"""Ending and collecting processes, in a process of the test's own that adopts what is orphaned."""

import subprocess
import sys

BEGIN = """
import os, signal, subprocess, sys, time
import psutil
from fullautoci import process, proctree
proctree.become_subreaper()
"""
STRAYS = """
ours = subprocess.Popen(["sh", "-c", "exit 7"])
process._kept.add(ours)
subprocess.run(["sh", "-c", "(exit 0) & exit 0"])
stray = lambda: [one for one in psutil.Process().children() if one.pid != ours.pid]
while not (stray() and stray()[0].status() == psutil.STATUS_ZOMBIE):
    time.sleep(0.01)
print(proctree.collect_strays(process.own, 0.1), len(stray()), ours.wait())
"""
TAGGED = """
tag = f"test-{os.getpid()}:"
tree = "import os, time; os.fork(); os.fork(); os.setsid(); time.sleep(600)"
for number in range(10):
    env = {**os.environ, proctree.TAG: tag + str(number)}
    subprocess.Popen(["sh", "-c", f'"{sys.executable}" -c "{tree}" & exit 0'], env=env).wait()
other = subprocess.Popen(["sleep", "600"], env={**os.environ, proctree.TAG: tag[:-1] + "0:1"})
while len(psutil.Process().children(recursive=True)) < 41:
    time.sleep(0.01)
killed = proctree.end_tagged(tag)
proctree.reap()
left = psutil.Process().children(recursive=True)
print(killed, [one.pid for one in left] == [other.pid])
other.kill()
other.wait()
"""


def said(script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_only_what_nobody_waits_for_is_collected() -> None:
    assert said(STRAYS) == "1 0 7"


def test_what_has_a_tag_ends_with_all_its_descendants_and_no_other_homes() -> None:
    assert said(TAGGED) == "40 True"
