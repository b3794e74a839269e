"""Pages of the timeline: comparing assessments, and raising a marking."""
