"""The promises of docs/design under kills, repetition and load: one file a row, run in small by tests, in full here."""
