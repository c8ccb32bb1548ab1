"""What runs in the child process with pdfium: opening, reading characters, drawing pages."""
