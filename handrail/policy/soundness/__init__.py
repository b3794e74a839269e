"""Whether a pack can be used: what must hold in it beyond the shape of its parts, subject by subject."""
