// Text in charts follows the screen, also when the page's style sheet comes after the first picture.

import { chartText, growth } from "../../pages/widgets/shared/js/type.js";
import { same, test } from "./check.js";

test("a size that is not known yet is asked for again, and charts then grow", () => {
  const style = document.documentElement.style;
  style.removeProperty("--chart-text");
  window.dispatchEvent(new Event("resize"));
  same([chartText(), growth()], [12.5, 1]);
  style.setProperty("--chart-text", "25px");
  same([chartText(), growth()], [25, 2]);
  style.removeProperty("--chart-text");
  window.dispatchEvent(new Event("resize"));
});
