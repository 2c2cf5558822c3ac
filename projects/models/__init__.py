"""The models of the projects app."""
