"""Where memories are kept: one log in an SQLite file or a PostgreSQL database."""
