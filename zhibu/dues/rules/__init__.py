"""What is assessed, owed, taken and handed up. Pure."""
