"""Own images: bring a file, see what the nets will see, take it back. Of this visit alone."""

from __future__ import annotations

import logging
import secrets
import threading
from dataclasses import dataclass

import numpy as np
import streamlit as st

from lth_core.data import brought
from lth_core.data.brought import SIDE, OwnSet
from pages import uploads
from pages.address.knobs import Own
from pages.live import guests
from pages.live.run import viewer
from pages.uploads.refused import LEAST_IMAGES, LEAST_OF_CLASS, MOST_CLASSES, MOST_MB, UploadError, plain

log = logging.getLogger(__name__)

KEPT, REFUSED, SALT = "own-images", "own-refused", "own-salt"  # what the visit remembers
SHOWN = 5  # pictures of each class
MOST_BYTES = 2 * 2**30  # of all visits' images on this server; 60,000 images have 47 MB
FORMS = (
    f"**CSV**: an image a row, its label first or in a column `label`, then its pixels. **`.npz`**: arrays `images` "
    f"and `labels`. **Zip**: a folder of PNG or JPEG a class. Up to {MOST_MB} MB, 2 to {MOST_CLASSES} classes, at "
    f"least {LEAST_IMAGES} images and {LEAST_OF_CLASS} of each class. All become grey, {SIDE} × {SIDE}."
)
STAYS = "Kept on this server for this visit alone, and gone with it: neither a reload nor a link brings them."

_alone = threading.Lock()  # one file at a time is unpacked: a whole class brings theirs in the same minute


@dataclass(frozen=True)
class Kept:
    """This visit's images. strips: of each class its name, its first pictures side by side, and how many there are to
    learn from and for the test."""

    own: Own
    strips: tuple[tuple[str, np.ndarray, int, int], ...]


def chosen() -> Own | None:
    """This visit's images; None without any, or when they were swept."""
    kept: Kept | None = st.session_state.get(KEPT)
    if kept is None:
        return None
    guests.stays(kept.own.digest)
    if not brought.path(kept.own.digest).exists():
        del st.session_state[KEPT]
        return None
    return kept.own


def own_images(prefix: str) -> None:
    """The control, under the knob that asks for own images."""
    if chosen() is not None:
        _shown(st.session_state[KEPT], prefix)
        return
    st.markdown(FORMS)
    file = st.file_uploader("Your images", ("csv", "npz", "zip"), key=f"own-file{prefix}", max_upload_size=MOST_MB)
    st.caption(STAYS)
    if file is None:
        return
    if st.session_state.get(REFUSED, ("", ""))[0] != file.file_id:
        try:
            with st.spinner("Looking through it"), _alone:
                st.session_state[KEPT] = keep(uploads.read(file.name, file.getvalue()))
        except UploadError as error:
            st.session_state[REFUSED] = (file.file_id, str(error))
        else:
            st.rerun()
    st.error(st.session_state[REFUSED][1], icon=":material/image_not_supported:")


def keep(images: OwnSet) -> Kept:
    """Keep checked images for this visit. Raises UploadError when the server cannot."""
    salt = st.session_state.setdefault(SALT, secrets.token_hex(12))
    try:
        if brought.size() > MOST_BYTES:
            raise UploadError("This server holds as many own images as it can. Try again in an hour.")
        digest = brought.save(images, salt)
    except OSError as error:
        log.error("own images cannot be kept: %s", error)
        raise UploadError("This server cannot keep images: its folder for data refuses. Whoever runs it can set "
                          "LTH_DATA to another.") from None
    guests.stays(digest)
    strips = []
    for place, name in enumerate(images.names):
        mine = images.train.images[images.train.labels == place]
        strips.append((plain(name), np.hstack(mine[:SHOWN]), len(mine),
                       int(np.count_nonzero(images.test.labels == place))))
    return Kept(Own(digest, len(images.names), len(images.train.labels)), tuple(strips))


def _shown(kept: Kept, prefix: str) -> None:
    learned, tested = kept.own.images, sum(strip[3] for strip in kept.strips)
    st.markdown(f"Your **{learned:,}** images to learn from, of which one in ten is for validation, and **{tested:,}** "
                "for the test, as the nets see them:")
    with st.container(horizontal=True, gap="small", key=f"own-strips{prefix}"):
        for name, strip, count, test in kept.strips:
            st.image(strip, f"{name} · {count:,} + {test:,}", width=124, alt=f"First images of class {name}")
    with st.container(horizontal=True):
        st.button("Remove them", key=f"own-remove{prefix}", on_click=_remove, icon=":material/delete:",
                  help="And all that was made of them.")
        st.download_button("Take them along", lambda: brought.path(kept.own.digest).read_bytes(),
                           brought.path(kept.own.digest).name, "application/octet-stream", key=f"own-take{prefix}",
                           on_click="ignore", icon=":material/download:",
                           help="As checked. Put into `own` in the folder that `LTH_DATA` names, the commands of this "
                                "page run with them at home.")
    st.caption(STAYS)


def _remove() -> None:
    kept: Kept | None = st.session_state.pop(KEPT, None)
    if kept is not None:
        guests.forget(kept.own.digest, viewer())

