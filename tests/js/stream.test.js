// The event stream when the server is full, gone, or another one: who waits, how long, and who loads the page.

import { meaning, pause, Stream } from "../../pages/widgets/shared/js/stream.js";
import { close, same, test, truly } from "./check.js";

/** A stream whose server answers as `answers` say, one a knock; time passes as fast as it is waited for.
 * early: how long, in ms, the first wishes to load the page have to wait. */
function staged(answers, early = []) {
  const stage = { opened: 0, knocks: 0, waits: [], reloads: 0, heard: [], due: [] };
  const stream = new Stream({
    source: () => (stage.source = { opening: ++stage.opened, readyState: EventSource.CLOSED, close() {} }),
    knock: async () => answers[Math.min(stage.knocks++, answers.length - 1)],
    wait: (act, ms) => (stage.due.push(act), ms && stage.waits.push(ms)),
    startOver: () => (early.length ? early.shift() : (stage.reloads++, 0)),
  });
  stage.stream = stream;
  stage.leave = stream.watch("a1", `${location.origin}/api/jobs/events?key=a1&viewer=ann`, (message) => stage.heard.push(message));
  stage.on = () => stage.due.shift()?.();
  stage.refuse = async () => (stage.source.onerror(), await null, await null, await null);
  stage.on(); // opens
  return stage;
}

const full = { status: 503, after: 10 };
const there = { status: 204, after: 0 };

test("what an answer means", () => {
  same([200, 204, 503, 429, 500, 502, 0, 404, 403, 400].map(meaning), ["open", "open", "full", "full", "lost", "lost", "lost", "stale", "stale", "stale"]);
});

test("pauses double up to a minute, spread, and never end before the server's Retry-After", () => {
  same([1, 2, 3, 9].map((attempt) => pause(attempt, 0, 1)), [2000, 4000, 8000, 60000]);
  same([1, 2].map((attempt) => pause(attempt, 0, 0)), [1000, 2000]);
  close(pause(1, 10, 0.5), 11_500);
  const two = [pause(5), pause(5)];
  truly(two[0] !== two[1], "that two who were refused together come back apart");
});

test("a full server is said, knocked at more and more rarely, and never reloads the page", async () => {
  const stage = staged([full]);
  await stage.refuse();
  for (let i = 0; i < 20; i++) await stage.on();
  same([stage.reloads, stage.opened, stage.knocks], [0, 1, 21]);
  same(stage.heard.at(-1), { trouble: "full" });
  truly(stage.waits.every((ms) => ms >= 10_000), "that the server's ten seconds are kept");
  truly(stage.waits[8] > 2 * stage.waits[0], "that the pauses grow");
});

test("when there is room again the stream opens at once, and counts anew", async () => {
  const stage = staged([full, full, there]);
  await stage.refuse();
  await stage.on();
  await stage.on();
  same([stage.opened, stage.knocks, stage.waits.length], [2, 3, 2]);
  stage.source.onopen();
  same(stage.stream.attempts, 0);
});

test("a server that lets knock but refuses is not stormed", async () => {
  const stage = staged([there]);
  for (let i = 0; i < 5; i++) {
    await stage.refuse();
    await stage.on();
  }
  same([stage.opened, stage.waits.length, stage.reloads], [6, 5, 0]);
  truly(stage.waits[4] > stage.waits[0], "that the pauses grow");
});

test("a page that the server does not know starts over, after some patience", async () => {
  const stage = staged([{ status: 404, after: 0 }]);
  for (let i = 0; i < 5; i++) {
    await stage.refuse();
    await stage.on();
  }
  same(stage.reloads, 0);
  await stage.refuse();
  same(stage.reloads, 1);
});

test("a second restart within a moment makes the page wait, not hang", () => {
  const stage = staged([there], [12_000]);
  stage.source.onmessage({ data: JSON.stringify({ key: "a1" }), lastEventId: "b00.1" });
  stage.source.onmessage({ data: JSON.stringify({ key: "a1" }), lastEventId: "c00.1" });
  same([stage.reloads, stage.waits, stage.heard.at(-1)], [0, [12_000], { trouble: "lost" }]);
  stage.on();
  same(stage.reloads, 1);
});

test("a broken line is the browser's to mend", async () => {
  const stage = staged([full]);
  stage.source.readyState = EventSource.CONNECTING;
  await stage.refuse();
  same([stage.heard, stage.knocks, stage.waits], [[{ trouble: "lost" }], 0, []]);
});

test("an answer that comes after the page has turned away changes nothing", async () => {
  const stage = staged([full]);
  stage.source.onerror();
  stage.leave();
  stage.on(); // nobody watches: nothing is opened
  await null;
  await null;
  await null;
  same([stage.opened, stage.waits, stage.due.length], [1, [], 0]);
});

test("events come once, in order, and another start of the server loads the page", () => {
  const stage = staged([there]);
  const send = (id, x) => stage.source.onmessage({ data: JSON.stringify({ key: "a1", x }), lastEventId: id });
  send("b00.1", 1);
  send("b00.2", 2);
  send("b00.2", 2); // said again after a reconnect
  same(stage.heard.map(({ x }) => x), [1, 2]);
  send("c00.1", 1);
  same([stage.heard.length, stage.reloads], [2, 1]);
});
