"""No signal and no ring is lost, however near to the beginning of the wait it comes."""

import subprocess
import sys

SIGNALS = """
import os, random, signal, sys, threading, time
from fullautoci.daemon.bell import Bell
heard = 0
def hear(number, frame):
    global heard
    heard += 1
signal.signal(signal.SIGTERM, hear)
def send():
    time.sleep(random.random() / 10_000)
    os.kill(os.getpid(), signal.SIGTERM)
with Bell() as bell:
    for number in range(2_000):
        sender = threading.Thread(target=send)
        sender.start()
        for _ in range(random.randrange(300)):
            pass
        while heard == number:
            bell.wait()
        sender.join()
print(heard)
"""
RINGS = """
import threading
from fullautoci.daemon.bell import Bell
with Bell() as bell:
    for _ in range(100_000):  # more than the socket holds
        bell.ring()
    bell.wait()
    threading.Timer(0.1, bell.ring).start()
    bell.wait()
print("rung")
"""


def said(script: str) -> str:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_every_signal_ends_a_wait() -> None:
    assert said(SIGNALS) == "2000"


def test_rings_that_nobody_has_heard_yet_are_one() -> None:
    assert said(RINGS) == "rung"
