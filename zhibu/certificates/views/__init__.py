"""Pages of the certificate, by matter."""
