"""What is kept: tables, migrations, and the only code that talks to the database."""
