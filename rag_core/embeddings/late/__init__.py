"""Late chunking: token vectors of a document, from which any span's vector is pooled."""
