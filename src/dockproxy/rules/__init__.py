"""What can be wrong: one rule a file, a folder for each hundred of codes."""
