"""The pages of the sheets: one module a family of screens."""
