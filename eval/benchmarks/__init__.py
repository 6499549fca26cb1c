"""Public sets: our pipeline and its peers on questions that nobody on this project wrote."""
