"""What operators are given, generated from the code that it describes: ``python -m operating`` writes it all."""
