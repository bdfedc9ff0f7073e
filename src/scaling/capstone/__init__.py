"""Module 6: what will you tell the ministry? Stands on the models of all other modules."""
