"""The queue of the background worker: which jobs a page may ask for, and which jobs run side by side."""
