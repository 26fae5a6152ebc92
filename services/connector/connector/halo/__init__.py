"""Everything that speaks HTTP to Halo, and the cleaning of what it answers: Halo's quirks end here."""
