// Blind mode: letters and dashes instead of names and colours, a bet, a score.

import { anotherDeal, Blind, withoutStart } from "../../pages/widgets/ablation/js/blind.js";
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
  blind.begin(kinds, 1);
  same([...blind.order].sort(), [...kinds].sort());
  same(new Set(kinds.map((kind) => blind.letter(kind))).size, 4);
  same(new Set(kinds.map((kind) => blind.style(kind, "ink").dash)).size, 4);
  same(new Set(kinds.map((kind) => blind.style(kind, "ink").colour)).size, 1);
});

test("shuffles differ: the order gives nothing away", () => {
  const blind = new Blind();
  const orders = new Set(Array.from({ length: 60 }, (_, deal) => (blind.begin(kinds, deal + 1), blind.order.join())));
  truly(orders.size > 5, "that sixty shuffles of four give more than five orders");
});

test("a deal has a number: a link shows everyone the same letters, and another deal is another number", () => {
  const [mine, yours] = [new Blind(), new Blind()];
  mine.begin(kinds, 17);
  yours.begin([...kinds].reverse(), 17);
  same(mine.order, yours.order);
  for (let now = 1; now < 60; now++) truly(anotherDeal(now) !== now, "another one");
});

test("the start of a line, which tells who it is, can be left out", () => {
  const line = { condition: "ticket", x: [0, 5, 10], y: [0.84, 0.9, 0.92], low: [1, 2, 3], high: [4, 5, 6] };
  same(withoutStart(line), { condition: "ticket", x: [5, 10], y: [0.9, 0.92], low: [2, 3], high: [5, 6] });
  same(withoutStart({ x: [], y: [] }).x, []);
});

test("a look hides names until the bet is revealed, but never the dense net's", () => {
  const blind = new Blind();
  const look = new Look(data, blind, "ink");
  same([look.name("ticket"), look.style("ticket").colour], ["TICKET", "green"]);
  blind.begin(kinds, 1);
  truly("ABCD".includes(look.name("ticket")), "a letter");
  same([look.style("ticket").colour, look.name("dense"), look.style("dense").colour], ["ink", "dense net", "grey"]);
  blind.reveal({});
  same(look.name("ticket"), "TICKET");
});

test("the score counts letters that were right", () => {
  const blind = new Blind();
  blind.begin(kinds, 1);
  blind.order = [...kinds];
  const right = blind.reveal({ A: "ticket", B: "reinit", C: "random", D: "frozen" });
  same(right, 2);
  same(verdictOf("{right} of {all}: {told}", right, ["ticket", "random"], data.conditions, data.words), "2 of 2: A is “TICKET”, B is “RANDOM”");
});

test("letters are dealt as the server deals them, which knows the answer (tests/app/test_talks.py has the same)", () => {
  const orders = [1, 7, 17, 999].map((deal) => {
    const blind = new Blind();
    blind.begin(["ticket", "reinit", "random"], deal);
    return blind.order.map((name) => name[0] + name[1]).join("");
  });
  same(orders, ["ratire", "rareti", "rerati", "ratire"]);
});
