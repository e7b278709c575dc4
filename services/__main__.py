"""Run the program: serve, work, migrate, check. `python -m services` is the same as `tbt`."""

from services.cli.__main__ import main

if __name__ == "__main__":
    main()
