"""Throughput: sync-ticket against the barest loop that does the same, on the same Kafka and MongoDB."""
