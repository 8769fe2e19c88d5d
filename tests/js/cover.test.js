// The cover's film as a function of time.

import { countersAt, CUT_MS, FIRST_MS, length, momentAt, TRAIN_MS, valuesAt } from "../../pages/widgets/cover/js/film.js";
import { close, same, test, truly } from "./check.js";

const film = { first: Int8Array.from([10, -20]), trained: [Int8Array.from([100, -127]), Int8Array.from([120, 0])], kept: [100, 80], read: [0.96, 0.97] };

test("the whole net trains first, then each round cuts and trains", () => {
  same(momentAt(0, 1), { round: 0, cut: 1, trained: 0 });
  same(momentAt(FIRST_MS, 1), { round: 1, cut: 0, trained: 0 });
  same(momentAt(FIRST_MS + CUT_MS, 1), { round: 1, cut: 1, trained: 0 });
  same(momentAt(length(1), 1), { round: 1, cut: 1, trained: 1 });
  same(momentAt(FIRST_MS + CUT_MS + TRAIN_MS, 3).round, 2);
});

test("weights go from their first values to those after training; while a cut goes on they stand", () => {
  close(valuesAt(film, momentAt(0, 1))[0], 10 / 127, 1e-6);
  close(valuesAt(film, momentAt(FIRST_MS, 1))[1], -1, 1e-6);
  close(valuesAt(film, momentAt(FIRST_MS + CUT_MS, 1))[0], 10 / 127, 1e-6); // rewound
  close(valuesAt(film, momentAt(length(1), 1))[0], 120 / 127, 1e-6);
});

test("counters fall during a cut, and say nothing that is not measured yet", () => {
  same(countersAt(film, momentAt(100, 1)), { kept: 100, read: null });
  const cutting = countersAt(film, momentAt(FIRST_MS + CUT_MS / 2, 1));
  truly(cutting.kept === 90 && cutting.read === 0.96, "that it is half way, at what the whole net reads");
  same(countersAt(film, momentAt(length(1), 1)), { kept: 80, read: 0.97 });
});
