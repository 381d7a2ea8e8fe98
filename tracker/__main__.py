"""`python -m tracker`: the door of every command."""

from tracker.cli import app

if __name__ == "__main__":
    app(prog_name="python -m tracker")
