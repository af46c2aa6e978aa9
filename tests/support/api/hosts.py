"""Host headers that are not ours, when we are 127.0.0.1 and localhost at a port."""

NAMES = [
    "evil.example", "localhost.evil.example", "evil.example.localhost", "127.0.0.1.evil.example", "127.1",
    "127.0.1", "127.0.0.2", "127.000.000.001", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "2130706433",
    "017700000001", "0.0.0.0", "0", "[::1]", "[::1", "::1", "[::ffff:127.0.0.1]", "[0:0:0:0:0:0:0:1]", "[::]", "",
    " ", "localhost.", "127.0.0.1.", "localhost.localdomain", "ip6-localhost", "LOCALHOST.EVIL", "xn--lcalhost-0za",
    "l\u00f6calhost", "loc\u0430lhost", "localhost%00", "localhost%2eevil.example", "localhost\\", "localhost/",
    "localhost/evil", "localhost?x", "localhost#x", "localhost;evil", "localhost,evil.example",
    "127.0.0.1,127.0.0.1", "user@localhost", "user:pass@127.0.0.1", "localhost@evil.example", "*", "*.localhost",
    "null", "file://", "http://localhost", "//localhost", "../localhost", "a" * 8000, "'", "\"localhost\"",
    "<script>",
]  # fmt: skip
# With our own port behind them, too; and ours with another port, or none.
PORTS = [
    "127.0.0.1", "localhost", "127.0.0.1:", "localhost:0", "127.0.0.1:1", "localhost:99999", "localhost:-1",
    "localhost:+{port}", "localhost:{port}:{port}", "localhost: {port}", "localhost:{port}x", "localhost:0{port}",
    "127.0.0.1:{port}.", "localhost:{port},evil",
]  # fmt: skip


def hostile(port: int) -> list[str]:
    """All of them, for one of our ports."""
    return [*NAMES, *(one.format(port=port) for one in PORTS), f"evil.example:{port}", f"[::1]:{port}", f"127.1:{port}"]
