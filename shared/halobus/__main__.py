"""``python -m halobus``: the operator's command line."""

from halobus.cli import main

if __name__ == "__main__":
    main()
