"""The generated data: deterministic from a seed, as a managed service provider has it (docs/halo.md section 14)."""
