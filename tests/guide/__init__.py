"""One test, or more, for each sentence of the product guide (statements.toml)."""
