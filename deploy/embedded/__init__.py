"""A real Kafka and a real MongoDB from Python packages alone, for development, demo and tests. Never for production."""
