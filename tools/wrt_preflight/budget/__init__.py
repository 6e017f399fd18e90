"""What a program takes of a board: see `program.py`, and docs/budget.md."""
