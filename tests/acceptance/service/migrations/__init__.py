"""Migrations of the acceptance service."""
