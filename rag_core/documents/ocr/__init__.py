"""Reading pages that are pictures: `engine` finds words in pixels, in a process of its own; `reading` makes the text.

rapidocr, onnxruntime and OpenCV are imported by `engine` alone: they are an optional extra.
"""
