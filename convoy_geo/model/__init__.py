"""The records of a case: claims, places, case information, relative places."""
