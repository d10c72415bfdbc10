import { expect, test } from "vitest";
import cases from "../cases/money.json";
import { fenOf } from "../app/month/cells";
import { parseYuan, yuan } from "../app/month/money";

test.each(cases.shown as [number, string][])("%i fen is shown as %s", (fen, text) => {
  expect(yuan(fen)).toBe(text);
});

test.each(cases.read as [string, number | null][])("%j is read as %j fen", (text, fen) => {
  expect(parseYuan(text)).toBe(fen);
});

test("what is shown is read again", () => {
  for (const fen of [0, 7, 20, 99_999, 100_000, 12_345_678]) expect(parseYuan(yuan(fen))).toBe(fen);
});

test("a cell sends nothing for an empty amount, a loss with its sign, and what is no amount as it was typed", () => {
  expect([fenOf("  "), fenOf("-0.20"), fenOf("－0.20"), fenOf("两毛")]).toEqual([null, -20, -20, "两毛"]);
});
