"""The contract of Halobus: messages, topics, the bus, the store, settings and telemetry that all services share."""

__version__ = "0.1.0"
