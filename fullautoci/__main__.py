"""The `fullautoci` program, and `python -m fullautoci`."""

import sys


def main() -> None:
    """Run the command line. A shell's prompt is served without it: it is asked for all day."""
    words = sys.argv[1:]
    if words[:1] == ["prompt"] and ((words[1:2] == ["--format"] and len(words) == 3) or len(words) == 1):
        from fullautoci.cli import segment

        if (words[2:] or ["plain"])[0] in segment.WRAPPED:
            sys.stdout.write(segment.show("".join(words[2:])))
            return
    from fullautoci.cli.main import main as run

    run()


if __name__ == "__main__":
    main()
