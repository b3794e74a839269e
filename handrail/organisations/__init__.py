"""Who works together: nation, regions, forces, their teams, and partner bodies; people and the posts they hold."""
