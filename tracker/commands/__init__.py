"""The commands, one module a group; each registers itself at the Typer application."""
