"""Forms of the certificate, by matter."""
