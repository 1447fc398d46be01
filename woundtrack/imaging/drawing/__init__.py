"""Outlines by hand: brush, nodes, wire, growing and shrinking; what is not touched stays."""
