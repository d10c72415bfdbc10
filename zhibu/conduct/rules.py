"""Rewards, appeals: what may be entered, who may re-examine. Pure."""
