"""importer: owns the reference lists, the user accounts, and the assets with the devices that they become."""
