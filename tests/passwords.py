"""What everybody of the test counties signs in with. Needs nothing of Django."""

PASSWORD = "Liangshan-2026-test"
