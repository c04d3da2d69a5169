"""The real npm and PyPI clients of Convex against the real gateway."""
