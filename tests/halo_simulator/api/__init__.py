"""Halo's own interface: everything under the resource server and the token's address."""
