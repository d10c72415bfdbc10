"""Organizational life: kinds, who should attend, votes, duties, appraisal, village decisions. Pure."""
