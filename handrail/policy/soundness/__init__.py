"""Whether a pack can be used: rules beyond the shape of its parts, one module for each subject."""
