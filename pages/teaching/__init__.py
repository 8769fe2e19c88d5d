"""A teacher's task and a student's receipt: both live in an address alone. No Streamlit, no server state."""
