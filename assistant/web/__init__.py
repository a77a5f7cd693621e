"""The web chat; the only package that imports gradio."""
