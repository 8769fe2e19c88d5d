"""`python -m lth_core`."""

from lth_core.cli import main

if __name__ == "__main__":
    main()
