"""A whole Halo instance, every stream on: read for the first time, through a day of changes, and read anew."""
