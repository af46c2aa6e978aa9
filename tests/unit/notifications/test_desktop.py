"""The command that shows a notice: nothing in it is taken for markup or for an escape."""

from fullautoci.notifications.desktop import command
from fullautoci.store.changes import Change


def test_a_subject_is_shown_as_it_is() -> None:
    change = Change("r", "main", "a" * 40, r"strip \n and \\ in <b>&amp;</b>", "failed", "passed", ("why\\",))
    body = command(change, "linux")[-1]
    assert body == r"aaaaaaaaaa strip \\n and \\\\ in &lt;b&gt;&amp;amp;&lt;/b&gt;: why" + "\\\\"
    assert command(change, "darwin")[-1] == r"aaaaaaaaaa strip \n and \\ in <b>&amp;</b>: why" + "\\"
