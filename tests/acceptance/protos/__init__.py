"""The proto of the acceptance service and what was generated from it: `python -m tests.acceptance.protos`."""
