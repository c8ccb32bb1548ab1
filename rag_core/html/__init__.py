"""What the pages draw: plain functions from results to HTML, with every text of a document escaped."""
