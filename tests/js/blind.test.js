// Blind mode: letters and dashes instead of names and colours, a bet, a score.

import { Blind } from "../../pages/widgets/ablation/js/blind.js";
import { verdictOf } from "../../pages/widgets/ablation/js/bet.js";
import { Look } from "../../pages/widgets/ablation/js/look.js";
import { same, test, truly } from "./check.js";

const kinds = ["ticket", "random", "reinit", "frozen"];
const data = {
  words: { dense: "dense net", told: "{letter} is “{name}”" },
  styles: { dense: { colour: "grey" }, kept: { colour: "green" } },
  conditions: kinds.map((key) => ({ key, name: key.toUpperCase(), role: "kept" })),
};

test("every condition gets a letter and a dash of its own, and only ink for a colour", () => {
  const blind = new Blind();
  blind.begin(kinds);
  same([...blind.order].sort(), [...kinds].sort());
  same(new Set(kinds.map((kind) => blind.letter(kind))).size, 4);
  same(new Set(kinds.map((kind) => blind.style(kind, "ink").dash)).size, 4);
  same(new Set(kinds.map((kind) => blind.style(kind, "ink").colour)).size, 1);
});

test("shuffles differ: the order gives nothing away", () => {
  const blind = new Blind();
  const orders = new Set(Array.from({ length: 60 }, () => (blind.begin(kinds), blind.order.join())));
  truly(orders.size > 5, "that sixty shuffles of four give more than five orders");
});

test("a look hides names until the bet is revealed, but never the dense net's", () => {
  const blind = new Blind();
  const look = new Look(data, blind, "ink");
  same([look.name("ticket"), look.style("ticket").colour], ["TICKET", "green"]);
  blind.begin(kinds);
  truly("ABCD".includes(look.name("ticket")), "a letter");
  same([look.style("ticket").colour, look.name("dense"), look.style("dense").colour], ["ink", "dense net", "grey"]);
  blind.reveal({});
  same(look.name("ticket"), "TICKET");
});

test("the score counts letters that were right", () => {
  const blind = new Blind();
  blind.begin(kinds);
  blind.order = [...kinds];
  const right = blind.reveal({ A: "ticket", B: "reinit", C: "random", D: "frozen" });
  same(right, 2);
  same(verdictOf("{right} of {all}: {told}", right, ["ticket", "random"], data.conditions, data.words), "2 of 2: A is “TICKET”, B is “RANDOM”");
});
