"""From a question to an answer whose every sentence is borne by a quoted source."""
