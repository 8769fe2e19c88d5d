"""A talk as data: questions, beats, talks, the built-in ones, and their form as TOML and as a link. No Streamlit."""
