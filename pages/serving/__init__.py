"""What the server does around Streamlit: middleware of the web process."""
