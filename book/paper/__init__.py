"""The book on paper: pages made ready, what they ask answered at the end, and all of them as one document."""
