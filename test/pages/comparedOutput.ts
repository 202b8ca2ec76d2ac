/** A line that replaces any number of others, where a page leaves some out. */
const LEFT_OUT = '…';

/** What runs or waits is drawn as it is met: which of it is seen, the moment decides. */
const dependsOnTheMoment = (line: string): boolean => /^\s*[●○]/.test(line);

/** States in the order in which they end, of which two that run beside each other may change places. */
const isState = (line: string): boolean => /^\s*[✓✗]/.test(line);

/** A line without what differs from run to run: ids, addresses, times, counts, and the widths that follow from them. */
export const stable = (line: string): string =>
  line
    .replaceAll(/\b(create|delete)-[a-z0-9]{8}\b/g, '$1-ID')
    .replaceAll(/\b(demo|shop)-[a-z0-9]{11}\b/g, '$1-ID')
    .replaceAll(/\b(i|vpc|vol)-[0-9a-f]{17}\b/g, '$1-ID')
    .replaceAll(/\b[0-9a-f]{16,}\b/g, 'HEX')
    .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d\.\d+Z)?/g, 'DATE')
    .replaceAll(/ {2}(after \d+ failed tr(y|ies)|\d+ items)/g, '')
    .replaceAll(/\b(\d+ h )?(\d+ min )?\d+ s\b/g, 'TIME')
    .replaceAll(/\b\d+(\.\d+){3}\b/g, 'ADDRESS')
    .replaceAll(/[\d.]+(?= (USD at|state transitions|resources from|looked at))/g, 'N')
    .replace(/, of which TIME until it was resumed/, '')
    .replace(/^Time .*/, 'Time') // the chain of states that took longest is another on a busy machine
    .replaceAll(/\s+/g, ' ')
    .trim();

const stableLines = (lines: readonly string[]): string[] =>
  lines.filter((line) => !dependsOnTheMoment(line)).map(stable);

/** How what was printed differs from what a page shows; empty where it does not. */
export function differences(shown: readonly string[], printed: readonly string[]): string[] {
  const isWhole = !shown.includes(LEFT_OUT);
  const expected = stableLines(shown);
  const found = stableLines(printed);
  const states = { shown: new Set(expected.filter(isState)), printed: new Set(found.filter(isState)) };
  const missing = [...states.shown].filter((line) => !states.printed.has(line));
  const unknown = isWhole ? [...states.printed].filter((line) => !states.shown.has(line)) : [];
  return [
    ...missing.map((line) => `not printed any more: ${line}`),
    ...unknown.map((line) => `printed, but not shown: ${line}`),
    ...inOrder(withoutStates(expected), withoutStates(found)),
  ];
}

const withoutStates = (lines: readonly string[]): string[] => lines.filter((line) => !isState(line) && line !== '');

/** The first line at which two texts part; `…` skips to the next line that is shown. */
function inOrder(shown: readonly string[], printed: readonly string[]): string[] {
  let at = 0;
  for (const [index, line] of shown.entries()) {
    if (line === LEFT_OUT) {
      const next = shown[index + 1];
      const skipped = next === undefined ? printed.length : printed.indexOf(next, at);
      if (skipped === -1) return [`not printed any more: ${next}`];
      at = skipped;
      continue;
    }
    if (printed[at] !== line) return [`shown:   ${line}`, `printed: ${printed[at] ?? 'nothing more'}`];
    at += 1;
  }
  return at < printed.length ? [`printed, but not shown: ${printed[at]}`] : [];
}

/** What is written into a page: all but what depends on the moment. */
export const asShown = (printed: readonly string[]): string[] => printed.filter((line) => !dependsOnTheMoment(line));
