import { expect, test } from "vitest";
import cases from "../cases/month_sums.json";
import { type Line, sumsOf } from "../app/month/sums";

test.each(cases)("$what", ({ lines, sums }) => {
  expect(sumsOf(lines as Line[])).toEqual(sums);
});
