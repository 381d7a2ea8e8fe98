"""The steps that make and change the schema; every database is made by them, fresh ones too."""
