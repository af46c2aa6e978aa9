"""A repository's configuration: settings or a config error that says where."""

from fullautoci.config.load import parse
from fullautoci.errors import ConfigError
from tests.fuzzing.results import check_error

SEEDS = (
    b"environment: venv\nenv: {A: b}\ntools:\n  pylint: {timeout: 10m, args: [--jobs, '1']}\n",
    b"tools:\n  docs:\n    command: [make, docs]\n    report: {junit: build/j.xml}\nbring: ['.env']\n",
    b"branches: {include: ['main', 'rel/*'], exclude: []}\nsetup: [[pip, install, x], make]\nsecrets: [T]\n",
    b"a: &a [1, 2]\nb: *a\n<<: {c: !!set {x}}\n",
)
WORDS = tuple(
    b"version: 1|environment: host|tools:|pylint:|coverage:|command:|enabled: false|timeout: 1h|paths: [|args: [|"
    b"report: {junit: |secrets: [|bring: [|setup:|&a |*a|<<: |!!int |!!binary |!!timestamp |!!omap |? |- |---\n|.inf|"
    b"0x1|1_0|1:30|2001-01-01|\xef\xbb\xbf|\\ud800".split(b"|")
)


def check(raw: bytes) -> None:
    """Read a configuration."""
    try:
        assert parse(raw).version == 1
    except ConfigError as error:
        check_error(error)
        assert error.message.startswith(".fullautoci.yml")
