"""``python -m wizard_api``."""

from wizard_api.app import main

main()
