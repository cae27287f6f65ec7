/** TAP version 14 on standard output: one point a claim, the plan at the end. */
let points = 0;
let failures = 0;

export const begin = () => console.log("TAP version 14");
export const comment = (text) => console.log(`# ${clean(text)}`);

/** Runs one claim; what it throws becomes the diagnostic of a point that is not ok. @returns what it returned, undefined after a failure */
export async function claim(what, run) {
  const number = ++points;
  try {
    const value = await run();
    console.log(`ok ${number} - ${clean(what)}`);
    return value;
  } catch (error) {
    failures++;
    console.log(`not ok ${number} - ${clean(what)}`);
    console.log(`  ---\n  message: ${JSON.stringify(String(error?.message ?? error))}\n  ...`);
    return undefined;
  }
}

/** For what all later claims hang on: @throws the claim's error, so that the program comes to its end */
export async function need(what, run) {
  const before = failures;
  const value = await claim(what, run);
  if (failures > before) throw new Stop(what);
  return value;
}

export class Stop extends Error {}

export function bailOut(why) {
  console.log(`Bail out! ${clean(why)}`);
}

/** Prints the plan. @returns the exit status of the program */
export function end() {
  console.log(`1..${points}`);
  if (failures > 0) comment(`${failures} of ${points} failed`);
  return failures > 0 ? 1 : 0;
}

/** `#` would begin a directive, a line break another line. */
const clean = (text) =>
  String(text)
    .replaceAll("#", "no.")
    .replace(/[\r\n]+/g, " ");

export function equal(found, expected, what = "value") {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: found ${a}, expected ${b}`);
}

export function ok(condition, what) {
  if (!condition) throw new Error(what);
}
