"""From the characters of pages to flowing text; any parser that knows its characters' boxes can use it."""
