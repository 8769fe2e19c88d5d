"""Router: server routes, navigation and chrome. Everything else lives in pages/."""

import streamlit as st

if not st.runtime.exists():  # the server reads this file once, before any session, to learn its routes
    from streamlit.runtime.pages_manager import PagesManager

    from pages.address import preview
    from pages.live import api, nets, talks
    from pages.room import life
    from pages.room import routes as room
    from pages.serving import compressed, crowd, fonts, guarded, parts, patient, prompt

    # Streamlit takes a folder called pages/ for its old automatic navigation until a first session has called
    # st.navigation: that session's deep link would be answered with "page not found".
    PagesManager.uses_pages_directory = False
    routes = [*api.routes(), *nets.routes(), *preview.routes(), *fonts.routes(), *room.routes(),
              *talks.routes(), *parts.routes()]
    patient.install()
    prompt.install()
    middleware = [*guarded.middleware(), *crowd.middleware(), *fonts.middleware(), *compressed.middleware(),
                  *preview.middleware()]
    app = st.App(__file__, routes=routes, middleware=middleware, lifespan=life.lifespan)
else:
    from pages.address import url
    from pages.sections import task_box
    from pages.text.chapters import BESIDE, CHAPTERS, HIDDEN, title
    from pages.widgets import companion, look

    st.set_page_config(page_icon="assets/favicon.svg", layout="wide")
    look.apply()
    home = st.Page("pages/home.py", title="Home", url_path="home", default=True)
    chapters = [
        st.Page(chapter.file, title=chapter.short, url_path=chapter.slug) for chapter in CHAPTERS if chapter.exists
    ]
    beside = [st.Page(page.file, title=page.short, url_path=page.slug) for page in BESIDE]
    hidden = [st.Page(page.file, title=page.short, url_path=page.slug, visibility="hidden") for page in HIDDEN]
    page = st.navigation([home, *chapters, *beside, *hidden], position="top")
    st.set_page_config(page_title=title(page.url_path))
    url.arrive()
    if (anchor := companion.added()) is not None:
        from pages.sections import own_talk  # here: it brings every scene along

        own_talk.take(page.url_path, anchor)
    if companion.tasked():
        from pages.sections import own_task

        own_task.dialog(page.url_path)
    task_box.show(page.url_path)  # before the page: its room is kept from the first moment
    page.run()
