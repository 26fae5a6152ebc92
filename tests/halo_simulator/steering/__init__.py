"""The control API: what a test does to the simulated Halo behind its interface's back."""
