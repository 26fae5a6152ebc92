"""sync-ticket: owns the mirrors of Halo's tickets."""
