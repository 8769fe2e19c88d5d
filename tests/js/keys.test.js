// Keys of the page: for the only widget that wants them, and for nobody while a control has a use for them.

import { pageKeys } from "../../pages/widgets/shared/js/keys.js";
import { same, test } from "./check.js";

const press = (target, key, more = {}) => target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true, ...more }));

test("keys pressed anywhere reach the only listener, but not from where they have a use", () => {
  const heard = [];
  const deaf = pageKeys((event) => heard.push(event.key));
  const field = document.body.appendChild(document.createElement("input"));
  press(document.body, "n");
  press(field, "n");
  press(document.body, "n", { ctrlKey: true });
  same(heard, ["n"]);
  const other = pageKeys(() => {}); // two players: neither can be meant
  press(document.body, "p");
  other();
  press(document.body, "p");
  deaf();
  press(document.body, "p");
  field.remove();
  same(heard, ["n", "p"]);
});
