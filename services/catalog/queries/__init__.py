"""What is asked of the catalog: one statement for each question."""
