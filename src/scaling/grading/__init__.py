"""The instructor's side: grade a class fast and safely, look at submissions, try it all out."""
