"""Reads of rewards and appeals."""

from typing import TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)
