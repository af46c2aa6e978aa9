"""A unittest runner that also writes what happened as JUnit XML, to the file that REPORT names.

The format is the one pytest writes: a `testcase` with `classname`, `name` and `time` in seconds, and a `failure`,
`error` or `skipped` child. Nothing is installed into the project's environment for it.
"""

import time
import unittest
from xml.etree import ElementTree


class Result(unittest.TextTestResult):
    """Remembers each test's outcome and time beside printing it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.suite = ElementTree.Element("testsuite", name="unittest")
        self.began = time.perf_counter()

    def startTest(self, test):
        self.began = time.perf_counter()
        super().startTest(test)

    def _record(self, test, kind="", message=""):
        classname, _, name = test.id().rpartition(".")
        if isinstance(test, unittest.case._SubTest):
            classname, _, name = test.test_case.id().rpartition(".")
            name += " " + test._subDescription()
        took = "%.6f" % (time.perf_counter() - self.began)
        case = ElementTree.SubElement(self.suite, "testcase", classname=classname, name=_xml(name), time=took)
        if kind:
            ElementTree.SubElement(case, kind, message=_xml(message[:1000])).text = _xml(message[:100000])

    def addSuccess(self, test):
        super().addSuccess(test)
        self._record(test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._record(test, "failure", self._exc_info_to_string(err, test))

    def addError(self, test, err):
        super().addError(test, err)
        self._record(test, "error", self._exc_info_to_string(err, test))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._record(test, "skipped", reason)

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self._record(test, "skipped", "expected failure")

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self._record(test, "failure", "unexpected success")

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            kind = "failure" if issubclass(err[0], test.failureException) else "error"
            self._record(subtest, kind, self._exc_info_to_string(err, test))


class Runner(unittest.TextTestRunner):
    """The text runner, with the results above."""

    resultclass = Result

    def run(self, test):
        result = super().run(test)
        with open(REPORT, "wb") as file:
            ElementTree.ElementTree(result.suite).write(file, "utf-8", xml_declaration=True)
        return result


def _xml(text):
    """Text without the characters that XML 1.0 has no way to write."""
    return "".join(
        c if c in "\t\n\r" or 0x20 <= ord(c) < 0xD800 or 0xDFFF < ord(c) < 0xFFFE else "\ufffd" for c in text
    )
