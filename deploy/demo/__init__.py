"""``make demo``: Halobus whole, on real parts: a Halo is connected, diagnosed and synced, and a change arrives."""
