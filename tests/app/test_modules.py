"""The browser's modules become one text: in order, each with names of its own, and with errors that say where."""

from __future__ import annotations

from pathlib import Path

import pytest

from pages.figures import palette
from pages.widgets.shared import constants
from pages.widgets.shared.modules import WIDGETS, BundleError, bundle

MAINS = sorted(WIDGETS.glob("*/js/main.js"))


def written(folder: Path, **files: str) -> Path:
    """These modules in `folder`; the path of `main.js`."""
    for name, text in files.items():
        (folder / f"{name}.js").write_text(text, encoding="utf-8")
    return folder / "main.js"


def test_a_module_stands_after_all_that_it_imports_and_once(tmp_path: Path) -> None:
    main = written(
        tmp_path,
        main='import { b } from "./b.js";\nimport { a } from "./a.js";\nexport default function () { return a + b; }\n',
        b='import { a } from "./a.js";\nexport const b = a + 1;\n',
        a="export const a = 1;\n",
    )
    text = bundle(main)
    assert text.count("const a = 1;") == 1
    assert text.index("const a = 1;") < text.index("const b = a + 1;") < text.index("const $default = function")
    assert not [line for line in text.splitlines() if line.startswith("import")]
    assert [line for line in text.splitlines() if line.startswith("export")] == [text.splitlines()[-1]]


@pytest.mark.parametrize(("main", "says"), [
    ('import { gone } from "./nowhere.js";\n', r'main\.js imports "\./nowhere\.js", and there is no such file'),
    ('import { gone } from "./other.js";\n', r'main\.js imports "gone", which .*other\.js does not export'),
    ('import { hidden } from "./other.js";\n', r'main\.js imports "hidden", which .*other\.js does not export'),
    ('import * as other from "./other.js";\n', r"main\.js: this form is not joined .*import \* as other"),
    ('import "./other.js";\n', r'main\.js: this form is not joined .*import "\./other\.js"'),
    ("export let count = 0;\n", r"main\.js: this form is not joined .*export let count"),
    ("const quiet = 1;\n", r"main\.js has no `export default function`"),
    ('import { round } from "./round.js";\n', r"circle: .*main\.js → .*round\.js → .*main\.js"),
])
def test_what_cannot_be_joined_is_named(tmp_path: Path, main: str, says: str) -> None:
    path = written(
        tmp_path, main=main, other="const hidden = 1;\nexport const shown = hidden;\n",
        round='import { x } from "./main.js";\nexport const round = x;\n',
    )
    with pytest.raises(BundleError, match=says):
        bundle(path)


def test_an_import_may_take_another_name(tmp_path: Path) -> None:
    main = written(
        tmp_path, main='import {\n  count as counted,\n} from "./a.js";\nexport default function () { counted(); }\n',
        a="export function count() {}\n",
    )
    assert "const { count: counted } = " in bundle(main)


@pytest.mark.parametrize("main", MAINS, ids=[path.parts[-3] for path in MAINS])
def test_every_component_is_joined(main: Path) -> None:
    assert bundle(main).endswith(".default;\n")


def test_python_and_the_browser_draw_with_the_same_ticks_and_dashes() -> None:
    assert constants.FILE.read_text(encoding="utf-8") == constants.source(), constants.__doc__
    assert {style.dash for styles in palette.PALETTES.values() for style in styles.values()} <= set(palette.DASHES)


def test_no_module_is_left_out() -> None:
    """A file that nothing imports is a file that nobody tests."""
    joined = "".join(map(bundle, MAINS))
    told = [path.relative_to(WIDGETS).as_posix() for path in WIDGETS.glob("*/js/*.js")]
    assert [name for name in told if f"// {name}\n" not in joined] == []
