"""What the certificates app puts on paper: booklets, the register, the list to sign."""
