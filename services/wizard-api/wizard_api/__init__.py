"""The set-up wizard's HTTP API: writes what people decide, issues commands, reads what the consumers stored."""
