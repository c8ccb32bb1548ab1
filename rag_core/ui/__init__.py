"""The only part that imports streamlit."""
