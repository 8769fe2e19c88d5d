"""Pure functions from numbers to pictures: no Streamlit, no I/O."""
