"""A commit that lacks a file which lies in the working copy is told so."""

from tests.support.home import Home
from tests.support.repository import HOST, Repository

TESTS = "import pathlib\n\n\ndef test_x():\n    assert pathlib.Path('data/x.json').read_text()\n"


def test_a_test_that_lacks_an_ignored_file_names_it(home: Home, repository: Repository) -> None:
    home.cli("init", "--wait", cwd=repository.path)
    repository.write({"data/x.json": "{}", "helper.py": '"""Help."""\n'})
    files = {
        ".fullautoci.yml": HOST,
        ".gitignore": "data/\nhelper.py\n",
        "test_calc.py": TESTS,
        "calc.py": "import helper\n",
    }
    jobs = {job["tool"]: job for job in home.finished(1, repository.commit(files))["jobs"]}
    line = "data/x.json exists only in the working copy: commit it, or bring it (`bring: [data/x.json]`)"
    assert jobs["coverage"]["outcome"] == "failed"
    assert line in jobs["coverage"]["hint"].splitlines()
    assert "helper.py exists only in the working copy" in jobs["pylint"]["hint"]
    assert line in home.run("results", cwd=repository.path).stdout
