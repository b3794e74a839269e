"""One person across records: details, search, possible matches, merged cases."""
