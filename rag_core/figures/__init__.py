"""Plotly figures: plain functions from values, without Streamlit and without the rest of the pages.

Plotly is imported inside the functions: it is large, and a page that draws no figure must not wait for it.
"""
