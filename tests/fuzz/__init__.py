"""Hostile and broken input: targets that take anything (`python -m tests.fuzz`), and a test for each finding."""
