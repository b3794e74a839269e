"""Who works together: nation, regions, forces and teams, partner bodies; people and the posts they hold."""
