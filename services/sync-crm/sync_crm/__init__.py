"""sync-crm: owns the mirrors of Halo's clients, contacts, opportunities and projects, and the planner's items."""
