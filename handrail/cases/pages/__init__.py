"""Pages that gather from every inner room: home, lists, the case, its forms."""
