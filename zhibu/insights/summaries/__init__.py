"""What the home page, the quick search and the work list show. Reads only, within the person's scope."""
