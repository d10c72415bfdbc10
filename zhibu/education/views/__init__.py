"""Pages of study hours."""
