"""`python -m fullautoci`: the same as the `fullautoci` command."""

from fullautoci.cli.main import main

if __name__ == "__main__":
    main()
