"""HTML for pages and reports: plain functions from results to strings, by templates that escape all text."""
