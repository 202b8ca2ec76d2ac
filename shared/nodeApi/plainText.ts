/** As long as a person reads in a run's history. */
const longest = 1000;

/** What a machine says, fit for a terminal and a run's history: printable ASCII on one line, bounded. */
export function plainText(text: string): string {
  const oneLine = text.replaceAll(/[^\x20-\x7e]+/g, ' ').trim();
  return oneLine.length > longest ? `${oneLine.slice(0, longest - 3)}...` : oneLine;
}
