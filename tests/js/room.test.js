// A phone's arithmetic and its patience, and what the board reads of its stream.

import { fewer, meanOff, withUnit } from "../../pages/room/phone/bet.js";
import { pause } from "../../pages/room/phone/line.js";
import { binned } from "../../pages/widgets/room_board/js/answers.js";
import { messages } from "../../pages/widgets/room_board/js/line.js";
import { close, same, test, truly } from "./check.js";

test("who was nearer: only those further off are counted", () => {
  same(fewer([40, 70, 77, 84, 100], 70, 77), 2); // 40 and 100; 84 is as far off
  same(fewer([77], 77, 77), 0);
});

test("a drawn curve is compared at the truth's places", () => {
  close(meanOff([[0, 0], [100, 100]], [[0, 10], [50, 50], [100, 80]]), 10);
  close(meanOff([[20, 5], [80, 5]], [[0, 5], [100, 5]]), 0); // beyond its ends it goes on as it ended
});

test("a value with its unit, and a minus as wide as a plus", () => {
  same([withUnit(12.5, "%"), withUnit("7", "seeds"), withUnit(-3, "")], ["12.5%", "7 seeds", "−3"]);
});

test("a hall that lost its server does not come back in one moment", () => {
  same([pause(1, 0, 0.5), pause(2, 0, 0.5), pause(3, 0, 0.5)], [500, 1000, 2000]);
  truly(pause(40, 0, 1) <= 22_500 && pause(1, 7, 0) >= 7_000);
  truly(pause(3, 0, 0) < pause(3, 0, 1));
});

test("a stream's messages are whole, whatever pieces they come in", () => {
  const [told, left] = messages('event: beat\ndata: 1\n\nevent: room\ndata: {"guests":2}\n\nevent: ro');
  same([told, left], [[["beat", "1"], ["room", '{"guests":2}']], "event: ro"]);
  same(messages("event: ro"), [[], "event: ro"]);
});

test("the last bin takes its upper end", () => same(binned([0, 1, 5, 10], 0, 10, 2), [2, 2]));
