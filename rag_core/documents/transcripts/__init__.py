"""Pages of a document as Markdown that a model or a person wrote: cleaning, matching to pages, joining to a text."""
