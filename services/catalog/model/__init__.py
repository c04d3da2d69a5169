"""Catalog's rules: what its words mean, without any database or wire."""
