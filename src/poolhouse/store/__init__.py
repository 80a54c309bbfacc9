"""What is kept: one module per group of tables, each with its SQL and one function per query."""
