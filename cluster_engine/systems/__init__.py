"""Systems made of protocols: which processes there are, and how they are set up."""
