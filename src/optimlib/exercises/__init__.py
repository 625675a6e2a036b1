"""Exercises: a module of checkers for each chapter, and what they share."""

from .compare import Verdict, show_rule

__all__ = ["Verdict", "show_rule"]
