"""sync-crm: owns the mirrors of Halo's clients and contacts."""
