"""The connector: the only service that talks to Halo, and the only one that can open a client secret."""
