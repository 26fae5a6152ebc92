"""importer: owns the reference lists."""
